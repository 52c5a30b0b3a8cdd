"""The neuron: its line, its classes, and what neither scale nor activation can change."""

import itertools
import json
import math
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest

from tui_transformer import figure as f
from tui_transformer.concepts import _neuron_figure as pictures
from tui_transformer.concepts import neuron
from tui_transformer.concepts._neuron_figure import CORNERS, says, view
from tui_transformer.concepts.neuron import CONCEPT, TASKS, Neuron
from tui_transformer.figure import Cell, Field, Plot, Points, Table, pinnable, working_at
from tui_transformer.nn.lines import line_in_square, quotient, weighted_sum
from tui_transformer.session import Session
from tui_transformer.working import Working, evaluate, pretty

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
# A grid of every line that could matter: the four corners only compare b, w + b and w₁ + w₂ + b.
GRID = [((w1, w2), b) for w1, w2, b in itertools.product(np.arange(-5, 5.25, 0.5), repeat=3)]


@pytest.fixture(autouse=True)
def _strict() -> Iterator[None]:
    with np.errstate(all="raise"):
        yield


def states() -> list[Neuron]:
    """The default, the presets, edges with every activation and task, and random states."""
    rng = np.random.default_rng(0)
    chosen = [
        Neuron(**edge).replace(activation=a, task=t)
        for edge in EDGES
        for a, t in zip(ACTIVATIONS, itertools.cycle(["none", *TASKS]), strict=False)
    ]
    for _ in range(120):
        m = Neuron()
        for name, control in m.controls().items():
            m = m.replace(**{name: control.randomise(getattr(m, name), rng, m)})
        chosen.append(m)
    return [Neuron(), *map(CONCEPT.preset, CONCEPT.presets), *chosen]


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


def test_slope_and_intercept_describe_the_line() -> None:
    m = Neuron(w=(2.0, -0.5), b=1.5)
    assert m.boundary_slope is not None and m.boundary_intercept is not None
    for x1 in (-2.0, 0.0, 1.7):
        x2 = m.boundary_slope * x1 + m.boundary_intercept
        assert 2.0 * x1 - 0.5 * x2 + 1.5 == pytest.approx(0, abs=1e-12)


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


def test_the_default_by_hand() -> None:
    m = Neuron()
    assert m.z == 0.5
    assert m.y == pytest.approx(1 / (1 + math.exp(-0.5)), rel=1e-15)
    assert m.boundary_distance == pytest.approx(0.5 / math.sqrt(2), rel=1e-15)


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


@pytest.mark.parametrize("task", TASKS)
def test_tasks_are_the_ones_of_logic(task: str) -> None:
    rule = {
        "and": lambda p, q: p and q,
        "or": lambda p, q: p or q,
        "nand": lambda p, q: not (p and q),
        "xor": lambda p, q: p != q,
    }[task]
    assert [bool(t) for t in TASKS[task]] == [bool(rule(p, q)) for p, q in CORNERS]


def test_presets_do_what_they_are_called() -> None:
    for name in ("and", "or", "nand"):
        m = CONCEPT.preset(name)
        assert m.task == name and m.task_accuracy == 1 and m.task_outputs == TASKS[name]
    m = CONCEPT.preset("xor-impossible")
    assert m.task == "xor" and m.task_accuracy == 0.75


# ── the aha and the refutation ─────────────────────────────────────────────────────────


def best(task: str) -> float:
    corners = np.array(CORNERS)
    w, b = np.array([w for w, _ in GRID]), np.array([b for _, b in GRID])
    classes = w @ corners.T + b[:, None] > 0
    return float(np.max(np.mean(classes == np.array(TASKS[task]), axis=1)))


def test_no_line_does_xor_by_brute_force() -> None:
    assert best("and") == best("or") == best("nand") == 1
    assert best("xor") == 0.75
    # Why: were all four right, both sides of z₀₁ + z₁₀ = z₀₀ + z₁₁ would have opposite signs.
    for w, b in GRID[::97]:
        m = Neuron(w=w, b=b, task="xor")
        z = m.task_sums
        assert z[1] + z[2] == pytest.approx(z[0] + z[3], abs=1e-12)
        assert m.task_accuracy is not None and m.task_accuracy <= 0.75


