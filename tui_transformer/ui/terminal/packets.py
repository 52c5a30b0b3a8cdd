"""What `textual serve` speaks: packets through pipes, where the program expects a terminal.

It starts a program for each page, names Textual's driver for that in TEXTUAL_DRIVER, and waits for
the driver's first line. The program gets a pseudo-terminal instead and runs on it as ever; this
process stays between, in the supervisor's place. Standard library only.
"""

import errno
import fcntl
import json
import os
import select
import signal
import struct
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any, Final

from tui_transformer.ui.terminal import supervisor

DRIVER: Final = "textual.drivers.web_driver:WebDriver"

_READY: Final = b"__GANGLION__\n"
_HEAD: Final = struct.Struct(">cI")  # D for data, M for what is said in JSON; bytes that follow
_LONGEST: Final = 1 << 22  # bytes of a packet
_ROOM: Final = 1 << 14  # bytes on their way, either way
_WHOLE: Final = 4096  # bytes that a pipe takes without waiting once it takes any
_PATIENCE: Final = 3.5  # seconds in which the program leaves by itself
_ENDING: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def is_asked() -> bool:
    """Say whether a page is served: the driver is named, and there is no terminal."""
    streams = (sys.stdin, sys.stdout)
    terminals = [stream for stream in streams if stream is not None and stream.isatty()]
    return os.environ.get("TEXTUAL_DRIVER") == DRIVER and not terminals


def serve(app: Callable[[], int]) -> int:
    """Run an app on a terminal of its own, and pass packets; both processes return a status."""
    master, slave = os.openpty()
    os.set_blocking(master, False)
    _set_size(master, os.environ.get("COLUMNS", ""), os.environ.get("ROWS", ""))
    child = os.fork()
    if child == 0:
        os.close(master)
        os.login_tty(slave)
        for name in ("TEXTUAL_DRIVER", "COLUMNS", "ROWS", "LINES"):
            os.environ.pop(name, None)
        os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        supervisor.needless = True
        return app()
    os.close(slave)
    return _Between(master, child).run()


def _set_size(master: int, columns: Any, rows: Any) -> None:
    with suppress(ValueError, TypeError, struct.error):
        size = struct.pack("HHHH", int(rows), int(columns), 0, 0)
        fcntl.ioctl(master, termios.TIOCSWINSZ, size)


class _Between:
    """Passes packets until the program has ended."""

    def __init__(self, master: int, child: int) -> None:
        self._master, self._child = master, child
        self._unread, self._typed, self._drawn = bytearray(), bytearray(), bytearray(_READY)
        self._hears, self._draws = True, True  # while the pipe, the terminal are open
        self._deadline: float | None = None
        self._woken, wakes = os.pipe()
        for end in (self._woken, wakes):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
        for number in _ENDING:
            signal.signal(number, lambda *_: self._leave())
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def run(self) -> int:
        """Pass packets; returns the program's exit status, or 128 and its signal's number."""
        while True:
            ended, status = os.waitpid(self._child, os.WNOHANG)
            if ended:
                break
            if self._deadline is not None and monotonic() > self._deadline:
                os.kill(self._child, signal.SIGKILL)
            self._pass()
        self._deadline = monotonic() + _PATIENCE
        while self._draw():
            pass
        told = json.dumps({"type": "exit"}).encode()
        self._drawn += _HEAD.pack(b"M", len(told)) + told
        self._hears = self._draws = False
        while self._drawn and monotonic() < self._deadline:
            self._pass()
        code = os.waitstatus_to_exitcode(status)
        return 128 - code if code < 0 else code

    def _pass(self) -> None:
        """Wait for something that can go on, and let it."""
        poll = select.poll()
        poll.register(self._woken, select.POLLIN)
        if self._hears and len(self._typed) < _ROOM:
            poll.register(0, select.POLLIN)
        if self._drawn:
            poll.register(1, select.POLLOUT)
        wanted = select.POLLIN * (len(self._drawn) < _ROOM) | select.POLLOUT * bool(self._typed)
        if self._draws and wanted:
            poll.register(self._master, wanted)
        for fileno, _ in poll.poll(None if self._deadline is None else 100):
            if fileno == self._woken:
                os.read(self._woken, 4096)
            elif fileno == 0:
                self._hear()
            elif fileno == 1:
                self._send()
            else:
                self._type()
                self._draws = self._draw() is not None

    def _hear(self) -> None:
        """Read packets; what is none of them ends the program."""
        data = b""
        with suppress(OSError):
            data = os.read(0, _ROOM)
        self._unread += data
        try:
            while data and len(self._unread) >= _HEAD.size:
                kind, size = _HEAD.unpack_from(self._unread)
                if size > _LONGEST:
                    raise ValueError("too long")
                end = _HEAD.size + size
                if len(self._unread) < end:
                    return
                payload = bytes(self._unread[_HEAD.size : end])
                del self._unread[:end]
                if kind == b"D":
                    self._typed += payload
                elif kind == b"M":
                    self._heed(json.loads(payload))
        except (ValueError, RecursionError):
            data = b""
        if not data:
            self._hears = False
            self._leave()

    def _heed(self, told: Any) -> None:
        match told:
            case {"type": "resize", "width": width, "height": height}:
                _set_size(self._master, width, height)
            case {"type": "quit"}:
                self._leave()

    def _send(self) -> None:
        try:
            del self._drawn[: os.write(1, self._drawn[:_WHOLE])]
        except OSError:  # nobody reads any more
            self._drawn.clear()
            self._leave()

    def _type(self) -> None:
        if self._typed:
            with suppress(OSError):
                del self._typed[: os.write(self._master, self._typed)]

    def _draw(self) -> bool | None:
        """Take what is drawn, if there is something; None once the terminal is closed."""
        try:
            data = os.read(self._master, _ROOM)
        except OSError as problem:
            return False if problem.errno == errno.EAGAIN else None
        self._drawn += _HEAD.pack(b"D", len(data)) + data
        return True

    def _leave(self) -> None:
        """Tell the program that its terminal is gone."""
        if self._deadline is None:
            self._deadline = monotonic() + _PATIENCE
            with suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGHUP)
