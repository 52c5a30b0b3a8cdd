"""Whether the terminal is light or dark: it is asked, and what it answers is read before a picture.

The question is sent early, so that the answer is there once everything is loaded. Behind it goes
one that every terminal answers; so one that knows no colours is not waited for. What a person has
typed meanwhile is kept for the keyboard, and an answer that is late ends in `sequences.py`.
"""

import os
import re
import select
import sys
import termios
from collections.abc import Mapping
from contextlib import suppress
from time import monotonic
from typing import Any, Final

from tui_transformer.ui.terminal import restore

_QUESTION: Final = b"\x1b]11;?\x1b\\\x1b[c"
_PATIENCE: Final = 0.25
_REMOTE_PATIENCE: Final = 0.6
_LONGEST: Final = 4096
_COLOUR: Final = re.compile(
    rb"\x1b\]11;rgba?:([\da-fA-F]{1,4})/([\da-fA-F]{1,4})/([\da-fA-F]{1,4})(?:/[\da-fA-F]{1,4})?"
    rb"(?:\x07|\x1b\\)"
)
_DEVICE: Final = re.compile(rb"\x1b\[\?[\d;]*c")
_DEAF: Final = ("", "dumb", "unknown", "linux")  # what shows such a question, or knows no colours

_typed = b""


def typed_ahead() -> bytes:
    """Hand over, once, what was read that was no answer."""
    global _typed
    typed, _typed = _typed, b""
    return typed


class Question:
    """A terminal that has been asked for its background."""

    def __init__(self, fileno: int, seconds: float) -> None:
        self._fileno = fileno
        self._end = monotonic() + seconds
        self._heard = b""

    def answer(self) -> bool | None:
        """Say whether the background is light; None where the terminal has not said in time."""
        global _typed
        poll = select.poll()
        poll.register(self._fileno, select.POLLIN)
        with suppress(OSError):
            while not _DEVICE.search(self._heard) and len(self._heard) < _LONGEST:
                left = max(self._end - monotonic(), 0.0)
                if not poll.poll(left * 1000) or not (data := os.read(self._fileno, 1024)):
                    break
                self._heard += data
        found = _COLOUR.search(self._heard)
        _typed += _DEVICE.sub(b"", _COLOUR.sub(b"", self._heard))
        self._heard = b""
        return None if found is None else is_light(*found.groups())


def ask(variables: Mapping[str, str] = os.environ, remote: bool = False) -> Question | None:
    """Ask the terminal, without showing what it answers; None where that cannot be."""
    if restore.problem() is not None or variables.get("TERM", "") in _DEAF:
        return None
    fileno, out = sys.stdin.fileno(), sys.stdout.fileno()
    try:
        attributes: list[Any] = termios.tcgetattr(fileno)
        if os.tcgetpgrp(fileno) != os.getpgrp():
            return None  # it is another's, and taking it would stop us
        quiet = [*attributes]
        quiet[3] &= ~(termios.ECHO | termios.ICANON)
        poll = select.poll()
        poll.register(out, select.POLLOUT)
        if not poll.poll(0):
            return None
        restore.found(attributes)
        termios.tcsetattr(fileno, termios.TCSANOW, quiet)
        os.write(out, _QUESTION)
    except (OSError, termios.error):
        return None
    return Question(fileno, _REMOTE_PATIENCE if remote else _PATIENCE)


def is_light(*channels: bytes) -> bool:
    """Say whether a colour is light, from its red, green and blue in one to four hex digits."""
    red, green, blue = (int(each, 16) / (16 ** len(each) - 1) for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5


def light_by_variable(variables: Mapping[str, str] = os.environ) -> bool | None:
    """Read COLORFGBG, foreground;background among sixteen colours; None where it says nothing."""
    number = variables.get("COLORFGBG", "").rpartition(";")[2]
    if not (number.isascii() and number.isdecimal() and len(number) < 3 and int(number) < 16):
        return None
    return int(number) == 7 or int(number) > 8
