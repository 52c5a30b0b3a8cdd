"""Marks drawn on the plane of a plot or a field: curves, rules, arrows and points."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import compress, pairwise
from typing import Any

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.pieces import Arrow, Line, Mark, Note, Points, Rule
from tui_transformer.render.axes import Frame
from tui_transformer.render.board import Board, Cell
from tui_transformer.render.curves import DOTS_ACROSS, DOTS_DOWN, Strokes, rasterise
from tui_transformer.render.marks import Cloud, Look
from tui_transformer.render.paths import segments, uncovered
from tui_transformer.render.texts import draw_texts

_EDGE = 1e-6  # of a cell: a point this little outside lies on the edge
Cells = Mapping[int, list[Cell | None]]  # by mark: where its points lie; None is outside


def draw_marks(board: Board, cloud: Cloud, found: Sequence[Look]) -> None:
    """Draw all marks but columns, from the back to the front, and their texts on top."""
    frame, marks = board.frame, cloud.marks
    across = frame.x.share(cloud.x) * frame.columns
    up = frame.y.share(cloud.y) * frame.rows
    cells = {
        owner: _cells(across[part], up[part], frame)
        for owner, mark in enumerate(marks)
        if isinstance(mark, Points | Arrow | Note)
        for part in [cloud.of(owner)]
    }
    groups: list[Strokes] = []
    for dim in (True, False):
        groups += _rules(marks, found, frame, dim)
        groups += _curves(cloud, found, across, up, frame, dim)
        groups += _points(marks, found, cells, dim)
    runs = rasterise(groups, frame.columns, frame.rows)
    board.paint(marks, runs)
    draw_texts(board, cloud, found, cells, runs)


def _rules(
    marks: Sequence[Mark], found: Sequence[Look], frame: Frame, dim: bool
) -> Iterable[Strokes]:
    right, bottom = frame.columns - 1, frame.rows - 1
    for owner, mark in enumerate(marks):
        if not isinstance(mark, Rule) or mark.dim != dim:
            continue
        if mark.upright:
            column = frame.x.place(mark.at, frame.columns)
            if column is not None:
                yield Strokes([column], [0], [column], [bottom], [owner], found[owner].glyph)
        else:
            up = frame.y.place(mark.at, frame.rows)
            if up is not None:
                row = bottom - up
                yield Strokes([0], [row], [right], [row], [owner], found[owner].glyph)


def _curves(
    cloud: Cloud, found: Sequence[Look], across: Array, up: Array, frame: Frame, dim: bool
) -> Iterable[Strokes]:
    """Lines and arrows, as braille dots or, where a look has a glyph, as that."""
    lines = [isinstance(mark, Line | Arrow) and mark.dim == dim for mark in cloud.marks]
    if not any(lines):
        return
    chosen = np.array(lines)[cloud.owners]
    owners, across, up = cloud.owners[chosen], across[chosen], up[chosen]
    glyphs = bool(found[lines.index(True)].glyph)
    columns, rows = frame.columns, frame.rows
    if not glyphs:
        columns, rows = columns * DOTS_ACROSS, rows * DOTS_DOWN
        across, up = across * DOTS_ACROSS, up * DOTS_DOWN
    x0, y0, x1, y1, whose = _pieces(
        across.tobytes(), up.tobytes(), owners.tobytes(), owners.dtype, columns, rows
    )
    for part in _parts(whose) if glyphs else [slice(None)]:
        yield Strokes(
            x0[part],
            y0[part],
            x1[part],
            y1[part],
            whose[part],
            found[whose[part][0]].glyph if glyphs else "",
        )


@lru_cache(maxsize=16)
def _pieces(
    across: bytes, up: bytes, owners: bytes, whole: np.dtype[Any], columns: int, rows: int
) -> tuple[list[int], ...]:
    """The straight pieces that curves are drawn as, the first row at the top: mostly a key moves
    what lies beside them, and they are the same."""
    x0, y0, x1, y1, whose = segments(
        np.frombuffer(across), np.frombuffer(up), np.frombuffer(owners, whole), columns, rows
    )
    last = rows - 1
    pieces = x0.tolist(), (last - y0).tolist(), x1.tolist(), (last - y1).tolist(), whose.tolist()
    seen = uncovered(*pieces[:4])
    return pieces if all(seen) else tuple(list(compress(column, seen)) for column in pieces)


def _parts(owners: list[int]) -> Iterable[slice]:
    """The stretches of one owner."""
    edges = [0, *(i for i, (a, b) in enumerate(pairwise(owners), 1) if a != b), len(owners)]
    return (slice(start, end) for start, end in pairwise(edges) if end > start)


def _points(
    marks: Sequence[Mark], found: Sequence[Look], cells: Cells, dim: bool
) -> Iterable[Strokes]:
    for owner, mark in enumerate(marks):
        if isinstance(mark, Points) and mark.dim == dim:
            places = dict.fromkeys(cell for cell in cells[owner] if cell)
            x, y = [column for column, _ in places], [row for _, row in places]
            yield Strokes(x, y, x, y, [owner] * len(x), found[owner].glyph)


def _cells(across: Array, up: Array, frame: Frame) -> list[Cell | None]:
    """The cell of each point; None outside the plane. Most marks have one or two points, and
    Python is done with these before NumPy begins."""
    right, top = frame.columns - 0.5, frame.rows - 0.5
    last = frame.rows - 1
    return [
        (int(min(x, right)), last - int(min(y, top)))
        if -_EDGE <= x <= frame.columns + _EDGE and -_EDGE <= y <= frame.rows + _EDGE
        else None
        for x, y in zip(across.tolist(), up.tolist(), strict=True)
    ]
