"""The short way of changed lines to the terminal, past Textual's compositor.

The compositor finds out anew for every picture what lies where, which is as it was: only a layout
changes it. So where nothing lies over the lines, nothing else waits to be painted and no layout
is due, they are displayed at the places that it found last, at once and as one update. Otherwise
they are refreshed, as every widget is; both ways lead to the same cells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual._compositor import ChopsUpdate
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.screen import Screen

    from tui_transformer.ui.lines import LineWidget

Changed = tuple["LineWidget", Sequence[int]]  # a widget and which of its lines changed


class Direct:
    """Collects what changes while a picture is drawn, and displays it."""

    def __init__(self, screen: Screen[None], ready: Callable[[], bool]) -> None:
        """`ready` says whether the program displays what is drawn."""
        self._screen, self._ready = screen, ready
        self._collected: list[Changed] | None = None
        self._found: tuple[object, dict[Widget, Region]] = (None, {})
        self._parts: tuple[object, tuple[Widget, ...]] = (None, ())
        self._sizes: tuple[object, dict[Widget, Size]] = (None, {})

    def display(self, draw: Callable[[], None]) -> None:
        """Draw, and display all that changes by it as one."""
        self._collected = []
        try:
            draw()
        finally:
            collected, self._collected = self._collected, None
            self._display(collected)

    def take(self, widget: LineWidget, rows: Sequence[int]) -> None:
        """Take the lines of a widget that changed."""
        if self._collected is None:
            _refresh(widget, rows)
        else:
            self._collected.append((widget, rows))

    def size(self, widget: Widget, measure: Callable[[], Size]) -> Size:
        """Say how large a widget is, which is asked a dozen times for a picture: as it was when the
        screen was laid out."""
        seen = self._screen._compositor._visible_widgets
        if seen is None:
            return measure()
        if self._sizes[0] is not seen:
            self._sizes = seen, {}
        sizes = self._sizes[1]
        if widget not in sizes:
            sizes[widget] = measure()
        return sizes[widget]

    def _display(self, collected: Sequence[Changed]) -> None:
        if not collected:
            return
        update = self._update(collected) if self._is_free() else None
        if update is None:
            for widget, rows in collected:
                _refresh(widget, rows)
        elif update.spans:
            self._screen.app._display(self._screen, update)

    def _is_free(self) -> bool:
        """Say whether nothing waits for Textual to paint it or to lay it out."""
        screen, app = self._screen, self._screen.app
        if not (self._ready() and screen.is_current) or app._batch_count or app.is_inline:
            return False
        if screen._compositor.size != screen.size:  # a new size that nothing is laid out for yet
            return False
        waits = screen._dirty_widgets or screen._recompose_required
        if waits:
            return False
        visible = screen._compositor.visible_widgets
        if self._parts[0] is not visible:  # a part that is new has had the screen laid out
            self._parts = visible, (screen, *screen.walk_children(Widget))
        return not any(map(_waits, self._parts[1]))

    def _update(self, collected: Sequence[Changed]) -> ChopsUpdate | None:
        """Put the lines where they are seen; None where something else is seen there."""
        visible = self._screen._compositor.visible_widgets
        if self._found[0] is not visible:
            self._found = visible, _uncovered(visible)
        height = self._screen.size.height
        chops: list[dict[int, Strip | None]] = [{} for _ in range(height)]
        for widget, rows in collected:
            region = self._found[1].get(widget)
            if region is None:
                if widget in visible:
                    return None
                continue  # it is not shown, and will be painted when it is
            for y in rows:
                if y < region.height:
                    chops[region.y + y][region.x] = widget.strip(y, region.width)
        ends = [
            [x + strip.cell_length for x, strip in line.items() if strip] if line else []
            for line in chops
        ]
        spans = [(y, min(line), max(ends[y])) for y, line in enumerate(chops) if line]
        return ChopsUpdate(chops, spans, ends)


def _waits(widget: Widget) -> bool:
    """Say whether a widget has asked for something that it has not got yet."""
    return widget._layout_required or widget._repaint_required or widget._scroll_required


def _refresh(widget: LineWidget, rows: Sequence[int]) -> None:
    """Ask Textual to paint lines of a widget."""
    width = widget.size.width
    widget.refresh(*(Region(0, y, width, 1) for y in rows))


def _uncovered(visible: dict[Widget, tuple[Region, Region]]) -> dict[Widget, Region]:
    """Find the widgets that are seen whole, without padding; they come in order, those in front
    first."""
    found: dict[Widget, Region] = {}
    above: list[Region] = []
    for widget, (region, clip) in visible.items():
        whole = clip.contains_region(region) and region.size == widget.size
        if whole and not any(region.overlaps(other) for other in above):
            found[widget] = region
        above.append(region.intersection(clip))
    return found
