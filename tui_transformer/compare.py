"""Comparing two figures: what the present one shows that the pinned one did not.

It works on figures alone, so every concept can be compared without knowing of it.
"""

from __future__ import annotations

import dataclasses
from itertools import zip_longest
from typing import TypeVar

import numpy as np

from tui_transformer.figure import (
    Cell,
    Field,
    Figure,
    Heatmap,
    Line,
    Panel,
    Plot,
    Points,
    Rule,
    Table,
    same,
)

P = TypeVar("P", bound=Panel)


def compare(now: Figure, before: Figure) -> Figure:
    """Draw the differences from an earlier figure of the same concept into a figure.

    Curves of the earlier one lie dimmed behind, matrices become differences, table cells
    carry what stood there. Panels that have no partner stay as they are.
    """
    earlier = {panel.title: panel for panel in before.panels}
    partners = iter(
        [
            earlier.get(panel.title) or _at_its_place(i, now, before)
            for i, panel in enumerate(now.panels)
        ]
    )
    rows = tuple(tuple(_panel(panel, next(partners)) for panel in row) for row in now.rows)
    return dataclasses.replace(now, rows=rows)


def _at_its_place(index: int, now: Figure, before: Figure) -> Panel | None:
    """Find the panel whose title has changed with the state: the one that no other has."""
    if index >= len(before.panels):
        return None
    partner = before.panels[index]
    return None if any(panel.title == partner.title for panel in now.panels) else partner


def _panel(now: Panel, before: Panel | None) -> Panel:
    match now, before:
        case Plot(), Plot():
            return _plot(now, before)
        case Field(), Field():
            return _field(now, before)
        case Heatmap(), Heatmap():
            return _heatmap(now, before)
        case Table(), Table():
            return _table(now, before)
        case _:
            return now


def _dimmed(now: Plot | Field, before: Plot | Field) -> tuple[Line | Points | Rule, ...]:
    """Take what has moved out of the earlier marks, dimmed and without labels."""
    gone = [
        mark
        for mark in before.marks
        if isinstance(mark, Line | Points | Rule) and not any(same(mark, m) for m in now.marks)
    ]
    return tuple(
        dataclasses.replace(mark, dim=True, label="", labels=())
        if isinstance(mark, Points)
        else dataclasses.replace(mark, dim=True, label="")
        for mark in gone
    )


def _plot(now: Plot, before: Plot) -> Plot:
    return dataclasses.replace(now, marks=_dimmed(now, before) + now.marks)


def _field(now: Field, before: Field) -> Field:
    return dataclasses.replace(now, marks=_dimmed(now, before) + now.marks)


def _heatmap(now: Heatmap, before: Heatmap) -> Heatmap:
    if now.values.shape != before.values.shape or now.style == "text":
        return now
    with np.errstate(invalid="ignore", over="ignore"):
        difference = np.subtract(now.values, before.values, dtype=float)
    reach = float(np.max(np.abs(difference[np.isfinite(difference)]), initial=0.0)) or 1.0
    return dataclasses.replace(
        now,
        title=f"{now.title} · difference",
        values=difference,
        scale="diverging",
        low=-reach,
        high=reach,
        style="number",
    )


def _table(now: Table, before: Table) -> Table:
    rows = tuple(
        tuple(_cell(a, b) for a, b in zip_longest(row, old[: len(row)]))
        for row, old in zip_longest(now.rows, before.rows[: len(now.rows)], fillvalue=())
    )
    return dataclasses.replace(now, rows=rows)


def _cell(now: Cell, before: Cell | None) -> Cell:
    if before is None or not isinstance(now.content, int | float | np.number):
        return now
    if not isinstance(before.content, int | float | np.number):
        return now
    return dataclasses.replace(now, before=float(before.content))
