"""Arithmetic that remembers: a term is a number, and the operation on other terms that gave it.

>>> (exp(2) / (exp(2) + exp(n(1)))).value  # doctest: +ELLIPSIS
0.7310...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from numbers import Integral
from typing import ClassVar

from tui_transformer.records import dataclass
from tui_transformer.terms.operations import OPERATIONS, PLAIN

Number = float | int


@dataclass(frozen=True, eq=False)
class Term:
    """A number: the result of an operation, or (without one) a plain number."""

    value: Number
    op: str = ""
    of: tuple[Term, ...] = ()

    __array_ufunc__: ClassVar[None] = None  # else an array would take a term into itself

    def behind(self) -> tuple[Term, ...]:
        """What stands one level further down, where a number has a name and a working."""
        return ()

    def __add__(self, other: Term | Number) -> Term:
        return _pair("+", self, other)

    def __radd__(self, other: Number) -> Term:
        return _pair("+", other, self)

    def __sub__(self, other: Term | Number) -> Term:
        return _pair("-", self, other)

    def __rsub__(self, other: Number) -> Term:
        return _pair("-", other, self)

    def __mul__(self, other: Term | Number) -> Term:
        return _pair("*", self, other)

    def __rmul__(self, other: Number) -> Term:
        return _pair("*", other, self)

    def __truediv__(self, other: Term | Number) -> Term:
        return _pair("/", self, other)

    def __rtruediv__(self, other: Number) -> Term:
        return _pair("/", other, self)

    def __pow__(self, other: Term | Number) -> Term:
        return _pair("**", self, other)

    def __rpow__(self, other: Number) -> Term:
        return _pair("**", other, self)

    def __neg__(self) -> Term:
        return apply("neg", self)

    def __format__(self, spec: str) -> str:
        raise TypeError("a term is arithmetic, not text: leave it out of the f-string")


def n(x: Term | Number) -> Term:
    """Take a plain number into arithmetic; whole numbers stay whole."""
    return x if isinstance(x, Term) else _made(as_number(x), "", ())


def as_number(x: Number) -> Number:
    """Make one of Python's numbers of any number; whole ones stay whole."""
    kind = type(x)
    if kind is float or kind is int:
        return x  # most are
    return int(x) if isinstance(x, Integral) else float(x)


def _made(value: Number, op: str, of: tuple[Term, ...]) -> Term:
    """Make a term as its class would: a working has thousands of them, so this is written out."""
    term = object.__new__(Term)
    known = term.__dict__
    known["value"], known["op"], known["of"] = value, op, of
    return term


def apply(op: str, *arguments: Term | Number) -> Term:
    """Do one operation."""
    of = tuple([x if isinstance(x, Term) else n(x) for x in arguments])
    return _made(OPERATIONS[op].work(*[each.value for each in of]), op, of)


def _pair(op: str, a: Term | Number, b: Term | Number) -> Term:
    """Do one operation of two, as `apply` does: most are of two, which takes half as long."""
    left, right = a if isinstance(a, Term) else n(a), b if isinstance(b, Term) else n(b)
    try:
        value = PLAIN[op](left.value, right.value)
    except (ArithmeticError, ValueError):
        value = OPERATIONS[op].work(left.value, right.value)
    term = object.__new__(Term)
    known = term.__dict__
    known["value"], known["op"], known["of"] = value, op, (left, right)
    return term


def exp(x: Term | Number) -> Term:
    """e to a power."""
    return apply("exp", x)


def log(x: Term | Number) -> Term:
    """The natural logarithm."""
    return apply("log", x)


def sqrt(x: Term | Number) -> Term:
    """The square root."""
    return apply("sqrt", x)


def total(terms: Iterable[Term | Number]) -> Term:
    """The sum of many terms; alone, a term is its own sum."""
    of = tuple(terms)
    return n(of[0]) if len(of) == 1 else apply("sum", *of)


def dot(a: Iterable[Term | Number], b: Iterable[Term | Number]) -> Term:
    """The dot product of two vectors."""
    return total(n(x) * y for x, y in zip(a, b, strict=True))


def function(op: str) -> Callable[..., Term]:
    """Give any other operation as a function of terms, by its name."""

    def applied(*arguments: Term | Number) -> Term:
        return apply(op, *arguments)

    return applied
