"""What a terminal sends, taken apart into text and whole sequences; its answers end here.

A terminal answers questions: who it is, its colours, its title, whoever asked and however long
ago. Textual's parser spells what it does not know, or what comes in two halves, out as keys, and
keys are commands. So it is given whole pieces only: text without controls, one escape, an escape
with one character (the alt key), one control sequence, a paste. Strings are answers and nothing
else. They are passed over without being kept, and so is what has begun as a sequence and goes on
as none.
"""

import os
import re
from collections.abc import Callable, Mapping
from typing import Final

from tui_transformer.ui.terminal.pace import is_far
from tui_transformer.ui.terminal.paste import START, PasteGate

ESCAPE: Final = "\x1b"

# A lone escape may be the key of that name or the beginning of anything: it is one or the other
# after this many seconds, more over a network. Whoever types on has pressed the key; but what goes
# on with one of these is taken for a sequence in two halves, which is seen more often than a person
# who presses just them so fast, and does more harm.
_GOES_ON: Final = "[]OPX^_\\"
_PATIENCE: Final = 0.35
_REMOTE_PATIENCE: Final = 0.6
# What has begun as a sequence is no key any more, and can be waited for.
_REST: Final = 1.0
# No string of a terminal that is still there is longer, in seconds and in characters.
_STRING_TIME: Final = 10.0
_STRING_ROOM: Final = 1_000_000
# Nothing that Textual knows is longer.
_LONGEST: Final = 32

_CONTROL: Final = re.compile("[\x1b\x8f\x90\x98\x9b-\x9f]")
_WHOLE: Final = re.compile(
    r"\x1b(?:"
    r"(?=\x1b)"  # the key, and something else after it
    r"|[^\x1b\[\]OPX^_]"  # with alt; the end of a string too
    r"|O[\d;]*[ -/:<-~]"
    r"|\[\[[A-Z]"  # a function key of the Linux console
    r"|\[M[^\x1b]{3}"  # the mouse, in the oldest way
    r"|\[\d+\$"  # shifted keys of rxvt
    r"|\[(?![\[M])[0-?]*[ -/]*[@-~]"
    r")"
)
# The number of a command, or the letter of a title: what a person types is something else.
_STRING: Final = re.compile(r"\x1b(?:\][\dLlI]|[PX^_])")
_BEGUN: Final = re.compile(r"\x1b(?:O[\d;]*|\]|\[(?:\[|M[^\x1b]{0,2}|(?![\[M])[0-?]*[ -/]*))?")
# What ends a string, or shows that it has been given up: no control but these is in one.
_END_OF_STRING: Final = re.compile("[\x00-\x07\x0e-\x1f\x9c]")
_CONSUMED_ENDS: Final = "\x07\x9c"


def patience(variables: Mapping[str, str] = os.environ) -> float:
    """Say for how many seconds an escape may be the beginning of something."""
    return _REMOTE_PATIENCE if is_far(variables) else _PATIENCE


class Sequences:
    """Takes apart what is read, holding back what has only begun.

    `clock` counts seconds. Whoever reads calls `expire` where nothing has come for `pause` seconds.
    """

    def __init__(self, clock: Callable[[], float], seconds: float | None = None) -> None:
        self._clock = clock
        self._patience = patience() if seconds is None else seconds
        self._paste = PasteGate()
        self._begun = ""
        self._in_string = False
        self._string_ends = 0.0
        self._room = 0

    @property
    def pause(self) -> float | None:
        """How many seconds to wait for the rest; None where nothing has begun."""
        if self._paste.inside:
            return self._paste.PATIENCE
        if self._lone:
            return self._patience
        return _REST if self._begun or self._in_string else None

    def admit(self, text: str) -> list[str]:
        """Return the pieces that are whole, now that some more text (not none) has come."""
        pieces: list[str] = []
        if self._lone and text[0] not in _GOES_ON:
            pieces.append(ESCAPE)
            self._begun = ""
        text, self._begun = self._begun + text, ""
        if self._in_string and self._clock() > self._string_ends:
            self._in_string = False
        while text:
            if self._paste.inside:
                piece, text = self._paste.take(text)
            elif self._in_string:
                piece, text = "", self._after_string(text)
            else:
                piece, text = self._next(text)
            if piece:
                pieces.append(piece)
        return pieces

    def expire(self) -> list[str]:
        """Return what is left of what has begun, now that its rest will not come."""
        lone = self._lone
        self._begun, self._in_string = "", False
        if self._paste.inside:
            return [self._paste.close()]
        return [ESCAPE] if lone else []

    @property
    def _lone(self) -> bool:
        """Whether an escape has come that may be the key."""
        return self._begun == ESCAPE and not self._in_string

    def _next(self, text: str) -> tuple[str, str]:
        """Split off the first piece; it is empty where that is to be dropped or held back."""
        control = _CONTROL.search(text)
        if control is None:
            return text, ""
        if control.start():
            return text[: control.start()], text[control.start() :]
        if text[0] != ESCAPE:  # a control of eight bits, in the form of seven
            text = ESCAPE + chr(ord(text[0]) - 0x40) + text[1:]
        if whole := _WHOLE.match(text):
            return self._sequence(whole[0]), text[whole.end() :]
        if _STRING.match(text):
            self._in_string = True
            self._string_ends = self._clock() + _STRING_TIME
            self._room = _STRING_ROOM
            return "", text[2:]
        begun = _BEGUN.match(text)
        assert begun is not None
        if begun.end() == len(text):
            # A sequence that grows longer than any is known by its length, not by its end.
            self._begun = text[: _LONGEST + 1]
        return "", text[begun.end() :]

    def _sequence(self, whole: str) -> str:
        """Return a whole sequence if it can mean anything."""
        if whole == START:
            self._paste.begin()
        return "" if whole == "\x1b\\" or len(whole) > _LONGEST else whole

    def _after_string(self, text: str) -> str:
        """Pass over what belongs to a string, and return the rest."""
        end = _END_OF_STRING.search(text)
        if end is not None and end.start() and text[end.start() :] == ESCAPE:
            # Half of its end, for it came along with the rest: nobody's key.
            self._begun = ESCAPE
            return ""
        length = end.start() if end else len(text)
        self._room -= length
        self._in_string = end is None and self._room > 0
        if end is not None and end[0] in _CONSUMED_ENDS:
            length += 1
        return text[length:]
