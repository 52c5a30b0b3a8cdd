"""Everybody who is here: how many there may be, and how all of them are seen out."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from tui_transformer.hosting.guard import Door, Pace
from tui_transformer.hosting.nursery import PATIENCE
from tui_transformer.hosting.parent import Parent

if TYPE_CHECKING:
    import asyncssh

_UNUSED: Final = 20.0  # seconds a connection may be without a session


class Guest(Protocol):
    """A session, as far as the house knows it."""

    def hang_up(self) -> None:
        """Ask it to go."""

    def end(self, status: int) -> None:
        """Tell it how its kiosk ended."""


class Presenter(Guest, Protocol):
    """A session that presents, one at a time."""

    def begin(self) -> None:
        """Start its kiosk: nobody else presents any more."""

    def give_way(self) -> None:
        """Ask it to go, or not to begin: somebody else presents with the same key."""


class House:
    """Everybody who is here."""

    def __init__(self, parent: Parent, door: Door, most: int) -> None:
        self.parent, self.door, self.most = parent, door, most
        self.pace = Pace()
        self.connections: set[asyncssh.SSHServerConnection] = set()
        self.sessions: set[Guest] = set()
        self._presenter: Presenter | None = None
        self._next: Presenter | None = None  # presents once the one before is gone
        self._closing = False
        self._timers: dict[asyncssh.SSHServerConnection, asyncio.TimerHandle] = {}

    def enter(self, session: Guest) -> bool:
        """Take one more in; False where it is full."""
        here = len(self.sessions) - (self._presenter is not None)
        if self._closing or here >= self.most:
            return False
        self.sessions.add(session)
        return True

    def present(self, session: Presenter) -> None:
        """Let somebody present, for whom there is always a place; who did before is seen out.

        So whoever was cut off comes back at once, and the line that hangs holds nobody up.
        """
        if self._next is not None:
            self._next.give_way()
        self._next = session
        if self._presenter is None:
            self._advance()
        else:
            self._presenter.give_way()

    def _advance(self) -> None:
        self._presenter, self._next = self._next, None
        if self._presenter is not None:
            self.sessions.add(self._presenter)
            self._presenter.begin()

    def leave(self, session: Guest) -> None:
        """Note that one is gone."""
        self.sessions.discard(session)
        if session is self._next:
            self._next = None
        elif session is self._presenter:
            self._presenter = None
            self._advance()

    def unused(self, connection: asyncssh.SSHServerConnection) -> None:
        """End a connection soon, if it is not used until then."""
        self.used(connection)
        loop = asyncio.get_running_loop()
        self._timers[connection] = loop.call_later(_UNUSED, connection.abort)

    def used(self, connection: asyncssh.SSHServerConnection) -> None:
        """Let a connection be."""
        if timer := self._timers.pop(connection, None):
            timer.cancel()

    async def empty(self) -> None:
        """Hang up every session, wait a little, and end every connection."""
        loop = asyncio.get_running_loop()
        self._next = None
        self._closing = True
        for session in self.sessions:
            session.hang_up()
        # The nursery kills what is left after PATIENCE, and says so.
        await _until(lambda: not self.sessions, loop.time() + PATIENCE + 0.5)
        for session in list(self.sessions):
            session.end(-signal.SIGKILL)
        # Who was told how it ended goes by itself, and would miss it where we went first.
        await _until(lambda: not self.connections, loop.time() + PATIENCE)
        for connection in self.connections:
            connection.close()
        await _until(lambda: not self.connections, loop.time() + 1)
        for connection in list(self.connections):
            connection.abort()


async def _until(condition: Callable[[], bool], deadline: float) -> None:
    while not condition() and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.02)
