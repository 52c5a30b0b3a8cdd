"""Workings whose arithmetic is written as text: what concepts use until theirs are terms.

To everybody else both kinds are one thing: a formula, arithmetic, a value.
"""

import math
from collections.abc import Iterable
from functools import cached_property

from tui_transformer import terms
from tui_transformer.terms import Term, shown
from tui_transformer.terms.parse import parse


class Working(terms.Working):
    """How one number comes about; `expression` is arithmetic as text, read when it is wanted.

    `within` is the relative accuracy to which the arithmetic agrees with the value: looser where
    the value was computed in float32.
    """

    def __init__(
        self, symbols: str, expression: str, value: float, of: str = "", within: float = 1e-9
    ) -> None:
        self.__dict__.update(
            symbols=symbols, expression=expression, value=value, of=of, within=within
        )

    expression: str
    within: float

    @cached_property
    def term(self) -> Term:
        """The arithmetic."""
        return parse(self.expression)

    @cached_property
    def tolerance(self) -> float:
        """How far the arithmetic may be from the value."""
        return max(self.within * abs(self.value), 1e-12)


def n(x: float) -> str:
    """Write an operand at full precision; negative ones in brackets."""
    text = repr(float(x)).removesuffix(".0")
    if not math.isfinite(float(x)):
        text = {"inf": "1e999", "-inf": "-1e999"}.get(text, "(1e999-1e999)")
    return f"({text})" if text.startswith("-") else text


def total(terms: Iterable[str]) -> str:
    """Write a sum of terms."""
    return f"sum({', '.join(terms)})"


def dot(a: Iterable[float], b: Iterable[float]) -> str:
    """Write the dot product of two vectors."""
    return total(f"{n(x)}*{n(y)}" for x, y in zip(a, b, strict=True))


def pretty(expression: str) -> str:
    """Write arithmetic as mathematics."""
    return shown(parse(expression))


def evaluate(expression: str) -> float:
    """Work an expression out, with nothing but arithmetic and the functions terms know."""
    return float(parse(expression).value)
