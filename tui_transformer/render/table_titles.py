"""The line of a table that names its columns; it stays as it is while the numbers change."""

from collections.abc import Sequence
from functools import lru_cache

from rich.segment import Segment

from tui_transformer.pieces import Column, Role
from tui_transformer.render.canvas import Canvas
from tui_transformer.render.compact import box, plain
from tui_transformer.render.fit import cells
from tui_transformer.render.palette import Palette
from tui_transformer.render.spelling import drawn
from tui_transformer.render.table_plan import Place, Plan

Titles = tuple[tuple[int, str, int, Role], ...]  # from where on, in how many cells, its colour


def titles(places: Plan, columns: Sequence[Column], width: int, palette: Palette) -> list[Segment]:
    """Write the titles of the columns that are shown, numbers' titles up to where they end."""
    found: list[tuple[int, str, int, Role]] = []
    for place in places.places:
        title = place.measure.title
        role = columns[place.index].role if place.index < len(columns) else "plain"
        found.append((place.x + max(_inset(place), 0), title, min(place.width, cells(title)), role))
    return _line(tuple(found), width, palette)


def _inset(place: Place) -> int:
    """How far a title is moved to the right, to end with the numbers below it."""
    measure, size = place.measure, cells(place.measure.title)
    if measure.kind != "number":
        return 0
    ends = min(place.inset + measure.left + measure.right, place.width)
    return (ends if size <= ends else place.width) - size


@lru_cache(maxsize=256)
def _line(titles: Titles, width: int, palette: Palette) -> list[Segment]:
    """Write titles: each from where on, in so many cells, and in which role."""
    canvas = Canvas(width, 1, palette)
    for x, title, room, role in titles:
        text = box(title, room, palette.ascii)
        style = palette.role("muted" if role == "plain" else role)
        canvas.put(x, 0, drawn(text) if palette.ascii else plain(text), style)
    return canvas.line(0)
