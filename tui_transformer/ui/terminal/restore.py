"""Puts a terminal back as it was; standard library only, so that a supervisor can load it fast."""

import os
import select
import sys
import termios
import time
from typing import Any, Final

RESET: Final = "".join(
    [
        "\x1b\\",  # ends whatever sequence was cut short
        "\x1b[?2026l",  # synchronised output
        "\x1b]8;;\x1b\\\x1b[m",  # link, colours
        *(f"\x1b[?{mode}l" for mode in (1000, 1002, 1003, 1006, 1015, 1016)),  # mouse
        "\x1b[?2004l\x1b[?1004l\x1b[?2048l",  # bracketed paste, focus, sizes in band
        "\x1b[<u",  # kitty's keyboard; each screen has its own, so before leaving this one
        "\x1b[?7h",  # wrapping
        "\x1b[?1049l\x1b[?25h",  # back to the other screen, with a cursor
    ]
)

_report: int | None = None
_taken = False


def report_to(fileno: int) -> None:
    """Tell a supervisor, through a pipe, when the terminal is taken and given back."""
    global _report
    _report = fileno


def take() -> None:
    """Note that the terminal is not as it was found."""
    _note(True)


def give_back() -> None:
    """Note that the terminal is as it was found."""
    _note(False)


def taken() -> bool:
    """Say whether the terminal is not as it was found."""
    return _taken


def _note(now: bool) -> None:
    global _taken
    if now != _taken:
        _taken = now
        if _report is not None:
            os.write(_report, b"+" if now else b"-")


def open_terminal(fileno: int) -> int:
    """Open the terminal of a descriptor again, so that writing to it never waits.

    The descriptor itself is shared with the shell, which must not find it changed.
    """
    flags = os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC
    for name in (lambda: os.ttyname(fileno), lambda: "/dev/tty"):
        try:
            return os.open(name(), flags)
        except OSError:
            continue
    # Another user's terminal, in a container: then a stalled terminal is waited for.
    return os.dup(fileno)


def send(fileno: int, data: bytes, patience: float) -> bool:
    """Write to a terminal opened here within some seconds; say whether it took everything."""
    end = time.monotonic() + patience
    poll = select.poll()
    poll.register(fileno, select.POLLOUT)
    while data:
        left = end - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            return False
        try:
            data = data[os.write(fileno, data) :]
        except BlockingIOError:
            time.sleep(0.01)
        except OSError:
            return False
    return True


class Terminal:
    """The terminal as it was found, which `restore` brings back."""

    def __init__(self) -> None:
        self._fileno = sys.__stdin__.fileno() if sys.__stdin__ else 0
        self._attributes = self._read_attributes()

    def restore(self) -> None:
        """Bring back everything that this program changes, unless the terminal is another's now."""
        if not self._in_foreground():
            return
        if taken():
            fileno = open_terminal(self._fileno)
            send(fileno, RESET.encode(), 0.5)
            os.close(fileno)
            give_back()
        if self._attributes is not None:
            try:
                termios.tcsetattr(self._fileno, termios.TCSANOW, self._attributes)
            except termios.error:
                pass

    def _read_attributes(self) -> list[Any] | None:
        try:
            return termios.tcgetattr(self._fileno)
        except termios.error:
            return None

    def _in_foreground(self) -> bool:
        try:
            return os.tcgetpgrp(self._fileno) == os.getpgrp()
        except OSError:
            return True
