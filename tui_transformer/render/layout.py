"""Where panels go: rows of the figure become pages that fit the size exactly.

Panels of one row stand side by side where there is room, below each other where there is
not. What does not fit on the first page is on the next; nothing is ever cut in half.
"""

from __future__ import annotations

from collections.abc import Callable
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


@dataclass(frozen=True)
class _Strip:
    """Panels side by side, with the height they need and whether they can use more."""

    boxes: tuple[Box, ...]
    height: int
    stretches: bool


def arrange(figure: Figure, width: int, height: int) -> tuple[Page, ...]:
    """Lay a figure out on pages of a size; there is always at least one page."""
    if width < 1 or height < 1:
        return ((),)
    pages: list[list[_Strip]] = [[]]
    for strip in _strips(figure, width, height):
        used = sum(s.height for s in pages[-1])
        if pages[-1] and used + strip.height > height:
            pages.append([])
        pages[-1].append(strip)
    return tuple(_stretched(page, height) for page in pages)


def _strips(figure: Figure, width: int, height: int) -> list[_Strip]:
    """Break the figure's rows where they are too wide."""
    strips, index = [], 0
    for row in figure.rows:
        group: list[tuple[int, Panel]] = []
        for panel in row:
            if group and sum(p.width + GAP for _, p in group) + panel.width > (width * SQUEEZE):
                strips.append(_side_by_side(group, width, height))
                group = []
            group.append((index, panel))
            index += 1
        strips.append(_side_by_side(group, width, height))
    return strips


def _side_by_side(group: list[tuple[int, Panel]], width: int, height: int) -> _Strip:
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
    return _Strip(tuple(boxes), tallest, any(panel.stretches for _, panel in group))


def natural_height(panel: Panel, width: int) -> int:
    """Say how many lines a panel needs without its title; up to three times what it asks for."""
    asked: int | None = getattr(panel, "height", None)
    measure: Callable[[Panel, int], int] | None = of_kind(panel, "height")
    needs = asked or 1 if measure is None else measure(panel, width)
    return needs if asked is None else max(min(needs, 3 * asked), asked)


def _stretched(page: list[_Strip], height: int) -> Page:
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
        tall = strip.height + more
        for box in strip.boxes:
            own = tall if box.panel.stretches else min(box.height + more, tall)
            boxes.append(Box(box.index, box.panel, box.x, y, box.width, own))
        y += tall
    return tuple(boxes)
