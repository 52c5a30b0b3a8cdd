"""Who comes in: by a password, by a key, or anybody; and how fast passwords may be tried."""

from __future__ import annotations

import asyncio
import hmac
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple

from tui_transformer.hosting import CannotHost
from tui_transformer.text import visible

if TYPE_CHECKING:
    from asyncssh import SSHAuthorizedKeys

TRIES: Final = 3  # passwords on one connection
_DELAY: Final = 1.0  # seconds before a wrong one is answered, and more each time
_SPACING: Final = 0.05  # seconds between any two that are looked at, whoever sends them
_LONGEST: Final = 1024  # bytes of a password


PRESENTER: Final = "presenter"
"""Who presents comes in by this name: a name says before any key whether one has to be shown."""


class Door(NamedTuple):
    """What opens it: a password, keys that are authorized, or nothing at all.

    Who presents has keys of their own, and nothing else opens it by that name.
    """

    password: bytes = b""
    keys: SSHAuthorizedKeys | None = None
    presenters: SSHAuthorizedKeys | None = None

    @property
    def is_open(self) -> bool:
        """Whether anybody may come in."""
        return not self.password and self.keys is None

    def is_for_presenters(self, name: str) -> bool:
        """Whether somebody of that name is to present."""
        return self.presenters is not None and name == PRESENTER


class Pace:
    """Lets passwords be looked at one after the other, so that a thousand hands gain nothing."""

    def __init__(self) -> None:
        self._next = 0.0

    async def wait(self) -> None:
        """Wait for a turn."""
        now = monotonic()
        self._next = max(self._next, now) + _SPACING
        await asyncio.sleep(self._next - _SPACING - now)


class Guesses:
    """The passwords tried on one connection."""

    def __init__(self, door: Door, pace: Pace) -> None:
        self._door, self._pace, self._wrong = door, pace, 0

    @property
    def used_up(self) -> bool:
        """Whether there were too many."""
        return self._wrong >= TRIES

    async def right(self, password: str) -> bool:
        """Say whether it is the password; after a while, where it is not."""
        if self.used_up:
            return False
        await self._pace.wait()
        tried = password.encode("utf-8", "replace")
        if len(tried) <= _LONGEST and hmac.compare_digest(tried, self._door.password):
            return True
        self._wrong += 1
        await asyncio.sleep(_DELAY * self._wrong)
        return False


def password_in(path: str) -> bytes:
    """Read the password that is a file's first line. Raises CannotHost where there is none."""
    try:
        with Path(path).open("rb") as file:
            first = file.readline(_LONGEST + 2).rstrip(b"\r\n")
    except OSError as problem:
        raise CannotHost(f"{visible(path)} cannot be read: {problem.strerror}.") from None
    if not first or len(first) > _LONGEST:
        raise CannotHost(f"{visible(path)} has no password in its first line.")
    return first
