"""What `approximation` claims."""

import math

import numpy as np

from tests.claims.book import Claims, State, close, opened, shown
from tests.claims.polygons import JUMPS, at, largest, pieces, points, root_mean_square

approximation = Claims(
    "approximation",
    examples=(
        "tfx approximation hinges=1",
        "tfx approximation hinges=1 target=absolute",
        "tfx approximation hinges=1 target=step",
        "tfx approximation target=absolute hinges=64 domain=2.7",
        "tfx approximation target=sawtooth hinges=7 domain=0.5",
        "tfx approximation target=sawtooth hinges=64 domain=1.3 x=1.5",
        "tfx approximation hinges=64 domain=4",
    ),
    random=15,
)

WHY = {
    "sine": "smooth: 1/n²",
    "step": "jumps: never below ½",
    "bump": "smooth: 1/n²",
    "absolute": "a corner: 1/n, or a knot on it",
    "sawtooth": "jumps: never below ½",
}


def missed(s: State, count: int = 0) -> float:
    """The worst miss of so many hinges, or of those that there are."""
    return largest(s.controls.target, s.controls.domain, count or s.controls.hinges)


# ── values ─────────────────────────────────────────────────────────────────────────────


@approximation.oracle("knots", "weights", "constant")
def the_polygon(s: State) -> None:
    """A weight is the slope after its knot less the slope before."""
    c, v = s.controls, s.values
    xs = points(c.domain, c.hinges)
    ys = [at(c.target, x) for x in xs]
    slopes = [0.0, *(np.diff(ys) / np.diff(xs))]
    close(v.knots, xs[:-1], 1e-12)
    close(v.weights, np.diff(slopes), 1e-9, least=1e-9)
    close(v.constant, ys[0], least=1e-12)


@approximation.oracle("output")
def what_is_added_up(s: State) -> None:
    c, v = s.controls, s.values
    adds = [a * max(c.x - t, 0.0) for a, t in zip(v.weights, v.knots, strict=True)]
    close(v.output, v.constant + math.fsum(adds), 1e-11, least=1e-11)
    (table,) = (p for p in s.figure.panels if p.title.startswith("Every hinge, and what it"))
    shown(table.title.rpartition(" = ")[2], c.x)
    rows = s.table(table.title)
    assert len(rows) == c.hinges
    for i, row in enumerate(rows.values()):
        assert (row["knot t"], row["weight a"]) == (v.knots[i], v.weights[i])
        close(row["a·ReLU(x−t)"], adds[i], least=1e-12)
        close(row["target at t"], at(c.target, v.knots[i]), least=1e-12)
    close(s.table("This fit")["f(x)"][""], at(c.target, c.x), least=1e-12)
    assert s.table("This fit")["y(x)"][""] == v.output


@approximation.oracle("max_error", "rms_error", "worst_x")
def what_is_missed(s: State) -> None:
    c, v = s.controls, s.values
    close(v.max_error, missed(s), 1e-7, least=1e-12)
    close(v.rms_error, root_mean_square(c.target, c.domain, c.hinges), 1e-6, least=1e-12)
    assert s.table("This fit")["worst miss"][""] == v.max_error
    assert s.table("This fit")["rms"][""] == v.rms_error
    around = [  # the pieces that touch the worst place, and how far it is missed in each
        abs(_branch(c.target, v.worst_x, (left + right) / 2) - (y + k * (v.worst_x - left)))
        for left, right, y, k in pieces(c.target, c.domain, c.hinges)
        if left - 1e-12 <= v.worst_x <= right + 1e-12
    ]
    close(max(around), v.max_error, 1e-7, least=1e-12)


def _branch(target: str, x: float, middle: float) -> float:
    """The target at x as it is around the middle."""
    if target == "step":
        return float(middle > 0)
    return x - math.floor(middle + 0.5) if target == "sawtooth" else at(target, x)


@approximation.oracle("max_error")
def other_targets_and_numbers(s: State) -> None:
    """What the table says of every target, and the curve of every number of hinges."""
    c, n = s.controls, s.controls.hinges
    for name, row in s.table("What twice as many buy").items():
        once, twice = (largest(name, c.domain, k) for k in (n, 2 * n))
        close([row[f"max at {n}"], row[f"at {2 * n}"]], [once, twice], 1e-7, least=1e-12)
        if row["÷"] == "exact":
            assert twice < 1e-12
        else:
            close(row["÷"], once / twice, 1e-6)
        assert row["why"] == WHY[name]
    (plot,) = (p for p in s.figure.panels if p.title == "Miss by hinges")
    (curve,) = (m for m in plot.marks if getattr(m, "label", "") == "max")
    for k in (1, n, 64):
        drawn = [y for x, y in zip(curve.x, curve.y, strict=True) if x == k]
        close(drawn, [missed(s, k)] if missed(s, k) > 1e-12 else [], 1e-7)


