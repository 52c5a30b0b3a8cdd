"""What `depth` claims."""

from functools import cache
from itertools import pairwise

import numpy as np

from tests.claims.book import Claims, State, close, opened, shown
from tests.claims.stacks import (
    applied,
    gate_of,
    least_miss,
    places,
    reach,
    run,
    signed,
    slopes_of,
    stack_of,
    straight,
)

depth = Claims(
    "depth",
    examples=(
        "tfx depth weights=tent activation=relu layers=1",
        "tfx depth weights=tent activation=relu layers=8",
        "tfx depth weights=hinge activation=relu layers=4",
        "tfx depth weights=hinge activation=tanh",
        "tfx depth activation=relu layers=8 width=16 seed=3",
        "tfx depth layers=1 width=1 seed=2",
        *(f"tfx depth weights=tent activation=relu fold={k}" for k in range(4)),
        "tfx depth activation=tanh fold=0",
        "tfx depth activation=tanh layers=4 fold=2",
        "tfx depth layers=5 fold=2",
        "tfx depth layers=1 width=1 activation=relu seed=2",
    ),
    random=20,
)

# ── values ─────────────────────────────────────────────────────────────────────────────


@depth.oracle("collapsed_slope", "collapsed_intercept")
def one_line(s: State) -> None:
    stack, v = stack_of(s), s.values
    slope, height = straight(stack)
    if gate_of(s) == "identity":
        close([v.collapsed_slope, v.collapsed_intercept], [slope, height], least=1e-14)
    else:
        assert v.collapsed_slope is None and v.collapsed_intercept is None
    (product,) = (p for p in s.figure.panels if p.title == "All multiplied: one line")
    close(product.values[0], [slope, height], least=1e-14)


@depth.oracle("collapse_error", "best_line_error")
def far_from_a_line(s: State) -> None:
    stack, x = stack_of(s), places(s)
    slope, height = straight(stack)
    y, _ = run(stack, gate_of(s), x)
    apart = float(np.max(np.abs(y - (slope * x + height))))
    close(s.values.collapse_error, apart, 1e-9, least=1e-14 * reach(stack))
    if gate_of(s) == "identity":
        assert s.values.collapse_error < 1e-14 * reach(stack)
    if s.values.best_line_error is None:
        assert s.values.pieces == 1
    else:
        close(s.values.best_line_error, least_miss(x, y), 1e-6)
    rows = list(s.table("Where they differ most").values())
    assert len(rows) == 3 + (s.values.best_line_error is not None)
    stack_there, line_there, most, *best = (row[""] for row in rows)
    assert most == s.values.collapse_error == abs(stack_there - line_there)
    assert best == [s.values.best_line_error] * len(best)


@depth.oracle("kinks", "pieces")
def bends(s: State) -> None:
    """Within a piece the slope is one and the same, and neighbours have different ones."""
    stack, v = stack_of(s), s.values
    if gate_of(s) != "relu":
        assert v.kinks == [] and v.pieces == {"identity": 1, "tanh": None}[gate_of(s)]
        return
    assert v.pieces == len(v.kinks) + 1
    edges, seen = [-2, *v.kinks, 2], []
    assert edges == sorted(set(edges))
    fine = np.linspace(-2, 2, 4001)[1:-1]
    for low, high in pairwise(edges):
        inside = fine[(fine > low + 1e-9) & (fine < high - 1e-9)]
        x = np.array([(low + high) / 2, *inside])
        slopes = run(stack, "relu", x)[1]
        assert np.ptp(slopes) < 1e-12 * reach(stack)
        seen.append(slopes[0])
    assert all(a != b for a, b in pairwise(seen))


