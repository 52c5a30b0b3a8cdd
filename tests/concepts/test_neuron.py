"""The neuron: its line, its classes, and what neither scale nor activation can change."""

import itertools
import json
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest

from tests.calculator import calculate
from tui_transformer.concepts.neuron import CONCEPT, Neuron
from tui_transformer.concepts.neuron.model import TASKS
from tui_transformer.concepts.neuron.view import corner_marks, line_marks, says, view
from tui_transformer.figure import Pin, pinnable, working_at
from tui_transformer.nn.geometry.lines import line_in_square, quotient, weighted_sum
from tui_transformer.panels import Field, Plot, Table
from tui_transformer.pieces import Arrow, Line, Points
from tui_transformer.terms import Working, plain

ACTIVATIONS = ("identity", "relu", "leaky_relu", "sigmoid", "tanh", "elu", "gelu", "silu")
EDGES = (
    {},
    {"w": (0.0, 0.0)},
    {"w": (0.0, 0.0), "b": 0.0},
    {"w": (0.0, 2.0)},
    {"w": (2.0, 0.0)},
    {"w": (1e-300, 0.0)},
    {"w": (5e-324, 5e-324), "b": 5.0},
    {"w": (1e-200, -1e-160)},
    {"w": (5.0, 5.0), "b": 5.0, "x": (3.0, 3.0)},
    {"w": (-5.0, -5.0), "b": -5.0, "x": (3.0, 3.0)},
    {"w": (0.1, 0.2), "b": -0.3, "task": "and"},
    {"b": 5.0},
    {"b": 5e-324},
    {"b": 4.3},
)


@pytest.fixture(autouse=True)
def _strict() -> Iterator[None]:
    with np.errstate(all="raise"):
        yield


def states() -> Iterator[Neuron]:
    """Edges with every activation and, in turn, every task."""
    for edge in EDGES:
        for activation, task in zip(ACTIVATIONS, itertools.cycle(["none", *TASKS]), strict=False):
            yield Neuron(**edge).replace(activation=activation, task=task)


# ── the line ───────────────────────────────────────────────────────────────────────────


def test_three_four_five_lies_at_distance_one() -> None:
    m = CONCEPT.preset("w=(3,4) b=−5")
    assert m.boundary_distance == 1.0
    assert m.boundary_slope == -0.75 and m.boundary_intercept == 1.25
    foot = (0.6, 0.8)  # the point of the line nearest to the origin: 5/25 of w
    assert m.replace(x=foot).z == 0


def test_the_line_is_where_z_is_zero_and_w_stands_across_it() -> None:
    rng = np.random.default_rng(1)
    seen = 0
    for w, b in zip(rng.uniform(-5, 5, (200, 2)), rng.uniform(-5, 5, 200), strict=True):
        ends = line_in_square(w, b, 3)
        side = np.linspace(-3, 3, 61)
        z = w[0] * side[:, None] + w[1] * side + b
        if ends is None:
            assert np.all(z > 0) or np.all(z < 0)
            continue
        seen += 1
        for x in ends:
            assert w @ x + b == pytest.approx(0, abs=1e-12)
            assert max(map(abs, x)) == pytest.approx(3, abs=1e-12)
        assert w @ np.subtract(*ends) == pytest.approx(0, abs=1e-11)
    assert 100 < seen < 200


def test_lines_along_the_axes_and_outside() -> None:
    assert line_in_square((0.0, 2.0), -2.0, 3) is not None
    assert sorted(line_in_square((2.0, 0.0), -2.0, 3) or ()) == [(1.0, -3.0), (1.0, 3.0)]
    for w, b in (
        ((0.0, 0.0), 1.0),
        ((1.0, 0.0), 4.0),
        ((0.0, 1.0), 4.0),
        ((1.0, 1.0), 6.5),
        ((5e-324, 0.0), 5.0),
    ):
        assert line_in_square(w, b, 3) is None


def test_what_does_not_exist_is_null() -> None:
    vertical, absent = Neuron(w=(2.0, 0.0)), Neuron(w=(0.0, 0.0))
    assert vertical.boundary_distance == 0.25
    assert vertical.boundary_slope is None and vertical.boundary_intercept is None
    assert absent.boundary_distance is None and absent.boundary_slope is None
    assert absent.boundary_intercept is None
    values = json.loads(absent.to_json("neuron"))["values"]
    assert list(values) == [
        "z",
        "y",
        "boundary_distance",
        "boundary_slope",
        "boundary_intercept",
        "task_outputs",
        "task_accuracy",
    ]
    assert values["boundary_distance"] is None and values["task_accuracy"] is None
    assert values["task_outputs"] == [0, 0, 0, 0]
    assert str(Neuron(w=(0.0, 1.0)).boundary_slope) == "0.0"
    assert quotient(1, 5e-324) is None and quotient(1, 0) is None


# ── z, y and the classes ───────────────────────────────────────────────────────────────