# ── sentences ──────────────────────────────────────────────────────────────────────────


def worst(s: State, n: str, miss: str) -> None:
    """How many hinges there are, and their worst miss."""
    c = s.controls.hinges
    assert n == ("1 hinge" if c == 1 else f"{c} hinges")
    shown(miss, missed(s))


@approximation.says("{n}: the worst miss is {miss}, the rms {rms}.")
def how_near(s: State, n: str, miss: str, rms: str) -> None:
    worst(s, n, miss)
    shown(rms, root_mean_square(s.controls.target, s.controls.domain, s.controls.hinges))
    assert missed(s) > 1e-12


@approximation.says("{n}: the target is met everywhere on the interval.")
def exact(s: State, n: str) -> None:
    assert n == f"{s.controls.hinges} hinges"
    assert s.controls.target == "absolute" and s.controls.hinges % 2 == 0
    assert 0 in points(s.controls.domain, s.controls.hinges)
    assert missed(s) < 1e-12


@approximation.says("{half} hinges would miss by {before}, {n} miss by {now} at worst.")
def closely_followed(s: State, half: str, before: str, n: str, now: str) -> None:
    assert s.controls.target == "sine" and int(n) == s.controls.hinges and int(half) == int(n) // 2
    shown(before, missed(s, int(half)))
    shown(now, missed(s))
    assert missed(s) < 0.01


@approximation.says("Rms {rms}; the worst miss is still {miss}, where the target jumps by 1.")
def still_missed(s: State, rms: str, miss: str) -> None:
    c, x = s.controls, s.values.worst_x
    shown(rms, root_mean_square(c.target, c.domain, c.hinges))
    shown(miss, missed(s))
    assert c.target in JUMPS and root_mean_square(c.target, c.domain, c.hinges) < 0.06
    near = [abs(_branch(c.target, x, x + side) - _branch(c.target, x, x - side)) for side in (0.1,)]
    assert near == [1]


@approximation.says("Slope {a} from the left end on, {b} more from x = {t} on: that is |x|.")
def two_hinges(s: State, a: str, b: str, t: str) -> None:
    for text, true in ((a, -1), (b, 2), (t, 0)):
        shown(text, true)
    d = s.controls.domain
    for x in (-d, -d / 3, 0, d):
        fit = s.values.constant + -1 * max(x + d, 0) + 2 * max(x, 0)
        assert math.isclose(fit, abs(x), abs_tol=1e-12)


# ── the explanation ────────────────────────────────────────────────────────────────────


def falls(target: str) -> float:
    """The power of n with which the worst miss falls, from 256 to 1024 hinges."""
    return math.log(largest(target, 1, 1024) / largest(target, 1, 256)) / math.log(4)


@approximation.tells(
    "On the *sine* and the *bump*, twice as many hinges soon miss a quarter as much: the worst "
    "miss falls like 1/n². Take |x|: with a knot on its corner two hinges are all it needs; with "
    "none there (an odd number) the miss falls only like 1/n."
)
def what_smoothness_buys() -> None:
    for target in ("sine", "bump"):
        close(falls(target), -2, 1e-3)
        close(largest(target, 1, 16) / largest(target, 1, 32), 4, 0.1)
    assert largest("absolute", 1, 2) < 1e-12
    for n in (1, 3, 9, 63):
        close(largest("absolute", 1, n), 1 / n)
        close(opened(f"tfx approximation target=absolute hinges={n}").values.max_error, 1 / n)


@approximation.tells(
    "so at least half the jump is missed somewhere, with 64 hinges as with one. The average miss "
    "(rms) shrinks, but the worst one stays."
)
def a_jump_stays() -> None:
    for target in JUMPS:
        every = [opened(f"tfx approximation target={target} hinges={n}").values for n in (1, 8, 64)]
        assert all(v.max_error >= 0.5 - 1e-9 for v in every)
        assert every[0].rms_error > every[1].rms_error > every[2].rms_error
        assert every[2].rms_error < 0.3 * every[0].rms_error


@approximation.tells("Twice as many hinges soon miss a quarter as much.")
def the_hint() -> None:
    first, second = (opened(f"tfx approximation hinges={n}").values.max_error for n in (32, 64))
    close(first / second, 4, 0.01)