@depth.oracle("pieces")
def tables(s: State) -> None:
    """Pieces by depth; and at each kink the unit that is named has a sum of 0."""
    k, rows = s.controls.layers % 8 + 1, s.table("Pieces deep, or wide")
    units = s.controls.width if s.controls.weights == "random" else 2
    relu = s.controls.activation == "relu"
    for at in {max(applied(s), 1), k}:
        other = s.changed(layers=at, fold=-1)
        expected = "none" if other.values.pieces is None else other.values.pieces
        here = f"▸{at}" if at == applied(s) else str(at)
        assert rows["pieces"][here] == expected
        assert rows["wide ≤"][here] in ("none", at * units + 1 if relu else 1)
    for panel in s.figure.panels:
        if panel.title == "Kinks: a unit's sum goes through 0":
            named = [[cell.content for cell in row] for row in panel.rows if row[1].content]
            assert [row[0] for row in named] == s.values.kinks[:12]
            for x, layer, unit, written in named:
                before = stack_of(s)[: int(layer)]
                w, b = before[-1]
                picked = (w[int(unit) - 1 : int(unit)], b[int(unit) - 1 : int(unit)])
                y, d = run([*before[:-1], picked], "relu", np.array([x]))
                assert abs(y[0]) < 1e-13 * reach(before) and d[0] != 0
                slope, _, rest = written.partition("·x ")
                close(float(slope.replace("−", "-")) * x, -signed(rest), 1e-2, least=2e-3)


# ── sentences ──────────────────────────────────────────────────────────────────────────


def number_of(text: str) -> int:
    """Read "3 layers" or "1 layer"; the s is there for all but one."""
    count, _, things = text.partition(" ")
    assert things.endswith("s") == (count != "1")
    return int(count)


@depth.says("{layers} without a bend: {a}·x {sign} {b}.")
def a_line(s: State, layers: str, a: str, sign: str, b: str) -> None:
    assert gate_of(s) == "identity" and number_of(layers) == applied(s)
    slope, height = straight(stack_of(s))
    shown(a, slope)
    shown(b, abs(height))
    assert sign == ("−" if height < 0 else "+")


@depth.says("No layer yet, of {layers}: what comes out is x itself.")
def nothing_yet(s: State, layers: str) -> None:
    assert s.controls.fold == 0 and int(layers) == s.controls.layers
    x = np.linspace(-2, 2, 9)
    assert run(stack_of(s), "relu", x)[0].tolist() == x.tolist()
    assert (s.values.pieces, s.values.kinks, s.values.collapsed_slope) == (1, [], 1)


@depth.says("tanh bends everywhere, without a kink; the best line misses by {error}.")
def round_bends(s: State, error: str) -> None:
    assert gate_of(s) == "tanh" and s.values.kinks == []
    x = places(s)
    shown(error, least_miss(x, run(stack_of(s), "tanh", x)[0]))


@depth.says("{layers} of ReLU: no kink shows on −2..2.")
def still_straight(s: State, layers: str) -> None:
    assert gate_of(s) == "relu" and number_of(layers) == applied(s)
    assert np.ptp(slopes_of(s, np.linspace(-2, 2, 4001)[1:-1])) < 1e-12


@depth.says("{layers} of ReLU: flat until x = {x}, then slope 1.")
def a_hinge(s: State, layers: str, x: str) -> None:
    assert number_of(layers) == applied(s)
    flat_then_rising(s, x)


def flat_then_rising(s: State, x: str) -> None:
    """Slope 0 up to a place and 1 from there."""
    at = float(x)
    assert s.values.kinks == [at]
    assert slopes_of(s, np.array([-2, at - 1e-9, at + 1e-9, 2])).tolist() == [0, 0, 1, 1]


@depth.says("{folds}, {n} ReLUs: {pieces} pieces.")
def a_tent(s: State, folds: str, pieces: str, n: str) -> None:
    k = applied(s)
    assert number_of(folds) == k and int(pieces) == 2**k and int(n) == 2 * k
    x = folded = np.linspace(-2, 2, 333)
    for _ in range(k):
        folded = 2 - 2 * np.abs(folded)
    close(run(stack_of(s), "relu", x)[0], folded, 1e-9)


