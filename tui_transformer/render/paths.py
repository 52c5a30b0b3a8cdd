"""Curves made short before they are drawn: cut at the edges, no point too many, nothing covered.

Everything is counted in dots here, from the lower left, as floats until the very end. All
curves of a plot go through together, so that NumPy is called once and not once per curve.
"""

from typing import NamedTuple

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.render.board import bits

_FAR = 1e6  # farther out than this is as good as infinity, and its square is still a number
_EDGE = 1e-6  # a point this little outside lies on the edge
_SLACK = 0.3  # how far from the straight line a point may lie and be left out, in dots
_STRIDES = (6, 2, 2)  # how many pieces of a path are tried at once as one
_FEW = 8  # so few points are not worth a look
_DENSE = 8  # so many points per column of dots are worth sorting into columns


class Segments(NamedTuple):
    """Straight pieces between whole dots, in drawing order; a point alone is one of no length."""

    x0: Array
    y0: Array
    x1: Array
    y1: Array
    owners: Array


class _Path(NamedTuple):
    """Points as complex numbers, whose they are, and whether a line leads on to the next."""

    points: Array
    owners: Array
    joined: Array


def segments(x: Array, y: Array, owners: Array, columns: int, rows: int) -> Segments:
    """Turn curves into the pieces that are seen on columns × rows dots.

    A curve ends where the next point is another owner's; NaN breaks it.
    """
    points = np.minimum(np.maximum(x, -_FAR), _FAR) + 1j * np.minimum(np.maximum(y, -_FAR), _FAR)
    known = ~np.isnan(points)
    joined = np.zeros(len(x), bool)
    joined[:-1] = known[:-1] & known[1:] & (owners[:-1] == owners[1:])
    path = _Path(points, owners, joined)
    if not known.all():
        path = _Path(points[known], owners[known], joined[known])
    return _whole(*_cut(*_pieces(_straight(_thin(path, columns))), columns, rows), columns, rows)


def uncovered(x0: list[int], y0: list[int], x1: list[int], y1: list[int]) -> list[bool]:
    """Say of each piece whether anything of it is seen: a level one is not where later ones lie
    on all of it, as those of many curves do that run along an axis."""
    rows = dict[int, int]()  # of dots: a bit for each that is covered
    seen = []
    for here, y, there, end in zip(*map(reversed, (x0, y0, x1, y1)), strict=True):
        if y != end:
            seen.append(True)
            continue
        covered = rows.get(y, 0)
        rows[y] = covered | bits(min(here, there), abs(there - here) + 1)
        seen.append(rows[y] != covered)
    return seen[::-1]


def _thin(path: _Path, columns: int) -> _Path:
    """Keep of each visit to a column of dots where it began and ended, the lowest place and
    the highest, so that no spike is lost."""
    points, owners, joined = path
    count = len(points)
    if count <= _DENSE * columns:
        return path
    x, y = points.real, points.imag
    column = np.clip(np.floor(x), -1, columns)
    entered = np.ones(count, bool)
    entered[1:] = (column[1:] != column[:-1]) | ~joined[:-1]
    first = np.flatnonzero(entered)
    last = np.append(first[1:], count) - 1
    low, high = np.minimum.reduceat(y, first), np.maximum.reduceat(y, first)
    rising = y[last] >= y[first]
    ways = np.stack(
        (
            points[first],
            x[first] + 1j * np.where(rising, low, high),
            x[last] + 1j * np.where(rising, high, low),
            points[last],
        ),
        1,
    )
    on = np.ones(ways.shape, bool)
    on[:, 3] = joined[last]
    keep = np.ones(ways.shape, bool)  # the first and the last of four stay, whatever they are
    keep[:, 1], keep[:, 2] = ways[:, 1] != ways[:, 0], ways[:, 2] != ways[:, 3]
    return _Path(ways[keep], np.repeat(owners[first], 4)[keep.ravel()], on[keep])


def _straight(path: _Path) -> _Path:
    """Leave out the points between two that lie on the line from one to the other; where the
    path turns back they all stay."""
    points, owners, joined = path
    for size in _STRIDES:
        count = (len(points) - 1) // size
        if count < _FEW:
            continue
        length = count * size
        start = points[:length:size, None]
        chord = points[size : length + 1 : size, None] - start
        # As seen along the chord: the real part is how far on, the imaginary how far away.
        seen = (points[:length].reshape(count, size)[:, 1:] - start) * chord.conj()
        square = (chord.real**2 + chord.imag**2)[:, 0]
        away, along = np.abs(seen.imag).max(1), seen.real
        drop = (
            (away * away <= _SLACK**2 * square)
            & (along[:, 0] >= 0)
            & (along[:, -1] <= square)
            & joined[:length].reshape(count, size).all(1)
        )
        if size > 2:
            drop &= (along[:, 1:] >= along[:, :-1]).all(1)
        keep = np.ones(len(points), bool)
        keep[:length].reshape(count, size)[drop, 1:] = False
        points, owners, joined = points[keep], owners[keep], joined[keep]
    return _Path(points, owners, joined)


def _pieces(path: _Path) -> tuple[Array, Array, Array]:
    """The two ends of every straight piece, and whose it is."""
    joined = path.joined
    alone = ~joined
    alone[1:] &= ~joined[:-1]
    start = np.flatnonzero(joined | alone)
    return path.points[start], path.points[start + joined[start]], path.owners[start]


def _cut(
    begin: Array, end: Array, owners: Array, columns: int, rows: int
) -> tuple[Array, Array, Array]:
    """Cut away what lies outside (Liang & Barsky 1984)."""
    right, top = columns + _EDGE, rows + _EDGE
    x, y, way = begin.real, begin.imag, end - begin
    if not len(x) or (
        min(x.min(), y.min(), end.real.min(), end.imag.min()) >= -_EDGE
        and max(x.max(), end.real.max()) <= right
        and max(y.max(), end.imag.max()) <= top
    ):
        return begin, end, owners
    enters, leaves = np.zeros_like(x), np.ones_like(x)
    seen = np.ones(len(x), bool)
    for speed, room in (
        (-way.real, x + _EDGE),
        (way.real, right - x),
        (-way.imag, y + _EDGE),
        (way.imag, top - y),
    ):
        with np.errstate(over="ignore"):
            share = room / np.where(speed == 0, 1, speed)
        enters = np.where(speed < 0, np.maximum(enters, share), enters)
        leaves = np.where(speed > 0, np.minimum(leaves, share), leaves)
        seen &= (speed != 0) | (room >= 0)
    seen &= enters <= leaves
    begin, way, enters, leaves = begin[seen], way[seen], enters[seen], leaves[seen]
    return begin + enters * way, begin + leaves * way, owners[seen]


def _whole(begin: Array, end: Array, owners: Array, columns: int, rows: int) -> Segments:
    """Round down to dots, and drop pieces that end where they begin, except a point alone."""
    x0, x1 = (np.minimum(z.real, columns - 0.5).astype(np.intp) for z in (begin, end))
    y0, y1 = (np.minimum(z.imag, rows - 0.5).astype(np.intp) for z in (begin, end))
    keep = (x0 != x1) | (y0 != y1)
    if keep.all():
        return Segments(x0, y0, x1, y1, owners)
    keep[:1] = True
    keep[1:] |= (x0[1:] != x1[:-1]) | (y0[1:] != y1[:-1]) | (owners[1:] != owners[:-1])
    return Segments(x0[keep], y0[keep], x1[keep], y1[keep], owners[keep])
