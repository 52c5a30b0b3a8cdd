"""The screen as it was last sent, and the bytes that make it what it should be now."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, compress, count, pairwise, repeat
from operator import attrgetter, contains, itemgetter, mul

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.strip import Strip

from tui_transformer.render.fit import is_single
from tui_transformer.ui.terminal.coarse import coarsely
from tui_transformer.ui.terminal.differences import between, differences, stretches
from tui_transformer.ui.terminal.glyphs import FIRST, Glyphs, find_stand_in
from tui_transformer.ui.terminal.pencil import Pencil, Row, Stretch
from tui_transformer.ui.terminal.pens import UNKNOWN, Pen, Pens

Piece = tuple[int, int, Strip]
"""A row, a column, and what is painted from there on."""

Parts = tuple[list[str], list[Pen]]
"""Texts of one character per cell, and the pen of each."""

Place = tuple[int, int, int]
"""A row, a column, and how many cells are painted from there on."""

_MANY = 2048  # styles that are known by the object that they are
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
    """Remembers every cell of the terminal and sends those that change, and hardly another."""

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
        self._stretches: list[Stretch] = []
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
        wanted = [piece for piece in new if self._is_inside(piece)]
        if not self._paint_together([piece for piece in wanted if self._is_new(piece)]):
            for piece in wanted:  # what is longer than it says may lie over the next
                if self._is_new(piece):
                    self._paint_alone(piece)
        stretches, self._stretches = self._stretches, []
        return self._pencil.write(stretches, self._rows, plain=plain)

    def _is_inside(self, piece: Piece) -> bool:
        y, x, _ = piece
        return 0 <= x < self._size[0] and 0 <= y < self._size[1]

    def _is_new(self, piece: Piece) -> bool:
        y, x, strip = piece
        return self._rows[y].strips.get(x) is not strip

    def _paint_together(self, new: Sequence[Piece]) -> bool:
        """Paint the pieces of a frame as one, as nearly all can be: each takes the cells that it
        says, a character each, and no wide glyph is painted over. Return False, and do nothing,
        where that is not so."""
        segments: list[Segment] = []
        places: list[Place] = []
        counts = [0]
        for y, x, strip in new:
            left, changed, length = between(self._rows[y].before(x, strip), strip)
            segments += filter(_TEXT, changed)
            places.append((y, x + left, length))
            counts.append(len(segments))
        texts, pens = self._parts(segments)
        text = "".join(texts)
        if self.coarse or not (text.isprintable() and is_single(text)):
            return False
        ends = [0, *accumulate(map(len, texts))]
        sizes = [ends[after] - ends[before] for before, after in pairwise(counts)]
        if sizes != [length for _, _, length in places] or any(
            x + length > self._size[0] for _, x, length in places
        ):
            return False
        was = self._shown(places)
        if find_stand_in(was[0]):
            return False
        for y, x, strip in new:
            self._rows[y].take(x, strip)
        self._compare(places, (texts, pens), was)
        return True

    def _paint_alone(self, piece: Piece) -> None:
        """Paint a piece with whatever is in it."""
        y, x, strip = piece
        row = self._rows[y]
        row.take(x, strip)
        parts = self._fitted(*self._parts(strip._segments), self._size[0] - x)
        text = "".join(parts[0])
        if len(text) != strip.cell_length:
            # A strip that is not as long as it says is compared anew each time.
            row.release(x, x + max(len(text), 1))
        places = [(y, x, len(text))]
        was = self._shown(places)
        if self._compare(places, parts, was) and (was[0][0] >= FIRST or was[0][-1] >= FIRST):
            self._mend(row, x, text, was[0])

    def _shown(self, places: Sequence[Place]) -> tuple[str, str]:
        """Return the characters and the marks that the terminal shows in some places."""
        rows = self._rows
        return (
            "".join([rows[y].text[x : x + length] for y, x, length in places]),
            "".join([rows[y].marks[x : x + length] for y, x, length in places]),
        )

    def _compare(self, places: Sequence[Place], parts: Parts, was: tuple[str, str]) -> bool:
        """Put the parts where they belong and collect what changes there; say whether anything
        does. All cells are compared at once."""
        texts, pens = parts
        lengths = list(map(len, texts))
        marked = list(map(mul, map(_MARK, pens), lengths))
        for part in compress(count(), map(contains, texts, repeat(" "))):
            marked[part] = pens[part].marks(texts[part])
        new = text, marks = "".join(texts), "".join(marked)
        if new == was:
            return False
        start = 0
        for y, x, length in places:
            end = start + length
            self._rows[y].put(x, text[start:end], marks[start:end])
            start = end
        self._collect(places, parts, list(accumulate(lengths)), differences(new, was), marks)
        return True

    def _collect(
        self, places: Sequence[Place], parts: Parts, ends: list[int], changed: bytes, marks: str
    ) -> None:
        """Collect the stretches that changed: neighbours, with the parts that they lie in."""
        texts, pens = parts
        add, rest = self._stretches.append, iter(places)
        part = start = until = 0
        edges = set(accumulate(length for _, _, length in places))
        for begin, last in stretches(changed, marks, edges):
            while begin < last:
                while begin >= until:
                    y, x, length = next(rest)
                    start, until = until, until + length
                end = last if last < until else until
                part = bisect_right(ends, begin, part)
                after = bisect_left(ends, end, part) + 1
                inside = texts[part:after]
                if over := ends[after - 1] - end:
                    inside[-1] = inside[-1][:-over]
                if over := begin - (ends[part - 1] if part else 0):
                    inside[0] = inside[0][over:]
                add((y, x + begin - start, end - begin, inside, pens[part:after]))
                begin = end

    def _parts(self, segments: Sequence[Segment]) -> Parts:
        """Return texts and their pens, in Textual's own colours."""
        styles = list(map(_STYLE, segments))
        known = self._known
        try:
            pens = list(map(known.__getitem__, map(id, styles)))
        except KeyError:
            pens = [known.get(id(style)) or self._learn(style) for style in styles]
        return list(map(_TEXT, segments)), pens

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
                text, look = coarsely(text, pen.look)
                pen = self._pens.looking(look)
            text = self._glyphs.fit(text)
            if len(text) > width:
                text = self._glyphs.cut(text, width)
            width -= len(text)
            if text:
                fitted[0].append(text)
                fitted[1].append(pen)
        return fitted

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
