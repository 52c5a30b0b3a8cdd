"""What a term can be made with: each operation's result, its slopes, and how it is written.

The results are Python's floats, but nothing here raises: what is too large is ∞, what has no
value is not a number, as on the screen.
"""

import math
import operator
import struct
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

Slopes = Callable[..., Sequence[float]]


class Operation(NamedTuple):
    """What it does, how its result moves with each argument, and how it is written.

    `slopes(result, *arguments)` gives ∂result/∂argument, one each. `sign` stands between two
    operands; without one it is written as a function. `binds` says how tightly: 1 a sum,
    2 a product, 4 a power, 9 what never needs brackets.
    """

    work: Callable[..., float]
    slopes: Slopes
    sign: str = ""
    binds: int = 9


def _careful(work: Callable[..., float], *arguments: float) -> float:
    """Work something out; what floats cannot hold becomes ∞ or not a number."""
    try:
        return work(*arguments)
    except OverflowError:
        return math.inf
    except (ValueError, ZeroDivisionError):
        return math.nan


def _divide(a: float, b: float) -> float:
    if b == 0 and a != 0:
        return math.copysign(math.inf, a) * math.copysign(1.0, b)
    return a / b


def _power(a: float, b: float) -> float:
    result = math.inf if a == 0 and b < 0 else a**b
    return math.nan if isinstance(result, complex) else result


def _power_slopes(y: float, a: float, b: float) -> tuple[float, float]:
    """b·a^(b−1) and y·ln a; at a = 0 the limits, and 0 for the exponent."""
    return b * _careful(_power, a, b - 1), y * math.log(a) if a > 0 else 0.0


def _log(x: float) -> float:
    return -math.inf if x == 0 else math.log(x)


def _over(y: float, x: float) -> float:
    """y/x where x may be 0: an infinite slope, as that of √ at 0."""
    return _careful(_divide, y, x)


def _sum(*terms: float) -> float:
    try:
        return math.fsum(terms)
    except (OverflowError, ValueError):  # a sum on the way is too large, or ∞ − ∞
        return sum(terms)


def _chosen(y: float, *terms: float) -> tuple[float, ...]:
    """The slopes of a maximum or minimum: 1 for the first that it is, 0 for the others."""
    at = next((i for i, term in enumerate(terms) if term == y), -1)
    return tuple(float(i == at) for i in range(len(terms)))


def _erf_slope(x: float) -> float:
    return 2 / math.sqrt(math.pi) * math.exp(-x * x)


_ALL: dict[str, Operation] = {
    "+": Operation(operator.add, lambda y, a, b: (1.0, 1.0), " + ", 1),
    "-": Operation(operator.sub, lambda y, a, b: (1.0, -1.0), " − ", 1),
    "*": Operation(operator.mul, lambda y, a, b: (b, a), "·", 2),
    "/": Operation(_divide, lambda y, a, b: (_over(1.0, b), -_over(y, b)), " / ", 2),
    "**": Operation(_power, _power_slopes, "^", 4),
    "neg": Operation(operator.neg, lambda y, x: (-1.0,), "−", 2),
    "sum": Operation(_sum, lambda y, *terms: (1.0,) * len(terms), "", 1),
    "exp": Operation(math.exp, lambda y, x: (y,)),
    "log": Operation(_log, lambda y, x: (_over(1.0, x),)),
    "log1p": Operation(math.log1p, lambda y, x: (_over(1.0, 1 + x),)),
    "sqrt": Operation(math.sqrt, lambda y, x: (_over(0.5, y),)),
    "tanh": Operation(math.tanh, lambda y, x: (1 - y * y,)),
    "erf": Operation(math.erf, lambda y, x: (_erf_slope(x),)),
    "erfc": Operation(math.erfc, lambda y, x: (-_erf_slope(x),)),
    "sin": Operation(math.sin, lambda y, x: (math.cos(x),)),
    "cos": Operation(math.cos, lambda y, x: (-math.sin(x),)),
    "radians": Operation(math.radians, lambda y, x: (math.radians(1),)),
    "acos": Operation(math.acos, lambda y, x: (-_over(1.0, _careful(math.sqrt, 1 - x * x)),)),
    "atan2": Operation(
        math.atan2, lambda y, a, b: (_over(b, a * a + b * b), -_over(a, a * a + b * b))
    ),
    "abs": Operation(abs, lambda y, x: (math.copysign(1.0, x) if x else 0.0,)),
    "max": Operation(max, _chosen),
    "min": Operation(min, _chosen),
    "floor": Operation(math.floor, lambda y, x: (0.0,)),
    "ceil": Operation(math.ceil, lambda y, x: (0.0,)),
    "float32": Operation(lambda x: struct.unpack("f", struct.pack("f", x))[0], lambda y, x: (1.0,)),
}
OPERATIONS: dict[str, Operation] = {
    name: each._replace(work=partial(_careful, each.work)) for name, each in _ALL.items()
}
# What each does where floats hold what comes of it; else it raises, and is left to the above.
PLAIN: dict[str, Callable[..., float]] = {name: each.work for name, each in _ALL.items()}
