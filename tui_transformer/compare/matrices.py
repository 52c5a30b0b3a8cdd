"""Heatmaps: a matrix becomes the difference of the cells that both states have."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.compare.pairing import lost, outcome, partners
from tui_transformer.later import LaterArray
from tui_transformer.panels import Heatmap

_ROUNDING = 1e-12  # smaller differences, measured by the largest number, come from rounding


def heatmap(now: Heatmap, before: Heatmap) -> Heatmap:
    """Compare two matrices by the names of their rows and columns.

    Where they differ, the panel shows by how much, and what has no partner is marked.
    Where they do not, it goes on showing its numbers; so does what is made when it is seen.
    """
    if isinstance(now.values, LaterArray):
        return now
    rows, columns = names(now)
    old_rows, old_columns = names(before)
    down, across = partners(rows, old_rows), partners(columns, old_columns)
    new = down.count(None) + (across.count(None) if columns != rows else 0)
    gone = lost(down, old_rows)
    gone += lost(across, old_columns) if old_columns != old_rows else []
    if now.values.size and (down.count(None) == len(down) or across.count(None) == len(across)):
        return dataclasses.replace(now, outcome=("new",))
    labels = _marked(now.rows, down), _marked(now.columns, across)
    now = dataclasses.replace(now, rows=labels[0], columns=labels[1])
    here, there = _shared(down, across, before.values.shape)
    x, was = now.values[here], before.values[there]
    change = None if np.array_equal(x, was) else _change(x.astype(float), was.astype(float))
    if change is None:
        return dataclasses.replace(now, outcome=outcome(None, new, gone))
    now = dataclasses.replace(now, outcome=outcome(("difference", "diff"), new, gone))
    return _drawn(now, here, change, now.style == before.style == "integer")


def _drawn(now: Heatmap, here: Any, change: Array, whole: bool) -> Heatmap:
    """Show by how much the shared cells of a matrix differ, in place of its numbers."""
    # What is no number (masked, infinite, undefined) stays what it is.
    unmatched = np.isfinite(now.values)
    difference = np.where(unmatched, np.nan, now.values)
    unmatched[here] &= np.isnan(change)
    difference[here] = change
    reach = float(np.max(np.abs(change), where=np.isfinite(change), initial=0.0)) or 1.0
    return dataclasses.replace(
        now,
        values=difference,
        unmatched=unmatched,
        scale="diverging",
        low=-reach,
        high=reach,
        style="integer" if whole else "number",
    )


def names(panel: Heatmap) -> tuple[list[str], list[str]]:
    """Say what the rows and the columns are called: by their numbers where they have no names."""
    rows, columns = panel.values.shape
    return (
        list(panel.row_keys or panel.rows or map(str, range(rows))),
        list(panel.columns or map(str, range(columns))),
    )


def _marked(labels: tuple[str, ...], found: Sequence[int | None]) -> tuple[str, ...]:
    """Put a sign before the names of what is new."""
    if None not in found:
        return labels
    pairs = zip(labels, found, strict=False)
    return tuple(f"+{label}" if at is None and label else label for label, at in pairs)


def _shared(
    down: Sequence[int | None], across: Sequence[int | None], before: tuple[int, ...]
) -> tuple[Any, Any]:
    """Select the cells that both have, as they stand now and as they stood before."""
    if (list(down), list(across)) == tuple(list(range(count)) for count in before):
        return np.s_[:, :], np.s_[:, :]
    pairs = [[(i, at) for i, at in enumerate(f) if at is not None] for f in (down, across)]
    rows, columns = (np.array(pair, dtype=int).reshape(-1, 2).T for pair in pairs)
    return np.ix_(rows[0], columns[0]), np.ix_(rows[1], columns[1])


def _change(x: Array, was: Array) -> Array | None:
    """Subtract numbers that stand for the same; None where nothing differs.

    What cannot be subtracted is NaN where a number has come, and otherwise what it is now.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        change: Array = x - was
        largest = max(abs(float(v)) for a in (x, was) for v in (a.max(), a.min()))
    turned = False
    if not np.isfinite(largest):
        both = np.isfinite(x) & np.isfinite(was)
        largest = max(np.max(np.abs(values), where=both, initial=0.0) for values in (x, was))
        turned = bool(np.any(~both & (x != was) & ~(np.isnan(x) & np.isnan(was))))
        change[~both] = np.where(np.isfinite(x), np.nan, x)[~both]
    change[np.abs(change) <= _ROUNDING * largest] = 0.0
    differs = turned or np.any(change, where=np.isfinite(change))
    return change if differs else None
