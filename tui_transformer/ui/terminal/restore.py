"""Puts a terminal back as it was; standard library only, so that a supervisor loads it fast."""

import errno
import os
import select
import signal
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from mmap import mmap
from time import monotonic
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

# Whatever a terminal sends after the answer to this, it sends knowing that it has been reset.
_QUESTION: Final = "\x1b[5n"
_ANSWERS: Final = (b"[0n", b"[3n")
_PATIENCE: Final = 0.2
_LONGEST_GOODBYE: Final = 1.0

HUNG_UP: Final = 128 + signal.SIGHUP
"""The exit status where the terminal has been closed."""

owed: bytearray | mmap = bytearray(1)
"""How many answers to such questions are still on their way; a supervisor shares it."""

_report: int | None = None
_taken = False
_alone = False
_found: list[Any] | None = None


def problem() -> str | None:
    """Return a sentence that says why this is no terminal to draw on, or None."""
    for stream, what in ((sys.stdin, "input"), (sys.stdout, "output")):
        if stream is None or stream.closed or not stream.isatty():
            return f"tfx draws on a terminal, but its {what} is not one."
    term = os.environ.get("TERM", "")
    if term in ("", "dumb", "unknown"):
        return f"tfx needs a terminal that can place text, but TERM is {term or 'not set'}."
    return None


def is_closed() -> bool:
    """Say whether there was a terminal, which has been closed since."""
    try:
        termios.tcgetattr(sys.__stdin__.fileno() if sys.__stdin__ else 0)
    except termios.error as problem:
        return problem.args[0] == errno.EIO  # what never was one has another number
    except (OSError, ValueError):
        return False
    return False


def report_to(fileno: int) -> None:
    """Tell a supervisor, through a pipe, when the terminal is taken and given back."""
    global _report
    _report = fileno


def found(attributes: list[Any]) -> None:
    """Note how the terminal was found, before a question was asked that changes it."""
    global _found
    _found = attributes


def as_found(fileno: int) -> None:
    """Make a terminal that was changed for a question what it was, echo and all."""
    if _found is not None:
        with suppress(termios.error):
            termios.tcsetattr(fileno, termios.TCSANOW, _found)


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


def alone() -> None:
    """Note that whoever started this has gone: another may be reading from the terminal by now."""
    global _alone
    _alone = True


def leave(fileno: int, send: Callable[[str], bool]) -> None:
    """Put a terminal right by what `send` sends, and read what it had to say until then.

    Over a slow line that is what it sent before it was told that nobody listens to the mouse any
    more; a shell would take it for typing. Echo and line editing are left switched off.
    """
    asks = not _alone and _is_ours(fileno)
    if asks:
        _hush(fileno)
    if send(RESET + _QUESTION if asks else RESET):
        give_back()
        if asks:
            drain(fileno, answers=owed[0] + 1)
            owed[0] = 0


def _is_ours(fileno: int) -> bool:
    """Say whether nobody else is using the terminal."""
    try:
        return os.tcgetpgrp(fileno) == os.getpgrp()
    except OSError:
        return True


def _hush(fileno: int) -> None:
    """Let the answer be read and not shown, whatever has become of the terminal."""
    with suppress(termios.error):
        attributes = termios.tcgetattr(fileno)
        attributes[3] &= ~(termios.ECHO | termios.ICANON)
        termios.tcsetattr(fileno, termios.TCSANOW, attributes)


def drain(fileno: int, seconds: float = _LONGEST_GOODBYE, answers: int = 1) -> None:
    """Throw away what a terminal has sent up to its answer to the question, the last of so many.

    What follows the answer is meant for the shell, so that this reads byte by byte. It ends after
    so many seconds without an answer, and at once where the terminal is gone or another's.
    """
    poll = select.poll()
    poll.register(fileno, select.POLLIN)
    end = monotonic() + seconds
    seen = b""
    before = signal.signal(signal.SIGTTIN, signal.SIG_IGN)  # or reading could stop us
    with suppress(OSError):
        while answers:
            left = end - monotonic()
            if left <= 0 or not poll.poll(left * 1000) or not (byte := os.read(fileno, 1)):
                break
            seen = seen[-3:] + byte
            answers -= seen.endswith(_ANSWERS)
    signal.signal(signal.SIGTTIN, before)


class Terminal:
    """The terminal as it was found, which `restore` brings back."""

    def __init__(self) -> None:
        self._fileno = sys.__stdin__.fileno() if sys.__stdin__ else 0
        self._attributes: list[Any] | None = None
        with suppress(termios.error):
            self._attributes = _found or termios.tcgetattr(self._fileno)

    def restore(self, *, screen: bool | None = None) -> None:
        """Bring back what this program changes, unless the terminal is another's by now.

        `screen` says whether that includes the screen; where not given, it is what was noted.
        """
        if not _is_ours(self._fileno):
            return
        if _taken if screen is None else screen:
            fileno = open_terminal(self._fileno)
            leave(self._fileno, lambda text: send_last(fileno, text.encode()))
            os.close(fileno)
        if self._attributes is not None:
            with suppress(termios.error):
                termios.tcsetattr(self._fileno, termios.TCSANOW, self._attributes)
