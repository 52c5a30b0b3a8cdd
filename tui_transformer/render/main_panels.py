"""How much of the first page the main panels take, and how they share it.

What they draw is a quarter of the screen, and pictures get half of the room. Those of one row of
the figure stand beside each other, those of the next below them.
"""

import math
from collections.abc import Sequence

from tui_transformer.later import LaterArray
from tui_transformer.panels import Field, Heatmap, Panel, Plot, Table, Tokens
from tui_transformer.pieces import Axis
from tui_transformer.render import heatmap_plan
from tui_transformer.render.strips import (
    GAP,
    TITLE,
    Box,
    Numbered,
    Strip,
    drawn,
    natural_height,
    side_by_side,
    strips,
)
from tui_transformer.render.table_rest import needs_line
from tui_transformer.render.tokens_flow import natural_height as lines_of

HOME = 51  # columns for panels on a screen of 80
SLIM = 10  # columns that each of several main panels needs to stand beside the others
PICTURE = 20  # columns that a curve needs: under it, axis and legend leave it none
WIDE = 1.4  # a plane that is wider than high by more looks like another one
SLENDER = 0.7  # so does one that is higher than wide
PLANE_FRAME = (4, 3)  # columns and lines that a plane's title, axis and header take
NEARLY = 0.8  # of what main panels should draw
SHORTEST = 6  # lines of a plot, or of a table that scrolls
LOW = 16  # lines of a page with a strip of text below it, on a screen of 24
ASKED = 4096  # numbers of a matrix that may be asked how it can be made smaller
SHORTEST_LOW = 4  # so that what stands on the page without the strip stays there
Rows = Sequence[Sequence[Numbered]]


def quarter(width: int, height: int) -> int:
    """Say how many cells are a quarter of the screen that leaves this room for panels."""
    gauges = (width - HOME) // 4 if width >= HOME else -(-(width - HOME) // 9) - 1
    gauges = min(max(gauges, -2), 8)  # controls grow with the screen
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


def widest(box: Box, height: int) -> int:
    """Say how wide a plane may be on so many lines; other panels use what there is."""
    if not is_square(box.panel):
        return box.width
    return min(box.width, int(WIDE * 2 * (height - PLANE_FRAME[1])) + PLANE_FRAME[0] + 1)


def crowded(main: Sequence[Numbered], rows: Rows, width: int) -> bool:
    """Say whether main panels beside each other leave a curve or a plane among them too narrow."""
    row = next(row for row in rows if main[0] in row)
    beside = [panel for index, panel in row if (index, panel) in main]
    pictures = [panel for panel in beside if isinstance(panel, Plot | Field)]
    each = SLIM if all(map(is_square, pictures)) else PICTURE
    return bool(pictures) and len(beside) * (each + GAP) - GAP > width


def grows(panel: Panel) -> bool:
    """Say whether more lines show more of a panel, rather than more paper."""
    return isinstance(panel, Plot | Field | Heatmap)