@pytest.mark.parametrize("task", ["none", *TASKS])
def test_the_activation_moves_no_class_and_no_line(task: str) -> None:
    rng = np.random.default_rng(3)
    for w, b in zip(rng.uniform(-5, 5, (20, 2)), rng.uniform(-5, 5, 20), strict=True):
        states = [Neuron(w=w, b=b, task=task, activation=a) for a in ACTIVATIONS]
        assert len({s.task_outputs for s in states}) == 1
        assert len({s.task_accuracy for s in states}) == 1
        assert (
            len({(s.boundary_distance, s.boundary_slope, s.boundary_intercept) for s in states})
            == 1
        )
        lines = [next(iter(pictures.line_marks(s))) for s in states]
        assert all(f.same(line, lines[0]) for line in lines)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_shades_are_equal_along_the_line_and_change_across_it(activation: str) -> None:
    m = Neuron(w=(1.0, 2.0), activation=activation)
    field = view(m).panels[0]
    assert isinstance(field, Field)
    # Two samples right and one down is a step along the line: the same z, so the same y.
    assert np.allclose(field.values[1:, :-2], field.values[:-1, 2:], rtol=0, atol=1e-12)
    assert field.values[-1, -1] > field.values[0, 0]


def test_scaling_w_and_b_moves_nothing_but_steepness() -> None:
    rng = np.random.default_rng(4)
    for w, b in zip(rng.uniform(-1, 1, (30, 2)), rng.uniform(-1, 1, 30), strict=True):
        for scale in (0.25, 2.0, 4.9):
            one = Neuron(w=w, b=b, x=w)
            other = Neuron(w=scale * w, b=scale * b, x=w)
            for name in ("boundary_distance", "boundary_slope", "boundary_intercept"):
                assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-12)
            assert other.task_outputs == one.task_outputs
            assert other.z == pytest.approx(scale * one.z, rel=1e-12, abs=1e-14)
    five = CONCEPT.preset("the same line, five times as steep")
    assert five.boundary_distance == pytest.approx(Neuron().boundary_distance, rel=1e-15)
    assert five.y > Neuron().y


def test_the_bias_slides_and_the_weights_turn() -> None:
    slopes = {Neuron(b=b / 10).boundary_slope for b in range(-50, 51)}
    assert slopes == {-1.0}
    for angle in np.linspace(0, 2 * np.pi, 17):
        turned = Neuron(w=(2 * math.cos(angle), 2 * math.sin(angle)))
        assert turned.boundary_distance == pytest.approx(0.25, rel=1e-12)


# ── the picture ────────────────────────────────────────────────────────────────────────


def test_the_field_is_phi_of_the_sum_at_every_sample() -> None:
    m = Neuron(w=(0.7, -1.3), b=0.4, activation="tanh")
    field = view(m).panels[0]
    assert isinstance(field, Field) and field.sets == "x"
    assert (field.x.low, field.x.high, field.y.low, field.y.high) == (-3, 3, -3, 3)
    rows, columns = field.values.shape
    for r, c in ((0, 0), (0, columns - 1), (rows - 1, 0), (17, 90)):
        x1, x2 = -3 + 6 * c / (columns - 1), -3 + 6 * r / (rows - 1)
        assert field.values[r, c] == pytest.approx(math.tanh(0.7 * x1 - 1.3 * x2 + 0.4), rel=1e-12)


def test_the_arrow_is_w_as_far_as_it_fits() -> None:
    (arrow,) = (
        mark for mark in pictures.line_marks(Neuron(w=(1.0, -2.0))) if isinstance(mark, f.Arrow)
    )
    assert (arrow.x0, arrow.y0, arrow.x1, arrow.y1, arrow.label) == (0, 0, 1, -2, "w")
    (arrow,) = (
        mark for mark in pictures.line_marks(Neuron(w=(5.0, -2.5))) if isinstance(mark, f.Arrow)
    )
    assert max(abs(arrow.x1), abs(arrow.y1)) < 3 and arrow.x1 == pytest.approx(-2 * arrow.y1)
    assert arrow.label != "w"
    assert list(pictures.line_marks(Neuron(w=(0.0, 0.0)))) == []


