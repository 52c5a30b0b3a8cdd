"""One session: bytes between an SSH channel and the terminal of a forked kiosk."""

from __future__ import annotations

import asyncio
import fcntl
import os
import struct
import termios
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import asyncssh

from tui_transformer import kiosk
from tui_transformer.ui.terminal.restore import RESET

if TYPE_CHECKING:
    from tui_transformer.hosting.house import House

LONGEST_WORDS: Final = 10_001  # one more than the kiosk takes, so that it says its sentence
_ROOM: Final = 1 << 14  # bytes of pictures on their way; an older picture is worth nothing
_KEYS: Final = 1 << 16  # bytes typed and not yet read
_RESIZES: Final = 100  # in a second
_LOOK_AGAIN: Final = 0.02  # seconds, while a client reads too slowly
_NO_TERMINAL: Final = "tfx draws on a terminal: ask for one, as in: ssh -t HOST softmax"


class Colours(dict[bytes, bytes]):
    """What a client says of its terminal's colours; other variables are not even kept."""

    def __setitem__(self, name: bytes, value: bytes) -> None:
        """Keep what is short and wanted."""
        if name in (b"NO_COLOR", b"COLORTERM") and value.isalnum() and len(value) <= 64:
            super().__setitem__(name, value)


class Session(asyncssh.SSHServerSession[bytes]):
    """A visitor's session; it ends with the kiosk, the connection or the host."""

    def __init__(self, house: House, connection: asyncssh.SSHServerConnection) -> None:
        self._house, self._connection = house, connection
        self._term: str | None = None
        self._size = (80, 24)
        self._words = ""
        self._master: int | None = None
        self._number: int | None = None
        self._typed = bytearray()
        self._reading = False
        self._resizes, self._second = 0, 0.0

    # ── what asyncssh calls ────────────────────────────────────────────────────────────

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        """Note the channel."""
        self._channel = chan
        self._colours = chan._env = Colours()  # asyncssh would keep whatever comes

    def pty_requested(self, term_type: str, term_size: Any, term_modes: Any) -> bool:
        """Note what the terminal is called, and its size."""
        self._term = term_type[:64].replace("\0", "")
        self._size = term_size[:2]
        return True

    def shell_requested(self) -> bool:
        """Give the map where nothing is asked for."""
        return True

    def exec_requested(self, command: str) -> bool:
        """Take what was written behind `ssh HOST`: a state to open, never a command to run."""
        self._words = command[:LONGEST_WORDS].replace("\0", "\ufffd")
        return True

    def subsystem_requested(self, subsystem: str) -> bool:
        """Refuse: no files come in or go out."""
        return False

    def session_started(self) -> None:
        """Start the kiosk, or say why not."""
        if self._term is None:
            self._channel.write_stderr(f"tfx: {_NO_TERMINAL}\n".encode())
            self._channel.exit(2)
        elif not self._house.enter(self):
            said = f"tfx: everybody's place is taken ({self._house.most}). Please try again later."
            self._refuse(said)
        else:
            self._begin()

    def data_received(self, data: bytes, datatype: Any) -> None:
        """Pass keys on, as fast as they are read."""
        if self._master is None:
            return
        self._typed += data
        self._type()

    def eof_received(self) -> bool:
        """Keep the channel open for pictures: a terminal has no end of input."""
        return True

    def terminal_size_changed(self, width: int, height: int, *_: int) -> None:
        """Tell the terminal, but not a flood of sizes."""
        now = monotonic()
        if now - self._second > 1:
            self._resizes, self._second = 0, now
        self._resizes += 1
        if self._resizes > _RESIZES:
            self._connection.abort()
        else:
            self._size = (width, height)
            self._set_size()

    def connection_lost(self, exc: Exception | None) -> None:
        """Hang up the kiosk."""
        self.hang_up()
        self._close()

    # ── what the house calls ───────────────────────────────────────────────────────────

    def hang_up(self) -> None:
        """Tell the kiosk to put the terminal right and go."""
        if self._number is not None:
            self._house.parent.hang_up(self._number)

    def end(self, status: int) -> None:
        """Send what is left, say how it ended, and close the channel."""
        if self._master is None:
            self._house.leave(self)
            return
        while data := self._read():
            self._channel.write(data)
        if status < 0:  # it had no time to put the terminal right
            why = kiosk.why_ended(-status) or f"tfx was ended by signal {-status}."
            self._channel.write(f"{RESET}{why}\r\n".encode())
        self._number = None
        self._close()
        self._channel.exit(status if status >= 0 else 128 - status)
        self._house.leave(self)
        self._house.unused(self._connection)

    # ── the terminal ───────────────────────────────────────────────────────────────────

    def _refuse(self, sentence: str) -> None:
        self._channel.write(f"{sentence}\r\n".encode())
        self._channel.exit(1)
        self._house.unused(self._connection)

    def _begin(self) -> None:
        self._master, slave = os.openpty()
        os.set_blocking(self._master, False)
        self._set_size()
        colours = {name.decode(): value.decode() for name, value in self._colours.items()}
        request = {"words": self._words, "term": self._term, "colours": colours}
        self._number = self._house.parent.begin(request, slave, self.end)
        os.close(slave)
        if self._number is None:
            self._close()
            self._house.leave(self)
            self._refuse("tfx: too many come at once. Please try again.")
            return
        self._resume()

    def _set_size(self) -> None:
        if self._master is not None:
            columns, rows = (min(max(side, 0), 2000) for side in self._size)
            size = struct.pack("HHHH", rows, columns, 0, 0)
            fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)

    def _resume(self) -> None:
        """Read pictures again once the client has taken those that are on their way."""
        if self._master is None or self._reading:
            return
        if self._is_behind():
            asyncio.get_running_loop().call_later(_LOOK_AGAIN, self._resume)
        else:
            self._reading = True
            asyncio.get_running_loop().add_reader(self._master, self._draw)

    def _is_behind(self) -> bool:
        # asyncssh has no word for what its transport has not sent yet.
        transport = self._connection._transport
        unsent = transport.get_write_buffer_size() if transport else 0
        return unsent + self._channel.get_write_buffer_size() > _ROOM

    def _draw(self) -> None:
        if data := self._read():
            self._channel.write(data)
            if not self._is_behind():
                return
        self._pause()
        if data:
            self._resume()
        else:  # nobody holds the terminal: how it ended comes from the nursery, if that is there
            asyncio.get_running_loop().call_later(2, self._orphaned)

    def _orphaned(self) -> None:
        if self._master is not None:
            self.end(1)

    def _pause(self) -> None:
        if self._reading and self._master is not None:
            self._reading = False
            asyncio.get_running_loop().remove_reader(self._master)

    def _read(self) -> bytes:
        if self._master is None:
            return b""
        try:
            return os.read(self._master, _ROOM)
        except OSError:  # none now, or for ever
            return b""

    def _type(self) -> None:
        """Write what was typed; what the kiosk does not read yet is kept, and no more taken."""
        if self._master is None:
            return
        loop = asyncio.get_running_loop()
        with suppress(OSError):
            del self._typed[: os.write(self._master, self._typed)]
        if self._typed:
            loop.add_writer(self._master, self._type)
            if len(self._typed) > _KEYS:
                self._channel.pause_reading()
        else:
            loop.remove_writer(self._master)
            self._channel.resume_reading()

    def _close(self) -> None:
        if self._master is not None:
            self._pause()
            asyncio.get_running_loop().remove_writer(self._master)
            os.close(self._master)
            self._master = None
