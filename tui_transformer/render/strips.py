"""Strips of panels side by side: how wide and how high each is, and where on its page."""

from collections.abc import Callable, Sequence

from tui_transformer.panels import Heatmap, Panel
from tui_transformer.records import dataclass
from tui_transformer.render.heatmap_names import least_names
from tui_transformer.render.kinds import of_kind

GAP = 2  # empty columns between two panels
TITLE = 1  # lines that a panel's title takes
SQUEEZE = 1.08  # panels that ask for this much too much together still stand side by side


@dataclass(frozen=True)
class Box:
    """The place of one panel on its page; `index` counts the figure's panels."""

    index: int
    panel: Panel
    x: int
    y: int
    width: int
    height: int


Page = tuple[Box, ...]
Numbered = tuple[int, Panel]  # a panel with its place among those of the figure


def reading_order(pages: Sequence[Page]) -> tuple[int, ...]:
    """List the panels as they are read: page by page, from the top, from the left."""
    read = (sorted(page, key=lambda box: (box.y, box.x)) for page in pages)
    return tuple(box.index for page in read for box in page)


@dataclass(frozen=True)
class Strip:
    """Panels side by side, with the height they need and whether they can use more."""

    boxes: tuple[Box, ...]
    height: int
    stretches: bool


def strips(row: Sequence[Numbered], width: int, height: int) -> list[Strip]:
    """Break a row where it is too wide."""
    found: list[Strip] = []
    group: list[Numbered] = []
    for index, panel in row:
        if group and sum(p.width + GAP for _, p in group) + panel.width > (width * SQUEEZE):
            found.append(side_by_side(group, width, height))
            group = []
        group.append((index, panel))
    return [*found, side_by_side(group, width, height)] if group else found


def side_by_side(group: Sequence[Numbered], width: int, height: int) -> Strip:
    """Share the width in proportion to what each panel asks for."""
    panels = [panel for _, panel in group]
    shares, gap = _shares(panels, width), GAP
    if once := _named_once(panels, shares, width):
        shares, gap = once, 1  # a row's mark stands in the other column
    boxes, x = [], 0
    for (index, panel), share in zip(group, shares, strict=True):
        needs = min(natural_height(panel, share) + TITLE, height)
        boxes.append(Box(index, panel, x, 0, share, needs))
        x += share + gap
    tallest = max((box.height for box in boxes), default=0)
    return Strip(tuple(boxes), tallest, any(panel.stretches for panel in panels))


def _shares(panels: Sequence[Panel], width: int) -> list[int]:
    room = width - GAP * (len(panels) - 1)
    asked = sum(panel.width for panel in panels)
    shares = [max(room * panel.width // asked, 1) for panel in panels[:-1]]
    return [*shares, width - sum(shares) - GAP * len(shares)]


def _named_once(panels: Sequence[Panel], shares: Sequence[int], width: int) -> list[int] | None:
    """Share the width among matrices of the same rows that have no room for names each: the
    first has the names for all, and each has one column for a number and one for its mark."""
    matrices = [panel for panel in panels if isinstance(panel, Heatmap)]
    if len(matrices) < max(len(panels), 2) or len({panel.rows for panel in matrices}) > 1:
        return None
    columns = [panel.values.shape[-1] for panel in matrices]
    names = least_names(matrices[0].rows, len(matrices[0].values))
    needs = [names + 1 + columns[0], *(1 + count for count in columns[1:])]
    spare = width - sum(needs) - len(needs) + 1
    each = all(names + 1 + n <= share for n, share in zip(columns, shares, strict=True))
    return None if each or not names or spare < 0 else [needs[0] + spare, *needs[1:]]


def natural_height(panel: Panel, width: int) -> int:
    """Say how many lines a panel needs without its title; one that is not main up to three times
    what it asks for."""
    asked: int | None = getattr(panel, "height", None)
    measure: Callable[[Panel, int], int] | None = of_kind(panel, "height")
    needs = asked or 1 if measure is None else measure(panel, width)
    most = needs if panel.main else 3 * (asked or 0)
    return needs if asked is None else max(min(needs, most), asked)


def drawn(panel: Panel, width: int, height: int) -> tuple[int, int]:
    """Say how many columns and lines of its box a panel fills, its title included."""
    uses: Callable[[Panel, int, int], tuple[int, int]] | None = of_kind(panel, "uses")
    if uses is not None:
        right, down = uses(panel, width, height - TITLE)
        return right, down + TITLE
    return width, height if panel.stretches else min(natural_height(panel, width) + TITLE, height)


def stretched(page: list[Strip], height: int) -> Page:
    """Give the lines that are left to the panels that can use them."""
    spare = height - sum(strip.height for strip in page)
    elastic = sum(strip.stretches for strip in page)
    boxes: list[Box] = []
    y = 0
    for strip in page:
        more = 0
        if strip.stretches:
            more = spare // elastic
            spare, elastic = spare - more, elastic - 1
        boxes += lowered(strip, y, strip.height + more, more)
        y += strip.height + more
    return tuple(boxes)


def lowered(strip: Strip, y: int, tall: int, more: int = 0) -> list[Box]:
    """Put a strip at its place on the page; what does not stretch keeps its own height."""
    return [
        Box(
            box.index,
            box.panel,
            box.x,
            y,
            box.width,
            tall if box.panel.stretches else min(box.height + more, tall),
        )
        for box in strip.boxes
    ]
