"""What `dot-product` claims."""

import math
from functools import lru_cache

import numpy as np

from tests.claims.book import Claims, State, close, opened, shown

dot_product = Claims(
    "dot-product",
    examples=(
        "tfx dot-product v_length=0",
        "tfx dot-product u_length=0 v_length=0",
        "tfx dot-product u_angle=10 v_angle=100",
        "tfx dot-product u_angle=-170 v_angle=170",
        "tfx dot-product u_angle=0 v_angle=89.7 dimension=3",
        "tfx dot-product u_angle=180 v_angle=-180 dimension=2",
    ),
)
PAIRS = 2000


def arrow(length: float, degrees: float) -> tuple[float, float]:
    """Where an arrow ends."""
    turn = math.radians(degrees)
    return length * math.cos(turn), length * math.sin(turn)


def arrows(s: State) -> tuple[tuple[float, float], tuple[float, float]]:
    c = s.controls
    return arrow(c.u_length, c.u_angle), arrow(c.v_length, c.v_angle)


def between(s: State) -> float:
    """The angle between two directions, from how far one lies ahead of and beside the other."""
    (a, b), (x, y) = arrow(1, s.controls.u_angle), arrow(1, s.controls.v_angle)
    return math.degrees(math.atan2(abs(a * y - b * x), a * x + b * y))


@lru_cache(maxsize=64)
def products(d: int, seed: int) -> tuple[list[float], list[float]]:
    """Dot products and cosines of random pairs, whose numbers are drawn 1, 1, 2, 4, … at a time,
    64 at the most, each lot from a generator of its own."""
    u, v, at = np.zeros((0, PAIRS)), np.zeros((0, PAIRS)), 0
    while at < d:
        size = min(at or 1, 64, d - at)
        lot = np.random.default_rng([seed, at]).standard_normal((size, 2, PAIRS))
        u, v, at = np.vstack([u, lot[:, 0]]), np.vstack([v, lot[:, 1]]), at + size
    dots = np.sum(u * v, axis=0)
    return dots.tolist(), (dots / np.linalg.norm(u, axis=0) / np.linalg.norm(v, axis=0)).tolist()


def spread(numbers: list[float]) -> float:
    """The standard deviation."""
    mean = math.fsum(numbers) / len(numbers)
    return math.sqrt(math.fsum((x - mean) ** 2 for x in numbers) / len(numbers))


def table(s: State, title: str, column: str) -> dict[str, float]:
    return {name: row[column] for name, row in s.table(title).items()}


# ── values ─────────────────────────────────────────────────────────────────────────────


@dot_product.oracle("dot", "cosine", "angle", "projection")
def two_arrows(s: State) -> None:
    c, v, (one, two) = s.controls, s.values, arrows(s)
    parts = [a * b for a, b in zip(one, two, strict=True)]
    size = c.u_length * c.v_length
    close(v.dot, math.fsum(parts), least=1e-15 * size)
    rows = table(s, "How alike u and v are", "now")
    assert rows["u·v"] == v.dot
    names = ("cosine", "cos θ"), ("angle", "angle θ"), ("projection", "projection")
    for name, label in names:
        assert rows[label] == ("none" if getattr(v, name) is None else getattr(v, name))
    if size:
        close(v.cosine, math.fsum(parts) / size, least=1e-15)
        close(v.angle, between(s), least=1e-6)
    else:
        assert v.cosine is v.angle is None
    if c.v_length:
        along = [x / c.v_length for x in two]
        close(v.projection, one[0] * along[0] + one[1] * along[1], least=1e-14)
    else:
        assert v.projection is None
    added = s.table("Multiply, then add")
    for i, name in enumerate("xy"):
        close([added[name]["u"], added[name]["v"]], [one[i], two[i]], least=1e-14)
        close(added[name]["u×v"], parts[i], least=1e-14)
    close(added["sum"]["u×v"], v.dot, least=2e-15 * size)
    drawn = {mark.label: mark for mark in s.figure.panels[0].marks if hasattr(mark, "x1")}
    for name, end, length in (("u", one, c.u_length), ("v", two, c.v_length)):
        assert (name in drawn) == (length > 0)
        if length:
            close([drawn[name].x1, drawn[name].y1], end, least=1e-14)


@dot_product.oracle("random_cosine_std", "random_dot_std")
def random_pairs(s: State) -> None:
    d, v = s.controls.dimension, s.values
    dots, cosines = products(d, s.controls.seed)
    close(v.random_dot_std, spread(dots))
    close(v.random_cosine_std, spread(cosines))
    # Variance d, in heavy tails where d is small; variance 1/d, exactly.
    close(v.random_dot_std, math.sqrt(d), 0.07 if d > 8 else 0.25)
    close(v.random_cosine_std, 1 / math.sqrt(d), 0.07)
    drawn, expected = (table(s, "Spread of 2,000 pairs", x) for x in ("drawn", "expected"))
    assert drawn == {"σ of u·v": v.random_dot_std, "σ of cos θ": v.random_cosine_std}
    close([expected["σ of u·v"], expected["σ of cos θ"]], [d**0.5, d**-0.5])
    bars = next(p for p in s.figure.panels if p.title == "Random pairs: u·v").marks[0]
    half = (bars.x[1] - bars.x[0]) / 2
    inside = [sum(abs(dot - x) <= half for dot in dots) for x in bars.x]
    assert sum(bars.y) == PAIRS
    assert np.max(np.abs(np.subtract(inside, bars.y))) <= 1  # one may lie on an edge
    grown = next(p for p in s.figure.panels if p.title == "Spread grows as √d").marks[1]
    for at, found in zip(grown.x, grown.y, strict=True):
        close(found, spread(products(at, s.controls.seed)[0]))


