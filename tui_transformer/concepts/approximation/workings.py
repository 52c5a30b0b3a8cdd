"""How each number of `approximation` comes about, down to the interval and the hinges on it."""

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.approximation.model import Approximation
from tui_transformer.nn.geometry.hinges import TARGETS, Misses
from tui_transformer.numbers import number
from tui_transformer.steps.activations import absolute, largest
from tui_transformer.steps.hinges import height
from tui_transformer.terms import Operand, Term, operand, sqrt, total

# ── the fit ────────────────────────────────────────────────────────────────────────────


@Approximation.meeting.because(lambda m, k, i: f"−d + 2d·{i}/{'2n' if k else 'n'}, on 12 decimals")
def meeting_point(m: Approximation, k: int, i: int) -> Term:
    d, n = m.one("domain"), m.one("hinges")
    return -d + 2 * d * i / (2 * n if k else n)


def set_by_hand(m: Approximation, what: str, i: int) -> bool:
    """Whether a hinge's knot or weight is what somebody set."""
    return i == m.hinge and getattr(m, what) is not None


@Approximation.knots.because(
    lambda m, i: (
        f"t{i}, by hand" if set_by_hand(m, "knot", i) else f"t{i} = −d + 2d·{i}/n, on 12 decimals"
    )
)
def knot(m: Approximation, i: int) -> Term:
    return m.one("knot") if set_by_hand(m, "knot", i) else meeting_point(m, 0, i)


def height_formula(m: Approximation, name: str, k: int, i: int) -> str:
    return f"f(t{i}) = {TARGETS[name].formula}"


@Approximation.heights.because(height_formula)
def a_height(m: Approximation, name: str, k: int, i: int) -> Term:
    x = m.the("meeting")[k, i]
    return height(name, x, x.value)


@Approximation.truth.because(lambda m: f"f(x) = {m.f.formula}")
def truth(m: Approximation) -> Term:
    return height(m.target, m.one("x"), m.x)


@Approximation.constant.because("c = f at the left end")
def constant(m: Approximation) -> Term:
    return m.the("heights")[m.target, 0, 0]


@Approximation.slopes.because(lambda m, i: f"slope from t{i} to the next point")
def slope(m: Approximation, i: int) -> Term:
    x, y = m.the("meeting").row(0), m.the("heights").row(m.target, 0)
    return (y[i + 1] - y[i]) / (x[i + 1] - x[i])


@Approximation.weights.because(
    lambda m, i: (
        f"a{i}, by hand"
        if set_by_hand(m, "weight", i)
        else f"a{i} = slope after t{i} − slope before"
        if i
        else "a0 = slope from t0 to the next point"
    )
)
def weight(m: Approximation, i: int) -> Term:
    if set_by_hand(m, "weight", i):
        return m.one("weight")
    slopes = m.the("slopes")
    return slopes[i] - slopes[i - 1] if i else slopes[0]


@Approximation.parts.because(lambda m, i: f"a{i}·ReLU(x − t{i})")
def part(m: Approximation, i: int) -> Term:
    return m.the("weights")[i] * largest(m.one("x") - m.the("knots")[i], 0)


@Approximation.output.because("y(x) = c + Σ aᵢ·ReLU(x − tᵢ)")
def output(m: Approximation) -> Term:
    return total([m.one("constant"), *(part(m, i) for i in range(m.hinges))])


@Approximation.at_knots.because(lambda m, i: f"f(t{i}) = {m.f.formula}")
def at_knot(m: Approximation, i: int) -> Term:
    x = m.the("knots")[i]
    return height(m.target, x, x.value)


# ── the fit as a polygon ───────────────────────────────────────────────────────────────


@Approximation.bends.because("an end of the interval, or a knot")
def bend(m: Approximation, i: int) -> Term:
    if not m.is_by_hand:
        return meeting_point(m, 0, i)
    at = m.bends[i]
    if abs(at) == m.domain:
        return m.one("domain") * (1 if at > 0 else -1)
    return m.the("knots")[int(np.flatnonzero(m.knots == at)[0])]


