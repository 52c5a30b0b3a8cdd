"""A follower's end: a socket that says what is seen, and hears hands and answers.

What a class sends is as little trusted as what followers send.
"""

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple, cast

from tui_transformer.classroom import place
from tui_transformer.classroom.messages import (
    LONGEST,
    LONGEST_NAME,
    BadMessage,
    Bye,
    Greeting,
    Hello,
    Message,
    NoClass,
    State,
)
from tui_transformer.classroom.wire import read, write
from tui_transformer.text import and_list

PATIENCE: Final = 5.0
"""Seconds for a class to say which it is."""
_AT_ONCE: Final = 32  # classes that are asked
LOST: Final = "The presenter is gone; this is where the class was."


class Listed(NamedTuple):
    """A class that is open here: who presents, by the owner of the socket, how many follow."""

    name: str
    presenter: str
    following: int
    since: int


class Lines:
    """Takes what came apart into messages. Raises BadMessage where it is none."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Message]:
        """Take what came; of several states the last is enough."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST:
            raise BadMessage(f"a line has at most {LONGEST:,} bytes")
        messages = [read(line) for line in lines]
        states = [i for i, message in enumerate(messages) if isinstance(message, State)]
        return [m for i, m in enumerate(messages) if i not in states[:-1]]


def listed() -> list[Listed]:
    """List the classes that are open here; all are asked at once, and none is waited for long."""
    paths = place.classes()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [one for one in pool.map(_listed, paths) if one is not None]


def _listed(path: Path) -> Listed | None:
    connection = place.connected(path)
    if connection is None:
        return None
    with connection:
        try:
            greeting, who = _greeting(connection), place.account(path.stat().st_uid)
        except OSError:
            return None
    return Listed(path.stem, who, greeting.following, greeting.since) if greeting else None


def _greeting(connection: socket.socket) -> Greeting | None:
    """Read the first line, and no more than that. Raises TimeoutError where it does not end."""
    until, data = time.monotonic() + PATIENCE, b""
    while not data.endswith(b"\n"):
        connection.settimeout(max(until - time.monotonic(), 0.001))
        byte = connection.recv(1)
        data += byte
        if not byte or len(data) > LONGEST or time.monotonic() > until:
            break
    try:
        message = read(data)
    except BadMessage:
        return None
    return message if isinstance(message, Greeting) else None


def heard(connection: socket.socket) -> Iterator[Message]:
    """Wait for what a class says, all that there is at a time; the last is a Bye."""
    lines = Lines()
    connection.settimeout(None)
    while True:
        try:
            data = connection.recv(LONGEST)
            with suppress(BlockingIOError):
                while data and (more := connection.recv(LONGEST, socket.MSG_DONTWAIT)):
                    data += more
            for message in lines.feed(data):
                yield message
                if isinstance(message, Bye):
                    return
        except (OSError, BadMessage):
            data = b""
        if not data:
            yield Bye(LOST)
            return


def found(name: str = "") -> Path:
    """Find a class; without a name, the only one there is. Raises NoClass for none or several."""
    if name:
        place.checked(name)
        paths = [path for path in place.classes() if path.stem == name]
    else:
        there = {one.name for one in listed()}
        paths = [path for path in place.classes() if path.stem in there]
    if len(paths) > 1:
        names = and_list([path.stem for path in paths], "or")
        raise NoClass(f"there are several classes: tfx follow {names}.")
    if not paths:
        raise NoClass(f"there is no class {name} here." if name else "there is no class here.")
    return paths[0]


def join(path: Path, called: str = "") -> socket.socket:
    """Connect to a class and say hello. Raises NoClass where nobody presents there."""
    connection = place.connected(path)
    if connection is None:
        raise NoClass(f"there is no class {path.stem} here.")
    try:
        if _greeting(connection) is None:
            raise NoClass(f"what is at {path.stem} is no class, or one that is full.")
        connection.settimeout(PATIENCE)
        connection.sendall(write(Hello(called[:LONGEST_NAME])))
    except TimeoutError:
        connection.close()
        raise NoClass(f"whoever presents in {path.stem} does not answer now.") from None
    except OSError:
        connection.close()
        raise NoClass(f"there is no class {path.stem} here.") from None
    except NoClass:
        connection.close()
        raise
    return connection


class Seat(asyncio.Protocol):
    """A connection in an event loop; when it ends, `heard` gets a last Bye."""

    def __init__(self, heard: Callable[[Message], None]) -> None:
        self._heard, self._lines = heard, Lines()
        self._transport: asyncio.Transport | None = None
        self._connection: socket.socket | None = None
        self._over = False

    async def open(self, connection: socket.socket) -> None:
        """Take a connection over that `join` has made."""
        connection.setblocking(False)
        self._connection = connection
        loop = asyncio.get_running_loop()
        await loop.create_unix_connection(lambda: self, sock=connection)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It goes on from here."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Hear what the class says; what is no message ends it."""
        try:
            for message in self._lines.feed(data):
                self._over = self._over or isinstance(message, Bye)
                self._heard(message)
        except BadMessage as problem:
            self._end(f"The class said what cannot be read: {problem}.")

    def connection_lost(self, problem: Exception | None) -> None:
        """It ends without a word, or with one that came while something was being sent."""
        with suppress(OSError):
            while self._connection and not self._over and (data := self._connection.recv(LONGEST)):
                self.data_received(data)
        self._end(LOST)

    def _end(self, why: str) -> None:
        if not self._over:
            self._over = True
            self._heard(Bye(why))
        self.close()

    def send(self, message: Message) -> None:
        """Say something to the class. Raises BadMessage where it is too long."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(write(message))

    def close(self) -> None:
        """Leave."""
        self._over = True
        if self._transport is not None:
            self._transport.close()


def when(since: int) -> str:
    """Write since when a class is open."""
    return time.strftime("%H:%M", time.localtime(since))
