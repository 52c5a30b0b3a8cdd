"""A widget of finished lines: what has not changed is not drawn again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, cast

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui_transformer.render.canvas import Lines
from tui_transformer.render.fit import is_single
from tui_transformer.render.palette import DARK, Palette
from tui_transformer.text import is_clean, visible

if TYPE_CHECKING:
    from tui_transformer.ui.stage import Stage


class Way(Protocol):
    """A way to the terminal for lines that changed."""

    def take(self, widget: LineWidget, rows: Sequence[int]) -> None:
        """Take the lines of a widget that changed."""


class LineWidget(Widget, can_focus=False):
    """Shows lines of segments that somebody else has drawn for its size."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.palette: Palette = DARK
        self.direct: Way | None = None  # the short way to the terminal, where there is one
        self._lines: Lines = []
        self._strips: list[Strip] = []

    def on_resize(self) -> None:
        """Ask for a new picture: the parts of the screen only know what they are shown."""
        cast("Stage", self.screen).draw_soon()

    def show(self, lines: Lines) -> None:
        """Take new lines; only those that differ are painted again."""
        old, before, width = self._lines, self._strips, self.size.width
        strips, changed = before[: len(lines)], []
        for y, line in enumerate(lines):
            if y >= len(old):
                strips.append(self._finished(line, width))
            elif old[y] is line or old[y] == line:
                continue
            else:
                strips[y] = self._finished(line, width)
            changed.append(y)
        changed += range(len(lines), len(old))
        self._lines, self._strips = lines, strips
        if not changed:
            return
        if self.direct is not None:
            self.direct.take(self, changed)
        else:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def _finished(self, line: list[Segment], width: int) -> Strip:
        """Make a strip at least as wide as the widget is now; nothing of it is lost."""
        text = "".join([segment.text for segment in line])
        if not is_clean(text):  # the last wall: no control character leaves, whoever wrote it
            line = [Segment(visible(segment.text), segment.style) for segment in line]
            text = visible(text)
        used = len(text) if is_single(text) else sum(segment.cell_length for segment in line)
        if (missing := width - used) > 0:
            line, used = [*line, Segment(" " * missing, self.palette.base)], width
        return Strip(line, used)

    def strip(self, y: int, width: int) -> Strip:
        """A line in a width, which is that of the widget; an empty one below the last."""
        strip = self._strips[y] if y < len(self._strips) else Strip([])
        return strip.adjust_cell_length(width, self.palette.base)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Hand out the finished strips, without Textual's styling of every line."""
        width = self.size.width
        strips = [self.strip(y, width) for y in crop.line_range]
        if crop.x == 0 and crop.width == width:
            return strips
        return [strip.crop(crop.x, crop.right) for strip in strips]
