"""Plots and fields: what has moved lies behind, dimmed, or as a small ring where it stood."""

import dataclasses
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence

import numpy as np

from tui_transformer.compare.pairing import lost, outcome
from tui_transformer.figure import same
from tui_transformer.panels import Field, Plot
from tui_transformer.pieces import RING, Arrow, Columns, Mark, Note, Points, Rule


def plot(now: Plot, before: Plot) -> Plot:
    """Compare two plots by their marks."""
    behind, said = _behind(now.marks, before.marks)
    return dataclasses.replace(now, marks=(*behind, *now.marks), outcome=said)


def field(now: Field, before: Field) -> Field:
    """Compare two fields by their marks; the shades stay those of the present one."""
    alike = same(now.values, before.values)
    behind, said = _behind(now.marks, before.marks, None if alike else ("shades differ", "≠"))
    return dataclasses.replace(now, marks=(*behind, *now.marks), outcome=said)


def _behind(
    now: Sequence[Mark], before: Sequence[Mark], otherwise: tuple[str, str] | None = None
) -> tuple[tuple[Mark, ...], tuple[str, ...]]:
    """Find the earlier marks that are where none is now, and word what was found.

    `otherwise` says what differs where no mark does.
    """
    here, there = {_place(mark) for mark in now}, {_place(mark) for mark in before}
    stay = {point for mark in now if isinstance(mark, Points | Columns) for point in _points(mark)}
    moved = (mark for mark in before if _place(mark) not in here)
    behind = tuple(ghost for mark in moved for ghost in _ghost(mark, stay))
    found = _partners(now, before)
    new, gone = found.count(None), lost(found, [_label(mark) for mark in before])
    differs = otherwise
    if here != there:
        differs = ("differs", "≠") if not (behind or new or gone) else None
    if behind:
        differs = (f"before: dim, {RING}", RING)
    return behind, outcome(differs, new, gone)


def _partners(now: Sequence[Mark], before: Sequence[Mark]) -> list[int | None]:
    """Pair marks of one kind: first those of one label, then the others of one role in order."""
    labels = {(type(mark), _label(mark)): i for i, mark in enumerate(before) if _label(mark)}
    found = [labels.pop((type(mark), _label(mark)), None) for mark in now]
    left: dict[Hashable, list[int]] = defaultdict(list)
    for i, mark in enumerate(before):
        if i not in found:
            left[type(mark), mark.role].append(i)
    for i, mark in enumerate(now):
        others = left[type(mark), mark.role]
        if found[i] is None and others:
            found[i] = others.pop(0)
    return found


def _label(mark: Mark) -> str:
    return mark.text if isinstance(mark, Note) else mark.label


def _place(mark: Mark) -> Hashable:
    """Say what a mark is and where, as something to look up."""
    if isinstance(mark, Rule):
        return Rule, mark.upright, mark.at
    if isinstance(mark, Arrow):
        return Arrow, mark.x0, mark.y0, mark.x1, mark.y1
    if isinstance(mark, Note):
        return Note, mark.x, mark.y, mark.text
    x, y = (np.asarray(values, dtype=float).tobytes() for values in (mark.x, mark.y))
    return type(mark), x, y


def _points(mark: Points | Columns) -> Iterable[tuple[float, float]]:
    x, y = (np.asarray(values, dtype=float).tolist() for values in (mark.x, mark.y))
    return zip(x, y, strict=False)


def _ghost(mark: Mark, stay: set[tuple[float, float]]) -> tuple[Mark, ...]:
    """Draw where a mark was, without its texts: bars by their ends, points as rings."""
    if isinstance(mark, Note):
        return ()
    if isinstance(mark, Points | Columns):
        left = [point for point in _points(mark) if point not in stay]
        x, y = [x for x, _ in left], [y for _, y in left]
        return (Points(x, y, "muted", marker=RING),) if left else ()
    return (dataclasses.replace(mark, dim=True, label=""),)
