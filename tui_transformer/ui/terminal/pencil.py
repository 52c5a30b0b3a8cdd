"""Writes runs of text to a terminal, with as few bytes as it can."""

from collections.abc import Callable, Iterator
from itertools import chain, compress, count

from textual.strip import Strip

from tui_transformer.ui.terminal.glyphs import Glyphs, find_stand_in
from tui_transformer.ui.terminal.moves import forward, move
from tui_transformer.ui.terminal.pens import UNKNOWN, Look, Pen, Pens, change

Stretch = tuple[int, int, int, list[str], list[Pen]]
"""A row, a column, how many cells are written from there on, and the texts in them (one character
per cell), with the pen of each."""


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

    def before(self, x: int, strip: Strip) -> Strip | None:
        """Return what was painted last where a strip is to be, if it has as many cells."""
        found = self.strips.get(x)
        return found if found is not None and found.cell_length == strip.cell_length else None

    def take(self, x: int, strip: Strip) -> None:
        """Remember what is painted from a column on."""
        if self.before(x, strip) is None:
            self.release(x, x + strip.cell_length)
        self.strips[x] = strip

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

    def write(self, stretches: list[Stretch], rows: list[Row], *, plain: bool) -> str:
        """Return what writes stretches into rows that have them already, in reading order."""
        sent: list[str] = []
        pen = self._pen
        width = len(rows[0].text) if rows else 0
        odd = self._glyphs.are_given
        if odd:
            stretches = [one for stretch in stretches for one in _with_glyphs_alone(stretch)]
        after = [pens[0] for *_, pens in stretches[1:]] + [pens[-1] for *_, pens in stretches[-1:]]
        x0: int | None = None
        y0: int | None = None
        for (y, x, length, texts, pens), following in zip(stretches, after, strict=True):
            if x != x0 or y != y0:
                sent.append(self._jump(x0, y0, x, y, rows[y], pen))
                y0 = y
            if any(map(str.isspace, texts)):
                pens = self._for_blanks(texts, pens, pen, following)
            x0 = x + length
            if len(texts) > 1:
                changes = map(change, [pen, *pens], pens)
                sent += chain.from_iterable(zip(changes, texts, strict=True))
            else:
                if pens[0] is not pen:
                    sent.append(change(pen, pens[0]))
                if odd and find_stand_in(texts[0]):
                    x0 = self._write_glyphs(sent.append, x, texts[0], width)
                else:
                    sent.append(texts[0])
            pen = pens[-1]
            if x0 == width:
                x0 = None
        # A link is always ended: the sequence that begins text does not end it.
        if pen and (plain or pen.look.link):
            self._pen = self._pens.looking(Look())
            sent.append(change(pen, self._pen))
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

    def _for_blanks(
        self, texts: list[str], pens: list[Pen], held: Pen | None, following: Pen
    ) -> list[Pen]:
        """Choose pens for spaces: any that paints them alike, best without a change. Of what is
        written, `held` is the pen before it and `following` the one after."""
        chosen = pens[:]
        for at in compress(count(), map(str.isspace, texts)):
            if texts[at].strip(" "):
                continue  # a space of another kind, which may be seen
            before, blank = chosen[at - 1] if at else held, pens[at].blank
            after = pens[at + 1] if at + 1 < len(pens) else following
            if before is not None and before.blank is blank:
                chosen[at] = before
            elif after.blank is blank:
                chosen[at] = after
            else:
                chosen[at] = self._pens.for_blanks(before, blank)
        return chosen

    def _jump(
        self, x0: int | None, y0: int | None, x: int, y: int, row: Row, pen: Pen | None
    ) -> str:
        """Return what goes there, writing again what is in between where that is no longer."""
        if x0 is None or y != y0 or x <= x0:
            return move(x0, y0, x, y)
        jump = forward(x - x0)
        if pen is None or x - x0 > len(jump):
            return jump
        if row.marks[x0] in (pen.mark, pen.blank.mark):  # else the first does not fit
            between = row.text[x0:x]
            if not between.strip(" "):  # as it mostly is
                return between if row.marks[x0:x] == pen.blank.mark * (x - x0) else jump
            if len(between.encode(errors="replace")) <= len(jump) and self._fits(
                between, row.marks[x0:x], pen
            ):
                return between
        return jump

    def _fits(self, text: str, marks: str, pen: Pen) -> bool:
        """Say whether cells can be written with a pen as they are."""
        return pen.marks(text) == marks and not find_stand_in(text)


def _with_glyphs_alone(stretch: Stretch) -> Iterator[Stretch]:
    """Take a stretch apart where a text has stand-ins: where the cursor is after them is not
    always known."""
    y, x, _, texts, pens = stretch
    if not find_stand_in("".join(texts)):
        yield stretch
        return
    for text, pen in zip(texts, pens, strict=True):
        yield y, x, len(text), [text], [pen]
        x += len(text)
