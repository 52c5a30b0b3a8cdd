"""What `rotary` claims.

A hand is a complex number here, and turning it a product with e^(i·angle): nothing is written as
sine and cosine of two numbers. Rates come from logarithms.
"""

import cmath
import math
from types import SimpleNamespace

import numpy as np

from tests.claims.book import Claims, State, close, opened, shown

rotary = Claims(
    "rotary",
    examples=(
        "tfx rotary query_position=2 key_position=5",
        "tfx rotary d_head=2 scaling=ntk factor=4",
        "tfx rotary d_head=2 scaling=linear factor=4",
        "tfx rotary d_head=128 base=500000 scaling=ntk factor=8 query_position=8192 shift=4096",
        "tfx rotary query_position=0 key_position=0",
        "tfx rotary query_position=7 key_position=7 scaling=ntk factor=2",
    ),
)


def rates(c: SimpleNamespace) -> list[float]:
    """θ of each hand, by logarithms."""
    log_base = math.log(c.base)
    if c.scaling == "ntk" and c.d_head > 2:
        log_base += math.log(c.factor) * c.d_head / (c.d_head - 2)
    slower = math.log(c.factor) if c.scaling == "linear" else 0.0
    return [math.exp(-2 * i / c.d_head * log_base - slower) for i in range(c.d_head // 2)]


def hands(c: SimpleNamespace) -> tuple[list[complex], list[complex]]:
    """The query and the key, two numbers a hand."""
    rng, half = np.random.default_rng(c.seed), c.d_head // 2
    drawn = [[float(rng.standard_normal()) for _ in range(c.d_head)] for _ in range(2)]
    q, k = ([complex(x[i], x[i + half]) for i in range(half)] for x in drawn)
    return q, k


def added(c: SimpleNamespace, distance: int) -> list[float]:
    """What each hand adds to the score at a distance."""
    q, k = hands(c)
    turns = (cmath.exp(1j * distance * rate) for rate in rates(c))
    return [(a * b.conjugate() * turn).real for a, b, turn in zip(q, k, turns, strict=True)]


def score(c: SimpleNamespace, distance: int | None = None) -> float:
    """The score, from the distance alone."""
    apart = c.query_position - c.key_position if distance is None else distance
    return math.fsum(added(c, apart))


def turned(hand: list[complex], place: int, c: SimpleNamespace) -> list[float]:
    """A vector with its hands turned, as plain numbers again."""
    there = [x * cmath.exp(1j * place * rate) for x, rate in zip(hand, rates(c), strict=True)]
    return [x.real for x in there] + [x.imag for x in there]


# ── values ─────────────────────────────────────────────────────────────────────────────


@rotary.oracle("rates", "angles", "key_angles", "wavelengths")
def turns(s: State) -> None:
    c, v, mine = s.controls, s.values, rates(s.controls)
    close(v.rates, mine, 1e-12)
    for own, rate in zip(v.wavelengths, mine, strict=True):
        assert math.isclose(own * rate, math.tau, rel_tol=1e-11)
    for own, place in ((v.angles, c.query_position), (v.key_angles, c.key_position)):
        close(own, [(place + c.shift) * rate for rate in mine], 1e-11)


@rotary.oracle("query_rotated", "key_rotated")
def rotated(s: State) -> None:
    c, v = s.controls, s.values
    q, k = hands(c)
    close(v.query_rotated, turned(q, c.query_position + c.shift, c), 1e-8)
    close(v.key_rotated, turned(k, c.key_position + c.shift, c), 1e-8)


@rotary.oracle("score", "pair_scores", "score_by_distance", "distance")
def scored(s: State) -> None:
    """From the distance alone, wherever both stand."""
    c, v = s.controls, s.values
    assert v.distance == c.query_position - c.key_position
    close(v.pair_scores, added(c, v.distance), 1e-8, 1e-8)
    assert math.isclose(v.score, score(c), abs_tol=1e-8)
    close(v.score_by_distance, [score(c, t) for t in range(65)], 1e-9, 1e-9)


# ── what is said ───────────────────────────────────────────────────────────────────────


def placed(c: SimpleNamespace, q: str, k: str, product: str) -> None:
    """Where both stand, and the score."""
    shown(q, c.query_position + c.shift)
    shown(k, c.key_position + c.shift)
    shown(product, score(c))


@rotary.says("q at {q}, k at {k}, {apart} apart: q·k = {product}.")
def stands(s: State, q: str, k: str, apart: str, product: str) -> None:
    c = s.controls
    placed(c, q, k, product)
    shown(apart, abs(c.query_position - c.key_position))
    assert c.scaling == "none" or (c.scaling == "ntk" and c.d_head == 2)


@rotary.says("{scaling}, factor {factor}; q at {q}, k at {k}, {apart} apart: q·k = {product}.")
def scaled(s: State, scaling: str, factor: str, q: str, k: str, apart: str, product: str) -> None:
    c = s.controls
    placed(c, q, k, product)
    shown(apart, abs(c.query_position - c.key_position))
    assert scaling == c.scaling
    shown(factor, c.factor)


@rotary.says("q at {q}, k at {k}, at one place: q·k = {product}.")
def together(s: State, q: str, k: str, product: str) -> None:
    """Unturned: the plain dot product."""
    assert q == k and s.controls.query_position == s.controls.key_position
    placed(s.controls, q, k, product)
    a, b = hands(s.controls)
    plain = math.fsum(x.real * y.real + x.imag * y.imag for x, y in zip(a, b, strict=True))
    shown(product, plain)


@rotary.says("{scaling}, factor {factor}; q at {q}, k at {k}, at one place: q·k = {product}.")
def scaled_together(s: State, scaling: str, factor: str, q: str, k: str, product: str) -> None:
    together(s, q, k, product)
    assert scaling == s.controls.scaling
    shown(factor, s.controls.factor)


@rotary.says("At {q} and {k} they score {product}, as at 5 and 2.")
def far_away(s: State, q: str, k: str, product: str) -> None:
    c = s.controls
    shown(q, c.query_position)
    shown(k, c.key_position)
    shown(product, score(c))
    assert math.isclose(score(c), score(opened("tfx rotary").controls), abs_tol=1e-9)


@rotary.says("With a base of {base} hand 63 takes {last} places, hand 0 still {first}.")
def slow(s: State, base: str, last: str, first: str) -> None:
    mine = rates(s.controls)
    assert len(mine) == 64 and s.controls.scaling == "none"
    shown(base, s.controls.base)
    shown(last, math.tau / mine[63])
    shown(first, math.tau / mine[0])


@rotary.says("The last hand takes {last} places, hand 0 still {first}; the base became {base}.")
def spared(s: State, last: str, first: str, base: str) -> None:
    c = s.controls
    shown(last, math.tau / rates(c)[-1])
    shown(first, math.tau / rates(c)[0])
    assert rates(c)[0] == 1.0
    shown(base, math.exp(-math.log(rates(c)[1]) * c.d_head / 2))


# ── what is told ───────────────────────────────────────────────────────────────────────


@rotary.tells("Two numbers of a query make the hand of a clock")
def two() -> None:
    assert len(hands(opened("tfx rotary").controls)[0]) == 4


@rotary.tells("Two hands give both lengths times the cosine of the angle between them.")
def cosine() -> None:
    """In the state that opens, and wherever both are moved; the first goes a radian a place."""
    for shift in (0, 1000):
        s = opened(f"tfx rotary shift={shift}")
        q, k = hands(s.controls)
        assert rates(s.controls)[0] == 1.0
        for i, rate in enumerate(rates(s.controls)):
            between = cmath.phase(q[i]) - cmath.phase(k[i]) + 3 * rate
            true = abs(q[i]) * abs(k[i]) * math.cos(between)
            assert math.isclose(s.values.pair_scores[i], true, abs_tol=1e-9)


@rotary.tells(
    "The fastest takes 6.28 places. In a head of 128 numbers the slowest takes 54,410 at a base of "
    "10,000, and 2,559,196 at 500,000."
)
def once_round() -> None:
    for base, true in ((10_000, "54,410"), (500_000, "2,559,196")):
        mine = rates(opened(f"tfx rotary d_head=128 base={base}").controls)
        shown("6.28", math.tau / mine[0])
        shown(true, math.tau / mine[-1])


@rotary.tells(
    "at a factor of 4 the last hand takes 4 times as long, and the first, which tells neighbours "
    "apart, goes as before."
)
def four_times() -> None:
    for d in (8, 64, 128):
        before = rates(opened(f"tfx rotary d_head={d}").controls)
        after = rates(opened(f"tfx rotary d_head={d} scaling=ntk factor=4").controls)
        assert before[0] == after[0] == 1.0
        assert math.isclose(before[-1] / after[-1], 4, rel_tol=1e-9)


@rotary.tells("for this query and key it is higher 6 places apart than at 0.")
def waves() -> None:
    c = opened("tfx rotary").controls
    assert score(c, 6) > score(c, 0)


@rotary.tells("Two numbers make a hand; the base sets the slow ones.")
def slow_ones() -> None:
    small, large = (rates(opened(f"tfx rotary base={b}").controls) for b in (100, 10_000))
    two()
    assert small[0] == large[0] and all(a > b for a, b in zip(small[1:], large[1:], strict=True))
