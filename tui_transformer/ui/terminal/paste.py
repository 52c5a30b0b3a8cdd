"""Pastes, kept to a size and free of anything that could be a key."""

from typing import Final

START: Final = "\x1b[200~"
END: Final = "\x1b[201~"


class PasteGate:
    """Of what is pasted, passes on at most `limit` characters and no escapes."""

    PATIENCE: Final = 5.0
    """Seconds after which a paste that stops will not go on; until it ends, no key is heard."""

    def __init__(self, limit: int = 1_000_000) -> None:
        self.inside = False
        self._limit = limit
        self._room = 0
        self._seen = ""

    def begin(self) -> None:
        """Take what comes from now on as pasted."""
        self.inside = True
        self._room = self._limit
        self._seen = ""

    def take(self, text: str) -> tuple[str, str]:
        """Split off what belongs to the paste, holding back what may be half of its end."""
        body, end, rest = (self._seen + text).partition(END)
        self._seen = ""
        if not end:
            half = next((n for n in range(len(END) - 1, 0, -1) if body.endswith(END[:n])), 0)
            body, self._seen = body[: len(body) - half], body[len(body) - half :]
        body = body.replace("\x1b", "")[: self._room]
        self._room -= len(body)
        return (body + self.close() if end else body), rest

    def close(self) -> str:
        """Return what ends the paste."""
        self.inside = False
        self._seen = ""
        return END