# ── sentences ──────────────────────────────────────────────────────────────────────────


def random_ones(s: State, d: str, dots: str, cosines: str) -> None:
    """See what is said of the random pairs."""
    assert d == f"{s.controls.dimension:,}"
    shown(dots, s.values.random_dot_std)
    shown(cosines, s.values.random_cosine_std)


@dot_product.says(
    "u·v = {u}·{v}·cos {angle}° = {dot}; random ones in {d}-d: ±{dots}, cos ±{cosines}."
)
def score(s: State, u: str, v: str, angle: str, dot: str, d: str, dots: str, cosines: str) -> None:
    shown(u, s.controls.u_length)
    shown(v, s.controls.v_length)
    shown(angle, round(between(s), 9))
    one, two = arrows(s)
    true = one[0] * two[0] + one[1] * two[1]
    shown(dot, true if abs(true) > 1e-14 else 0)
    random_ones(s, d, dots, cosines)


@dot_product.says(
    "{name} has no length: u·v = 0, no angle; random ones in {d}-d: ±{dots}, cos ±{cosines}."
)
def pointless(s: State, name: str, d: str, dots: str, cosines: str) -> None:
    assert getattr(s.controls, f"{name}_length") == 0
    assert (s.values.dot, s.values.angle) == (0, None)
    random_ones(s, d, dots, cosines)


@dot_product.says(
    "At {angle}° instead of 45° u·v rose from 4.243 to {dot}: u is {length} long, not 3."
)
def longer(s: State, angle: str, dot: str, length: str) -> None:
    start = opened("tfx dot-product")
    close(between(start), 45)
    shown("4.243", start.values.dot)
    assert start.controls.u_length == 3 < s.controls.u_length
    shown(angle, round(between(s), 9))
    assert between(s) > 45
    shown(dot, s.values.dot)
    assert s.values.dot > start.values.dot
    shown(length, s.controls.u_length)


@dot_product.says("d = {d}: u·v ±{dots}, √d = {root}; cos ±{cosines}, 1/√d = {rest}.")
def both_spreads(s: State, d: str, dots: str, root: str, cosines: str, rest: str) -> None:
    assert int(d) == s.controls.dimension
    shown(root, int(d) ** 0.5)
    shown(rest, int(d) ** -0.5)
    shown(dots, spread(products(int(d), s.controls.seed)[0]))
    shown(cosines, spread(products(int(d), s.controls.seed)[1]))


@dot_product.says("At {angle}° the cosine is 0, and 3·2·0 = 0: no length helps.")
def at_right_angles(s: State, angle: str) -> None:
    assert (s.controls.u_length, s.controls.v_length) == (3, 2)
    shown(angle, round(between(s), 9))
    close(between(s), 90)
    assert s.changed(u_length=5).values.dot == s.changed(v_length=0.3).values.dot == 0


# ── the explanation ────────────────────────────────────────────────────────────────────


@dot_product.tells("How alike are two lists of numbers?")
def two_lists() -> None:
    assert len(arrows(opened("tfx dot-product"))) == 2


@dot_product.tells(
    "Same way: as large as it gets. At a right angle: exactly 0. Opposite: negative."
)
def around_the_circle() -> None:
    around = {d: opened(f"tfx dot-product v_angle={d}").values.dot for d in range(-180, 181, 15)}
    assert max(around.values()) == around[30]
    assert around[120] == around[-60] == 0
    assert min(around.values()) == around[-150] < 0


@dot_product.tells("Two things count, *direction and length*.")
def two_things() -> None:
    before = opened("tfx dot-product").values.dot
    for setting in ("u_length=4", "v_length=1", "u_angle=40", "v_angle=10"):
        assert opened(f"tfx dot-product {setting}").values.dot != before
    both = opened("tfx dot-product u_angle=70 v_angle=115").values.dot
    close(both, before)  # turned together: only the angle between them counts


@dot_product.tells(
    "The **cosine** is what is left when both lengths are divided out; it stays between −1 and 1."
)
def lengths_divided_out() -> None:
    short, long = (opened(f"tfx dot-product u_length={x} v_length={x}").values for x in (0.5, 5))
    assert short.cosine == long.cosine
    for degrees in range(-180, 181, 20):
        assert -1 <= opened(f"tfx dot-product v_angle={degrees}").values.cosine <= 1


@dot_product.tells(
    "Raise it and watch two spreads: the cosine's shrinks like 1/√d, so in many dimensions "
    "nearly any two directions stand almost at right angles."
)
def nearly_at_right_angles() -> None:
    for seed in range(3):
        few, many = (opened(f"tfx dot-product dimension={d} seed={seed}") for d in (16, 1024))
        close(few.values.random_cosine_std / many.values.random_cosine_std, 8, 0.1)
    off = [abs(math.degrees(math.acos(x)) - 90) for x in products(1024, 0)[1]]
    assert sum(x < 6 for x in off) > 0.99 * PAIRS