@depth.says("{layers} of {units}: {kinks}, {pieces} pieces; the best line misses by {error}.")
def random_bends(s: State, layers: str, units: str, kinks: str, pieces: str, error: str) -> None:
    c = s.controls
    assert (number_of(layers), number_of(units)) == (applied(s), c.width)
    assert number_of(kinks) + 1 == int(pieces) == s.values.pieces
    x = places(s)
    shown(error, least_miss(x, run(stack_of(s), "relu", x)[0]))


@depth.says("Slope {a} left of 0.5 and {b} right of it: no one line has two slopes.")
def bent_once(s: State, a: str, b: str) -> None:
    left, right = slopes_of(s, np.array([0.5 - 1e-6, 0.5 + 1e-6]))
    assert left != right and s.values.kinks == [0.5]
    shown(a, left)
    shown(b, right)


@depth.says("{n} ReLUs in {layers} layers make {pieces} pieces; in one layer {most} at most.")
def more_than_wide(s: State, n: str, layers: str, pieces: str, most: str) -> None:
    units = s.controls.width if s.controls.weights == "random" else 2
    assert int(layers) == applied(s) and int(n) == units * int(layers)
    assert int(pieces) == s.values.pieces >= 32 > 11 >= int(most) == int(n) + 1


@depth.says("{layers} layers, one piece of slope {a}: no unit that switches is heard at the end.")
def deep_and_straight(s: State, layers: str, a: str) -> None:
    assert int(layers) == applied(s) >= 4
    slopes = slopes_of(s, np.linspace(-2, 2, 4001)[1:-1])
    assert np.ptp(slopes) < 1e-12
    shown(a, slopes[0])


# ── the explanation ────────────────────────────────────────────────────────────────────


@depth.tells("The difference is rounding, about 1e-15.")
def rounding() -> None:
    errors = [
        opened(f"tfx depth layers={k} width={w} seed={k}").values.collapse_error
        for k in range(1, 9)
        for w in (4, 16)
    ]
    assert 1e-16 < max(errors) < 1e-14


@depth.tells("two ReLUs a layer that fold the line in the middle")
def a_fold() -> None:
    s = opened("tfx depth weights=tent activation=relu layers=1")
    assert [w.shape for w, _ in stack_of(s)] == [(2, 1), (1, 2)] and s.values.kinks == [0]
    assert run(stack_of(s), "relu", np.array([-2, 0, 2]))[0].tolist() == [-2, 2, -2]


@cache
def pieces(controls: str) -> int:
    return opened(f"tfx depth activation=relu {controls}").values.pieces


@depth.tells(
    "Each layer *doubles* the pieces. The same units side by side, in one layer, only *add* one "
    "piece each at most. Two lines are drawn with it: what the same weights make without "
    "bends, and the best of all lines."
)
def doubled() -> None:
    assert [pieces(f"weights=tent layers={k}") for k in range(1, 9)] == [2**k for k in range(1, 9)]
    for width in (2, 5, 10):
        made = [pieces(f"layers=1 width={width} seed={seed}") for seed in range(20)]
        assert max(made) <= width + 1
    assert max(made) == 11
    lines = [m for m in opened("tfx depth activation=relu").figure.panels[0].marks if len(m.x) == 2]
    assert [line.label for line in lines] == ["no bends", "best"]


@depth.tells("Counted is what lies strictly between −2 and 2.")
def between() -> None:
    s = opened("tfx depth weights=tent activation=relu")
    assert min(s.values.kinks) > -2 and max(s.values.kinks) < 2
    outer = slopes_of(s, np.array([-2.01, -1.99]))
    assert outer[0] != outer[1]  # −2 is a kink as well, and is not counted


@depth.tells("two ReLUs are one fold")
def the_hint() -> None:
    a_fold()
    assert pieces("weights=tent layers=5") == 32
