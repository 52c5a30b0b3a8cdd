"""A grid of styled characters that panels are painted on."""

from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from tui_transformer.render.palette import Palette
from tui_transformer.render.spelling import drawn
from tui_transformer.text import visible

Lines = list[list[Segment]]


class Canvas:
    """Characters and their styles, [height][width]; writing outside is cut off.

    A character two cells wide takes its own cell and empties the next.
    """

    def __init__(self, width: int, height: int, palette: Palette) -> None:
        self.width, self.height, self.palette = max(width, 0), max(height, 0), palette
        self.chars = [[" "] * self.width for _ in range(self.height)]
        self.styles = [[palette.base] * self.width for _ in range(self.height)]

    def put(self, x: int, y: int, text: str, style: Style | None = None) -> int:
        """Write text from a cell on; returns the column after it."""
        style = self.palette.base if style is None else style
        text = visible(text)
        if self.palette.ascii:
            text = drawn(text)
        if not 0 <= y < self.height:
            return x + cell_len(text)
        if not (text.isascii() or all_single(text)):
            return self._put_wide(x, y, text, style)
        end = x + len(text)
        start, stop = max(x, 0), min(end, self.width)
        if start < stop:
            self._part(y, start)
            self._part(y, stop)
            self.chars[y][start:stop] = text[start - x : stop - x]
            self.styles[y][start:stop] = [style] * (stop - start)
        return end

    def _put_wide(self, x: int, y: int, text: str, style: Style) -> int:
        """Write text in which some characters take two cells, or none."""
        chars, styles = self.chars[y], self.styles[y]
        last = -1  # where the character stands that a combining mark belongs to
        for character in text:
            size = cell_len(character)
            if not size:
                if last >= 0:
                    chars[last] += character
                continue
            last = -1
            if x >= 0 and x + size <= self.width:
                self._part(y, x)
                self._part(y, x + size)
                chars[x], styles[x], last = character, style, x
                if size == 2:
                    chars[x + 1], styles[x + 1] = "", style
            x += size
        return x

    def _part(self, y: int, x: int) -> None:
        """Blank both halves of a wide character that stands across the left edge of a column."""
        chars = self.chars[y]
        if 0 < x < self.width and not chars[x]:
            chars[x - 1] = chars[x] = " "

    def right(self, x: int, y: int, text: str, style: Style | None = None) -> None:
        """Write text so that it ends before column x."""
        self.put(x - cell_len(visible(text)), y, text, style)

    def lines(self) -> Lines:
        """Hand the grid over as segments, neighbours of one style joined."""
        return [self.line(y) for y in range(self.height)]

    def line(self, y: int) -> list[Segment]:
        """Hand one line over."""
        return join(self.chars[y], self.styles[y])


def join(texts: list[str], styles: list[Style]) -> list[Segment]:
    """Join neighbours of one style, each a cell or more."""
    segments, written, held = list[Segment](), "", styles[0] if styles else None
    for text, style in zip(texts, styles, strict=True):
        if style is held:
            written += text
        else:
            segments.append(Segment(written, held))
            written, held = text, style
    return [*segments, Segment(written, held)] if styles else []


@lru_cache(maxsize=4096)
def all_single(text: str) -> bool:
    """Say whether every character takes exactly one cell."""
    return all(cell_len(character) == 1 for character in text)
