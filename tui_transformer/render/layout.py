"""Where panels go: rows of the figure become pages that fit the size exactly.

The first page is built around the main panel, which gets at least a quarter of the screen
(`render/first_page.py`). What finds no place there is on the next pages: panels of one row stand
side by side where there is room, below each other where there is not. Nothing is cut in half.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui_transformer.figure import Figure, Panel
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


@dataclass(frozen=True)
class Strip:
    """Panels side by side, with the height they need and whether they can use more."""

    boxes: tuple[Box, ...]
    height: int
    stretches: bool


def arrange(figure: Figure, width: int, height: int) -> tuple[Page, ...]:
    """Lay a figure out on pages of a size; there is always at least one page."""
    if width < 1 or height < 1:
        return ((),)
    from tui_transformer.render.first_page import first_page

    rows = numbered(figure)
    if not rows:
        return ((),)
    page = first_page(rows, width, height)
    shown = {box.index for box in page}
    waiting = [[each for each in row if each[0] not in shown] for row in rows]
    return (page, *_flow([row for row in waiting if row], width, height))


def alone(figure: Figure, index: int, width: int, height: int) -> tuple[Page, ...]:
    """Give one panel all of the room."""
    return ((Box(index, figure.panels[index], 0, 0, width, height),),)


def numbered(figure: Figure) -> list[list[Numbered]]:
    """List the rows of a figure, each panel with its place."""
    places = iter(range(len(figure.panels)))
    return [[(next(places), panel) for panel in row] for row in figure.rows if row]


def _flow(rows: Sequence[Sequence[Numbered]], width: int, height: int) -> tuple[Page, ...]:
    """Fill pages from the top, in reading order."""
    pages: list[list[Strip]] = []
    for strip in (strip for row in rows for strip in strips(row, width, height)):
        if not pages or sum(s.height for s in pages[-1]) + strip.height > height:
            pages.append([])
        pages[-1].append(strip)
    return tuple(_stretched(page, height) for page in pages)


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
    room = width - GAP * (len(group) - 1)
    asked = sum(panel.width for _, panel in group)
    boxes, x = [], 0
    for at, (index, panel) in enumerate(group):
        last = at == len(group) - 1
        share = width - x if last else max(room * panel.width // asked, 1)
        needs = min(natural_height(panel, share) + TITLE, height)
        boxes.append(Box(index, panel, x, 0, share, needs))
        x += share + GAP
    tallest = max((box.height for box in boxes), default=0)
    return Strip(tuple(boxes), tallest, any(panel.stretches for _, panel in group))


def natural_height(panel: Panel, width: int) -> int:
    """Say how many lines a panel needs without its title; up to three times what it asks for."""
    asked: int | None = getattr(panel, "height", None)
    measure: Callable[[Panel, int], int] | None = of_kind(panel, "height")
    needs = asked or 1 if measure is None else measure(panel, width)
    return needs if asked is None else max(min(needs, 3 * asked), asked)


def drawn(panel: Panel, width: int, height: int) -> tuple[int, int]:
    """Say how many columns and lines of its box a panel fills, its title included."""
    uses: Callable[[Panel, int, int], tuple[int, int]] | None = of_kind(panel, "uses")
    if uses is not None:
        right, down = uses(panel, width, height - TITLE)
        return right, down + TITLE
    return width, height if panel.stretches else min(natural_height(panel, width) + TITLE, height)


def _stretched(page: list[Strip], height: int) -> Page:
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
