"""The terminal of one forked kiosk: bytes both ways, whatever its client speaks."""

from __future__ import annotations

import asyncio
import fcntl
import os
import struct
import termios
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from tui_transformer import kiosk
from tui_transformer.ui.terminal.restore import RESET

if TYPE_CHECKING:
    from tui_transformer.hosting.house import House

LONGEST_WORDS: Final = 10_001  # one more than the kiosk takes, so that it says its sentence
ROOM: Final = 1 << 14  # bytes of pictures on their way; an older picture is worth nothing
_KEYS: Final = 1 << 16  # bytes typed and not yet read
_RESIZES: Final = 100  # in a second
_LOOK_AGAIN: Final = 0.02  # seconds, while a client reads too slowly


class Client(Protocol):
    """Who sits before a terminal, as far as the terminal knows."""

    def write(self, data: bytes) -> None:
        """Send what is drawn."""

    def is_behind(self) -> bool:
        """Whether more than ROOM bytes are still on their way."""

    def hold(self, held: bool) -> None:
        """Take no more keys for a while, or take them again."""

    def over(self, status: int) -> None:
        """Hear that the kiosk has ended; 128 and the number for a signal."""

    def hang_up(self) -> None:
        """Ask the kiosk to go."""

    def end(self, status: int) -> None:
        """Hear from the nursery how the kiosk ended; negative for a signal."""


class Wish(NamedTuple):
    """What a client asks for: a state in words, on which terminal, in which colours."""

    words: str
    term: str
    colours: dict[str, str]
    presents: bool = False

    @property
    def reset(self) -> str:
        """What puts the terminal right; one that takes lines alone would show it."""
        return "" if self.term == "dumb" else RESET


class Terminal:
    """A pseudo-terminal, on which the house's parent forks a kiosk."""

    def __init__(self, house: House, client: Client) -> None:
        self._house, self._client = house, client
        self._size = (80, 24)
        self._master: int | None = None
        self._number: int | None = None
        self._typed = bytearray()
        self._reading = False
        self._why, self._reset = "", RESET
        self._resizes, self._second = 0, 0.0

    @property
    def started(self) -> bool:
        """Whether there is a kiosk that will tell how it ended."""
        return self._number is not None

    def begin(self, wish: Wish) -> str:
        """Start a kiosk if there is room; a sentence where that cannot be now, else nothing."""
        if not self._house.enter(self._client):
            return f"tfx: everybody's place is taken ({self._house.most}). Please try again later."
        return self.start(wish)

    def start(self, wish: Wish) -> str:
        """Start the kiosk of somebody who has a place."""
        self._reset = wish.reset
        self._master, slave = os.openpty()
        os.set_blocking(self._master, False)
        self._set_size()
        self._number = self._house.parent.begin(wish._asdict(), slave, self._client.end)
        os.close(slave)
        if self._number is None:
            self.close()
            self._house.leave(self._client)
            return "tfx: too many come at once. Please try again."
        self._resume()
        return ""

    def type(self, data: bytes) -> None:
        """Pass keys on, as fast as they are read."""
        if self._master is not None:
            self._typed += data
            self._type()

    def resize(self, width: int, height: int) -> bool:
        """Take a size; False where a flood of them comes."""
        now = monotonic()
        if now - self._second > 1:
            self._resizes, self._second = 0, now
        self._resizes += 1
        if self._resizes > _RESIZES:
            return False
        self._size = (width, height)
        self._set_size()
        return True

    def hang_up(self, why: str = "") -> None:
        """Tell the kiosk to put the terminal right and go; the client is told why."""
        self._why = why
        if self._number is not None:
            self._house.parent.hang_up(self._number)

    def end(self, status: int) -> None:
        """Send what is left, say how it ended, and let the client go."""
        if self._master is not None:
            while data := self._read():
                self._client.write(data)
            why, reset = self._why, ""
            if status < 0:  # it had no time to put the terminal right
                why = why or kiosk.why_ended(-status) or f"tfx was ended by signal {-status}."
                reset = self._reset
            if why:
                self._client.write(f"{reset}{why}\r\n".encode())
            self._number = None
            self.close()
            self._client.over(status if status >= 0 else 128 - status)
        self._house.leave(self._client)

    def close(self) -> None:
        """Let go of it: whoever still holds it hears a hang-up."""
        if self._master is not None:
            self._pause()
            asyncio.get_running_loop().remove_writer(self._master)
            os.close(self._master)
            self._master = None

    def _set_size(self) -> None:
        if self._master is not None:
            columns, rows = (min(max(side, 0), 2000) for side in self._size)
            size = struct.pack("HHHH", rows, columns, 0, 0)
            fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)

    def _resume(self) -> None:
        """Read pictures again once the client has taken those that are on their way."""
        if self._master is None or self._reading:
            return
        if self._client.is_behind():
            asyncio.get_running_loop().call_later(_LOOK_AGAIN, self._resume)
        else:
            self._reading = True
            asyncio.get_running_loop().add_reader(self._master, self._draw)

    def _draw(self) -> None:
        if data := self._read():
            self._client.write(data)
            if not self._client.is_behind():
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
            return os.read(self._master, ROOM)
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
                self._client.hold(True)
        else:
            loop.remove_writer(self._master)
            self._client.hold(False)
