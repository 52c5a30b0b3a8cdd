"""What `activations` claims."""

import math
from functools import cache
from statistics import NormalDist

from tests.claims.book import Claims, State, close, opened, read, shown, slope
from tests.claims.gates import gate

activations = Claims(
    "activations",
    examples=(
        "tfx activations function=relu x=0",
        "tfx activations function=leaky_relu x=0 leak=0.25",
        "tfx activations function=leaky_relu x=0 leak=1",
        "tfx activations function=leaky_relu x=-2 leak=0",
        "tfx activations function=sigmoid x=1 depth=1",
        "tfx activations function=tanh x=1 depth=1",
        "tfx activations function=silu x=-2.4 depth=50",
        "tfx activations compare=off leak=0.5",
    ),
)

NAMES = ("relu", "leaky_relu", "sigmoid", "tanh", "elu", "gelu", "silu", "softplus")
CORNERED = ("relu", "leaky_relu")
CROWD = [NormalDist().inv_cdf((k + 0.5) / 1000) for k in range(1000)]


def steep(name: str, x: float, leak: float) -> float:
    """f′(x) by differences; at a corner the slope on the left, as is convention."""
    if name in CORNERED and x == 0:
        return gate(name, 0, leak) - gate(name, -1, leak)
    step = min(1e-3, abs(x) / 2) if name in (*CORNERED, "elu") and x else 1e-3
    if name == "elu" and x == 0:  # its slopes from the left and from the right are the same
        step = 1e-9
        return (gate(name, step) - gate(name, -step)) / (2 * step)
    return slope(lambda v: gate(name, v, leak), x, step)


def through(one: float, depth: int) -> float:
    """One slope after another."""
    return math.prod([one] * depth)


# ── values ─────────────────────────────────────────────────────────────────────────────


@activations.oracle("output", "derivative", "all_outputs", "all_derivatives")
def curves(s: State) -> None:
    c, v = s.controls, s.values
    here = NAMES.index(c.function)
    assert (v.output, v.derivative) == (v.all_outputs[here], v.all_derivatives[here])
    for name, out, by in zip(NAMES, v.all_outputs, v.all_derivatives, strict=True):
        assert math.isclose(out, gate(name, c.x, c.leak), rel_tol=1e-12, abs_tol=1e-15)
        assert math.isclose(by, steep(name, c.x, c.leak), rel_tol=1e-6, abs_tol=1e-9)


@activations.oracle("gradient_after_depth")
def what_is_left(s: State) -> None:
    c, v = s.controls, s.values
    assert math.isclose(v.gradient_after_depth, through(v.derivative, c.depth), rel_tol=1e-9)
    (table,) = (p for p in s.figure.panels if p.title.startswith("Every gate at x = "))
    shown(table.title.removeprefix("Every gate at x = "), c.x)
    rows = s.table(table.title)
    assert list(rows) == list(NAMES)
    for i, row in enumerate(rows.values()):
        assert (row["f(x)"], row["f′(x)"]) == (v.all_outputs[i], v.all_derivatives[i])
        left = through(v.all_derivatives[i], c.depth)
        assert math.isclose(row[f"f′^{c.depth}"], left, rel_tol=1e-9, abs_tol=1e-320)


@cache
def average(name: str, leak: float) -> float:
    """Of a standard normal input, by Simpson's rule on either side of the corner at 0."""
    n, end = 4000, 10.0
    total = 0.0
    for k in range(-n, n + 1):
        z = end * k / n
        weight = 1 if abs(k) in (0, n) else 4 if k % 2 else 2
        sides = 2 if k == 0 else 1  # the corner ends one half and begins the other
        total += weight * sides * gate(name, z, leak) * math.exp(-z * z / 2)
    return total * end / n / 3 / math.sqrt(2 * math.pi)


