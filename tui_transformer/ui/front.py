"""For the front of the room: the keys as they are pressed, and for how long a step is open."""

import time
from typing import Final

from textual import events

from tui_transformer.ui.footer import CALLED

PRESSED: Final = 6  # keys that are shown
_WRITTEN: Final = {key: sign for sign, key in CALLED.items()} | {
    "shift+left": "shift+←",
    "shift+right": "shift+→",
}


class Front:
    """What stands at the end of the last line."""

    def __init__(self, keys: bool, clock: bool) -> None:
        self._keys, self._clock = keys, clock
        self._pressed: tuple[str, ...] = ()
        self._here: object = None
        self._since = 0.0

    def press(self, event: events.Key) -> None:
        """Hear a key."""
        letter = event.character if event.is_printable and event.character != " " else None
        written = letter or _WRITTEN.get(event.key, event.key)
        self._pressed = (*self._pressed, written)[-PRESSED:]

    def text(self, *here: object) -> str:
        """Write it; the clock begins anew where the presenter is somewhere else."""
        if here != self._here:
            self._here, self._since = here, time.monotonic()
        minutes, seconds = divmod(int(time.monotonic() - self._since), 60)
        keys = " ".join(self._pressed) if self._keys else ""
        clock = f"{minutes}:{seconds:02}" if self._clock else ""
        return "   ".join(filter(None, (keys, clock)))
