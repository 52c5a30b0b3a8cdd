"""The plane of a plot or a field, which marks and their texts are written on."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from tui_transformer.pieces import Mark
from tui_transformer.render.axes import Frame
from tui_transformer.render.canvas import Lines
from tui_transformer.render.curves import Run
from tui_transformer.render.fit import cells, fit
from tui_transformer.render.ground import Copied, joined
from tui_transformer.text import visible

Cell = tuple[int, int]  # column and row on the plane


class Board:
    """A canvas with a plane on it. What is written on the plane stays within it.

    `taken` are the cells that something lies in, `solid` those that no text may cover: a row each,
    with a bit for each column.
    """

    hides = False
    """Whether a mark may lie behind something."""

    def __init__(self, canvas: Copied, frame: Frame) -> None:
        self.canvas, self.frame, self.palette = canvas, frame, canvas.palette
        self.taken: list[int] = [0] * frame.rows
        self.solid: list[int] = [0] * frame.rows
        self._mixed_widths = False
        self._grounds: dict[int, bool] = {}

    def ink(self, mark: Mark) -> Style | None:
        """The style of a mark, if it is the same everywhere."""
        return self.palette.role(mark.role, mark.dim)

    def inks(self, mark: Mark, row: int, column: int, count: int) -> Sequence[Style | None]:
        """The styles of a mark in neighbouring cells; None where it lies behind."""
        return [self.palette.role(mark.role, mark.dim)] * count

    def text_inks(self, mark: Mark, row: int, column: int, count: int) -> Sequence[Style | None]:
        """The styles of a text in neighbouring cells; what stands back can still be read."""
        return [self.palette.role("muted" if mark.dim else mark.role)] * count

    def write(self, column: int, row: int, text: str, mark: Mark) -> None:
        """Write text on a row of the plane, where no other text may come."""
        frame, size = self.frame, cells(text)
        if not (size and 0 <= row < frame.rows and 0 <= column <= frame.columns - size):
            return
        inks = self.text_inks(mark, row, column, size)
        self.solid[row] |= bits(column, size)
        self._mixed_widths |= size != len(text)
        self.put(column, row, text, inks)

    def put(self, column: int, row: int, text: str, inks: Sequence[Style | None]) -> None:
        """Put text on the plane, with the style of each of its cells."""
        x, y, size = self.frame.left + column, self.frame.top + row, len(inks)
        if size == len(text) and not self.palette.ascii and all(ink is inks[0] for ink in inks):
            self.canvas.put(x, y, text, inks[0])
            return
        place = 0
        for character in text:
            self.canvas.put(x + place, y, character, inks[min(place, size - 1)])
            place += cell_len(character)

    def write_best(self, places: Iterable[Cell], text: str, mark: Mark) -> None:
        """Write text at the first of the places where it covers least; if everywhere it
        would cover another text, leave it out."""
        text = fit(visible(text), self.frame.columns)
        size = cells(text)
        column, row = best = max(places, key=lambda place: self._free(place, size))
        if self._free(best, size) >= 0:
            self.write(column, row, text, mark)

    def _free(self, place: Cell, size: int) -> int:
        """How many cells are empty from a place on; −1 if they cannot be had."""
        column, row = place
        if not (0 <= row < self.frame.rows and 0 <= column <= self.frame.columns - size):
            return -1
        wanted = bits(column, size)
        if self.solid[row] & wanted:
            return -1
        return size - (self.taken[row] & wanted).bit_count()

    def paint(self, marks: Sequence[Mark], runs: Iterable[Run]) -> None:
        """Draw runs of characters, each in the style of its mark."""
        left, top = self.frame.left, self.frame.top
        all_chars, all_styles = self.canvas.chars, self.canvas.styles
        simple = [self.ink(mark) for mark in marks]
        at = -1
        for row, column, text, owner in runs:
            start, count = left + column, len(text)
            if row != at:
                at, chars, styles = row, all_chars[top + row], all_styles[top + row]
            everywhere = simple[owner]
            if everywhere is not None:
                chars[start : start + count] = text
                styles[start : start + count] = [everywhere] * count
                continue
            inks = self.inks(marks[owner], row, column, count)
            if not self.hides:
                chars[start : start + count] = text
                styles[start : start + count] = inks  # type: ignore[assignment]
                continue
            for place, (character, ink) in enumerate(zip(text, inks, strict=True), start):
                if ink is not None:
                    chars[place], styles[place] = character, ink

    def lines(self) -> Lines:
        """The finished panel."""
        return list(map(self.line, range(self.canvas.height)))

    def line(self, y: int) -> list[Segment]:
        """A finished row of the panel."""
        canvas = self.canvas
        if not canvas.chars.touched(y):
            return canvas.ground.segments(y)
        if self._mixed_widths:
            mend(canvas.chars[y])
        return joined(canvas.chars[y], canvas.styles[y], self.palette.base, self._grounds)


def bits(column: int, count: int) -> int:
    """Neighbouring columns, a bit each."""
    return ((1 << count) - 1) << column


def mend(chars: list[str]) -> None:
    """Blank the halves of wide characters of which the other half was overwritten."""
    for i, (here, after) in enumerate(pairwise([*chars, " "])):
        wide = cell_len(here) == 2
        if wide and after != "":
            chars[i] = " "
        if after == "" and not wide:
            chars[i + 1] = " "
