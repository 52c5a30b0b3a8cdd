"""A widget of finished lines: what has not changed is not drawn again."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from tui_transformer.render.canvas import Lines
from tui_transformer.render.fit import is_single
from tui_transformer.render.palette import DARK, Palette
from tui_transformer.text import is_clean, visible

if TYPE_CHECKING:
    from tui_transformer.ui.stage import Action, Stage


class Way(Protocol):
    """A way to the terminal for lines that changed."""

    def take(self, widget: LineWidget, rows: Sequence[int]) -> None:
        """Take the lines of a widget that changed."""

    def size(self, widget: LineWidget, measure: Callable[[], Size]) -> Size:
        """Say how large a widget is, measuring it once for each layout."""


class Finished(Strip):
    """A strip that makes room for what Textual keeps of it when Textual asks first: a line that
    goes past the compositor is never asked, and seven empty caches are a third of its cost."""

    __slots__ = ()

    def __init__(self, segments: list[Segment], cell_length: int) -> None:
        self._segments = segments
        self._cell_length = cell_length

    def __getattr__(self, name: str) -> Any:
        if name not in Strip.__slots__:
            raise AttributeError(name)
        super().__init__(self._segments, self._cell_length)
        return getattr(self, name)


class LineWidget(Widget, can_focus=False):
    """Shows lines of segments that somebody else has drawn for its size."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.palette: Palette = DARK
        self.direct: Way | None = None  # the short way to the terminal, where there is one
        self._lines: Lines = []
        self._strips: list[Strip] = []

    @property
    def size(self) -> Size:
        """How large it is, as Textual says it."""
        way = self.direct
        return super().size if way is None else way.size(self, lambda: super(LineWidget, self).size)

    def on_resize(self) -> None:
        """Ask for a new picture: the parts of the screen only know what they are shown."""
        cast("Stage", self.screen).draw_soon()

    def show(self, lines: Lines) -> None:
        """Take new lines; only those that differ are painted again."""
        old, self._lines = self._lines, lines
        changed = [
            y
            for y, line in enumerate(lines)
            if y >= len(old) or not (old[y] is line or old[y] == line)
        ]
        gone = range(len(lines), len(old))
        if not (changed or gone):
            return
        width, strips = self.size.width, self._strips[: len(lines)]
        for y in changed:
            strips[y : y + 1] = [self._finished(lines[y], width)]
        self._strips = strips
        changed += gone
        if self.direct is not None:
            self.direct.take(self, changed)
        else:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def _finished(self, line: list[Segment], width: int) -> Strip:
        """Make a strip at least as wide as the widget is now; nothing of it is lost."""
        text = "".join([segment[0] for segment in line])
        if text.isprintable() and is_single(text):  # as nearly all are
            used = len(text)
        else:
            if not is_clean(text):  # the last wall: no control character leaves, whoever wrote it
                line = [Segment(visible(segment.text), segment.style) for segment in line]
            used = sum(segment.cell_length for segment in line)
        if (missing := width - used) > 0:
            line, used = [*line, Segment(" " * missing, self.palette.base)], width
        return Finished(line, used)

    def strip(self, y: int, width: int) -> Strip:
        """A line in a width, which is that of the widget; an empty one below the last."""
        strip = self._strips[y] if y < len(self._strips) else Strip([])
        if strip.cell_length == width:
            return strip
        return strip.adjust_cell_length(width, self.palette.base)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Hand out the finished strips, without Textual's styling of every line."""
        width = self.size.width
        strips = [self.strip(y, width) for y in crop.line_range]
        if crop.x == 0 and crop.width == width:
            return strips
        return [strip.crop(crop.x, crop.right) for strip in strips]


TURNS = (("PgUp", -1), ("PgDn", 1))


class KeyedLine(LineWidget):
    """A line in which some words stand for a command: a click on them does it."""

    def __init__(
        self, *, id: str, words: Sequence[tuple[str, Action]], first: bool = False
    ) -> None:
        """`words` are patterns, with what is done where they are clicked, in the `first` line
        alone or in all."""
        super().__init__(id=id)
        self._words, self._first = words, first
        self.whole: tuple[int, Action] | None = None  # the last so many lines stand for that

    def on_click(self, event: events.Click) -> None:
        """Do what the words stand for that are clicked."""
        y = int(event.y)
        action = self._named(y, int(event.x))
        if action is None and self.whole is not None and y >= self.size.height - self.whole[0]:
            action = self.whole[1]
        if action is not None:
            action(cast("Stage", self.screen))

    def _named(self, y: int, x: int) -> Action | None:
        text = self.strip(y, self.size.width).text
        for pattern, action in self._words if not (y and self._first) else ():
            for found in re.finditer(pattern, text):
                start = cell_len(text[: found.start()])
                if start <= x < start + cell_len(found[0]):
                    return action
        return None
