"""Pastes, kept to a size and free of anything that could be a key."""

from typing import Final

_START: Final = "\x1b[200~"
_END: Final = "\x1b[201~"


class PasteGate:
    """Passes on what is typed; of what is pasted, at most `limit` characters and no escapes."""

    def __init__(self, limit: int = 1_000_000) -> None:
        self.inside = False
        self._limit = limit
        self._room = 0
        self._seen = ""

    def admit(self, text: str) -> str:
        """Return what of a text goes on to the parser."""
        admitted = []
        while text:
            part, text = self._paste(text) if self.inside else self._typed(text)
            admitted.append(part)
        return "".join(admitted)

    def pause(self) -> None:
        """Take what was begun before a pause as finished."""
        self._seen = ""

    def close(self) -> str:
        """Return what ends the paste that is going on."""
        if not self.inside:
            return ""
        self.inside = False
        self._seen = ""
        return _END

    def _typed(self, text: str) -> tuple[str, str]:
        """Split off what comes before a paste, which may begin in the text before."""
        before = len(self._seen)
        seen = self._seen + text
        start = seen.find(_START)
        if start < 0:
            self._seen = seen[1 - len(_START) :]
            return text, ""
        self.inside = True
        self._room = self._limit
        self._seen = ""
        end = start + len(_START) - before
        return text[:end], text[end:]

    def _paste(self, text: str) -> tuple[str, str]:
        """Split off what belongs to a paste, holding back what may be half of its end."""
        body, end, rest = (self._seen + text).partition(_END)
        self._seen = ""
        if not end:
            half = next((n for n in range(len(_END) - 1, 0, -1) if body.endswith(_END[:n])), 0)
            body, self._seen = body[: len(body) - half], body[len(body) - half :]
        body = body.replace("\x1b", "")[: self._room]
        self._room -= len(body)
        return (body + self.close() if end else body), rest
