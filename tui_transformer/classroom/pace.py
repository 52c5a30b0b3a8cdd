"""States at a pace: keys that are held give many, and others need the last."""

import asyncio
import os
import time
from collections.abc import Callable
from typing import Final

from tui_transformer.classroom.messages import Message, State
from tui_transformer.classroom.wire import write

PACE: Final = 1 / 15
"""Seconds between two states, at least; the last one is always sent."""
QUIET: Final = 0.05
"""Seconds after which a state is taken for the last: a key that is held comes again before."""
EACH: Final = 0.01
"""Seconds of a processor that a follower needs for a picture, where nobody has measured it."""
_MORE: Final = 2.0
"""How much more that is than who presents needs: who follows opens the state as well, sends other
lines, and finds the caches full of what the others drew."""


def each(drawn: float) -> float:
    """Seconds that a follower needs for a picture that took the presenter so many."""
    return _MORE * drawn


def pace(following: int, each: float = EACH) -> float:
    """Seconds between two states of many: twice as long as all need to draw one, who are on this
    machine.

    Half of the time nobody draws, so that few are in the midst of an old picture when the last
    state arrives; and who presents draws for every key.
    """
    return max(PACE, 2 * following * each / (os.cpu_count() or 1))


class Paced:
    """Sends at once what is no state, and states so many a second."""

    def __init__(
        self,
        send: Callable[[Message], None],
        following: Callable[[], int] = lambda: 0,
        each: Callable[[], float] = lambda: EACH,
    ) -> None:
        """`each` tells how many seconds of a processor a follower needs for a picture."""
        self._send, self._following, self._each = send, following, each
        self._sent = self._came = 0.0
        self._waiting: State | None = None
        self._timer: asyncio.TimerHandle | None = None

    def send(self, message: Message) -> None:
        """Send, now or soon. Raises BadMessage for a state that is too long to travel."""
        if not isinstance(message, State):
            self.push()
            self._send(message)
            return
        write(message)
        self._waiting = message
        now, came = time.monotonic(), self._came
        self._came, due = now, self._sent + PACE
        if now - came < QUIET:  # they come in a row, and this is hardly the last
            due = max(due, min(self._sent + pace(self._following(), self._each()), now + QUIET))
        self._cancel()
        if due <= now:
            self.push()
        else:
            self._timer = asyncio.get_running_loop().call_later(due - now, self.push)

    def push(self) -> None:
        """Send the state that waits."""
        self._cancel()
        state, self._waiting = self._waiting, None
        if state is not None:
            self._sent = time.monotonic()
            self._send(state)

    def stop(self) -> None:
        """Send nothing more."""
        self._waiting = None
        self._cancel()

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
