"""Curves, points and fields in words: where they begin and end, and what they do in between."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.numbers import number
from tui_transformer.panels import Field, Plot
from tui_transformer.pieces import RING, Arrow, Axis, Columns, Line, Mark, Note, Points, Rule

DIGITS = 3
TOLD = 12  # marks of one picture that are told of
ALONE = 6  # points that are told one by one
FLAT = 1e-6  # of its range: what a curve may wobble and be called straight
DUST = 1e-12  # of the largest: what rounding leaves of a nothing
HERE = ("here", "now")


def plot_sentence(panel: Plot) -> str:
    """Tell a plot in one sentence."""
    return _sentence(_told_apart(panel), panel.x, panel.y) or "Nothing is drawn."


def _told_apart(panel: Plot | Field) -> list[Mark]:
    """The marks of a picture; of one that is compared, those of before say so."""
    if not any("before" in text for text in panel.outcome):
        return [*panel.marks]
    return [_was(mark) for mark in panel.marks]


def _was(mark: Mark) -> Mark:
    match mark:
        case Points() if mark.dim or mark.marker == RING:
            return replace(mark, label="before, a point", labels=())
        case Line() if mark.dim:
            return replace(mark, label="before, a curve")
        case Rule() if mark.dim:
            return replace(mark, label="before")
        case Arrow() if mark.dim:
            return replace(mark, label="before, an arrow")
        case _:
            return mark


def field_sentence(panel: Field) -> str:
    """Tell a field in one sentence: its range, where it is lowest and highest, what lies in it."""
    values = np.asarray(panel.values, dtype=float)
    marks = _sentence(_told_apart(panel), panel.x, panel.y)
    if not np.isfinite(values).any():
        return marks or "Nothing is drawn."
    low, high = _place(panel, np.nanargmin(values)), _place(panel, np.nanargmax(values))
    least, most = say(np.nanmin(values)), say(np.nanmax(values))
    over = f"over {panel.x.label or 'x'} and {panel.y.label or 'y'}"
    if least == most:
        return f"It is {least} everywhere {over}; {marks}".removesuffix("; ")
    told = f"It goes from {least} at {low} to {most} at {high}, {over}"
    return f"{told}; {marks}" if marks else f"{told}."


def _place(panel: Field, flat: np.intp) -> str:
    """Say where a sample of a field lies; the first row is the lowest."""
    row, column = np.unravel_index(flat, panel.values.shape)
    rows, columns = panel.values.shape
    x = np.linspace(panel.x.low or 0.0, panel.x.high or 0.0, columns)[column]
    y = np.linspace(panel.y.low or 0.0, panel.y.high or 0.0, rows)[row]
    return pair(x, y)


def say(x: float) -> str:
    """Write a number so that it can be heard."""
    return "no number" if x != x else number(round(float(x), 12) if abs(x) > 1e-6 else x, DIGITS)


def pair(x: float, y: float) -> str:
    """Write a place."""
    return f"{say(x)}, {say(y)}"


def _sentence(marks: Sequence[Mark], x: Axis, y: Axis) -> str:
    """Join what there is to say of some marks; what is empty is left out."""
    told = [text for mark in marks for text in _mark(mark, x, y)]
    if len(told) > TOLD:
        here = [text for text in told[TOLD:] if text.startswith("you are")]
        told = [*told[:TOLD], f"and {len(told) - TOLD - len(here)} more marks", *here]
    if not told:
        return ""
    text = "; ".join(told)
    named = not text.startswith(("a ", "you "))  # names are written as they are
    return f"{text if named else text[0].upper() + text[1:]}."


def _mark(mark: Mark, x: Axis, y: Axis) -> Iterator[str]:
    match mark:
        case Line():
            yield from _line(mark, x)
        case Points():
            yield from _points(mark)
        case Columns():
            yield from _columns(mark, x)
        case Rule():
            axis = (x.label or "x") if mark.upright else (y.label or "y")
            named = f" ({mark.label})" if mark.label else ""
            yield f"a straight line at {axis} = {say(mark.at)}{named}"
        case Arrow():
            named = mark.label or "an arrow"
            yield f"{named} points from {pair(mark.x0, mark.y0)} to {pair(mark.x1, mark.y1)}"
        case Note():
            yield f"“{mark.text}” stands at {pair(mark.x, mark.y)}"


def _line(mark: Line, axis: Axis) -> Iterator[str]:
    x, y = (np.asarray(part, dtype=float).ravel() for part in (mark.x, mark.y))
    seen = np.isfinite(x) & np.isfinite(y)
    if seen.any():
        yield f"{mark.label or 'a curve'} {course(x[seen], y[seen], axis.label or 'x')}"


def course(x: Array, y: Array, name: str) -> str:
    """Say how a curve runs, [n], [n]: up, down, both, or around where x does not go one way."""
    x, y = (np.where(np.abs(part) < DUST * np.abs(part).max(), 0.0, part) for part in (x, y))
    if len(x) == 1:
        return f"is one point at {pair(x[0], y[0])}"
    if (np.diff(x) < 0).all():
        x, y = x[::-1], y[::-1]
    if not (np.diff(x) >= 0).all() or x[0] == x[-1]:
        around = pair(x[0], y[0]) == pair(x[-1], y[-1])
        way = "closes at" if around else f"goes from {pair(x[0], y[0])} to"
        return f"{way} {pair(x[-1], y[-1])} through {len(x)} points"
    over = f"as {name} goes from {say(x[0])} to {say(x[-1])}"
    ways = _ways(y)
    if not ways:
        return f"stays at {say(y[0])} {over}"
    if len(ways) == 1:
        return f"{_verb(ways[0])} from {say(y[0])} to {say(y[-1])} {over}"
    if len(ways) == 2:
        turn = int(np.argmax(y) if ways[0] > 0 else np.argmin(y))
        first = f"{_verb(ways[0])} from {say(y[0])} to {say(y[turn])} at {name} = {say(x[turn])}"
        return f"{first}, then {_verb(ways[1])} to {say(y[-1])}, {over}"
    between = f"between {say(y.min())} and {say(y.max())}"
    return f"turns {len(ways) - 1} times {between}, from {say(y[0])} to {say(y[-1])}, {over}"


def _verb(way: int) -> str:
    return "rises" if way > 0 else "falls"


def _ways(y: Array) -> list[int]:
    """List the directions a curve takes, one after the other: 1 up, −1 down; flat parts count not.

    Measured from the last turning point, so that a slow climb in small steps is one.
    """
    least = FLAT * (y.max() - y.min())
    ways: list[int] = []
    edge = y[0]
    for height in y[1:]:
        if abs(height - edge) <= least:
            continue
        way = 1 if height > edge else -1
        if not ways or ways[-1] != way:
            ways.append(way)
        edge = height
    return ways


def _points(mark: Points) -> Iterator[str]:
    x, y = (np.asarray(part, dtype=float).ravel() for part in (mark.x, mark.y))
    seen = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if len(seen) > ALONE:
        spread = f"x from {say(x[seen].min())} to {say(x[seen].max())}"
        upright = f"y from {say(y[seen].min())} to {say(y[seen].max())}"
        yield f"{len(seen)} points{f' ({mark.label})' if mark.label else ''}, {spread}, {upright}"
        return
    for i in seen:
        own = mark.labels[i] if i < len(mark.labels) else ""
        name = own or mark.label
        at = pair(x[i], y[i])
        yield f"you are at {at}" if name in HERE else f"{name or 'a point'} is at {at}"


def _columns(mark: Columns, axis: Axis) -> Iterator[str]:
    x, y = (np.asarray(part, dtype=float).ravel() for part in (mark.x, mark.y))
    if y.size and np.isfinite(y).any():
        top = int(np.nanargmax(y))
        named = f" ({mark.label})" if mark.label else ""
        over = f"{axis.label or 'x'} from {say(x[0])} to {say(x[-1])}"
        yield f"{y.size} bars{named}, {over}, the highest {say(y[top])} at {say(x[top])}"
