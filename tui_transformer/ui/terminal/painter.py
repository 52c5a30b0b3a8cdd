"""The screen as it was last sent, and the bytes that make it what it should be now."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, compress, count, repeat
from operator import attrgetter, contains, itemgetter, mul

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.strip import Strip

from tui_transformer.render.fit import is_single
from tui_transformer.ui.terminal.coarse import HALVES, coarse, halfway
from tui_transformer.ui.terminal.glyphs import FIRST, Glyphs
from tui_transformer.ui.terminal.pencil import Pencil, Row, Run
from tui_transformer.ui.terminal.pens import UNKNOWN, Pen, Pens

Piece = tuple[int, int, Strip]
"""A row, a column, and what is painted from there on."""

Parts = tuple[list[str], list[Pen]]
"""Texts of one character per cell, and the pen of each."""

_MANY = 2048  # styles that are known by the object that they are
_CHANGED = re.compile(b"[^\0]+").finditer
_TEXT, _STYLE, _MARK = itemgetter(0), itemgetter(1), attrgetter("mark")


def pieces(update: LayoutUpdate | ChopsUpdate) -> Iterator[Piece]:
    """Yield what an update paints, which is what Textual's own rendering of it would."""
    if isinstance(update, LayoutUpdate):
        for y, line in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in line:
                yield y, x, strip
                x += strip.cell_length
        return
    for y, left, right in update.spans:
        for end, (x, chop) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if chop is not None and x <= right and end > left:
                whole = left <= x < right and end <= right
                yield y, x, chop if whole else chop.crop(0, min(end, right) - x)


