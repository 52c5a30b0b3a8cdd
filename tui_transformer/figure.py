"""What to draw, as frozen data: no terminal, no size, no colours.

A view turns a model into a `Figure`: rows of panels, most important first. Colours are
named by *role* (what a thing is), so that a query looks the same on every screen.
Numbers come with their *working*.
"""

import dataclasses
from collections.abc import Callable, Iterable
from functools import cache
from operator import attrgetter
from typing import Any

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.later import Later, LaterArray, once
from tui_transformer.panels import Panel
from tui_transformer.records import dataclass
from tui_transformer.terms import Working


@dataclass(frozen=True, eq=False)
class Figure:
    """Rows of panels, most important first.

    `says` is what this very state shows, in one sentence with its numbers. `formula` is the
    working shown while nothing is pinned. `data` says where the numbers come from: yours,
    designed, random (with its seed) or trained.
    """

    rows: tuple[tuple[Panel, ...], ...]
    says: str
    formula: Working
    data: str

    @once
    def panels(self) -> tuple[Panel, ...]:
        """All panels in reading order."""
        return tuple(panel for row in self.rows for panel in row)

    @property
    def main(self) -> int:
        """The place of the (first) main panel; of the first of all where none is named."""
        return next((i for i, panel in enumerate(self.panels) if panel.main), 0)


# ── looking alike, and pinning ─────────────────────────────────────────────────────────


def same(a: Any, b: Any) -> bool:
    """Say whether two panels (or parts of them) look the same; workings do not count."""
    if a is b:
        return True
    kind = type(a)
    if kind is not type(b):
        return False
    if kind is str or kind is float:  # most parts are
        return bool(a == b or (a != a and b != b))
    parts = _parts(kind)  # type: ignore[arg-type]  # mypy: Type[Any] is hashable
    if parts is not None:
        return _each_same(parts(a), parts(b))
    if isinstance(a, np.ndarray):
        return a.shape == b.shape and _equal(a, b)
    if isinstance(a, LaterArray):
        return same(a.made, b.made)
    if isinstance(a, tuple | list | Later):
        return len(a) == len(b) and _each_same(a, b)
    return bool(a == b or (a != a and b != b))


def _each_same(a: Iterable[Any], b: Iterable[Any]) -> bool:
    for x, y in zip(a, b, strict=True):
        if x is y:
            continue  # most are the very same, and are not asked
        if not same(x, y):
            return False
    return True


def _equal(a: Array, b: Array) -> bool:
    """Say whether arrays of one shape have the same numbers; what is none is like what is none.

    Most that are asked differ, and at the first place where they do it is seen.
    """
    alike = np.asarray(a == b)
    if alike.all():
        return True
    at = int(alike.argmin())
    if a.dtype.kind != "f" or a.flat[at] == a.flat[at]:
        return False
    return bool((alike | ((a != a) & (b != b))).all())


@cache
def _parts(kind: type) -> Callable[[Any], tuple[Any, ...]] | None:
    """Find what takes the fields by which two of a kind are compared; None where it has none."""
    fields = dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ()
    names = [field.name for field in fields if field.compare]
    if len(names) > 1:
        return attrgetter(*names)
    return (lambda one: (getattr(one, names[0]),)) if names else None


@dataclass(frozen=True)
class Pin:
    """A cell that is pinned: which panel, which row, which column."""

    panel: int
    row: int
    column: int


def pinnable(panel: Panel) -> Iterable[tuple[int, int]]:
    """List the cells of a panel that have a working, in reading order."""
    return panel.cells()


def working_at(figure: Figure, pin: Pin | None) -> Working:
    """Say how the pinned number came about, or the figure's own formula."""
    if pin is None or pin.panel >= len(figure.panels):
        return figure.formula
    return figure.panels[pin.panel].why(pin.row, pin.column) or figure.formula