def highest(box: Box, height: int) -> int:
    """Say how high a panel may be: a plot is twice as wide as high, in cells; a plane is square."""
    if is_square(box.panel):
        return min(height, int((box.width - PLANE_FRAME[0]) / (2 * SLENDER)) + PLANE_FRAME[1])
    return min(height, box.width // 2 + TITLE) if isinstance(box.panel, Plot) else height


def least(panel: Panel, width: int, page: int = LOW + 1) -> int:
    """Say how few lines are enough for a panel, with its title, on a page of so many."""
    shortest = SHORTEST if page > LOW else SHORTEST_LOW
    needs = natural_height(panel, width)
    if isinstance(panel, Heatmap):
        cut = 2 * panel.values.shape[-1] > width  # and says so, on a line of its own
        needs = min(needs, max(len(panel.values) + 1 + cut, 3))
        if page > LOW and not panel.main and _is_part(panel, width, needs):
            needs = max(needs, len(panel.values) // 2 + 3)  # half a line for each row
    elif isinstance(panel, Plot | Field):
        needs = min(needs, shortest + 1)
    elif isinstance(panel, Tokens) and page > LOW and not panel.main:
        needs = max(needs, lines_of(panel, width))
    elif isinstance(panel, Table) and (panel.of or page <= LOW) and needs > shortest:
        few = shortest + (page > LOW)  # with a strip open names, two rows, and how many more
        needs = min(needs, few + needs_line(panel, width))
    elif isinstance(panel, Table) and not panel.main and page > LOW and needs_line(panel, width):
        return page + 1  # its columns have room elsewhere
    return needs + TITLE


def main_strips(rows: Rows, width: int, height: int) -> list[Strip]:
    """Put the main panels of a row side by side, pictures even where they are slim."""
    found: list[Strip] = []
    for row in rows:
        slim = len(row) * (SLIM + GAP) - GAP <= width and all(grows(panel) for _, panel in row)
        found += [side_by_side(row, width, height)] if slim else strips(row, width, height)
    return found


def main_height(first: Sequence[Strip], width: int, height: int) -> int:
    """Choose how many lines the main panels get: what they draw is a quarter of the screen, and
    pictures get half of the room."""
    narrow, boxes = min(width, HOME), first[0].boxes
    main = boxes[0].panel
    tall = -(-quarter(narrow, height) // (narrow - GAP * (len(boxes) - 1)))
    if isinstance(main, Heatmap):
        tall = max(tall, _named(first, height))
        chosen = _whole_rows(first, tall, height, quarter(width, height))
        return next((n for n in range(chosen, height) if not _windows(first, n)), chosen)
    tall = max(tall, height // 2)
    if is_square(main):
        square = (boxes[0].width - PLANE_FRAME[0]) // 2 + PLANE_FRAME[1]
        tall = max(tall, min(square, height - SHORTEST - 1))
    if not grows(main):
        wanted = sum(strip.height for strip in first)
        is_one = len(first) == 1 and wanted <= height
        tall = max(tall, wanted if is_one else min(wanted, height - 4))
    return _enough(first, (*range(tall, height + 1),), quarter(width, height))


def whole_matrices(main: Sequence[Numbered], rows: Rows, width: int, height: int) -> list[Numbered]:
    """Leave for the next page what would make matrices of one row that stand below each other
    show a part of their rows only."""
    found = main_strips([main], width, height)
    high = [_lines_of(strip, False) for strip in found]
    of_one_row = any({i for i, _ in main} <= {i for i, _ in row} for row in rows)
    if len(found) == 1 or not (of_one_row and all(high) and high[0] <= height < sum(high)):
        return list(main)
    return [each for each in main if each[0] in {box.index for box in found[0].boxes}]


def _windows(first: Sequence[Strip], tall: int) -> bool:
    """Say whether on so many lines a main matrix shows a part of it, and all of it nowhere."""
    parts = zip(first, divided(first, tall), strict=True)
    return any(
        _is_part(box.panel, box.width, part - TITLE) for strip, part in parts for box in strip.boxes
    )


def _is_part(panel: Panel, width: int, lines: int) -> bool:
    """Say whether on so many lines a matrix, if it may be asked, shows a part and nothing else."""
    if not isinstance(panel, Heatmap):
        return False
    later = isinstance(panel.values, LaterArray)  # what is not in sight is not made for this
    if not panel.main and (later or panel.values.size > ASKED):
        return False
    found = heatmap_plan.plan(panel, width, lines, None)
    return found.overview is None and found.grid is not None and found.grid.window


def whole_tables(main: Sequence[Numbered], rows: Rows, width: int, height: int) -> list[Numbered]:
    """Leave for the next page what would make a table above it scroll."""
    mains = [[each for each in row if each in main] for row in rows]
    found = main_strips([row for row in mains if row], width, height)
    boxes = found[0].boxes
    if len(found) == 1 or len(boxes) > 1 or not isinstance(boxes[0].panel, Table):
        return list(main)
    needs = [max(_needed(box, height) for box in strip.boxes) for strip in found]
    return list(main) if height < needs[0] or sum(needs) <= height else list(main[:1])


def _needed(box: Box, page: int) -> int:
    """Say how few lines are enough; a picture may be as low as on a page with a strip below it."""
    return least(box.panel, box.width, LOW if grows(box.panel) else page)


def _lines_of(strip: Strip, named: bool) -> int:
    """Say how few lines show all rows of matrices, and with them the names of their columns; 0 of
    what is none."""
    matrices = [box.panel for box in strip.boxes if isinstance(box.panel, Heatmap)]
    if len(matrices) < len(strip.boxes):
        return 0
    return TITLE + max(len(panel.values) + (named and bool(panel.columns)) for panel in matrices)


def _named(first: Sequence[Strip], height: int) -> int:
    """Say how few lines show all rows of matrices beside each other, under their columns' names;
    0 where there are not so many."""
    lines = _lines_of(first[0], True)
    return lines if len(first) == 1 < len(first[0].boxes) and lines <= height else 0


def _whole_rows(first: Sequence[Strip], fewest: int, height: int, cells: int) -> int:
    """Choose how many lines matrices get so that none stays empty: their cells are whole."""
    natural = max(min(sum(strip.height for strip in first), height - 4), fewest)
    most = max(height // 2, natural)
    order = (*range(most, fewest - 1, -1), *range(most + 1, height + 1))
    whole = (tall for tall in order if len(first) == 1 and min(_lines(first[0], tall)) == tall)
    found = next((tall for tall in whole if _area(first, tall) >= cells), 0)
    return found or kept(first, _enough(first, (natural, *order), cells), fewest)


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
        drawn(box.panel, widest(box, part), part)
        for strip, part in zip(first, divided(first, tall), strict=True)
        for box in strip.boxes
    ]
    return sum(wide * down for wide, down in sizes)


def divided(first: Sequence[Strip], tall: int) -> list[int]:
    """Share out the lines of main panels that stand below each other: as few as show them, then
    what tables and texts need, and the rest to pictures, or where there are none, to tables."""
    fewest = [max(_least_shown(box, half=tall // 2) for box in s.boxes) for s in first]
    if sum(fewest) > tall:  # pictures may be lower still, before a table scrolls
        lower = [max(_least_shown(box, LOW * grows(box.panel)) for box in s.boxes) for s in first]
        fewest = lower if tall >= sum(lower) else fewest
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


def _least_shown(box: Box, page: int = 0, half: int = 0) -> int:
    """Say how few lines are enough for a main panel; a text asks for no more than it fills, and
    for all of it where that is no more than half of the lines."""
    few = least(box.panel, box.width, page or LOW + 1)
    if not isinstance(box.panel, Tokens):
        return few
    return drawn(box.panel, box.width, min(few, max(half, box.panel.height)))[1]


def kept(first: Sequence[Strip], tall: int, fewest: int) -> int:
    """Say how many of the lines that are left the main panels can use."""
    panels = [box.panel for strip in first for box in strip.boxes]
    if any(isinstance(panel, Plot | Field) for panel in panels):
        most = min(highest(box, tall) for box in first[0].boxes)
        return max(most, fewest) if len(first) == 1 else tall
    parts = divided(first, tall)
    used = sum(max(_lines(strip, part)) for strip, part in zip(first, parts, strict=True))
    return max(used, fewest)


def _lines(strip: Strip, tall: int) -> list[int]:
    return [drawn(box.panel, box.width, tall)[1] for box in strip.boxes]
