"""Writes runs of text to a terminal, with as few bytes as it can."""

from collections.abc import Callable

from textual.strip import Strip

from tui_transformer.ui.terminal.glyphs import Glyphs, find_stand_in
from tui_transformer.ui.terminal.moves import forward, move
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

    def release(self, x: int, end: int) -> None:
        """Forget the strips that were painted between two columns."""
        for at in [at for at, it in self.strips.items() if at < end and x < at + it.cell_length]:
            del self.strips[at]


class Pencil:
    """Turns runs into bytes; the pen is kept from frame to frame, the cursor is not."""

    def __init__(self, pens: Pens, glyphs: Glyphs) -> None:
        self._pens = pens
        self._glyphs = glyphs
        self._pen: Pen | None = None

    def drop(self) -> None:
        """Take the terminal's pen as not known."""
        self._pen = None

    def write(self, runs: list[Run], rows: list[Row], *, plain: bool) -> str:
        """Return what writes the runs into rows that have them already, in reading order."""
        sent: list[str] = []
        send = sent.append
        pen = self._pen
        odd = find_stand_in("".join([run[2] for run in runs]))
        width = len(rows[0].text) if rows else 0
        x0: int | None = None
        y0: int | None = None
        for number, (y, x, text, wanted) in enumerate(runs):
            if x != x0 or y != y0:
                send(self._jump(x0, y0, x, y, rows[y], pen))
                y0 = y
            if wanted is not pen:
                if text[0] == " " and not text.strip(" "):
                    following = runs[number + 1][3] if number + 1 < len(runs) else wanted
                    wanted = self._for_blanks(pen, wanted, following)
                send(change(pen, wanted))
                pen = wanted
            if odd and find_stand_in(text):
                x0 = self._write_glyphs(send, x, text, width)
            else:
                send(text)
                x0 = x + len(text)
            if x0 == width:
                x0 = None
        # A link is always ended: the sequence that begins text does not end it.
        if pen and (plain or pen.look.link):
            self._pen = self._pens.looking(Look())
            send(change(pen, self._pen))
        else:
            self._pen = pen
        return "".join(sent)

    def _write_glyphs(
        self, send: Callable[[str], None], x: int, text: str, width: int
    ) -> int | None:
        """Write what stand-ins stand for; after some, the cursor may be anywhere in the row."""
        cursor: int | None = x
        for column, character in enumerate(text, x):
            glyph = self._glyphs.shown_by(character)
            end = column + glyph.width
            if glyph.width == 0:
                continue
            if cursor is None:
                send(f"\x1b[{column + 1}G")
            if glyph.width == 2 and not glyph.sure:
                # A terminal that gives it one cell must not leave the other as it was.
                # In the last column the cursor stays on what it has written.
                send("  \b\b" if end < width else "  \b")
            send(glyph.text)
            cursor = end if glyph.sure else None
        return cursor

    def _for_blanks(self, held: Pen | None, wanted: Pen, following: Pen) -> Pen:
        """Choose a pen for spaces: any that paints them alike, best without a change."""
        for pen in (held, following):
            if pen is not None and pen.blank is wanted.blank:
                return pen
        return self._pens.for_blanks(held, wanted.blank)

    def _jump(
        self, x0: int | None, y0: int | None, x: int, y: int, row: Row, pen: Pen | None
    ) -> str:
        """Return what goes there, writing again what is in between where that is no longer."""
        if x0 is None or y != y0 or x <= x0:
            return move(x0, y0, x, y)
        jump = forward(x - x0)
        if pen is not None and x - x0 <= len(jump):
            between = row.text[x0:x]
            if len(between.encode(errors="replace")) <= len(jump) and self._fits(
                between, row.marks[x0:x], pen
            ):
                return between
        return jump

    def _fits(self, text: str, marks: str, pen: Pen) -> bool:
        """Say whether cells can be written with a pen as they are."""
        return pen.marks(text) == marks and not find_stand_in(text)
