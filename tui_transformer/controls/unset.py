"""Numbers that may be left unset: none at first, and an arrow starts from what would be there."""

import math
from collections.abc import Callable
from typing import Any

from tui_transformer.controls.base import Index
from tui_transformer.controls.scalars import Integer, Number, Real
from tui_transformer.records import dataclass

NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Unset(Number):
    """What both kinds have in common: None, typed as `none` and printed as null.

    `start` is the number that an arrow moves from where none is set.
    """

    start: Callable[[Any], float]

    def parse(self, text: str, scope: object) -> Any:
        return None if text.strip().casefold() in (NONE, "null") else super().parse(text, scope)

    def clean(self, value: Any, scope: object) -> Any:
        return None if value is None else super().clean(value, scope)

    def nudge(self, value: Any, amount: float, scope: object, index: Index = None) -> Any:
        return super().nudge(self.start(scope) if value is None else value, amount, scope, index)

    def fraction(self, value: Any, scope: object, index: Index = None) -> float | None:
        return None if value is None else super().fraction(value, scope, index)

    def domain(self, scope: object) -> str:
        return f"{super().domain(scope)}, or {NONE}"

    def show(self, value: Any, index: Index = None) -> str:
        return NONE if value is None else super().show(value, index)

    def format(self, value: Any) -> str:
        return NONE if value is None else super().format(value)

    def numbers(self, value: Any) -> Any:
        return math.nan if value is None else value


@dataclass(frozen=True, kw_only=True)
class UnsetReal(Unset, Real):
    """A real number, or none."""


@dataclass(frozen=True, kw_only=True)
class UnsetInteger(Unset, Integer):
    """A whole number, or none; a step below the least is none."""

    def nudge(self, value: Any, amount: float, scope: object, index: Index = None) -> Any:
        below = value is not None and amount < 0 and value <= self.limits(scope)[0]
        return None if below else super().nudge(value, amount, scope, index)
