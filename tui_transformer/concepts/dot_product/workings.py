"""How each number of `dot-product` comes about, from the arrows and the random vectors."""

from collections.abc import Iterable

from tui_transformer.concepts.dot_product.model import PAIRS, DotProduct
from tui_transformer.steps.activations import absolute, smallest
from tui_transformer.terms import Operand, Term, dot, function, n, operand, sqrt, total

radians = function("radians")
WAVES = ("cos", "sin")
SCORES = ("dots", "cosines")


# ── the two arrows ─────────────────────────────────────────────────────────────────────


@DotProduct.between.because("θ, the short way round")
def between(m: DotProduct) -> Term:
    apart = absolute(m.one("u_angle") - m.one("v_angle"))
    return smallest(apart, 360 - apart)


@DotProduct.angle.because("θ, the short way round")
def angle(m: DotProduct) -> Term:
    return between(m)


def wave(degrees: Operand, place: int) -> Term:
    """Cosine or sine; near an angle where it is 0 by what is left, where it keeps its digits."""
    zero = (90, 0)[place]
    nought = zero + 180 * round((degrees.value - zero) / 180)
    if abs(degrees.value - nought) >= 1:
        return function(WAVES[place])(radians(degrees))
    left = {0: degrees, -90: degrees + 90}.get(nought, nought - degrees)
    return function("sin")(radians(left))


@DotProduct.cosine.because("cos θ")
def cosine(m: DotProduct) -> Term:
    return wave(m.one("between"), 0)


@DotProduct.dot.because("u·v = |u|·|v|·cos θ")
def dot_product(m: DotProduct) -> Term:
    return m.one("u_length") * m.one("v_length") * cosine(m)


@DotProduct.projection.because("how far u reaches along v = |u|·cos θ")
def projection(m: DotProduct) -> Term:
    return m.one("u_length") * cosine(m)


def component_formula(m: DotProduct, name: str, i: int) -> str:
    degrees = getattr(m, f"{name}_angle")
    return f"{name}{'xy'[i]} = |{name}|·{WAVES[i]} {degrees:g}°"


@DotProduct.u.because(lambda m, i: component_formula(m, "u", i))
def component_of_u(m: DotProduct, i: int) -> Term:
    return m.one("u_length") * wave(m.one("u_angle"), i)


@DotProduct.v.because(lambda m, i: component_formula(m, "v", i))
def component_of_v(m: DotProduct, i: int) -> Term:
    return m.one("v_length") * wave(m.one("v_angle"), i)


@DotProduct.products.because(lambda m, i: f"u{'xy'[i]}·v{'xy'[i]}")
def product(m: DotProduct, i: int) -> Term:
    return m.the("u")[i] * m.the("v")[i]


@DotProduct.added.because("u·v = ux·vx + uy·vy")
def added(m: DotProduct) -> Term:
    return dot(m.the("u").row(), m.the("v").row())


# ── random vectors ─────────────────────────────────────────────────────────────────────


@DotProduct.dots.because("u·v of a random pair")
def random_dot(m: DotProduct, pair: int) -> Term:
    u, v = m.vectors
    return dot(u.row(pair), v.row(pair))


@DotProduct.squares.because(lambda m, which, pair: ("u·u", "v·v")[which] + " of a random pair")
def square(m: DotProduct, which: int, pair: int) -> Term:
    row = m.vectors[which].row(pair)
    return dot(row, row)


@DotProduct.cosines.because("cos θ = u·v / √(u·u·v·v) of a random pair")
def random_cosine(m: DotProduct, pair: int) -> Term:
    u, v = m.the("squares").column(pair)
    return m.the("dots")[pair] / sqrt(u * v)


def mean(terms: Iterable[Term]) -> Term:
    """The mean over all random pairs."""
    return total(terms) / operand("pairs", PAIRS)


@DotProduct.means.because(lambda m, i: f"the mean of {('u·v', 'cos θ')[i]} over all random pairs")
def middle(m: DotProduct, i: int) -> Term:
    return mean(m.the(SCORES[i]).row())


def spread(m: DotProduct, i: int) -> Term:
    """The standard deviation of the dot products, or of the cosines."""
    middle = m.the("means")[i]
    return sqrt(mean((x - middle) ** 2 for x in m.the(SCORES[i]).row()))


def spread_formula(symbol: str) -> str:
    return f"√ of the mean of ({symbol} − mean)² over {PAIRS:,} random pairs"


@DotProduct.random_dot_std.because(spread_formula("u·v"))
def dot_spread(m: DotProduct) -> Term:
    return spread(m, 0)


@DotProduct.random_cosine_std.because(spread_formula("cos θ"))
def cosine_spread(m: DotProduct) -> Term:
    return spread(m, 1)


@DotProduct.expected.because(lambda m, i: "1/√d" if i else "√d, for d products of variance 1")
def expected(m: DotProduct, i: int) -> Term:
    root = sqrt(m.one("dimension"))
    return n(1) / root if i else root
