"""The first page: a large main panel, and around it what else is needed to see the point.

The main panel covers at least a quarter of the screen, and more of a larger one. A plane whose
axes measure the same stands at the left, as wide as keeps it square, the others in a column
beside it; any other picture is as wide as the page, with strips of panels over and under it.
Whatever of the others fits is there, in reading order, so that no row stays empty.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from tui_transformer.figure import Field, Heatmap, Panel, Plot, Table, Tokens
from tui_transformer.pieces import Axis
from tui_transformer.render.strips import (
    GAP,
    TITLE,
    Box,
    Numbered,
    Page,
    Strip,
    drawn,
    natural_height,
    side_by_side,
    strips,
)

HOME = 51  # columns for panels on a screen of 80
COLUMN = 20  # the narrowest column beside a plane
SLIM = 10  # columns that each of several main panels needs to stand beside the others
PLANE_FRAME = (4, 3)  # columns and lines that a plane's title, axis and header take
NEARLY = 0.8  # of what main panels should draw
SHORTEST = 6  # lines of a plot, or of a table that scrolls
NARROWER = 1.4  # a panel that asks for this much more than there is still fills a hole
Rows = Sequence[Sequence[Numbered]]


def first_page(rows: Rows, width: int, height: int) -> Page:
    """Lay out the first page of a figure."""
    main = [each for row in rows for each in row if each[1].main] or [rows[0][0]]
    page = None
    if len(main) == 1 and is_square(main[0][1]):
        page = _beside(rows, main[0], width, height)
    page = page or _stacked(rows, main, width, height)
    return _filled(page, rows, height)


def quarter(width: int, height: int) -> int:
    """Say how many cells are a quarter of the screen that leaves this room for panels."""
    gauges = min(max((width - HOME) // 4, 0), 8)  # controls grow with the screen
    lines = 6 if width >= HOME else 7
    return -(-(width + 29 + gauges) * (height + lines) // 4)


def is_square(panel: Panel) -> bool:
    """Say whether both axes of a picture measure the same."""
    if not isinstance(panel, Field | Plot):
        return False
    spans = _span(panel.x), _span(panel.y)
    return spans[0] > 0 and math.isclose(*spans)


def _span(axis: Axis) -> float:
    return 0.0 if axis.low is None or axis.high is None or axis.log else axis.high - axis.low


# ── a plane at the left ────────────────────────────────────────────────────────────────


def _beside(rows: Rows, main: Numbered, width: int, height: int) -> Page | None:
    """Put the plane at the left, and what fits in a column at its right; None if there is none."""
    square = 2 * (height - PLANE_FRAME[1]) + PLANE_FRAME[0]
    wide = min(square, width - max(COLUMN + GAP, 2 * width // 5))
    wide = max(wide, -(-quarter(width, height) // height))
    x = wide + GAP
    if width - x < COLUMN or width <= 2 * height:
        return None
    others = [each for row in rows for each in row if each != main]
    column = _chosen([_strip([each], x, width - x) for each in others], height)
    return (Box(*main, 0, 0, wide, height), *_piled(column, _shared(column, height, height), 0))


# ── a picture as wide as the page ──────────────────────────────────────────────────────


def _stacked(rows: Rows, main: Sequence[Numbered], width: int, height: int) -> Page:
    """Put the main panels over the whole width, and strips of others over and under them."""
    mains = [[each for each in row if each in main] for row in rows]
    first = _main_strips([row for row in mains if row], width, height)
    candidates = [
        _strip([(box.index, box.panel) for box in strip.boxes], 0, width)
        for row in rows
        for strip in strips([each for each in row if each not in main], width, height)
    ]
    fewest = min(_main_height(first, width, height), height)
    chosen = _chosen(candidates, height - fewest)
    room = _shared(chosen, height - fewest, fewest)
    tall = _kept(first, height - sum(room), fewest)
    over = sum(strip.boxes[0].index < main[0][0] for strip in chosen)
    boxes = _piled(chosen[:over], room[:over], 0)
    y = sum(room[:over])
    for strip, part in zip(first, _divided(first, tall), strict=True):
        boxes += [replace(box, y=y, height=part) for box in strip.boxes]
        y += part
    return (*boxes, *_piled(chosen[over:], room[over:], y))


def _main_strips(rows: Rows, width: int, height: int) -> list[Strip]:
    """Put the main panels of a row side by side, pictures even where they are slim."""
    found: list[Strip] = []
    for row in rows:
        slim = len(row) * (SLIM + GAP) - GAP <= width and all(grows(panel) for _, panel in row)
        found += [side_by_side(row, width, height)] if slim else strips(row, width, height)
    return found


def _main_height(first: Sequence[Strip], width: int, height: int) -> int:
    """Choose how many lines the main panels get: what they draw is a quarter of the screen, and
    pictures get half of the room."""
    narrow, boxes = min(width, HOME), first[0].boxes
    main = boxes[0].panel
    tall = -(-quarter(narrow, height) // (narrow - GAP * (len(boxes) - 1)))
    if isinstance(main, Heatmap):
        return _whole_rows(first, tall, height, quarter(width, height))
    tall = max(tall, height // 2)
    if is_square(main):
        square = (boxes[0].width - PLANE_FRAME[0]) // 2 + PLANE_FRAME[1]
        tall = max(tall, min(square, height - SHORTEST - 1))
    if not grows(main):
        tall = max(tall, min(sum(strip.height for strip in first), height - 4))
    return _enough(first, (*range(tall, height + 1),), quarter(width, height))


def _whole_rows(first: Sequence[Strip], fewest: int, height: int, cells: int) -> int:
    """Choose how many lines matrices get so that none stays empty: their cells are whole."""
    natural = max(min(sum(strip.height for strip in first), height - 4), fewest)
    most = max(height // 2, natural)
    order = (*range(most, fewest - 1, -1), *range(most + 1, height + 1))
    whole = [tall for tall in order if len(first) == 1 and min(_lines(first[0], tall)) == tall]
    found = next((tall for tall in whole if _area(first, tall) >= cells), 0)
    return found or _kept(first, _enough(first, (natural, *order), cells), fewest)


def _enough(first: Sequence[Strip], order: Sequence[int], cells: int) -> int:
    """Choose the first height at which main panels draw so many cells, or nearly as many.

    Those that never do (a single word) are no larger than they were.
    """
    areas = {tall: _area(first, tall) for tall in dict.fromkeys(order)}
    most = max(areas.values(), default=0)
    wanted = min(cells, most) if most >= NEARLY * cells else 0
    return next((tall for tall, area in areas.items() if area >= wanted), 1)


def _area(first: Sequence[Strip], tall: int) -> int:
    """Count the cells that main panels draw on so many lines."""
    sizes = [
        drawn(box.panel, box.width, part)
        for strip, part in zip(first, _divided(first, tall), strict=True)
        for box in strip.boxes
    ]
    return sum(wide * down for wide, down in sizes)


def _divided(first: Sequence[Strip], tall: int) -> list[int]:
    """Share out the lines of main panels that stand below each other: as few as show them, then
    what tables and texts need, and the rest to pictures, or where there are none, to tables."""
    fewest = [max(map(_least_shown, strip.boxes)) for strip in first]
    parts = [min(few, tall // len(first)) for few in fewest]
    elastic = [any(grows(box.panel) for box in strip.boxes) for strip in first]
    fixed = [
        not (grown or isinstance(s.boxes[0].panel, Tokens))
        for grown, s in zip(elastic, first, strict=True)
    ]
    wanted = [
        s.height if is_fixed else few for is_fixed, few, s in zip(fixed, fewest, first, strict=True)
    ]
    for most in (fewest, wanted):
        for i in range(len(first)):
            parts[i] += max(min(most[i] - parts[i], tall - sum(parts)), 0)
    if not any(elastic):
        elastic = [isinstance(strip.boxes[0].panel, Table) for strip in first]
    takers = [i for i, takes in enumerate(elastic) if takes or not any(elastic)]
    for left, i in zip(range(len(takers), 0, -1), takers, strict=True):
        parts[i] += (tall - sum(parts)) // left
    return parts


def _least_shown(box: Box) -> int:
    """Say how few lines are enough for a main panel; a text asks for no more than it fills."""
    few = least(box.panel, box.width)
    return drawn(box.panel, box.width, few)[1] if isinstance(box.panel, Tokens) else few


def _kept(first: Sequence[Strip], tall: int, fewest: int) -> int:
    """Say how many of the lines that are left the main panels can use."""
    panels = [box.panel for strip in first for box in strip.boxes]
    if any(isinstance(panel, Plot | Field) for panel in panels):
        return tall
    parts = _divided(first, tall)
    used = sum(max(_lines(strip, part)) for strip, part in zip(first, parts, strict=True))
    return max(used, fewest)


def _lines(strip: Strip, tall: int) -> list[int]:
    return [drawn(box.panel, box.width, tall)[1] for box in strip.boxes]


# ── what else is there ─────────────────────────────────────────────────────────────────


def grows(panel: Panel) -> bool:
    """Say whether more lines show more of a panel, rather than more paper."""
    return isinstance(panel, Plot | Field | Heatmap)


def least(panel: Panel, width: int) -> int:
    """Say how few lines are enough for a panel, with its title."""
    needs = natural_height(panel, width)
    if isinstance(panel, Heatmap):
        needs = min(needs, max(len(panel.values) + 1, 3))
    elif isinstance(panel, Plot | Field) or (isinstance(panel, Table) and needs > SHORTEST + 1):
        needs = min(needs, SHORTEST + 1)
    return needs + TITLE


def _wanted(box: Box) -> int:
    return natural_height(box.panel, box.width) + TITLE


def _strip(group: Sequence[Numbered], x: int, width: int) -> Strip:
    """Put panels side by side from a column on, as low as they can be."""
    boxes = tuple(
        replace(box, x=x + box.x, height=least(box.panel, box.width))
        for box in side_by_side(group, width, 1).boxes
    )
    return Strip(boxes, max(box.height for box in boxes), all(grows(box.panel) for box in boxes))


def _chosen(candidates: Sequence[Strip], height: int) -> list[Strip]:
    """Take what fits, in reading order."""
    chosen: list[Strip] = []
    for strip in candidates:
        if strip.height <= height:
            chosen.append(strip)
            height -= strip.height
    return chosen


def _shared(chosen: Sequence[Strip], height: int, most: int) -> list[int]:
    """Share out lines: first what panels would rather have, then to those that can use more."""
    room = [strip.height for strip in chosen]
    spare = height - sum(room)
    for i, strip in enumerate(chosen):
        more = min(max(max(map(_wanted, strip.boxes)) - room[i], 0), spare)
        room[i], spare = room[i] + more, spare - more
    elastic = [i for i, strip in enumerate(chosen) if strip.stretches]
    for left, i in zip(range(len(elastic), 0, -1), elastic, strict=True):
        more = min(spare // left, max(most - room[i], 0))
        room[i], spare = room[i] + more, spare - more
    return room


def _piled(chosen: Sequence[Strip], room: Sequence[int], y: int) -> list[Box]:
    """Put strips below each other; a panel that cannot use its lines keeps to what it needs."""
    boxes: list[Box] = []
    for strip, tall in zip(chosen, room, strict=True):
        for box in strip.boxes:
            own = tall if grows(box.panel) else min(_wanted(box), tall)
            boxes.append(replace(box, y=y, height=own))
        y += tall
    return boxes


def _filled(page: Page, rows: Rows, height: int) -> Page:
    """Put panels that wait for the next page under those that leave a hole big enough."""
    found = list(page)
    for index, panel in (each for row in rows for each in row):
        if any(box.index == index for box in found):
            continue
        for box in found:
            y = box.y + box.height
            room = min((b.y for b in found if b.y >= y and _over(b, box)), default=height) - y
            if panel.width <= box.width * NARROWER and least(panel, box.width) <= room:
                tall = room if grows(panel) else min(room, natural_height(panel, box.width) + TITLE)
                found.append(Box(index, panel, box.x, y, box.width, tall))
                break
    return tuple(found)


def _over(a: Box, b: Box) -> bool:
    """Say whether two boxes share columns."""
    return a.x < b.x + b.width and b.x < a.x + a.width