@Approximation.levels.because("the fit at a bend; as it is built, the target there")
def level(m: Approximation, i: int) -> Term:
    if not m.is_by_hand:
        return m.the("heights")[m.target, 0, i]
    x = m.the("bends")[i]
    hinges = zip(m.the("weights").row(), m.the("knots").row(), strict=True)
    return total([m.one("constant"), *(a * largest(x - t, 0) for a, t in hinges)])


@Approximation.slants.because("rise by run, from one bend to the next")
def slant(m: Approximation, i: int) -> Term:
    x, y = m.the("bends").row(), m.the("levels").row()
    return (y[i + 1] - y[i]) / (x[i + 1] - x[i])


# ── the worst miss ─────────────────────────────────────────────────────────────────────


def place(miss: Misses) -> Operand:
    """The place of the worst miss, which is looked for on ever finer grids."""
    return operand("where it is missed most, as found", miss.at)


@Approximation.worst_x.because("the place where |f − y| is largest, looked for piece by piece")
def worst_x(m: Approximation) -> Term:
    return place(m.missed)


@Approximation.worst.because(
    lambda m, name, k: f"max |f − y| is where x = {number(m.misses[name][k].at, 4)}"
)
def worst(m: Approximation, name: str, k: int) -> Term:
    x, y = m.the("meeting").row(k), m.the("heights").row(name, k)
    return largest_miss(name, m.misses[name][k], m.meeting[k], x, y)


def largest_miss(name: str, miss: Misses, at: Array, xs: list[Operand], ys: list[Operand]) -> Term:
    """Target less polygon where it is missed most; `at` are the numbers of the bends."""
    i = min(max(int(np.searchsorted(at, miss.inside)) - 1, 0), len(at) - 2)
    x, rise, run = place(miss), ys[i + 1] - ys[i], xs[i + 1] - xs[i]
    return absolute(height(name, x, miss.inside) - (ys[i] + rise * (x - xs[i]) / run))


@Approximation.max_error.because(lambda m: f"max |f − y| is where x = {number(m.missed.at, 4)}")
def max_error(m: Approximation) -> Term:
    return largest_miss(m.target, m.missed, m.bends, m.the("bends").row(), m.the("levels").row())


@Approximation.built_in_worst.because("max |f − y| of the built-in fit")
def built_in_worst(m: Approximation) -> Term:
    return m.the("worst")[m.target, 0]


@Approximation.gains.because("worst miss / worst miss with twice as many")
def gain(m: Approximation, name: str) -> Term:
    one, two = m.the("worst").row(name)
    return one / two


# ── the rms ────────────────────────────────────────────────────────────────────────────


@Approximation.gaps.because("f(x) − y(x) at one of the places where the square is taken")
def gap(m: Approximation, j: int) -> Term:
    x, i = operand(f"place {j}", m.nodes.x[j]), int(m.nodes.part[j])
    x0, y0 = m.the("bends")[i], m.the("levels")[i]
    return height(m.target, x, m.nodes.inside[j]) - (y0 + m.the("slants")[i] * (x - x0))


@Approximation.squares.because("∫(f − y)² dx to the next bend, by Gauss and Legendre")
def square(m: Approximation, i: int) -> Term:
    here = [j for j, part in enumerate(m.nodes.part) if part == i]
    shares = (operand(f"length at place {j}", m.nodes.shares[j]) for j in here)
    return total(share * m.the("gaps")[j] ** 2 for share, j in zip(shares, here, strict=True))


@Approximation.rms_error.because("√(∫(f − y)² dx / length), one term from each bend to the next")
def rms_error(m: Approximation) -> Term:
    return sqrt(total(m.the("squares").row()) / (2 * m.one("domain")))
