"""Numbers that carry a slope forwards: what the way back is checked against.

A dual number is a value and how fast it moves. Every operation moves both on at once, so one pass
gives the slope by one number; nothing is walked back, and no chain rule is written anywhere.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import CodeType


@dataclass(frozen=True)
class Dual:
    """A value and its slope."""

    x: float
    dx: float = 0.0

    def __add__(self, other: Dual | float) -> Dual:
        b = dual(other)
        return Dual(self.x + b.x, self.dx + b.dx)

    def __neg__(self) -> Dual:
        return Dual(-self.x, -self.dx)

    def __sub__(self, other: Dual | float) -> Dual:
        return self + -dual(other)

    def __mul__(self, other: Dual | float) -> Dual:
        b = dual(other)
        return Dual(self.x * b.x, self.dx * b.x + self.x * b.dx)

    def __truediv__(self, other: Dual | float) -> Dual:
        b = dual(other)
        return Dual(self.x / b.x, (self.dx * b.x - self.x * b.dx) / (b.x * b.x))

    def __pow__(self, other: Dual | float) -> Dual:
        b = dual(other)
        slope = b.x * self.x ** (b.x - 1) * self.dx
        if b.dx:
            slope += self.x**b.x * math.log(self.x) * b.dx
        return Dual(self.x**b.x, slope)

    def __radd__(self, other: float) -> Dual:
        return dual(other) + self

    def __rsub__(self, other: float) -> Dual:
        return dual(other) - self

    def __rmul__(self, other: float) -> Dual:
        return dual(other) * self

    def __rtruediv__(self, other: float) -> Dual:
        return dual(other) / self

    def __rpow__(self, other: float) -> Dual:
        return dual(other) ** self


def dual(x: Dual | float) -> Dual:
    """Take a number that does not move."""
    return x if isinstance(x, Dual) else Dual(float(x))


def tanh(x: Dual | float) -> Dual:
    d = dual(x)
    return Dual(math.tanh(d.x), d.dx / math.cosh(d.x) ** 2)


FUNCTIONS = {
    "exp": lambda x: Dual(math.exp(dual(x).x), dual(x).dx * math.exp(dual(x).x)),
    "log": lambda x: Dual(math.log(dual(x).x), dual(x).dx / dual(x).x),
    "sqrt": lambda x: dual(x) ** 0.5,
    "relu": lambda x: dual(x) if dual(x).x > 0 else Dual(0.0),
    "tanh": tanh,
}


@cache
def python(text: str) -> str:
    """Write an operation of the screen as Python has it; c′ becomes c_."""
    signs = (("·", "*"), ("−", "-"), ("^", "**"), ("′", "_"))
    for sign, plain in signs:
        text = text.replace(sign, plain)
    return text


@cache
def compiled(text: str) -> CodeType:
    """An operation, read once for all numbers that it is worked out with."""
    return compile(python(text).strip(), "an operation", "eval")


def worked_out(text: str, numbers: Mapping[str, Dual | float]) -> Dual:
    """Work an expression out, part by part, as Python reads it."""
    known = {python(name): dual(x) for name, x in numbers.items()}
    result = Dual(math.nan)
    for part in filter(str.strip, text.split(";")):
        name, equals, rest = part.rpartition("=")
        result = dual(eval(compiled(rest), {"__builtins__": {}} | FUNCTIONS, known))
        if equals:
            known[name.strip()] = result
    return result


def set_to(leaves: str) -> dict[str, float]:
    """Read `w=0.5 x=2`."""
    return {name: float(x) for name, x in (pair.split("=") for pair in leaves.split())}


def names_in(text: str) -> list[str]:
    """The names in an operation, each as often as it stands there."""
    return [text[slice(*place)] for place in places_in(text)]


def places_in(text: str) -> list[tuple[int, int]]:
    """Where the names in an operation stand; the e of 1e-05 is none."""
    found = re.finditer(r"(?<![\w.])[A-Za-z_]\w*′*", text)
    return [match.span() for match in found if match[0] not in FUNCTIONS]
