"""Controls that hold several numbers: vectors and matrices."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls.base import BadValue, Control, Index, Limit, resolve
from tui_transformer.controls.scalars import Real, write_real
from tui_transformer.controls.typed import meant_as_decimal, read_list, read_real, read_rows
from tui_transformer.numbers import number
from tui_transformer.records import dataclass


@dataclass(frozen=True, kw_only=True)
class Several(Control):
    """What vectors and matrices have in common: real numbers in one range, each with a gauge.

    `typical` narrows what is drawn at random, where the range is much wider.
    """

    low: Limit
    high: Limit
    step: float = 0.1
    log: bool = False
    typical: tuple[float, float] | None = None
    fine = 0.1

    @cached_property
    def element(self) -> Real:
        """What one number is; made once, for each number of each state is asked of it."""
        return Real(
            default=0.0,
            help=self.help,
            name=self.name,
            low=self.low,
            high=self.high,
            step=self.step,
            log=self.log,
        )

    def parse_one(self, text: str, scope: object) -> float | None:
        """Take what was typed for one of the numbers; None where it is several."""
        if text.strip() and sum(map(len, read_rows(text, self.name))) != 1:
            return None
        return float(self.element.take(read_real(text, self.name), scope))

    @property
    def drawn(self) -> Real:
        """What a number drawn at random is."""
        if self.typical is None:
            return self.element
        return replace(self.element, low=self.typical[0], high=self.typical[1])

    def show(self, value: Any, index: Index = None) -> str:
        return self.format(value) if index is None else number(float(value[index]))

    def nudge(self, value: Any, amount: float, scope: object, index: Index = None) -> Array:
        return _with(value, index, lambda x: self.element.nudge(x, amount, scope))

    def place(self, value: Any, fraction: float, scope: object, index: Index = None) -> Array:
        return _with(value, index, lambda x: self.element.place(x, fraction, scope))

    def fraction(self, value: Any, scope: object, index: Index = None) -> float | None:
        return None if index is None else self.element.fraction(float(value[index]), scope)


@dataclass(frozen=True, kw_only=True)
class VectorControl(Several):
    """A list of real numbers; its length may be fixed or have a range of its own."""

    min_length: int
    max_length: int
    kind = "vector"

    def _lengths(self) -> str:
        few, many = self.min_length, self.max_length
        return f"{few}" if few == many else f"{few} to {many}"

    def parse(self, text: str, scope: object) -> Array:
        numbers = read_list(text, self.name)
        if not self.min_length <= len(numbers) <= self.max_length:
            raise BadValue(
                f"{self.name} has {self._lengths()} numbers, set apart by commas; "
                f"this has {len(numbers):,}{meant_as_decimal(text)}."
            )
        element = self.element
        return frozen([element.take(x, scope) for x in numbers])

    def format(self, value: Any) -> str:
        return ",".join(write_real(x) for x in value)

    def clean(self, value: Any, scope: object) -> Array:
        element = self.element
        items = [element.clean(float(x), scope) for x in value][: self.max_length]
        missing = max(self.min_length - len(items), 0)
        return frozen(items + [float(x) for x in self.default[len(items) : len(items) + missing]])

    def randomise(self, value: Any, rng: "np.random.Generator", scope: object) -> Array:
        return frozen([self.drawn.randomise(x, rng, scope) for x in value])

    def domain(self, scope: object) -> str:
        low, high = self.element.limits(scope)
        return (
            f"{self._lengths()} numbers from {number(low)} to {number(high)}, set apart by commas"
        )

    def knobs(self, value: Any) -> list[Index]:
        return list(range(len(value)))

    def longer(self, value: Any) -> Array:
        """Repeat the last element, where there is room for one more."""
        return frozen([*value, value[-1]]) if len(value) < self.max_length else value

    def shorter(self, value: Any) -> Array:
        """Drop the last element, where that leaves enough."""
        return frozen(value[:-1]) if len(value) > self.min_length else value


@dataclass(frozen=True, kw_only=True)
class MatrixControl(Several):
    """Rows of real numbers; `rows` and `columns` are ranges, a column count may be a rule.

    With `squares` it has as many rows as columns, and their number is one of these.
    """

    rows: tuple[int, int]
    columns: tuple[Limit, Limit]
    squares: tuple[int, ...] = ()
    kind = "matrix"

    def is_drawing(self, scope: object) -> bool:
        """Whether one whole step leads from end to end: each number is on or off."""
        low, high = self.element.limits(scope)
        return self.step == high - low

    def _widths(self, scope: object) -> tuple[int, int]:
        low, high = (int(resolve(limit, scope)) for limit in self.columns)
        return low, high

    def parse(self, text: str, scope: object) -> Array:
        rows = read_rows(text, self.name)
        if self.squares:
            self._check_square(rows, text)
        if not self.rows[0] <= len(rows) <= self.rows[1]:
            raise BadValue(
                f"{self.name} has {self._rows()} rows, set apart by semicolons; "
                f"this has {len(rows):,}{meant_as_decimal(text)}."
            )
        low, high = self._widths(scope)
        first = len(rows[0])
        if not low <= first <= high:
            wanted = f"{low}" if low == high else f"{low} to {high}"
            raise BadValue(
                f"each row of {self.name} has {wanted} numbers; the first has {first:,}."
            )
        if any(len(row) != first for row in rows):
            raise BadValue(f"the rows of {self.name} must be equally long.")
        element = self.element
        return frozen([[element.take(x, scope) for x in row] for row in rows])

    def _check_square(self, rows: list[list[float]], text: str) -> None:
        """Refuse what is not as wide as high, or has another size."""
        if len(rows) not in self.squares or {len(row) for row in rows} != {len(rows)}:
            wide = max(map(len, rows), default=0)
            raise BadValue(
                f"{self.name} has {self._sizes()} numbers; this has "
                f"{len(rows):,}×{wide:,}{meant_as_decimal(text)}."
            )

    def _sizes(self) -> str:
        return " or ".join(f"{size}×{size}" for size in self.squares)

    def _rows(self) -> str:
        few, many = self.rows
        return f"{few}" if few == many else f"{few} to {many}"

    def format(self, value: Any) -> str:
        return ";".join(",".join(write_real(x) for x in row) for row in value)

    def clean(self, value: Any, scope: object) -> Array:
        """Clamp every number; rows keep their count, columns are cut or filled with zeros."""
        element = self.element
        rows = [[element.clean(float(x), scope) for x in row] for row in value]
        low, high = self._widths(scope)
        width = min(max(len(rows[0]), low), high)
        if self.squares:
            wanted = max(width, len(rows))
            width = next((size for size in self.squares if size >= wanted), self.squares[-1])
            rows += [[0.0]] * (width - len(rows))
            return frozen([(row + [0.0] * width)[:width] for row in rows[:width]])
        return frozen([(row + [0.0] * width)[:width] for row in rows[: self.rows[1]]])

    def randomise(self, value: Any, rng: "np.random.Generator", scope: object) -> Array:
        return frozen([[self.drawn.randomise(x, rng, scope) for x in row] for row in value])

    def domain(self, scope: object) -> str:
        low, high = self.element.limits(scope)
        rows = self._sizes() if self.squares else self._rows()
        return (
            f"{rows} rows set apart by semicolons, numbers from {number(low)} to "
            f"{number(high)} set apart by commas"
        )

    def knobs(self, value: Any) -> list[Index]:
        return [(r, c) for r in range(value.shape[0]) for c in range(value.shape[1])]


def frozen(values: Any) -> Array:
    """Make an array that nothing can write to."""
    array = np.array(values, dtype=float)
    array.flags.writeable = False
    return array


def _with(value: Array, index: Index, change: Callable[[float], float]) -> Array:
    """Copy an array with one element changed."""
    if index is None:
        return value
    changed = np.array(value)
    changed[index] = change(float(value[index]))
    return frozen(changed)
