"""Controls that hold one number."""

import math
from dataclasses import KW_ONLY
from functools import cached_property
from typing import Any

import numpy as np

from tui_transformer.controls.base import BadValue, Control, Index, Limit, resolve
from tui_transformer.controls.typed import read_real, read_whole
from tui_transformer.numbers import number
from tui_transformer.records import dataclass
from tui_transformer.text import shorten, visible

LONG = 10**7  # a number from here on is shown as a power of ten


@dataclass(frozen=True)
class Number(Control):
    """What real numbers and integers have in common: a range, a step, maybe a log scale."""

    low: Limit
    high: Limit
    step: float = 1.0
    _: KW_ONLY
    log: bool = False
    noun = "a number"

    def limits(self, scope: object) -> tuple[float, float]:
        """Work out the range as it is now; never empty."""
        return self._fixed or self._limits(scope)

    def _limits(self, scope: object) -> tuple[float, float]:
        low = resolve(self.low, scope)
        return low, max(low, resolve(self.high, scope))

    @cached_property
    def _fixed(self) -> tuple[float, float] | None:
        """The range, where it is the same in all states: it is asked for a dozen times a key."""
        return None if callable(self.low) or callable(self.high) else self._limits(None)

    def _read(self, text: str) -> float:
        raise NotImplementedError

    def _settle(self, value: float) -> Any:
        raise NotImplementedError

    def parse(self, text: str, scope: object) -> Any:
        return self.take(self._read(text), scope)

    def take(self, value: float, scope: object) -> Any:
        """Take a number that was typed; raises BadValue where it is out of range."""
        low, high = self.limits(scope)
        if not low <= value <= high:
            raise BadValue(f"{self.name} goes from {number(low)} to {number(high)}.")
        return self._settle(value)

    def clean(self, value: Any, scope: object) -> Any:
        low, high = self.limits(scope)
        if math.isnan(value):
            return self.clean(self.default, scope)
        return self._settle(min(max(value, low), high))

    def nudge(self, value: Any, amount: float, scope: object, index: Index = None) -> Any:
        low, high = self.limits(scope)
        moved = self._logged(value, amount) if self.log else round(value + amount * self.step, 9)
        return self._settle(min(max(moved, low), high))

    def _logged(self, value: float, amount: float) -> float:
        """Move along a logarithmic scale: twenty steps are a factor of ten."""
        return float(f"{max(value, 1e-12) * 10 ** (amount / 20):.3g}")

    def fraction(self, value: Any, scope: object, index: Index = None) -> float | None:
        low, high = self.limits(scope)
        if high <= low:
            return 0.0
        if self.log and low > 0:
            return math.log(value / low) / math.log(high / low)
        return (value - low) / (high - low)

    def place(self, value: Any, fraction: float, scope: object, index: Index = None) -> Any:
        low, high = self.limits(scope)
        share = min(max(fraction, 0.0), 1.0)
        if self.log and low > 0:
            return self._settle(float(f"{low * (high / low) ** share:.3g}"))
        return self._settle(self._to_step(low + share * (high - low), low, high))

    def _to_step(self, value: float, low: float, high: float) -> float:
        return min(max(round(round(value / self.step) * self.step, 9), low), high)

    def randomise(self, value: Any, rng: "np.random.Generator", scope: object) -> Any:
        return self.place(value, float(rng.random()), scope)

    def domain(self, scope: object) -> str:
        low, high = self.limits(scope)
        scale = ", log scale" if self.log else ""
        return f"{self.noun} from {number(low)} to {number(high)}{scale}"

    def show(self, value: Any, index: Index = None) -> str:
        shown = self.at(value, index)
        return number(float(shown) if abs(shown) >= LONG else shown)


@dataclass(frozen=True)
class Real(Number):
    """A real number in a range."""

    step: float = 0.1
    kind = "real"
    fine = 0.1

    def _read(self, text: str) -> float:
        return read_real(text, self.name)

    def _settle(self, value: float) -> float:
        return float(value)

    def format(self, value: Any) -> str:
        return write_real(value)


@dataclass(frozen=True, kw_only=True)
class Integer(Number):
    """A whole number in a range; with `divides`, only divisors of another control's value.

    `picks` names what it is a place of: it is shown with that place's name, and typed by it.
    """

    kind = "integer"
    noun = "a whole number"
    divides: str = ""
    picks: str = ""

    def _read(self, text: str) -> float:
        value = read_whole(text, self.name)
        if value != int(value):
            raise BadValue(f"{self.name} is a whole number, {visible(shorten(text, 20))} is not.")
        return value

    def named(self, value: Any, scope: Any) -> str:
        """What is called so, where it picks one of several that have names."""
        name = scope.place(self.picks, value) if self.picks else ""
        return "" if name == str(value) else str(name)

    def parse(self, text: str, scope: object) -> Any:
        if self.picks and (name := text.strip()):
            low, high = map(int, self.limits(scope))
            text = next(
                (str(i) for i in range(low, high + 1) if self.named(i, scope) == name), text
            )
        value = super().parse(text, scope)
        if value not in self._allowed(scope, value):
            whole = int(getattr(scope, self.divides))
            raise BadValue(f"{self.name} must divide {self.divides}, which is {whole}.")
        return value

    def _allowed(self, scope: object, value: int) -> list[int]:
        """List the divisors that can be chosen; without `divides`, the value itself is fine."""
        if not self.divides:
            return [value]
        whole = int(getattr(scope, self.divides))
        low, high = self.limits(scope)
        return [d for d in range(max(int(low), 1), int(high) + 1) if whole % d == 0] or [1]

    def _settle(self, value: float) -> int:
        return round(value)

    def clean(self, value: Any, scope: object) -> int:
        wanted = super().clean(value, scope)
        return int(
            max((d for d in self._allowed(scope, wanted) if d <= wanted), default=1)
            if self.divides
            else wanted
        )

    def nudge(self, value: Any, amount: float, scope: object, index: Index = None) -> int:
        if self.divides:
            allowed = self._allowed(scope, value)
            at = allowed.index(value) + int(amount)
            return allowed[min(max(at, 0), len(allowed) - 1)]
        moved = int(super().nudge(value, amount, scope))
        if moved == value:  # a log step too small to reach the next whole number
            moved = int(super().clean(value + (1 if amount > 0 else -1), scope))
        return moved

    def place(self, value: Any, fraction: float, scope: object, index: Index = None) -> int:
        return self.clean(super().place(value, fraction, scope), scope)

    def domain(self, scope: object) -> str:
        return super().domain(scope) + (f", a divisor of {self.divides}" if self.divides else "")


def write_real(value: float) -> str:
    """Write a real number so that it reads back as exactly the same one."""
    return repr(float(value)).removesuffix(".0")
