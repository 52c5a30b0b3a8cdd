"""Where panels go: rows of the figure become pages that fit the size exactly.

The first page is built around the main panel, which gets at least a quarter of the screen
(`render/first_page.py`). What finds no place there is on the next pages: panels of one row stand
side by side where there is room, below each other where there is not. Nothing is cut in half.
"""

from collections.abc import Hashable, Sequence
from functools import lru_cache
from typing import cast

from tui_transformer.figure import Figure
from tui_transformer.panels import Heatmap
from tui_transformer.render.first_page import first_page
from tui_transformer.render.heatmap_pool import heard, way
from tui_transformer.render.outline import outline
from tui_transformer.render.strips import Box, Numbered, Page, Strip, stretched, strips

Place = tuple[int, int, int, int, int]  # which panel, from where, how wide and how high

Layout = tuple[tuple[tuple[Place, ...], ...], tuple[tuple[int, tuple[int, int], str], ...]]
_ANSWERS = 4  # layouts that are kept for one outline


def arrange(figure: Figure, width: int, height: int) -> tuple[Page, ...]:
    """Lay a figure out on pages of a size; there is always at least one page."""
    if width < 1 or height < 1:
        return ((),)
    rows = numbered(figure)
    if not rows:
        return ((),)
    seen = outline(rows)
    if seen is None:
        return _arranged(rows, width, height)
    kept, panels = _kept(seen, width, height), figure.panels
    for pages, asked in kept:
        if all(way(cast("Heatmap", panels[i]), *size) == answer for i, size, answer in asked):
            return tuple(
                tuple(Box(index, panels[index], *place) for index, *place in page) for page in pages
            )
    found, log = heard(lambda: _arranged(rows, width, height))
    at = {id(panel): index for index, panel in enumerate(panels)}
    asked = tuple(
        dict.fromkeys((at[id(panel)], (tall, wide), answer) for panel, tall, wide, answer in log)
    )
    kept.insert(0, (tuple(tuple(map(_place, page)) for page in found), asked))
    del kept[_ANSWERS:]
    return found


@lru_cache(maxsize=32)
def _kept(seen: Hashable, width: int, height: int) -> list[Layout]:
    """Keep the layouts that were found for an outline and a size, by what they asked matrices."""
    return []


def _place(box: Box) -> Place:
    return box.index, box.x, box.y, box.width, box.height


def _arranged(rows: Sequence[Sequence[Numbered]], width: int, height: int) -> tuple[Page, ...]:
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
    return tuple(stretched(page, height) for page in pages)