@activations.oracle("mean_out", "share_zero")
def a_crowd(s: State) -> None:
    """By Simpson's rule, and by counting which of many quantiles come out as 0."""
    c, v = s.controls, s.values
    table = s.table("What leaves of the crowd (mean in: 0)")
    assert list(table) == list(dict.fromkeys((c.function, "relu", "sigmoid")))
    assert v.mean_out == table[c.function]["mean out"]
    assert v.share_zero == table[c.function]["exactly 0"]
    for name, row in table.items():
        leak = c.leak if name == "leaky_relu" else 0  # the others have none
        close(row["mean out"], average(name, leak), 1e-9, 1e-10)
        assert row["exactly 0"] == sum(gate(name, z, leak) == 0 for z in CROWD) / 1000
    (out,) = (p for p in s.figure.panels if p.title.startswith("Out of "))
    written = {0.5: "50 %", 0.0: "0 %"}[v.share_zero]
    assert out.title == f"Out of {c.function}: {written} exactly 0"


# ── sentences ──────────────────────────────────────────────────────────────────────────


@activations.says("{name}′(0) = {slope} by convention: a corner has no slope.")
def a_corner(s: State, name: str, slope: str) -> None:
    c = s.controls
    assert c.function == name and c.x == 0
    left, right = ((gate(name, side, c.leak) - 0) / side for side in (-1, 1))
    assert left < right
    assert read(slope) == left == s.values.derivative


@activations.says("{name} is shut at {x}: nothing of a correction comes back.")
def shut(s: State, name: str, x: str) -> None:
    c = s.controls
    assert c.function == name and steep(name, c.x, c.leak) == 0 == s.values.gradient_after_depth
    shown(x, c.x)


@activations.says("Slope {d}: {name} falls here.")
def falls(s: State, d: str, name: str) -> None:
    x = s.controls.x
    shown(d, steep(name, x, s.controls.leak))
    assert gate(name, x + 1e-3) < gate(name, x - 1e-3) < 0 < gate(name, 1) < gate(name, 2)


def the_slope(s: State, d: str, gates: str, left: str) -> None:
    """A slope, how many gates, and their product."""
    c = s.controls
    true = steep(c.function, c.x, c.leak)
    shown(d, true)
    assert gates == (f"{c.depth} gates" if c.depth > 1 else "1 gate")
    after = through(s.values.derivative, c.depth)
    if left == "all":
        assert after == 1
    else:
        shown(left, after)


@activations.says("Slope {d}: {left} of a correction is left after {gates}.")
def the_gradient_left(s: State, d: str, gates: str, left: str) -> None:
    the_slope(s, d, gates, left)


@activations.says("At x = {x} each passes {d}: {depth} leave {left}. At their best, ¼, {best}.")
def a_gradient_lost(s: State, x: str, d: str, depth: str, left: str, best: str) -> None:
    c = s.controls
    shown(x, c.x)
    shown(d, steep("sigmoid", c.x, c.leak))
    assert int(depth) == c.depth
    shown(left, through(s.values.derivative, c.depth))
    shown(best, through(slope(lambda v: gate("sigmoid", v), 0), c.depth))


@activations.says("{name}′ = {d} at x = {x}: it falls to {low} at {where}, then rises.")
def a_dip(s: State, name: str, d: str, x: str, low: str, where: str) -> None:
    assert name == s.controls.function
    shown(d, steep(name, s.controls.x, 0))
    shown(x, s.controls.x)
    assert s.controls.x < read(where)  # so it is still falling, and this is where it stops
    lowest = lowest_of(name)
    shown(where, lowest)
    shown(low, gate(name, lowest))


def lowest_of(name: str) -> float:
    """Where a gate is lowest, looked for on a fine grid and then on a finer one."""
    near = min((k / 1000 for k in range(-6000, 6001)), key=lambda x: gate(name, x))
    return min((near + k / 1e6 for k in range(-1000, 1001)), key=lambda x: gate(name, x))


@activations.says("The leak, {leak}, to the power {n} is {left}, at any x below 0: it never shuts.")
def a_leak_that_keeps(s: State, leak: str, n: str, left: str) -> None:
    c = s.controls
    assert c.function == "leaky_relu" and c.x < 0 and int(n) == c.depth
    shown(leak, c.leak)
    shown(left, through(c.leak, c.depth))
    for x in (-6, -0.1):
        close(s.changed(x=x).values.gradient_after_depth, s.values.gradient_after_depth)


