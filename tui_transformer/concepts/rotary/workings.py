"""How each number of `rotary` comes about, down to the places and to what was drawn."""

import math

from tui_transformer.concepts.rotary.model import Rotary
from tui_transformer.steps.positions import cosine, sine
from tui_transformer.terms import Named, Operand, Term, dot, n, operand, total


@Rotary.base_used.because(
    lambda m: "base·factor^(d/(d − 2))" if m.scaling == "ntk" and m.scales else "base"
)
def base_used(m: Rotary) -> Term:
    base, d = m.one("base"), m.one("d_head")
    if m.scaling != "ntk" or not m.scales:
        return base
    return base * m.one("factor") ** (d / (d - 2))


@Rotary.rates.because(
    lambda m, i: f"θ{i} = base^(−{2 * i}/d)" + " / factor" * (m.scaling == "linear")
)
def rate(m: Rotary, i: int) -> Term:
    plain = m.one("base_used") ** (n(-2 * i) / m.one("d_head"))
    return plain / m.one("factor") if m.scaling == "linear" else plain


@Rotary.wavelengths.because(lambda m, i: f"2π / θ{i}")
def wavelength(m: Rotary, i: int) -> Term:
    return operand("2π", 2 * math.pi) / m.the("rates")[i]


@Rotary.distance.because("query’s place − key’s place: shift moves both")
def distance(m: Rotary) -> Term:
    return m.one("query_position") - m.one("key_position")


@Rotary.angles.because(lambda m, i: f"(query’s place + shift)·θ{i}")
def angle(m: Rotary, i: int) -> Term:
    return (m.one("query_position") + m.one("shift")) * m.the("rates")[i]


@Rotary.key_angles.because(lambda m, i: f"(key’s place + shift)·θ{i}")
def key_angle(m: Rotary, i: int) -> Term:
    return (m.one("key_position") + m.one("shift")) * m.the("rates")[i]


@Rotary.apart.because(lambda m, i: f"(query’s place − key’s place)·θ{i}")
def apart(m: Rotary, i: int) -> Term:
    return m.one("distance") * m.the("rates")[i]


def turned_number(x: Named, j: int, angles: list[Operand]) -> Term:
    """Number j of a vector whose hands are turned: hand i is the numbers i and i + d/2."""
    half = len(angles)
    i = j % half
    if j < half:
        return x[i] * cosine(angles[i]) - x[i + half] * sine(angles[i])
    return x[i + half] * cosine(angles[i]) + x[i] * sine(angles[i])


def turn_formula(m: Rotary, j: int) -> str:
    i = j % (m.d_head // 2)
    parts = "a·cos − b·sin" if j == i else "b·cos + a·sin"
    return f"{parts} of hand {i}’s angle"


@Rotary.query_rotated.because(turn_formula)
def query_rotated(m: Rotary, j: int) -> Term:
    return turned_number(m.leaf("query"), j, m.the("angles").row())


@Rotary.key_rotated.because(turn_formula)
def key_rotated(m: Rotary, j: int) -> Term:
    return turned_number(m.leaf("key"), j, m.the("key_angles").row())


@Rotary.score.because("q·k, both turned")
def score(m: Rotary) -> Term:
    return dot(m.the("query_rotated").row(), m.the("key_rotated").row())


@Rotary.pair_scores.because(lambda m, i: f"hand {i}: a·c + b·d, both turned")
def pair_score(m: Rotary, i: int) -> Term:
    q, k, half = m.the("query_rotated"), m.the("key_rotated"), m.d_head // 2
    return q[i] * k[i] + q[i + half] * k[i + half]


@Rotary.score_by_distance.because(
    lambda m, t: f"q turned by {t} places, times k: Σ (a·c + b·d)·cos {t}θ + (a·d − b·c)·sin {t}θ"
)
def score_by_distance(m: Rotary, t: int) -> Term:
    q, k, half = m.leaf("query"), m.leaf("key"), m.d_head // 2
    terms = []
    for i in range(half):
        a, b, c, d = q[i], q[i + half], k[i], k[i + half]
        angle = t * m.the("rates")[i]
        terms += [(a * c + b * d) * cosine(angle), (a * d - b * c) * sine(angle)]
    return total(terms)