def test_sums_are_taken_in_the_decimals_that_were_typed() -> None:
    assert 0.1 + 0.2 - 0.3 > 0
    assert weighted_sum((0.1, 0.2), (1, 1), -0.3) == 0
    assert Neuron(w=(0.1, 0.2), b=-0.3).task_outputs[3] == 0
    rng = np.random.default_rng(2)
    for _ in range(200):
        w1, w2, x1, x2, b = (int(k) for k in rng.integers(-50, 51, 5))
        tenths = [float(Fraction(k, 10)) for k in (w1, w2, x1, x2, b)]
        exact = Fraction(w1 * x1 + w2 * x2 + 10 * b, 100)
        assert weighted_sum(tenths[:2], tenths[2:4], tenths[4]) == float(exact)


# ── the aha and the refutation ─────────────────────────────────────────────────────────


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_shades_are_equal_along_the_line_and_change_across_it(activation: str) -> None:
    m = Neuron(w=(1.0, 2.0), activation=activation)
    field = view(m).panels[0]
    assert isinstance(field, Field)
    # Two samples right and one down is a step along the line: the same z, so the same y.
    assert np.allclose(field.values[1:, :-2], field.values[:-1, 2:], rtol=0, atol=1e-12)
    assert field.values[-1, -1] > field.values[0, 0]


# ── the picture ────────────────────────────────────────────────────────────────────────


def test_the_arrow_is_w_as_far_as_it_fits() -> None:
    (arrow,) = (mark for mark in line_marks(Neuron(w=(1.0, -2.0))) if isinstance(mark, Arrow))
    assert (arrow.x0, arrow.y0, arrow.x1, arrow.y1, arrow.label) == (0, 0, 1, -2, "w")
    (arrow,) = (mark for mark in line_marks(Neuron(w=(5.0, -2.5))) if isinstance(mark, Arrow))
    assert max(abs(arrow.x1), abs(arrow.y1)) < 3 and arrow.x1 == pytest.approx(-2 * arrow.y1)
    assert arrow.label != "w"
    assert list(line_marks(Neuron(w=(0.0, 0.0)))) == []


def test_corners_are_told_apart_by_glyph_and_wrong_ones_marked() -> None:
    m = CONCEPT.preset("xor")
    zeros, ones = corner_marks(m)
    assert (zeros.marker, ones.marker) == ("○", "●")
    assert list(zip(zeros.x, zeros.y, zeros.labels, strict=True)) == [(0, 0, ""), (1, 1, "!")]
    assert list(zip(ones.x, ones.y, ones.labels, strict=True)) == [(0, 1, ""), (1, 0, "")]
    table = next(p for p in view(m).panels if isinstance(p, Table) and p.title == "Truth table")
    written = [[c.content for c in row[:3]] for row in table.rows]
    assert written == [
        ["00", "○ 0", "○ 0"],
        ["01", "● 1", "● 1"],
        ["10", "● 1", "● 1"],
        ["11", "○ 0", "● 1 !"],
    ]
    assert table.row == 2  # x is 1,0


def test_edges_can_be_drawn_and_every_number_worked_out() -> None:
    for m in states():
        figure = view(m)
        assert len(says(m)) <= 76, says(m)
        assert figure.data == "yours"
        check(figure.formula, m.y)
        for at, panel in enumerate(figure.panels):
            for part in numbers_in(panel):
                assert np.all(np.isfinite(part))
            if not isinstance(panel, Table):
                continue
            pinned = set(pinnable(panel))
            for r, row in enumerate(panel.rows):
                for c, cell in enumerate(row):
                    if isinstance(cell.content, str):
                        continue
                    if (r, c) not in pinned:
                        assert row[0].content == "b" and cell.content == m.b
                        continue
                    assert isinstance(cell.content, float)
                    working = working_at(figure, Pin(at, r, c))
                    check(working, cell.content)
                    assert working.of in Neuron.explained()
        json.loads(m.to_json("neuron"))


def check(working: Working, shown: float) -> None:
    assert working.value == shown
    # A sum that is zero as typed may be a few 1e-16 in binary fractions.
    assert calculate(plain(working.term)) == pytest.approx(shown, rel=1e-9, abs=1e-14)
    assert working.shown and working.symbols


def numbers_in(panel: object) -> Iterator[object]:
    if isinstance(panel, Field):
        yield panel.values
    for mark in getattr(panel, "marks", ()):
        if isinstance(mark, Line | Points):
            yield np.asarray(mark.x, dtype=float)
            yield np.asarray(mark.y, dtype=float)


def test_small_outputs_of_gelu_keep_their_digits_in_the_working() -> None:
    m = Neuron(w=(5.0, 5.0), b=-5.0, x=(-3.0, -3.0), activation="gelu")
    working = view(m).formula
    assert m.z == -35 and -1e-260 < m.y < 0
    assert calculate(plain(working.term)) == pytest.approx(m.y, rel=1e-9, abs=0)


def test_plots_mark_the_present_z() -> None:
    m = Neuron(w=(5.0, 5.0), x=(3.0, 3.0), activation="silu")
    plot = next(p for p in view(m).panels if isinstance(p, Plot))
    here = plot.marks[-1]
    assert isinstance(here, Points) and list(here.x) == [m.z] and list(here.y) == [m.y]
    assert plot.x.high is not None and plot.x.high > m.z
