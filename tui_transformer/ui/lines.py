"""A widget of finished lines: what has not changed is not drawn again."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui_transformer.render.canvas import Lines
from tui_transformer.render.palette import DARK, Palette
from tui_transformer.text import is_clean, visible

if TYPE_CHECKING:
    from tui_transformer.ui.stage import Stage


class LineWidget(Widget, can_focus=False):
    """Shows lines of segments that somebody else has drawn for its size."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.palette: Palette = DARK
        self._lines: Lines = []
        self._strips: list[Strip] = []

    def on_resize(self) -> None:
        """Ask for a new picture: the parts of the screen only know what they are shown."""
        cast("Stage", self.screen).draw_soon()

    def show(self, lines: Lines) -> None:
        """Take new lines; only those that differ are painted again."""
        old, strips = self._lines, []
        for y, line in enumerate(lines):
            if y < len(old) and (old[y] is line or old[y] == line):
                strips.append(self._strips[y])
            else:
                strips.append(Strip(_harmless(line)))
        width = self.size.width
        changed = [
            Region(0, y, width, 1)
            for y in range(max(len(strips), len(self._strips)))
            if not (y < len(strips) and y < len(self._strips) and strips[y] is self._strips[y])
        ]
        self._lines, self._strips = lines, strips
        if changed:
            self.refresh(*changed)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Hand out the finished strips, without Textual's styling of every line."""
        width = self.size.width
        strips = []
        for y in crop.line_range:
            strip = self._strips[y] if y < len(self._strips) else Strip([])
            strip = strip.adjust_cell_length(width, self.palette.base)
            whole = crop.x == 0 and crop.width == width
            strips.append(strip if whole else strip.crop(crop.x, crop.x + crop.width))
        return strips


def _harmless(line: list[Segment]) -> list[Segment]:
    """The last wall: no control character leaves in a segment, whoever wrote it."""
    if all(is_clean(segment.text) for segment in line):
        return line
    return [Segment(visible(segment.text), segment.style) for segment in line]
