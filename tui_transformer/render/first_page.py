"""The first page: a large main panel, and around it what else is needed to see the point.

The main panel covers at least a quarter of the screen, and more of a larger one. A plane whose
axes measure the same stands at the left, as wide as keeps it square, the others in a column
beside it; any other picture is as wide as the page, with strips of panels over and under it.
Whatever of the others fits is there, in reading order, so that no row stays empty.
"""

from collections.abc import Sequence
from dataclasses import replace

from tui_transformer.render.main_panels import (
    PLANE_FRAME,
    Rows,
    crowded,
    divided,
    grows,
    highest,
    is_square,
    kept,
    least,
    main_height,
    main_strips,
    quarter,
    whole_matrices,
    whole_tables,
    widest,
)
from tui_transformer.render.strips import (
    GAP,
    TITLE,
    Box,
    Numbered,
    Page,
    Strip,
    natural_height,
    side_by_side,
    strips,
)

COLUMN = 20  # the narrowest column beside a plane
TABLE = 22  # one in which most tables are whole
NARROWER = 1.4  # a panel that asks for this much more than there is still fills a hole


def first_page(rows: Rows, width: int, height: int) -> Page:
    """Lay out the first page of a figure."""
    main = [each for row in rows for each in row if each[1].main] or [rows[0][0]]
    if crowded(main, rows, width):
        main = main[:1]
    main = whole_tables(whole_matrices(main, rows, width, height), rows, width, height)
    page = None
    if len(main) == 1 and is_square(main[0][1]):
        page = _beside(rows, main[0], width, height)
    page = page or _stacked(rows, main, width, height)
    return _filled(page, rows, height)


# ── a plane at the left ────────────────────────────────────────────────────────────────


def _beside(rows: Rows, main: Numbered, width: int, height: int) -> Page | None:
    """Put the plane at the left, and what fits in a column at its right; None if there is none."""
    square = 2 * (height - PLANE_FRAME[1]) + PLANE_FRAME[0]
    wide = min(square, width - max(TABLE + GAP, 2 * width // 5))
    wide = max(wide, -(-quarter(width, height) // height))
    x = wide + GAP
    if width - x < COLUMN or width <= 2 * height:
        return None
    others = [each for row in rows for each in row if each != main]
    column = _chosen([_strip([each], x, width - x, height) for each in others], height)
    return (Box(*main, 0, 0, wide, height), *_piled(column, _shared(column, height, height), 0))


# ── a picture as wide as the page ──────────────────────────────────────────────────────


def _stacked(rows: Rows, main: Sequence[Numbered], width: int, height: int) -> Page:
    """Put the main panels over the whole width, and strips of others over and under them."""
    mains = [[each for each in row if each in main] for row in rows]
    first = main_strips([row for row in mains if row], width, height)
    candidates = [
        _strip([(box.index, box.panel) for box in strip.boxes], 0, width, height)
        for row in rows
        for strip in strips([each for each in row if each not in main], width, height)
    ]
    fewest = min(main_height(first, width, height), height)
    chosen = _chosen(candidates, height - fewest)
    room = _shared(chosen, height - fewest, fewest)
    tall = kept(first, height - sum(room), fewest)
    over = sum(strip.boxes[0].index < main[0][0] for strip in chosen)
    boxes = _piled(chosen[:over], room[:over], 0)
    y = sum(room[:over])
    for strip, part in zip(first, divided(first, tall), strict=True):
        boxes += [replace(box, y=y, height=part, width=widest(box, part)) for box in strip.boxes]
        y += part
    return (*boxes, *_piled(chosen[over:], room[over:], y))


# ── what else is there ─────────────────────────────────────────────────────────────────


def _wanted(box: Box) -> int:
    return natural_height(box.panel, box.width) + TITLE


def _strip(group: Sequence[Numbered], x: int, width: int, page: int) -> Strip:
    """Put panels side by side from a column on, as low as they can be on a page of so many."""
    boxes = tuple(
        replace(box, x=x + box.x, height=least(box.panel, box.width, page))
        for box in side_by_side(group, width, 1).boxes
    )
    return Strip(boxes, max(box.height for box in boxes), all(grows(box.panel) for box in boxes))


def _chosen(candidates: Sequence[Strip], height: int) -> list[Strip]:
    """Take what fits, in reading order: whole where that can be, before another is begun."""
    chosen: list[Strip] = []
    for strip in candidates:
        if strip.height <= height:
            chosen.append(strip)
            tables = [_wanted(box) for box in strip.boxes if not grows(box.panel)]
            whole = max([strip.height, *tables])
            height -= whole if whole <= height else strip.height
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
        high = max(highest(box, most) for box in chosen[i].boxes)
        more = min(spare // left, max(high - room[i], 0))
        room[i], spare = room[i] + more, spare - more
    return room


def _piled(chosen: Sequence[Strip], room: Sequence[int], y: int) -> list[Box]:
    """Put strips below each other; a panel that cannot use its lines keeps to what it needs."""
    boxes: list[Box] = []
    for strip, tall in zip(chosen, room, strict=True):
        for box in strip.boxes:
            own = (
                highest(box, tall) if grows(box.panel) else min(max(_wanted(box), box.height), tall)
            )
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
            if panel.width <= box.width * NARROWER and least(panel, box.width, height) <= room:
                tall = room if grows(panel) else min(room, natural_height(panel, box.width) + TITLE)
                under = Box(index, panel, box.x, y, box.width, tall)
                found.append(replace(under, height=highest(under, tall)))
                break
    return tuple(found)


def _over(a: Box, b: Box) -> bool:
    """Say whether two boxes share columns."""
    return a.x < b.x + b.width and b.x < a.x + a.width
