"""The functions of the expression language: of one number, of each of many, of many together."""

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import BadValue

MOST_DIGITS: Final = 15
Thing = Any  # a number, a text, yes or no, none, an array of numbers, a list, a mapping


def alike(a: float, b: float) -> bool:
    """Say whether two numbers agree to nine digits."""
    return bool(abs(a - b) <= 1e-9 * max(abs(a), abs(b)))


def rounded(number: float, digits: int = 0) -> float:
    """Round to so many digits behind the point as people do: halves away from zero."""
    if abs(number) >= 10.0**MOST_DIGITS:
        return number
    exact = Decimal(repr(float(number))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return float(exact) + 0.0


def finite(numbers: Any, text: str) -> Any:
    """Pass numbers on, a single one as a plain float; BadValue where one is not finite."""
    if not np.all(np.isfinite(numbers)):
        raise BadValue(f"{text} is not finite.")
    return numbers if isinstance(numbers, np.ndarray) and numbers.ndim else float(numbers)


def numbers(thing: Thing, text: str) -> float | Array:
    """Take what can be calculated with: one number or an array of them."""
    if isinstance(thing, float | np.ndarray):
        return thing
    raise BadValue(f"{text} is {kind(thing)}, and no number to calculate with.")


def kind(thing: Thing) -> str:
    """Say what something is, as a phrase."""
    match thing:
        case bool():
            return "yes or no"
        case float():
            return "a number"
        case str():
            return "a text"
        case None:
            return "none"
        case np.ndarray():
            return f"{thing.size:,} numbers"
        case list():
            holes = any(item is None for item in thing)
            return "a list with none in it" if holes else "a list"
    return "a table of names"


def _each(function: Callable[[Any], Any]) -> Callable[[Sequence[Thing], str], Thing]:
    def apply(arguments: Sequence[Thing], text: str) -> Thing:
        (one,) = _exactly(arguments, 1, text)
        with np.errstate(all="ignore"):
            return finite(function(numbers(one, text)), text)

    return apply


def _all(function: Callable[[Any], Any]) -> Callable[[Sequence[Thing], str], Thing]:
    """Make a function of all the numbers of an array, or of several numbers."""

    def apply(arguments: Sequence[Thing], text: str) -> Thing:
        given = [numbers(one, text) for one in arguments]
        if len(given) > 1 and not all(isinstance(one, float) for one in given):
            raise BadValue(f"{text} takes one array, or numbers.")
        array = np.asarray(given[0] if len(given) == 1 else given, dtype=float)
        if not array.size:
            raise BadValue(f"{text} has no numbers.")
        with np.errstate(all="ignore"):
            return finite(function(array), text)

    return apply


def _which(function: Callable[[Any], Any]) -> Callable[[Sequence[Thing], str], Thing]:
    def apply(arguments: Sequence[Thing], text: str) -> Thing:
        (one,) = _exactly(arguments, 1, text)
        row = np.asarray(numbers(one, text), dtype=float)
        if row.ndim != 1 or not row.size:
            raise BadValue(f"{text} takes one row of numbers.")
        best = int(function(row))
        if sum(alike(row[best], other) for other in row) > 1:
            raise BadValue(f"{text} is a tie, with no single answer.")
        return float(best)

    return apply


def _length(arguments: Sequence[Thing], text: str) -> Thing:
    (one,) = _exactly(arguments, 1, text)
    if isinstance(one, float | bool) or one is None:
        raise BadValue(f"{text}: {kind(one)} has no length.")
    return float(len(one))


def _round(arguments: Sequence[Thing], text: str) -> Thing:
    what, digits = arguments[0], arguments[1] if len(arguments) == 2 else 0.0
    if len(arguments) > 2 or not isinstance(digits, float) or digits != round(digits):
        raise BadValue(f"{text} takes a number and how many digits.")
    if abs(digits) > MOST_DIGITS:
        raise BadValue(f"{text}: {MOST_DIGITS} digits are the most.")
    given = numbers(what, text)
    if isinstance(given, float):
        return rounded(given, int(digits))
    return np.array([rounded(x, int(digits)) for x in given.flat]).reshape(given.shape)


def _exactly(arguments: Sequence[Thing], count: int, text: str) -> Sequence[Thing]:
    if len(arguments) != count:
        raise BadValue(f"{text} takes one thing, not {len(arguments)}.")
    return arguments


FUNCTIONS: Final[dict[str, Callable[[Sequence[Thing], str], Thing]]] = {
    "abs": _each(np.abs),
    "min": _all(np.min),
    "max": _all(np.max),
    "sum": _all(np.sum),
    "mean": _all(np.mean),
    "len": _length,
    "argmax": _which(np.argmax),
    "argmin": _which(np.argmin),
    "round": _round,
    "exp": _each(np.exp),
    "log": _each(np.log),
    "sqrt": _each(np.sqrt),
}
"""What may stand before a parenthesis, and what it makes of what stands within."""
