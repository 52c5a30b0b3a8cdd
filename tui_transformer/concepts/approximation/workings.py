"""How each number of `approximation` comes about, down to the interval and the hinges on it."""

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


@Approximation.knots.because(lambda m, i: f"t{i + 1} = −d + 2d·{i}/n, on 12 decimals")
def knot(m: Approximation, i: int) -> Term:
    return meeting_point(m, 0, i)


def height_formula(m: Approximation, name: str, k: int, i: int) -> str:
    return f"f(t{i + 1}) = {TARGETS[name].formula}"


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


@Approximation.slopes.because(lambda m, i: f"slope from t{i + 1} to the next point")
def slope(m: Approximation, i: int) -> Term:
    x, y = m.the("meeting").row(0), m.the("heights").row(m.target, 0)
    return (y[i + 1] - y[i]) / (x[i + 1] - x[i])


@Approximation.weights.because(
    lambda m, i: (
        f"a{i + 1} = slope after t{i + 1} − slope before"
        if i
        else "a1 = slope from t1 to the next point"
    )
)
def weight(m: Approximation, i: int) -> Term:
    slopes = m.the("slopes")
    return slopes[i] - slopes[i - 1] if i else slopes[0]


@Approximation.parts.because(lambda m, i: f"a{i + 1}·ReLU(x − t{i + 1})")
def part(m: Approximation, i: int) -> Term:
    return m.the("weights")[i] * largest(m.one("x") - m.the("knots")[i], 0)


@Approximation.output.because("y(x) = c + Σ aᵢ·ReLU(x − tᵢ)")
def output(m: Approximation) -> Term:
    return total([m.one("constant"), *(part(m, i) for i in range(m.hinges))])


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
    miss, count = m.misses[name][k], (k + 1) * m.hinges
    i = min(max(int((miss.inside + m.domain) // (2 * m.domain / count)), 0), count - 1)
    (x0, x1), (y0, y1) = (
        (ends[i], ends[i + 1]) for ends in (m.the("meeting").row(k), m.the("heights").row(name, k))
    )
    x = place(miss)
    return absolute(height(name, x, miss.inside) - (y0 + (y1 - y0) * (x - x0) / (x1 - x0)))


@Approximation.max_error.because(lambda m: f"max |f − y| is where x = {number(m.missed.at, 4)}")
def max_error(m: Approximation) -> Term:
    return worst(m, m.target, 0)


@Approximation.gains.because("worst miss / worst miss with twice as many")
def gain(m: Approximation, name: str) -> Term:
    one, two = m.the("worst").row(name)
    return one / two


# ── the rms ────────────────────────────────────────────────────────────────────────────


@Approximation.gaps.because("f(x) − y(x) at one of the places where the square is taken")
def gap(m: Approximation, j: int) -> Term:
    x, i = operand(f"place {j}", m.nodes.x[j]), int(m.nodes.part[j])
    x0, y0 = m.the("meeting")[0, i], m.the("heights")[m.target, 0, i]
    return height(m.target, x, m.nodes.inside[j]) - (y0 + m.the("slopes")[i] * (x - x0))


@Approximation.squares.because("∫(f − y)² dx to the next knot, by Gauss and Legendre")
def square(m: Approximation, i: int) -> Term:
    here = [j for j, part in enumerate(m.nodes.part) if part == i]
    shares = (operand(f"length at place {j}", m.nodes.shares[j]) for j in here)
    return total(share * m.the("gaps")[j] ** 2 for share, j in zip(shares, here, strict=True))


@Approximation.rms_error.because("√(∫(f − y)² dx / length), one term from each knot to the next")
def rms_error(m: Approximation) -> Term:
    return sqrt(total(m.the("squares").row()) / (2 * m.one("domain")))
