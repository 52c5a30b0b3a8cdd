"""What is sent to the terminal: never waits for it, and knows when it does not keep up."""

import asyncio
import os
from collections.abc import Callable
from typing import Final

from tui_transformer.ui.terminal.restore import open_terminal, send_last

# What may wait for a terminal that does not read; frames are dropped long before.
_ROOM: Final = 4_000_000


class Output:
    """Sends text to a terminal from the event loop, keeping what the terminal does not take yet."""

    def __init__(self, fileno: int, encoding: str, caught_up: Callable[[], None]) -> None:
        self._fileno = open_terminal(fileno)
        self._encoding = encoding
        self._caught_up = caught_up
        self._loop = asyncio.get_running_loop()
        self._waiting = bytearray()
        self._closed = False

    @property
    def behind(self) -> bool:
        """Whether the terminal has not taken all that was sent."""
        return bool(self._waiting)

    def write(self, text: str) -> None:
        """Send a text, after what is still waiting."""
        data = text.encode(self._encoding, errors="replace")
        if self._closed or len(self._waiting) + len(data) > _ROOM:
            return
        if self._waiting:
            self._waiting += data
            return
        taken = self._send(data)
        if taken < len(data):
            self._waiting += data[taken:]
            self._loop.add_writer(self._fileno, self._go_on)

    def finish(self, text: str) -> bool:
        """Send a last text, in the place of what still waits; say whether the terminal took it."""
        self._waiting.clear()
        self._loop.remove_writer(self._fileno)
        return send_last(self._fileno, text.encode())

    def start(self) -> None:
        """Do nothing; a thread would begin here."""

    def stop(self) -> None:
        """Send nothing more."""
        if not self._closed:
            self._closed = True
            self._loop.remove_writer(self._fileno)
            os.close(self._fileno)

    def _go_on(self) -> None:
        del self._waiting[: self._send(bytes(self._waiting))]
        if not self._waiting:
            self._loop.remove_writer(self._fileno)
            self._caught_up()

    def _send(self, data: bytes) -> int:
        """Write what the terminal takes now; return how much that was."""
        try:
            return os.write(self._fileno, data)
        except BlockingIOError:
            return 0
        except OSError:
            # There is no terminal any more, which whoever reads from it will notice.
            return len(data)
