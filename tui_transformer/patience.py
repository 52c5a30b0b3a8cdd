"""What takes long says how far it is, so that whoever waits can show it, or stop waiting.

far(3, 32, "layer")     said by who computes; nothing happens where nobody hears it
with hearing(ear): …    what is said inside goes to `ear`, which stops it by raising Enough
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Ear = Callable[[str, bool], None]
_ear: ContextVar[Ear | None] = ContextVar("ear", default=None)


class Enough(Exception):
    """Nobody waits here any longer; what was done so far may be gone."""


def far(done: int, of: int, what: str, kept: bool = True) -> None:
    """Say that so much is done; `kept`, that stopping now loses nothing of it."""
    ear = _ear.get()
    if ear is not None:
        ear(f"{what} {done:,} of {of:,}", kept)


def elsewhere() -> None:
    """Say that what comes next is made by another thread already: who is in a hurry stops here."""
    ear = _ear.get()
    if ear is not None:
        ear("made elsewhere", True)


@contextmanager
def hearing(ear: Ear) -> Iterator[None]:
    """Hear how far what is computed inside is."""
    token = _ear.set(ear)
    try:
        yield
    finally:
        _ear.reset(token)
