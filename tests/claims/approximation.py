"""What `approximation` claims."""

import math

import numpy as np

from tests.claims.book import Claims, State, close, opened, shown
from tests.claims.polygons import (
    JUMPS,
    at,
    bent,
    largest,
    largest_in,
    pieces,
    points,
    root_mean_square,
    root_mean_square_in,
)

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
        "tfx approximation target=absolute hinges=3 hinge=1 knot=-0.15",
        "tfx approximation hinge=0 knot=1",
        "tfx approximation hinge=3 weight=-4",
        "tfx approximation hinge=2 knot=-0.5 weight=3 target=step",
        "tfx approximation hinge=2",
        "tfx approximation knot=0.5 weight=7",
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
    """The worst miss of so many hinges as they are built in, or of as many as there are."""
    return largest(s.controls.target, s.controls.domain, count or s.controls.hinges)


def built_in(s: State) -> tuple[list[float], list[float]]:
    """Knots and weights as nobody set them: a weight is the slope after less the one before."""
    xs = points(s.controls.domain, s.controls.hinges)
    ys = [at(s.controls.target, x) for x in xs]
    slopes = [0.0, *(np.diff(ys) / np.diff(xs))]
    return xs[:-1], list(np.diff(slopes))


def by_hand(s: State) -> bool:
    """Whether one hinge is somebody's."""
    c = s.controls
    return c.hinge is not None and (c.knot is not None or c.weight is not None)


def now(s: State) -> np.ndarray:
    """The pieces of the fit as it is."""
    c = s.controls
    if not by_hand(s):
        return pieces(c.target, c.domain, c.hinges)
    knots, weights = built_in(s)
    knots[c.hinge] = knots[c.hinge] if c.knot is None else c.knot
    weights[c.hinge] = weights[c.hinge] if c.weight is None else c.weight
    return bent(c.target, c.domain, at(c.target, -c.domain), knots, weights)


# ── values ─────────────────────────────────────────────────────────────────────────────


@approximation.oracle("knots", "weights", "constant")
def the_polygon(s: State) -> None:
    """As built in, or with one of them set by hand."""
    c, v = s.controls, s.values
    knots, weights = built_in(s)
    if c.hinge is not None:
        knots[c.hinge] = knots[c.hinge] if c.knot is None else c.knot
        weights[c.hinge] = weights[c.hinge] if c.weight is None else c.weight
    close(v.knots, knots, 1e-12)
    close(v.weights, weights, 1e-9, least=1e-9)
    close(v.constant, at(c.target, -c.domain), least=1e-12)


@approximation.oracle("output")
def what_is_added_up(s: State) -> None:
    c, v = s.controls, s.values
    adds = [a * max(c.x - t, 0.0) for a, t in zip(v.weights, v.knots, strict=True)]
    close(v.output, v.constant + math.fsum(adds), 1e-11, least=1e-11)
    (table,) = (p for p in s.figure.panels if p.title.startswith("Every hinge, and what it"))
    shown(table.title.rpartition(" = ")[2], c.x)
    rows = s.table(table.title)
    assert len(rows) == c.hinges
    for i, (name, row) in enumerate(rows.items()):
        assert name == (f"{i} by hand" if by_hand(s) and i == c.hinge else str(i))
        assert (row["knot t"], row["weight a"]) == (v.knots[i], v.weights[i])
        close(row["a·ReLU(x−t)"], adds[i], least=1e-12)
        close(row["target at t"], at(c.target, v.knots[i]), least=1e-12)
    close(s.table("This fit")["f(x)"][""], at(c.target, c.x), least=1e-12)
    assert s.table("This fit")["y(x)"][""] == v.output


@approximation.oracle("max_error", "rms_error", "worst_x")
def what_is_missed(s: State) -> None:
    c, v = s.controls, s.values
    close(v.max_error, largest_in(c.target, now(s)), 1e-7, least=1e-12)
    close(v.rms_error, root_mean_square_in(c.target, c.domain, now(s)), 1e-6, least=1e-12)
    close(s.table("This fit")["built-in worst"][""], missed(s), 1e-7, least=1e-12)
    assert s.table("This fit")["worst miss"][""] == v.max_error
    assert s.table("This fit")["rms"][""] == v.rms_error
    around = [  # the pieces that touch the worst place, and how far it is missed in each
        abs(_branch(c.target, v.worst_x, (left + right) / 2) - (y + k * (v.worst_x - left)))
        for left, right, y, k in now(s)
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


@approximation.says("Hinge {i} by hand: the worst miss is {miss}; built-in {built}: {verdict}.")
def compared(s: State, i: str, miss: str, built: str, verdict: str) -> None:
    assert by_hand(s) and int(i) == s.controls.hinge
    mine, theirs = largest_in(s.controls.target, now(s)), missed(s)
    shown(miss, mine)
    shown(built, theirs)
    if verdict == "a tie":
        assert math.isclose(mine, theirs, rel_tol=1e-7, abs_tol=1e-11)
    else:
        assert {"beaten": True, "not beaten": False}[verdict] == (mine < theirs)


@approximation.says("Moved to {t}, hinge {i} brings the worst miss from {built} to {miss}.")
def beaten(s: State, t: str, i: str, built: str, miss: str) -> None:
    assert by_hand(s) and int(i) == s.controls.hinge
    shown(t, s.values.knots[int(i)])
    shown(built, missed(s))
    shown(miss, largest_in(s.controls.target, now(s)))
    assert largest_in(s.controls.target, now(s)) < 2 / 3 * missed(s)


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


@approximation.tells(
    "For |x| by 3 hinges, moving hinge 1 to x = −0.15 brings the worst miss from 0.333 to 0.183. "
    "On the sine by 4 no single hinge beats the fit."
)
def one_by_hand() -> None:
    start = opened("tfx approximation target=absolute hinges=3")
    shown("0.333", start.values.max_error)
    moved = opened("tfx approximation target=absolute hinges=3 hinge=1 knot=-0.15")
    shown("0.183", moved.values.max_error)
    x = np.linspace(-1, 1, 401)
    sine, fit = np.sin(np.pi * x), opened("tfx approximation").values
    for i in range(4):
        others = sum(
            a * np.maximum(x - t, 0)
            for j, (a, t) in enumerate(zip(fit.weights, fit.knots, strict=True))
            if j != i
        )
        ramps = np.maximum(x - np.linspace(-1, 1, 81)[:, None], 0)
        sums = fit.constant + others + np.linspace(-12, 12, 121)[:, None, None] * ramps
        assert np.abs(sums - sine).max(axis=-1).min() > fit.max_error - 1e-3
