"""Curves made short before they are drawn: cut at the edges, and no point too many.

Everything is counted in dots here, from the lower left, as floats until the very end. All
curves of a plot go through together, so that NumPy is called once and not once per curve.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]

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
    """Points, whose they are, and whether a line leads on from each to the next."""

    x: Array
    y: Array
    owners: Array
    joined: Array



def segments(x: Array, y: Array, owners: Array, columns: int, rows: int) -> Segments:
    """Turn curves into the pieces that are seen on columns × rows dots.

    A curve ends where the next point is another owner's; NaN breaks it.
    """
    points = ~(np.isnan(x) | np.isnan(y))
    joined = np.zeros(len(x), bool)
    joined[:-1] = points[:-1] & points[1:] & (owners[:-1] == owners[1:])
    x, y = np.minimum(np.maximum(x, -_FAR), _FAR), np.minimum(np.maximum(y, -_FAR), _FAR)
    path = _Path(x, y, owners, joined)
    if not points.all():
        path = _Path(x[points], y[points], owners[points], joined[points])
    return _whole(_cut(*_pieces(_straight(_thin(path, columns))), columns, rows), columns, rows)


def _thin(path: _Path, columns: int) -> _Path:
    """Keep of each visit to a column of dots where it began and ended, the lowest place and
    the highest, so that no spike is lost."""
    count = len(path.x)
    if count <= _DENSE * columns:
        return path
    x, y, owners, joined = path
    column = np.clip(np.floor(x), -1, columns)
    entered = np.ones(count, bool)
    entered[1:] = (column[1:] != column[:-1]) | ~joined[:-1]
    first = np.flatnonzero(entered)
    last = np.append(first[1:], count) - 1
    y_first, y_last = y[first], y[last]
    low, high = np.minimum.reduceat(y, first), np.maximum.reduceat(y, first)
    rising = y_last >= y_first
    ways = (y_first, np.where(rising, low, high), np.where(rising, high, low), y_last)
    xs = np.stack((x[first], x[first], x[last], x[last]), 1).ravel()
    ys = np.stack(ways, 1).ravel()
    on = np.ones((len(first), 4), bool)
    on[:, 3] = joined[last]
    keep = np.ones(len(xs), bool)  # the first and the last of four stay, whatever they are
    keep[1::4], keep[2::4] = ys[1::4] != ys[::4], ys[2::4] != ys[3::4]
    return _Path(xs[keep], ys[keep], np.repeat(owners[first], 4)[keep], on.ravel()[keep])


def _straight(path: _Path) -> _Path:
    """Leave out the points between two that lie on the line from one to the other; where the
    path turns back they all stay."""
    x, y, owners, joined = path
    for size in _STRIDES:
        count = (len(x) - 1) // size
        if count < _FEW:
            continue
        length = count * size
        dx = x[:length].reshape(count, size) - (x_start := x[:length:size, None])
        dy = y[:length].reshape(count, size) - (y_start := y[:length:size, None])
        chord_x = x[size : length + 1 : size, None] - x_start
        chord_y = y[size : length + 1 : size, None] - y_start
        square = chord_x * chord_x + chord_y * chord_y
        away = dx * chord_y - dy * chord_x
        along = dx * chord_x + dy * chord_y
        drop = ((away * away <= _SLACK**2 * square).all(1)
                & (along[:, 1:] >= along[:, :-1]).all(1) & (along[:, -1:] <= square)[:, 0]
                & joined[:length].reshape(count, size).all(1))
        keep = np.ones(len(x), bool)
        keep[:length].reshape(count, size)[drop, 1:] = False
        x, y, owners, joined = x[keep], y[keep], owners[keep], joined[keep]
    return _Path(x, y, owners, joined)


def _pieces(path: _Path) -> tuple[Array, Array, Array, Array, Array]:
    joined = path.joined
    alone = ~joined
    alone[1:] &= ~joined[:-1]
    start = np.flatnonzero(joined | alone)
    end = start + joined[start]
    return path.x[start], path.y[start], path.x[end], path.y[end], path.owners[start]


def _cut(x0: Array, y0: Array, x1: Array, y1: Array, owners: Array, columns: int,
         rows: int) -> tuple[Array, Array, Array, Array, Array]:
    """Cut away what lies outside (Liang & Barsky 1984)."""
    right, top = columns + _EDGE, rows + _EDGE
    if not len(x0) or (min(x0.min(), x1.min(), y0.min(), y1.min()) >= -_EDGE
                       and max(x0.max(), x1.max()) <= right
                       and max(y0.max(), y1.max()) <= top):
        return x0, y0, x1, y1, owners
    dx, dy = x1 - x0, y1 - y0
    begin, end = np.zeros_like(x0), np.ones_like(x0)
    seen = np.ones(len(x0), bool)
    for speed, room in ((-dx, x0 + _EDGE), (dx, right - x0), (-dy, y0 + _EDGE), (dy, top - y0)):
        with np.errstate(over="ignore"):
            share = room / np.where(speed == 0, 1, speed)
        begin = np.where(speed < 0, np.maximum(begin, share), begin)
        end = np.where(speed > 0, np.minimum(end, share), end)
        seen &= (speed != 0) | (room >= 0)
    seen &= begin <= end
    x0, y0, dx, dy, begin, end = (part[seen] for part in (x0, y0, dx, dy, begin, end))
    return x0 + begin * dx, y0 + begin * dy, x0 + end * dx, y0 + end * dy, owners[seen]


def _whole(pieces: tuple[Array, Array, Array, Array, Array], columns: int,
           rows: int) -> Segments:
    """Round down to dots, and drop pieces that end where they begin, except a point alone."""
    x0, y0, x1, y1, owners = pieces
    x0, x1 = (np.minimum(x, columns - 0.5).astype(np.intp) for x in (x0, x1))
    y0, y1 = (np.minimum(y, rows - 0.5).astype(np.intp) for y in (y0, y1))
    keep = (x0 != x1) | (y0 != y1)
    if keep.all():
        return Segments(x0, y0, x1, y1, owners)
    keep[:1] = True
    keep[1:] |= (x0[1:] != x1[:-1]) | (y0[1:] != y1[:-1]) | (owners[1:] != owners[:-1])
    return Segments(x0[keep], y0[keep], x1[keep], y1[keep], owners[keep])
