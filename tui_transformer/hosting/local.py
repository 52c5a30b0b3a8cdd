"""Visitors whom the system's sshd lets in: `tfx-visit` asks here, on a socket, for a terminal.

Of each the host sees nothing but what was asked for and how it ended: the end of the
pseudo-terminal that draws goes to the visitor's own process, which passes the bytes.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import socket
import struct
import termios
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from tui_transformer import kiosk
from tui_transformer.hosting.terminal import LONGEST_WORDS, Wish

if TYPE_CHECKING:
    from tui_transformer.classroom.listening import Listening
    from tui_transformer.hosting.house import House

_BESIDE: Final = 100  # connections beyond the sessions: they come in, or are told that it is full
_PATIENCE: Final = 10.0  # seconds to say what is asked for
_LONGEST: Final = 1 << 16  # bytes of it
_SIZE: Final = struct.Struct("HHHH")


class Lodger:
    """One `tfx-visit`; it ends with its session, its process or the host."""

    def __init__(self, lobby: Lobby, connection: socket.socket) -> None:
        self._lobby, self._connection = lobby, connection
        self._number: int | None = None
        self._reset = ""
        connection.setblocking(False)
        loop = asyncio.get_running_loop()
        loop.add_reader(connection, self._hear)
        self._timer = loop.call_later(_PATIENCE, self.close)

    def _hear(self) -> None:
        """Begin with the first packet; whatever comes after it is the end."""
        try:
            asked = self._connection.recv(_LONGEST)
        except BlockingIOError:
            return
        except OSError:
            asked = b""
        self._timer.cancel()
        if asked and self._number is None:
            self._begin(asked)
        else:
            self.hang_up()
            self.close()

    def _begin(self, asked: bytes) -> None:
        size, said = asked[: _SIZE.size], asked[_SIZE.size :].split(b"\0", 3)
        if len(size) < _SIZE.size or len(said) < 4:
            self.close()
            return
        house = self._lobby.house
        if not house.enter(self):
            full = f"tfx: everybody's place is taken ({house.most}). Please try again later."
            self._tell(1, full)
            return
        term, colorterm, no_color, words = (part.decode("utf-8", "replace") for part in said)
        given = {"COLORTERM": colorterm, "NO_COLOR": no_color}
        colours = {name: value for name, value in given.items() if value.isalnum()}
        wish = Wish(words[:LONGEST_WORDS].replace("\0", "\ufffd"), term[:64], colours)
        master, slave = os.openpty()
        rows, columns = (min(side, 2000) for side in _SIZE.unpack(size)[:2])
        fcntl.ioctl(slave, termios.TIOCSWINSZ, _SIZE.pack(rows, columns, 0, 0))
        self._reset = wish.reset
        self._number = house.parent.begin(wish._asdict(), slave, self.end)
        os.close(slave)
        if self._number is None:
            house.leave(self)
            self._tell(1, "tfx: too many come at once. Please try again.")
        else:
            with suppress(OSError):  # whoever is gone already is heard of soon
                socket.send_fds(self._connection, [(wish.reset or "\r").encode()], [master])
        os.close(master)

    def hang_up(self) -> None:
        """Ask the kiosk to go."""
        if self._number is not None:
            self._lobby.house.parent.hang_up(self._number)

    def end(self, status: int) -> None:
        """Hear from the nursery how the kiosk ended, and tell it."""
        self._lobby.house.leave(self)
        said = ""
        if status < 0:  # it had no time to put the terminal right
            why = kiosk.why_ended(-status) or f"tfx was ended by signal {-status}."
            said = f"{self._reset}{why}"
        self._tell(status if status >= 0 else 128 - status, said)

    def _tell(self, status: int, said: str) -> None:
        with suppress(OSError):
            self._connection.send(f"{status} {said}".encode())
        self.close()

    def close(self) -> None:
        """Let the connection go."""
        self._timer.cancel()
        if self._connection.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._connection)
            self._connection.close()
        self._lobby.lodgers.discard(self)


class Lobby:
    """Where they come in."""

    def __init__(self, house: House, listening: socket.socket) -> None:
        self.house, self._listening = house, listening
        self.lodgers: set[Lodger] = set()

    def open(self) -> None:
        """Let them come in."""
        asyncio.get_running_loop().add_reader(self._listening, self._accept)

    def _accept(self) -> None:
        with suppress(OSError):  # none, or no descriptor for one more
            connection, _ = self._listening.accept()
            if len(self.lodgers) >= self.house.most + _BESIDE:
                connection.close()
            else:
                self.lodgers.add(Lodger(self, connection))

    def close(self) -> None:
        """Let nobody else in."""
        asyncio.get_running_loop().remove_reader(self._listening)


async def serve(house: House, listening: Listening, opened: Callable[[], None]) -> None:
    """Serve until SIGTERM, SIGINT or SIGHUP."""
    loop = asyncio.get_running_loop()
    house.parent.attach(loop)
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, over.set)
    lobby = Lobby(house, listening.socket)
    lobby.open()
    opened()
    await over.wait()
    lobby.close()
    listening.close()
    await house.empty()
    for lodger in list(lobby.lodgers):
        lodger.close()