def test_corners_are_told_apart_by_glyph_and_wrong_ones_marked() -> None:
    m = CONCEPT.preset("xor-impossible")
    zeros, ones = pictures.corner_marks(m)
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


def test_every_state_can_be_drawn_and_every_number_worked_out() -> None:
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
                    working = working_at(figure, f.Pin(at, r, c))
                    check(working, cell.content)
                    assert working.of in Neuron.computed()
        json.loads(m.to_json("neuron"))


def check(working: Working, shown: float) -> None:
    assert working.value == shown
    # A sum that is zero as typed may be a few 1e-16 in binary fractions.
    assert evaluate(working.expression) == pytest.approx(shown, rel=1e-9, abs=1e-14)
    assert pretty(working.expression) and working.symbols


def numbers_in(panel: object) -> Iterator[object]:
    if isinstance(panel, Field):
        yield panel.values
    for mark in getattr(panel, "marks", ()):
        if isinstance(mark, f.Line | Points):
            yield np.asarray(mark.x, dtype=float)
            yield np.asarray(mark.y, dtype=float)


def test_small_outputs_of_gelu_keep_their_digits_in_the_working() -> None:
    m = Neuron(w=(5.0, 5.0), b=-5.0, x=(-3.0, -3.0), activation="gelu")
    working = view(m).formula
    assert m.z == -35 and -1e-260 < m.y < 0
    assert evaluate(working.expression) == pytest.approx(m.y, rel=1e-9, abs=0)


def test_sentences_say_what_the_state_shows() -> None:
    assert "XOR: 3 of 4" in says(CONCEPT.preset("xor-impossible"))
    assert says(CONCEPT.preset("and")).startswith("AND: 4 of 4 right")
    assert "0.354 from 0" in says(Neuron()) and "y = 0.6225" in says(Neuron())
    assert "no line" in says(Neuron(w=(0.0, 0.0)))
    assert "off the picture: all here is class 1" in says(Neuron(w=(0.5, 0.5), b=5.0))
    assert "1 of 4" in says(Neuron(task="xor", w=(-1.0, 1.0), b=0.5).replace(w=(1.0, 1.0), b=-1.5))
    for m in states():
        if m.task_accuracy is not None:
            assert f"{round(4 * m.task_accuracy)} of 4" in says(m)


def test_plots_mark_the_present_z() -> None:
    m = Neuron(w=(5.0, 5.0), x=(3.0, 3.0), activation="silu")
    plot = next(p for p in view(m).panels if isinstance(p, Plot))
    here = plot.marks[-1]
    assert isinstance(here, Points) and list(here.x) == [m.z] and list(here.y) == [m.y]
    assert plot.x.high is not None and plot.x.high > m.z


# ── what there is to do ────────────────────────────────────────────────────────────────


def test_challenges_are_open_at_first_and_solved_by_their_solutions() -> None:
    assert len(CONCEPT.challenges) >= 3 and len(CONCEPT.presets) <= 9
    for challenge in CONCEPT.challenges:
        assert not challenge.solved(Neuron())
        assert challenge.solved(Neuron(**challenge.solution)), challenge.goal
        assert challenge.hint


def test_challenges_are_solved_by_their_keys() -> None:
    for challenge in CONCEPT.challenges:
        session = Session.open(CONCEPT)
        for key in challenge.keys.split():
            session = {
                "down": lambda s: s.choose(1),
                "right": lambda s: s.nudge(1),
                "shift+right": lambda s: s.nudge(10),
                "shift+left": lambda s: s.nudge(-10),
            }[key](session)
        assert challenge.solved(session.model), challenge.goal


def test_the_prose_is_short() -> None:
    words = [w for w in (neuron.__doc__ or "").split() if any(c.isalnum() for c in w)]
    assert 120 <= len(words) <= 250


def test_wrong_answers_are_not_shown_where_no_task_is_set() -> None:
    table = next(
        p for p in view(Neuron()).panels if isinstance(p, Table) and p.title == "Truth table"
    )
    assert [column.title for column in table.columns] == ["x", "class", "z", "y"]
    assert all(
        isinstance(cell, Cell) and "!" not in str(cell.content)
        for row in table.rows
        for cell in row
    )
