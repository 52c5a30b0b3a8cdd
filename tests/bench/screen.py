"""What a terminal shows: the bytes a program sent, interpreted."""

import base64
import codecs
import re
from dataclasses import dataclass, field
from functools import cache

import pyte
from pyte.screens import Char

from tests.bench.quick_screen import QuickScreen


@dataclass
class Modes:
    """What a program has switched on in the terminal; equal to `Modes()` when all is as it was."""

    private: set[int] = field(default_factory=lambda: {7, 25})
    kitty: list[int] = field(default_factory=list)

    @property
    def alternate_screen(self) -> bool:
        """Whether the program has the screen to itself."""
        return bool(self.private & {47, 1047, 1049})

    @property
    def cursor_visible(self) -> bool:
        """Whether the cursor is shown."""
        return 25 in self.private


_SEQUENCE = re.compile(
    r"\x1b(?:\[(?P<prefix>[<=>?]?)(?P<numbers>[0-9;:]*)(?P<middle>[ -/]*)(?P<final>[@-~])"
    r"|\](?P<osc>[^\x07\x1b]*)(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\"
    r"|(?P<escape>(?![\[\]PX^_])[ -/]*[0-~]))"
)
# Characters of no width that pyte neither draws nor combines: it would drop the text after them.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_UNDERLINE_COLOUR = re.compile(r"(?:^|;)58;(?:5;\d+|2;\d*;\d*;\d*)")
_KNOWN = frozenset("@ABCDEFGHJKLMPXadefghlmr")


@cache
def _parameters(numbers: str) -> tuple[int, ...]:
    """Read the numbers of a sequence as pyte does."""
    return tuple(min(int(number or 0), 9999) for number in numbers.split(";"))


@cache
def _plain(numbers: str) -> str:
    """Write a style without what pyte would misread: colons and the underline's colour."""
    plain = re.sub(r"4:(\d)", lambda match: "24" if match[1] == "0" else "4", numbers)
    plain = plain.replace("::", ":").replace(":", ";")
    return _UNDERLINE_COLOUR.sub("", plain)


class Screen:
    """The terminal's side: what the bytes sent so far have put on the screen."""

    def __init__(self, columns: int, rows: int) -> None:
        self.modes = Modes()
        self.title = ""
        self.clipboard = ""
        self.unknown: set[str] = set()
        """Sequences that move or erase something and that this screen does not understand."""
        self._main, self._alternate = (QuickScreen(columns, rows) for _ in range(2))
        self._screen = self._main
        self._stream = pyte.Stream(self._screen)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._unfinished = ""

    @property
    def cursor(self) -> tuple[int, int, Char]:
        """Column, row and the style that the next character will have."""
        return self._screen.cursor.x, self._screen.cursor.y, self._screen.cursor.attrs

    def cell(self, x: int, y: int) -> Char:
        """The cell at column x, row y: `.data`, `.fg`, `.bg` (a name or rrggbb), `.bold` …"""
        return self._screen.buffer[y][x]

    def cells(self) -> list[list[Char]]:
        """Every cell, row by row; the right half of a wide character has empty `.data`."""
        screen = self._screen
        lines = (screen.buffer[y] for y in range(screen.lines))
        return [[line[x] for x in range(screen.columns)] for line in lines]

    def text(self) -> list[str]:
        """The lines of the screen."""
        return self._screen.texts()

    def resize(self, columns: int, rows: int) -> None:
        """Clip or extend at the bottom and the right."""
        for screen in (self._main, self._alternate):
            for y in range(rows, screen.lines):  # pyte would clip at the top
                screen.buffer.pop(y, None)
            screen.lines = rows
            screen.resize(rows, columns)
            screen.set_margins()
            screen.dirty.update(range(rows))

    def feed(self, data: bytes) -> None:
        """Take in output; a sequence or character cut off at the end waits for its rest."""
        text = self._unfinished + self._decode(data)
        position = 0
        for match in _SEQUENCE.finditer(text):
            self._draw(text[position : match.start()])
            self._obey(match)
            position = match.end()
        rest = text[position:]
        cut = rest.find("\x1b")
        self._unfinished = rest[cut:] if cut >= 0 else ""
        self._draw(rest[:cut] if cut >= 0 else rest)

    def _draw(self, text: str) -> None:
        text = text if text.isascii() else _INVISIBLE.sub("", text)
        if text.isprintable():  # nothing in it that moves or erases
            self._screen.draw(text)
        else:
            self._stream.feed(text)

    def _obey(self, match: re.Match[str]) -> None:
        """Give pyte the sequences it understands; it would print parts of the others."""
        prefix, numbers, middle, final, osc, escape = match.groups()
        if osc is not None:
            self._operating_system_command(osc)
        elif escape is not None:
            if escape in "78DEHMc":
                self._stream.feed(match[0])
        elif final is not None and not middle:
            if prefix == "?" and final in "hl":
                for mode in filter(None, numbers.split(";")):
                    self._switch(int(mode), final == "h")
            elif prefix and final == "u":
                self._kitty(prefix, int((numbers or "0").split(";")[0]))
            elif not prefix and final == "m":
                self._style(numbers)
            elif not prefix and final in _KNOWN:
                self._control(numbers, final)
            elif not prefix and final not in "cnqtu":
                self.unknown.add(match[0])

    def _style(self, numbers: str) -> None:
        """Pass on a style, if anything is left of it that pyte understands."""
        plain = _plain(numbers)
        if plain or not numbers:
            self._control(plain, "m")

    def _control(self, numbers: str, final: str) -> None:
        """Do what a sequence asks for, without having pyte read it sign by sign."""
        if ":" in numbers:
            self._stream.feed(f"\x1b[{numbers}{final}")
        else:
            getattr(self._screen, pyte.Stream.csi[final])(*_parameters(numbers))

    def _switch(self, mode: int, on: bool) -> None:
        (self.modes.private.add if on else self.modes.private.discard)(mode)
        if mode in (6, 7):
            self._stream.feed(f"\x1b[?{mode}{'h' if on else 'l'}")
        elif mode in (47, 1047, 1049):
            if on:
                self._alternate.reset()
            self._screen = self._alternate if on else self._main
            self._stream = pyte.Stream(self._screen)

    def _kitty(self, prefix: str, flags: int) -> None:
        stack = self.modes.kitty
        if prefix == ">":
            stack.append(flags)
        elif prefix == "<":
            del stack[-(flags or 1) :]

    def _operating_system_command(self, command: str) -> None:
        number, _, argument = command.partition(";")
        if number in ("0", "2"):
            self.title = argument
        elif number == "52":
            self.clipboard = base64.b64decode(argument.partition(";")[2]).decode()
