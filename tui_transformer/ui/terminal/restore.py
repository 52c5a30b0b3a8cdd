"""Puts a terminal back as it was; standard library only, so that a supervisor loads it fast."""

import os
import select
import sys
import termios
from contextlib import suppress
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

_PATIENCE: Final = 0.2

_report: int | None = None
_taken = False


def problem() -> str | None:
    """Return a sentence that says why this is no terminal to draw on, or None."""
    for stream, what in ((sys.stdin, "input"), (sys.stdout, "output")):
        if stream is None or stream.closed or not stream.isatty():
            return f"tfx draws on a terminal, but its {what} is not one."
    term = os.environ.get("TERM", "")
    if term in ("", "dumb", "unknown"):
        return f"tfx needs a terminal that can place text, but TERM is {term or 'not set'}."
    return None


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


def _note(now: bool) -> None:
    global _taken
    if now != _taken:
        _taken = now
        if _report is not None:
            with suppress(OSError):
                os.write(_report, b"+" if now else b"-")


def open_terminal(fileno: int) -> int:
    """Open the terminal of a descriptor again, so that writing to it never waits.

    The descriptor itself is shared with the shell, which must not find it changed.
    """
    flags = os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC
    with suppress(OSError):
        return os.open(os.ttyname(fileno), flags)
    with suppress(OSError):
        return os.open("/dev/tty", flags)
    # Then a terminal that does not read is waited for, which is better than nothing.
    return os.dup(fileno)


def send_last(fileno: int, data: bytes) -> bool:
    """Send what puts a terminal right and say whether it will get there.

    Where a terminal does not read, this takes the place of what it has not read yet.
    """
    poll = select.poll()
    poll.register(fileno, select.POLLOUT)
    for _ in range(2):
        with suppress(OSError):
            if poll.poll(_PATIENCE * 1000) and os.write(fileno, data) == len(data):
                return True
        with suppress(termios.error):
            termios.tcflush(fileno, termios.TCOFLUSH)
    return False


class Terminal:
    """The terminal as it was found, which `restore` brings back."""

    def __init__(self) -> None:
        self._fileno = sys.__stdin__.fileno() if sys.__stdin__ else 0
        self._attributes: list[Any] | None = None
        with suppress(termios.error):
            self._attributes = termios.tcgetattr(self._fileno)

    def restore(self, *, screen: bool | None = None) -> None:
        """Bring back what this program changes, unless the terminal is another's by now.

        `screen` says whether that includes the screen; where not given, it is what was noted.
        """
        with suppress(OSError):
            if os.tcgetpgrp(self._fileno) != os.getpgrp():
                return
        if _taken if screen is None else screen:
            fileno = open_terminal(self._fileno)
            if send_last(fileno, RESET.encode()):
                give_back()
            os.close(fileno)
        if self._attributes is not None:
            with suppress(termios.error):
                termios.tcsetattr(self._fileno, termios.TCSANOW, self._attributes)
