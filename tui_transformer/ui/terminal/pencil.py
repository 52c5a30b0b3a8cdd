"""Writes runs of text to a terminal, with as few bytes as it can."""

from textual.strip import Strip

from tui_transformer.ui.terminal.glyphs import Glyphs, find_stand_in
from tui_transformer.ui.terminal.moves import move
from tui_transformer.ui.terminal.pens import UNKNOWN, Look, Pen, Pens, change

Run = tuple[int, int, str, Pen]
"""A row, a column, the text to write from there on (one character per cell), and its pen."""


class Row:
    """What a row of the terminal shows: for each cell a character and the mark of its pen.

    `strips` has what was painted last, by column: most strips of a frame are the very objects of
    the frame before, and are done with at once.
    """

    __slots__ = ("marks", "strips", "text")

    def __init__(self, width: int) -> None:
        self.text = " " * width
        self.marks = UNKNOWN * width
        self.strips: dict[int, Strip] = {}

    def put(self, x: int, text: str, marks: str) -> None:
        """Change the cells from a column on."""
        end = x + len(text)
        self.text = f"{self.text[:x]}{text}{self.text[end:]}"
        self.marks = f"{self.marks[:x]}{marks}{self.marks[end:]}"
        for at in [at for at, it in self.strips.items() if at < end and x < at + it.cell_length]:
            del self.strips[at]


class Pencil:
    """Turns runs into bytes; the pen is kept from frame to frame, the cursor is not."""

    def __init__(self, pens: Pens, glyphs: Glyphs) -> None:
        self._pens = pens
        self._glyphs = glyphs
        self._pen: Pen | None = None
        self._x: int | None = None
        self._y: int | None = None
        self._sent: list[str] = []

    def drop(self) -> None:
        """Take the terminal's pen as not known."""
        self._pen = None

    def write(self, runs: list[Run], rows: list[Row], *, plain: bool) -> str:
        """Return what writes the runs into rows that have them already, in reading order."""
        self._x = self._y = None
        self._sent = []
        for number, (y, x, text, pen) in enumerate(runs):
            row = rows[y]
            if x != self._x or y != self._y:
                self._go(x, y, row)
            if pen is not self._pen:
                following = runs[number + 1][3] if number + 1 < len(runs) else pen
                self._take_up(pen, text, following)
            if text.isascii() or not find_stand_in(text):
                self._sent.append(text)
                self._x = x + len(text)
            else:
                self._write_glyphs(x, text, len(row.text))
            if self._x == len(row.text):
                self._x = None
        # A link is always ended: the sequence that begins text does not end it.
        if self._pen and (plain or self._pen.look.link):
            self._use(self._pens.looking(Look()))
        return "".join(self._sent)

    def _write_glyphs(self, x: int, text: str, width: int) -> None:
        """Write what stand-ins stand for; after some, the cursor may be anywhere in the row."""
        self._x = x
        for column, character in enumerate(text, x):
            glyph = self._glyphs.shown_by(character)
            end = column + glyph.width
            if glyph.width == 0:
                continue
            if self._x is None:
                self._sent.append(f"\x1b[{column + 1}G")
            if glyph.width == 2 and not glyph.sure:
                # A terminal that gives it one cell must not leave the other as it was.
                # In the last column the cursor stays on what it has written.
                self._sent.append("  \b\b" if end < width else "  \b")
            self._sent.append(glyph.text)
            self._x = end if glyph.sure else None

    def _take_up(self, pen: Pen, text: str, following: Pen) -> None:
        """Change to a pen for a text; for spaces, to any that paints them alike."""
        held = self._pen
        if text.strip(" "):
            self._use(pen)
        elif held is None or held.blank is not pen.blank:
            alike = following.blank is pen.blank
            self._use(following if alike else self._pens.for_blanks(held, pen.blank))

    def _use(self, pen: Pen) -> None:
        self._sent.append(change(self._pen, pen))
        self._pen = pen

    def _go(self, x: int, y: int, row: Row) -> None:
        """Put the cursor there, writing again what is in between where that is no longer."""
        jump = move(self._x, self._y, x, y)
        if self._x is not None and y == self._y and 0 < x - self._x <= len(jump):
            between = row.text[self._x : x]
            if _size(between) <= len(jump) and self._fits(between, row.marks[self._x : x]):
                jump = between
        self._sent.append(jump)
        self._x, self._y = x, y

    def _fits(self, text: str, marks: str) -> bool:
        """Say whether the cells can be written with the pen as it is."""
        if self._pen is None or find_stand_in(text):
            return False
        pens = self._pens.marked
        return all(
            mark == self._pen.mark
            or (character == " " and pens[ord(mark)].blank is self._pen.blank)
            for character, mark in zip(text, marks, strict=True)
        )


def _size(text: str) -> int:
    return len(text.encode(errors="replace"))
