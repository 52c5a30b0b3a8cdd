"""The short way of the calculator gives what was computed, and reads nothing but arithmetic."""

import math
import random

import pytest

from tests.calculator import by_brackets, calculate, worked_out
from tui_transformer.terms import Term, function, n, plain, total

MADE = (
    *(lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / (b * b + 1)),
    *(lambda a, b: -a, lambda a, b: a**2, lambda a, b: total((a, b, a, 1))),
    *(lambda a, b: function("tanh")(a), lambda a, b: function("log1p")(b)),
    *(lambda a, b: function("max")(a, b, -0.5), lambda a, b: function("float32")(a)),
)


def some_term(chance: random.Random) -> Term:
    """A term of twenty operations on numbers of every size, whole ones too."""
    parts = [n(chance.choice((-3, 0, 7, 1e-5, -2.5, 1e300, chance.gauss(0, 10)))) for _ in range(4)]
    for _ in range(20):
        parts.append(chance.choice(MADE)(chance.choice(parts), chance.choice(parts)))
    return parts[-1]


@pytest.mark.parametrize("seed", range(200))
def test_a_text_gives_what_its_term_is_to_the_last_bit(seed: int) -> None:
    term = some_term(random.Random(seed))
    found, wanted = by_brackets(plain(term)), float(term.value)
    assert found == wanted or (math.isnan(found) and math.isnan(wanted)), plain(term)


def test_it_is_what_python_makes_of_it() -> None:
    text = "(((3*4) - 0.5)/(2**(-1.5)))"
    assert by_brackets(text) == calculate(text) == eval(text)
    assert by_brackets("max(1, exp(2), inf)") == math.inf
    assert worked_out(n(7) / 0) != worked_out(n(7) / 0)


@pytest.mark.parametrize(
    "text",
    ["1 2", "(1", "1)", "(1 + 2*3)", "1 ++ 2", "(2*3*4)", "exp 2", "(1 - 2 + 3)", "", "1;2",
     "max(1 2)", "nothing(1)", "(1 + )", "exp", "(1, 2)"],
)  # fmt: skip
def test_what_is_no_such_arithmetic_is_refused(text: str) -> None:
    with pytest.raises((ValueError, IndexError, KeyError)):
        by_brackets(text)