class Painter:
    """Remembers every cell of the terminal and sends only those that change."""

    def __init__(self, system: ColorSystem) -> None:
        self._system = system
        self._size = (0, 0)
        self.coarse = False
        """Whether what is painted now takes fewer colours, and fewer bytes."""
        self._begin()

    def _begin(self) -> None:
        self._pens = Pens()
        self._glyphs = Glyphs()
        self._pencil = Pencil(self._pens, self._glyphs)
        self._known: dict[int, Pen] = {}  # the pens of styles, by identity
        self._styles: list[Style | None] = []  # which are kept: no other takes their identity
        self._runs: list[Run] = []
        self.forget()

    def forget(self) -> None:
        """Take nothing about the terminal for granted any more."""
        width, height = self._size
        self._rows = [Row(width) for _ in range(height)]
        self._pencil.drop()

    def paint(self, new: Iterable[Piece], size: tuple[int, int], *, plain: bool) -> str:
        """Return what makes a terminal of this width and height show the new pieces.

        `plain` ends with the terminal's pen as it was found, for a terminal that others write to.
        """
        if size != self._size:
            self._size = size
            self.forget()
        if self._pens.full or self._glyphs.full:
            self._begin()
        if len(self._styles) > _MANY:
            self._known.clear()
            self._styles.clear()
        width, height = size
        for y, x, strip in new:
            if 0 <= y < height and 0 <= x < width and self._rows[y].strips.get(x) is not strip:
                self._paint(y, x, strip)
        runs, self._runs = self._runs, []
        return self._pencil.write(runs, self._rows, plain=plain)

    def _paint(self, y: int, x: int, strip: Strip) -> None:
        row, length = self._rows[y], strip.cell_length
        before = row.strips.get(x)
        if before is not None and before.cell_length != length:
            before = None
        if before is None:
            row.release(x, x + length)
        row.strips[x] = strip
        alike = _between(before, strip)
        if alike is None:
            return
        left, segments, right = alike
        x += left
        texts, pens = self._parts(segments, max(len(row.text) - x, 0))
        text, lengths = "".join(texts), list(map(len, texts))
        if left + len(text) + right != length:
            # A strip that is not as long as it says is compared anew each time.
            row.release(x - left, x + max(len(text), 1))
        marks = list(map(mul, map(_MARK, pens), lengths))
        if " " in text:
            for part in compress(count(), map(contains, texts, repeat(" "))):
                marks[part] = pens[part].marks(texts[part])
        end = x + len(text)
        new = text, "".join(marks)
        was = row.text[x:end], row.marks[x:end]
        if new != was:
            row.put(x, *new)
            self._collect(y, x, text, pens, list(accumulate(lengths)), _differences(new, was))
            if was[0][0] >= FIRST or was[0][-1] >= FIRST:
                self._mend(row, x, text, was[0])

    def _collect(
        self, y: int, x: int, text: str, pens: list[Pen], ends: list[int], changed: bytes
    ) -> None:
        """Collect the runs of a text that changed, each of one pen."""
        part, add = 0, self._runs.append
        for stretch in _CHANGED(changed):
            begin, last = stretch.span()
            while (end := ends[part]) <= begin:
                part += 1
            while end < last:
                add((y, x + begin, text[begin:end], pens[part]))
                begin = end
                part += 1
                end = ends[part]
            add((y, x + begin, text[begin:last], pens[part]))

    def _parts(self, segments: Sequence[Segment], width: int) -> Parts:
        """Return texts of one character per cell and their pens, in Textual's own colours."""
        texts, styles = list(map(_TEXT, segments)), list(map(_STYLE, segments))
        known = self._known
        try:
            pens = list(map(known.__getitem__, map(id, styles)))
        except KeyError:
            pens = [known.get(id(style)) or self._learn(style) for style in styles]
        whole = "".join(texts)
        simple = whole.isprintable() and is_single(whole) and "" not in texts
        if simple and len(whole) <= width and not self.coarse:
            return texts, pens
        return self._fitted(texts, pens, width)

    def _learn(self, style: Style | None) -> Pen:
        """Return the pen of a style."""
        sgr = link = ""
        if style is not None:
            ansi, link = style._ansi, style._link or ""
            sgr = Strip.render_ansi(style, self._system) if ansi is None else ansi
        self._styles.append(style)
        pen = self._known[id(style)] = self._pens.styled(sgr, link)
        return pen

    def _fitted(self, texts: Sequence[str], pens: Sequence[Pen], width: int) -> Parts:
        """Return what shows such texts in cells: wide and odd ones, too long ones, coarse ones."""
        fitted: Parts = ([], [])
        for text, pen in zip(texts, pens, strict=True):
            if self.coarse:
                text, pen = self._coarsely(text, pen)
            text = self._glyphs.fit(text)
            if len(text) > width:
                text = self._glyphs.cut(text, width)
            width -= len(text)
            if text:
                fitted[0].append(text)
                fitted[1].append(pen)
        return fitted

    def _coarsely(self, text: str, pen: Pen) -> tuple[str, Pen]:
        """Return a text and its pen as a slow line shows them."""
        if text and not text.strip(HALVES) and (between := halfway(pen.look)) is not None:
            return " " * len(text), self._pens.looking(between)
        return text, self._pens.looking(coarse(pen.look))

    def _mend(self, row: Row, x: int, text: str, was: str) -> None:
        """Take the other half of a wide glyph that is painted over as lost."""
        end = x + len(text)
        if x > 0 and text[0] != was[0] and self._glyphs.shown_by(was[0]).width == 0:
            row.put(x - 1, " ", UNKNOWN)
            row.release(x - 1, x)
        cut = text[-1] != was[-1] and self._glyphs.shown_by(was[-1]).width == 2
        if cut and end < len(row.text):
            row.put(end, " ", UNKNOWN)
            row.release(end, end + 1)


def _differences(new: tuple[str, str], was: tuple[str, str]) -> bytes:
    """Return a byte for each cell, which is 0 where its character and its mark are as they were.

    All cells are compared at once, as numbers of four bytes a cell.
    """
    (text, marks), (old_text, old_marks) = new, was
    bits = (_number(text) ^ _number(old_text)) | (_number(marks) ^ _number(old_marks))
    bits |= bits >> 16
    bits |= bits >> 8  # the lowest byte of each cell has the bits of all four
    return bits.to_bytes(4 * len(text), "little")[::4]


def _number(text: str) -> int:
    return int.from_bytes(text.encode("utf-32-le", "surrogatepass"), "little")


def _between(before: Strip | None, now: Strip) -> tuple[int, Sequence[Segment], int] | None:
    """Leave out what two strips of one length have alike at both ends: return how many cells that
    is at the left, the segments in between, and how many cells it is at the right; None where
    they are alike as a whole."""
    new = now._segments
    if before is None:
        return 0, new, 0
    old = before._segments
    if old == new:
        return None
    first, last, most = 0, 0, min(len(old), len(new))
    while first < most and old[first] == new[first]:
        first += 1
    while last < most - first and old[-1 - last] == new[-1 - last]:
        last += 1
    end = len(new) - last
    left, right = "".join(map(_TEXT, new[:first])), "".join(map(_TEXT, new[end:]))
    if not (is_single(left) and is_single(right)):
        return 0, new, 0  # where a glyph may take more cells, or fewer, it is not counted
    return len(left), new[first:end], len(right)
