"""The values of `neuron`, each worked out by other means."""

import math
from fractions import Fraction

from tests.claims.book import Claims, State, close
from tests.claims.corners import CORNERS, LOGIC
from tests.claims.gates import gate

neuron = Claims(
    "neuron",
    examples=(
        "tfx neuron w=0,0 b=0.3 task=nand",
        "tfx neuron w=5e-324,0 b=5",
        "tfx neuron w=0.5,0.5 b=3",
        "tfx neuron w=0.5,0.5 b=-3",
        "tfx neuron w=0.1,0.2 b=-0.3 task=and x=-3,-3",
        "tfx neuron w=5,5 b=-5 x=-3,-3 activation=gelu",
        "tfx neuron w=1,1 b=-1.5 task=xor",
    ),
)


def weighted(s: State, x: tuple[float, ...]) -> Fraction:
    """w·x + b, exactly, of the decimals that were typed."""
    (w1, w2), b = (Fraction(repr(float(w))) for w in s.controls.w), s.controls.b
    x1, x2 = (Fraction(repr(float(v))) for v in x)
    return w1 * x1 + w2 * x2 + Fraction(repr(float(b)))


def hits(s: State) -> int:
    """How many of the four inputs get what logic asks for."""
    rule = LOGIC[s.controls.task]
    return sum((weighted(s, (p, q)) > 0) == bool(rule(p, q)) for p, q in CORNERS)


# ── values ─────────────────────────────────────────────────────────────────────────────


@neuron.oracle("z", "y")
def sum_and_output(s: State) -> None:
    assert s.values.z == float(weighted(s, s.controls.x))
    true = gate(s.controls.activation, s.values.z)
    assert math.isclose(s.values.y, true, rel_tol=1e-12, abs_tol=1e-320)
    steps = s.table("From x to y, and the line")
    products = [row["number"] for row in list(steps.values())[:3]]
    assert next(iter(steps)).startswith("w(study)" if s.controls.inputs == "exam" else "w₀")
    assert math.isclose(math.fsum(products), s.values.z, abs_tol=1e-12)
    assert steps["z = w·x + b"]["number"] == s.values.z
    assert math.isclose(steps["y = φ(z)"]["number"], true, rel_tol=1e-12, abs_tol=1e-320)
    assert steps["class"]["number"] == ("● 1" if s.values.z > 0 else "○ 0")


@neuron.oracle("boundary_distance", "boundary_slope", "boundary_intercept")
def the_line(s: State) -> None:
    """Every point that they name has z = 0, and the nearest of them is that far from 0."""
    (w1, w2), b, v = s.controls.w, s.controls.b, s.values
    shown_as = [row["number"] for row in list(s.table("From x to y, and the line").values())[-3:]]
    three = (v.boundary_distance, v.boundary_slope, v.boundary_intercept)
    assert shown_as == ["none" if x is None else x for x in three]
    if v.boundary_distance is None:
        assert (w1, w2) == (0, 0) or abs(b) / math.hypot(w1, w2) == math.inf
    else:
        length = math.hypot(w1, w2)
        foot = [-math.copysign(v.boundary_distance, b) * w / length for w in (w1, w2)]
        assert abs(w1 * foot[0] + w2 * foot[1] + b) < 1e-12 * max(1, abs(b))
    if v.boundary_slope is None or v.boundary_intercept is None:
        assert w2 == 0 or max(abs(w1), abs(b)) / abs(w2) > 1e300
    else:
        for x1 in (-2.0, 0.0, 1.7):
            x2 = v.boundary_slope * x1 + v.boundary_intercept
            assert abs(w1 * x1 + w2 * x2 + b) < 1e-12


@neuron.oracle("task_outputs", "task_accuracy")
def the_four_corners(s: State) -> None:
    sums = [weighted(s, corner) for corner in CORNERS]
    assert s.values.task_outputs == [int(z > 0) for z in sums]
    asked = s.controls.task != "none"
    assert s.values.task_accuracy == (hits(s) / 4 if asked else None)
    rows = s.tables("Truth table", "Sums at the corners")
    assert list(rows) == ["00", "01", "10", "11"]
    for (p, q), z, row in zip(CORNERS, sums, rows.values(), strict=True):
        assert row["z"] == float(z)
        close(row["y"], gate(s.controls.activation, float(z)), 1e-12)
        wanted = int(LOGIC[s.controls.task](p, q)) if asked else int(z > 0)
        assert row["class"] == ("● 1" if z > 0 else "○ 0") + (" !" if wanted != (z > 0) else "")
        assert ("want" in row) == asked and (not asked or row["want"][-1] == str(wanted))


@neuron.oracle("y")
def the_picture(s: State) -> None:
    """The plane's shade is φ(w·x + b) at every sample looked at."""
    field = next(p for p in s.figure.panels if p.title == "y over the plane")
    last = len(field.values) - 1
    for r, c in ((0, 0), (0, last), (last, 0), (17, 70), (60, 60)):
        x = [-3 + 6 * at / last for at in (c, r)]
        z = math.fsum(w * v for w, v in zip(s.controls.w, x, strict=True)) + s.controls.b
        close(field.values[r, c], gate(s.controls.activation, z), 1e-9, least=1e-12)
