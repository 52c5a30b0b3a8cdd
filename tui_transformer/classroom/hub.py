"""The presenter's end: a socket on which followers come in, and get what they have not had.

Everything runs in one event loop, which must be the presenter's own or that of a thread that
starts no process. What a connection sends is read line by line and within bounds; whatever is
wrong with it ends that connection, and no other.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, cast

from tui_transformer.classroom.messages import (
    LONGEST,
    MOST,
    BadMessage,
    Bye,
    Drawn,
    Greeting,
    Hello,
    Message,
    State,
)
from tui_transformer.classroom.place import Door
from tui_transformer.classroom.room import FULL, OWNER, Room
from tui_transformer.classroom.turns import Turns
from tui_transformer.classroom.wire import read, write

RATE: Final = 60  # messages a second that anybody may send, who has the chalk included
PATIENCE: Final = 10.0  # seconds in which whoever comes in says so
STRANGERS: Final = 32  # connections beyond those that follow
GONE: Final = "The presenter has closed the class."


class Connection(asyncio.Protocol):
    """One that came in: a stranger until they say hello."""

    def __init__(self, hub: Hub, number: int) -> None:
        self._hub, self.number = hub, number
        self._buffer = b""
        self._second, self._heard = 0, 0
        self._full = False
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet them; whoever does not answer is not kept."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=0)  # so that it tells when all was taken
        if not self._hub.admit(self):
            self.end(FULL)
            return
        self._transport.write(write(self._hub.greeting()))
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(PATIENCE, self.end, "Nothing was said, so this ends.")

    def data_received(self, data: bytes) -> None:
        """Take apart what came; the first line that is wrong is the last one."""
        if self._transport is None or self._transport.is_closing():
            return
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        try:
            if len(self._buffer) > LONGEST:
                raise BadMessage(f"a line has at most {LONGEST:,} bytes")
            for line in lines:
                self._limit()
                self._hear(read(line))
        except BadMessage as problem:
            self.end(str(problem))

    def _limit(self) -> None:
        second = int(time.monotonic())
        self._second, self._heard = second, self._heard + 1 if second == self._second else 1
        if self._heard > RATE:
            raise BadMessage(f"more than {RATE} lines a second are too many")

    def _hear(self, message: Message) -> None:
        if isinstance(message, Hello) != (self.number not in self._hub.room.members):
            raise BadMessage("hello comes first, and once")
        if isinstance(message, Hello):
            self._hub.room.enter(self.number, message)
            if self._timer is not None:
                self._timer.cancel()
        elif isinstance(message, Drawn):
            self._hub.drawn(self.number)
            return
        else:
            if isinstance(message, State):
                self._hub.line(message)  # what is too long to go on is said to who sent it
            self._hub.room.hear(self.number, message)
        self._hub.changed()

    def flush(self) -> None:
        """Send what was not seen, where the last that was sent was taken."""
        if self._transport is None or self._full or self._transport.is_closing():
            return
        lines = [self._hub.line(message) for message in self._hub.take(self.number)]
        if lines:
            self._transport.write(b"".join(lines))

    def pause_writing(self) -> None:
        """Keep nothing more for them than which kinds they have not had."""
        self._full = True

    def resume_writing(self) -> None:
        """Send the last of each."""
        self._full = False
        self.flush()

    def end(self, why: str) -> None:
        """Say why, and close."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(write(Bye(why)))
            if self._full:
                self._transport.abort()
            else:
                self._transport.close()

    def connection_lost(self, problem: Exception | None) -> None:
        """They are gone."""
        if self._timer is not None:
            self._timer.cancel()
        self._hub.lost(self)


class Hub:
    """A class that is open: who opened it takes part as a member without a connection."""

    def __init__(self, door: Door, heard: Callable[[Message], None]) -> None:
        """`heard` gets what the owner sees; `changed_to` is called when what is counted changed."""
        self._door, self._heard = door, heard
        self.room = Room()
        self._count = self.room.count
        self.changed_to: Callable[[], None] = lambda: None
        self._connections: dict[int, Connection] = {}
        self._next = OWNER
        self._since = int(time.time())
        self._server: asyncio.Server | None = None
        self._written: tuple[Message | None, bytes] = (None, b"")
        self._soon = False
        self._turns = Turns(self.changed)

    async def open(self) -> None:
        """Let them come in."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_unix_server(self._connection, sock=self._door.socket)

    def _connection(self) -> Connection:
        self._next += 1
        return Connection(self, self._next)

    def admit(self, connection: Connection) -> bool:
        """Take a connection on the list; False where there are too many."""
        if len(self._connections) >= MOST + STRANGERS:
            return False
        self._connections[connection.number] = connection
        return True

    def lost(self, connection: Connection) -> None:
        """Strike a connection off."""
        if self._connections.pop(connection.number, None) is not None:
            self.room.leave(connection.number)
            self._turns.gone(connection.number)
            self.changed()

    def greeting(self) -> Greeting:
        """Say which class this is."""
        return Greeting(self._door.name, self.room.count.following, self._since)

    def line(self, message: Message) -> bytes:
        """Write a line; a state, which goes to everybody, is written once."""
        if not isinstance(message, State):
            return write(message)
        if self._written[0] is not message:
            self._written = message, write(message)
        return self._written[1]

    # ── who opened it ──────────────────────────────────────────────────────────────────

    def send(self, message: Message) -> None:
        """Say something as who opened the class."""
        self.room.hear(OWNER, message)
        self.changed()

    def take_back(self) -> None:
        """Take the chalk back."""
        self.room.take_back()
        self.changed()

    def changed(self) -> None:
        """Send to everybody what they have not had, once what is being read has been heard."""
        if not self._soon:
            self._soon = True
            asyncio.get_running_loop().call_soon(self._flush)

    def drawn(self, number: int) -> None:
        """Hear that somebody has drawn, which makes room for another."""
        self._turns.drawn(number)
        if self._turns.some_wait:
            self.changed()

    def take(self, number: int) -> list[Message]:
        """Take what somebody is to be sent now; a state alone waits for its turn."""
        if self.room.lacks_the_state(number) and self._turns.must_wait(number):
            return []
        messages = self.room.take(number)
        if any(isinstance(message, State) for message in messages):
            self._turns.given(number)
            self._connections[number] = self._connections.pop(number)  # to the end of the queue
        return messages

    def _flush(self) -> None:
        self._soon = False
        self._turns.begin(self.room.state)
        for connection in list(self._connections.values()):
            connection.flush()
        for message in self.room.take(OWNER):
            self._heard(message)
        if (count := self.room.count) != self._count:
            self._count = count
            self.changed_to()

    def close(self, why: str = GONE) -> None:
        """Say goodbye to everybody; the socket is gone before anybody hears of it."""
        if self._server is None:
            return
        self._server.close()
        self._server = None
        self._door.close()
        with suppress(BadMessage):
            for connection in list(self._connections.values()):
                connection.end(why)
