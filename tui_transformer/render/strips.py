"""Strips of panels side by side: how wide and how high each is, and where on its page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui_transformer.figure import Panel
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
