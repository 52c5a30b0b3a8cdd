"""Draw any panel: its title and what is in it; and find what a mouse points at."""

from collections.abc import Callable
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment

from tui_transformer.figure import Pin
from tui_transformer.panels import Field, Panel, Table
from tui_transformer.render.canvas import Canvas, Lines
from tui_transformer.render.fit import fit, shortened
from tui_transformer.render.kinds import of_kind
from tui_transformer.render.palette import Palette
from tui_transformer.render.strips import TITLE, Box
from tui_transformer.text import visible

_NAMED = 6  # cells that a title keeps beside a scale


def draw_panel(
    panel: Panel, width: int, height: int, palette: Palette, pin: tuple[int, int] | None = None
) -> Lines:
    """Draw a panel with its title, exactly width × height cells."""
    if height < 1:
        return []
    inside = height - TITLE
    ending: Callable[..., list[Segment]] | None = of_kind(panel, "tail")
    tail = tuple(ending(panel, width, inside, palette, pin)) if ending else ()
    return title_line(panel.title, width, palette, pin is not None, panel.outcome, tail) + _content(
        panel, width, inside, palette, pin
    )


@lru_cache(maxsize=256)
def title_line(
    title: str,
    width: int,
    palette: Palette,
    pinned: bool,
    outcome: tuple[str, ...] = (),
    tail: tuple[Segment, ...] = (),
) -> Lines:
    """Draw a title over a thin rule; a panel that holds the pin says so.

    Where room is short, a title gives up its last clauses. What comparing found stands behind
    it, as long as it fits; the shortest wording is kept even where it costs the end of the title.
    At the right end stands the scale of the colours, where it has no other place, or what of a
    table waits for more room.
    """
    whole, width = width, width - sum(segment.cell_length for segment in tail) - bool(tail)
    if width < _NAMED:
        width, tail = whole, ()
    canvas = Canvas(width, TITLE, palette)
    muted = palette.role("muted")
    canvas.put(0, 0, "─" * width, muted)
    title = f"▸{title}" if pinned else title
    spare = width - cell_len(visible(title)) - 1
    fitting = [text for text in outcome if cell_len(text) + 3 <= spare] or outcome[-1:]
    said = f"· {fitting[0]} " if fitting else ""
    room = max(width - cell_len(said), 0)
    named = shortened(title, room)
    end = canvas.put(
        0,
        0,
        fit(f"{named} ", room) if len(named) < room else named,
        palette.role("plain", bold=True),
    )
    canvas.put(end, 0, fit(said, width - end), palette.role("cursor"))
    gap = [Segment(" ", palette.base)] if tail else []
    return [[*canvas.lines()[0], *gap, *tail]]


def _content(
    panel: Panel, width: int, height: int, palette: Palette, pin: tuple[int, int] | None
) -> Lines:
    draw: Callable[..., Lines] = of_kind(panel, "draw")
    return draw(panel, width, height, palette, pin)


def cell_in(box: Box, column: int, row: int, pin: Pin | None) -> tuple[int, int] | None:
    """Find the cell of a panel at a place on its page; (0, i) for the token i."""
    x, y = column - box.x, row - box.y - TITLE
    if not (0 <= x < box.width and 0 <= y < box.height - TITLE):
        return None
    inside = box.height - TITLE
    held = (pin.row, pin.column) if pin and pin.panel == box.index else None
    find: Callable[..., tuple[int, int] | None] | None = of_kind(box.panel, "cell")
    return find(box.panel, box.width, inside, x, y, held) if find else None


def beyond_in(box: Box, column: int, row: int, pin: Pin | None, rows: int) -> Pin | None:
    """Find what the wheel pins in a panel under the mouse: a hidden row, if no control follows."""
    inside = 0 <= column - box.x < box.width and 0 <= row - box.y < box.height
    if not inside or not isinstance(box.panel, Table) or box.panel.row_control:
        return None
    held = (pin.row, pin.column) if pin and pin.panel == box.index else None
    find: Callable[..., tuple[int, int] | None] = of_kind(box.panel, "beyond")
    cell = find(box.panel, box.width, box.height - TITLE, held, rows)
    return Pin(box.index, *cell) if cell else None


def point_in(box: Box, column: int, row: int) -> tuple[float, float] | None:
    """Find the point of a field at a place on its page."""
    if not isinstance(box.panel, Field):
        return None
    from tui_transformer.render.field import field_point

    x, y = column - box.x, row - box.y - TITLE
    return field_point(box.panel, box.width, box.height - TITLE, x, y)