# ── the explanation ────────────────────────────────────────────────────────────────────


@activations.tells("**Sigmoid** squashes everything into 0..1, **tanh** into −1..1.")
def squashed() -> None:
    far = [opened(f"tfx activations x={x}").values.all_outputs for x in (-6, -1, 0, 2, 6)]
    sigmoid, tanh = ([row[NAMES.index(name)] for row in far] for name in ("sigmoid", "tanh"))
    assert 0 < sigmoid[0] < 0.01 and 0.99 < sigmoid[-1] < 1 and sigmoid == sorted(sigmoid)
    assert -1 < tanh[0] < -0.99 and 0.99 < tanh[-1] < 1 and tanh == sorted(tanh)


@activations.tells(
    "the slope is ¼ at the most, at x = 0, and next to nothing far out, where the gate is "
    "**saturated**. Ten such gates leave at most ¼¹⁰, less than a millionth. Under ReLU the slope "
    "is 1 or 0: the correction comes through whole, or not at all."
)
def a_quarter_at_most() -> None:
    slopes = {k: slope(lambda v: gate("sigmoid", v), k / 10) for k in range(-60, 61)}
    assert max(slopes, key=slopes.__getitem__) == 0 and math.isclose(slopes[0], 0.25, rel_tol=1e-9)
    assert max(slopes[-60], slopes[60]) < 0.0025
    ten = opened("tfx activations function=sigmoid x=0 depth=10").values.gradient_after_depth
    assert ten == 1 / 4**10 < 1e-6
    relu = [opened(f"tfx activations x={x} depth=50").values for x in (-6, -0.1, 0, 0.1, 6)]
    assert [v.gradient_after_depth for v in relu] == [0, 0, 0, 1, 1]


@activations.tells("(At its corner, x = 0, programs take 0 by convention.)")
def the_convention() -> None:
    left, right = ((gate("relu", h) - gate("relu", 0)) / h for h in (-1e-9, 1e-9))
    assert (left, right) == (0, 1)
    assert opened("tfx activations x=0").values.derivative == 0


@activations.tells("walk x from −4 to 0, and both dip below zero")
def both_dip() -> None:
    for name in ("gelu", "silu"):
        curve = [gate(name, k / 10) for k in range(-40, 1)]
        bottom = curve.index(min(curve))
        assert 0 < bottom < 40 and max(curve[:-1]) < 0 == curve[-1]
        assert curve[: bottom + 1] == sorted(curve[: bottom + 1], reverse=True)
        assert curve[bottom:] == sorted(curve[bottom:])


@activations.tells("Somewhere between −1 and −3.")
def where_they_fall() -> None:
    for name in ("gelu", "silu"):
        steepest = [k / 100 for k in range(-600, 601) if steep(name, k / 100, 0) < -0.09]
        assert steepest and -3 < min(steepest) <= max(steepest) < -1


@activations.tells("Go away from 0, or pass more gates.")
def two_ways_to_lose_it() -> None:
    def left(controls: str) -> float:
        return opened(f"tfx activations function=sigmoid {controls}").values.gradient_after_depth

    for away in ("x=1.1", "x=-1.1", "depth=11"):
        assert left(away) < left("")


@activations.tells("Only a gate that leaks a lot lets corrections through below 0.")
def only_a_leak() -> None:
    for k in range(-60, -9):
        v = opened(f"tfx activations x={k / 10} leak=0").values
        assert max(abs(d) ** 10 for d in v.all_derivatives) < 0.01
    assert 0.63**10 < 0.01 < 0.64**10


@activations.tells("ReLU makes half of them exactly 0: half the units are off.")
def half_are_off() -> None:
    assert opened("tfx activations").values.share_zero == 0.5


@activations.tells("Sigmoid is never off, and passes 0.5 on average.")
def never_off() -> None:
    v = opened("tfx activations function=sigmoid").values
    assert v.share_zero == 0
    shown("0.5", v.mean_out)
    assert min(gate("sigmoid", float(x)) for x in range(-40, 41)) > 0
