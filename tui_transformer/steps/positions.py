"""The sine or cosine of a place, and a pair of numbers turned by both."""

from collections.abc import Sequence

from tui_transformer.terms import Term, function, n

sine, cosine = function("sin"), function("cos")


def wave(p: int, j: int, d: Term, base: Term) -> Term:
    """PE(p, j): sin(p / base^(2i/d)) where j = 2i is even, else the cosine of the same."""
    angle = p / base ** (n(j - j % 2) / d)
    return cosine(angle) if j % 2 else sine(angle)


def turned(x: Sequence[Term], j: int, sin: Term, cos: Term) -> Term:
    """Number j of a vector whose pairs are turned by the angle with this sine and cosine."""
    even, odd = x[j - j % 2], x[j - j % 2 + 1]
    return even * sin + odd * cos if j % 2 else even * cos - odd * sin
