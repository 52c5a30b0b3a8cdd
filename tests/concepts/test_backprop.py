"""The graph: read like Python, drawn edge by edge, walked back like the chain rule says."""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_transformer.concepts import load
from tui_transformer.concepts.backprop import CONCEPT
from tui_transformer.concepts.backprop.edges import edges
from tui_transformer.concepts.backprop.graph import MOST, read
from tui_transformer.concepts.backprop.model import Backprop
from tui_transformer.concepts.backprop.samples import EXPRESSIONS
from tui_transformer.controls import BadValue
from tui_transformer.panels import Table
from tui_transformer.session import Session
from tui_transformer.terms import gradients, operand
from tui_transformer.ui.code import behind

PYTHON = {"exp": math.exp, "log": math.log, "sqrt": math.sqrt, "tanh": math.tanh,
          "relu": lambda x: max(0.0, x)}  # fmt: skip


def evaluated(text: str, numbers: Mapping[str, float]) -> float:
    """What Python makes of an expression."""
    known, result = dict(numbers), math.nan
    for part in text.split(";"):
        name, equals, rest = part.rpartition("=")
        result = eval(rest.strip(), {"__builtins__": {}} | PYTHON, known)
        if equals:
            known[name.strip()] = result
    return float(result)


# ── published numbers ──────────────────────────────────────────────────────────────────


def test_the_worked_example_of_micrograd() -> None:
    """g, dg/da and dg/db as the README of micrograd prints them."""
    m = CONCEPT.preset("micrograd's example")
    assert isinstance(m, Backprop)
    assert f"{m.value_out:.4f}" == "24.7041"
    assert {name: f"{x:.4f}" for name, x in m.gradients.items()} == {
        "a": "138.8338",
        "b": "645.5773",
    }


def test_softmax_with_cross_entropy_gives_p_minus_y() -> None:
    m = CONCEPT.preset("softmax, cross-entropy")
    powers = [math.exp(z) for z in (2, 1, 0.1)]
    p = [power / sum(powers) for power in powers]
    assert m.gradients == pytest.approx({"z1": p[0] - 1, "z2": p[1], "z3": p[2]})  # type: ignore[attr-defined]


def test_a_layer_norm_has_no_gradient_along_a_shift_or_along_its_input() -> None:
    """Shift all numbers, or scale them about their mean: nothing goes out (but for ε)."""
    m = CONCEPT.preset("a layer norm")
    slopes = list(m.gradients.values())  # type: ignore[attr-defined]
    assert math.fsum(slopes) == pytest.approx(0, abs=1e-15)
    centred = [x - 7 / 3 for x in (1, 2, 4)]
    assert abs(math.fsum(map(float.__mul__, slopes, centred))) < 1e-4


def test_what_the_explanation_says_of_the_opening_graph() -> None:
    rows = {row[0]: row for row in Backprop(step=-1).nodes}
    assert rows["n1"][1] == "w·x" and rows["n1"][4] == [2.0, 0.5]  # x times as far as w
    assert rows["out"][3] == 1  # with itself one to one
    twice = CONCEPT.preset("x used twice")
    assert twice.gradients == {"x": 2 * 2 + 3}  # type: ignore[attr-defined]
    assert sorted(twice.paths["x"]) == [2, 2, 3]  # type: ignore[attr-defined]


# ── reading ────────────────────────────────────────────────────────────────────────────

leaf = st.sampled_from(["a", "b", "c", "2", "0.5", "3"])
texts = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(" ".join),
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({' '.join(t)})"),
        inner.map(lambda t: f"-{t}"),
        inner.map(lambda t: f"({t})**2"),
        inner.map(lambda t: f"tanh({t})"),
        inner.map(lambda t: f"relu({t})"),
    ),
    max_leaves=9,
)


@settings(max_examples=150, deadline=None)
@given(text=texts)
def test_it_reads_what_python_reads(text: str) -> None:
    numbers = {"a": 0.7, "b": -1.3, "c": 2.1}
    try:
        graph = read(text, lambda name: operand(name, numbers[name], "control"))
    except BadValue as refusal:
        assert "no name" in str(refusal) or "nodes" in str(refusal)
        return
    try:
        true = evaluated(text, numbers)
    except (ZeroDivisionError, OverflowError):
        return
    assert graph.result.value == pytest.approx(true, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("text", "same"),
    [("-a**2", "-(a**2)"), ("a**-b", "a**(-b)"), ("a**b**2", "a**(b**2)"), ("a−b·c", "a-b*c"),
     ("a^2 × b", "a**2*b"), ("2*-a", "2*(-a)"), ("c = a; c*b;", "a*b"), (".5e1*a", "5*a")],
)  # fmt: skip
def test_signs_bind_as_in_python(text: str, same: str) -> None:
    numbers = {"a": 1.7, "b": 0.6, "c": 2.1}
    graph = read(text, lambda name: operand(name, numbers[name], "control"))
    assert graph.result.value == pytest.approx(evaluated(same, numbers), rel=1e-14)


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "stops"), ("a +", "stops"), ("(a", "stops"), ("a)", "“)” makes no sense"),
     ("a b", "“b”"), ("sin(a)", "“(”"), ("exp", "stops"), ("exp a", "“a”"), ("2 + 3", "no name"),
     ("a # b", "“# b”"), ("a = ", "stops"), ("= a", "“=”"), ("a;;b", "“;”"), ("tanh = a", "“tanh”"),
     ("(" * 50 + "a" + ")" * 50, "deep"), ("-" * 60 + "a", "deep"),
     ("*".join(["a"] * 80), "64"), ("a" * 30, "letters"), ("a.__class__", "“.__class__”"),
     ("é + a", "“é + a”")],
)  # fmt: skip
def test_what_is_no_expression_is_refused_with_a_sentence(text: str, says: str) -> None:
    with pytest.raises(BadValue) as refusal:
        Backprop().parsed({"expression": text})
    assert says in str(refusal.value)
    assert str(refusal.value).endswith(".")


def test_a_graph_has_as_many_nodes_as_it_may() -> None:
    text = "+".join(["a"] * MOST)  # 63 additions and a
    assert len(read(text).order) == MOST
    with pytest.raises(BadValue):
        read(text + "+a")


def test_names_are_unique_and_tell_one_c_from_the_next() -> None:
    for expression in (*EXPRESSIONS, "n1 = a + b; out = n1*n1; c = out + 1; c = c*c; c + a*b"):
        m = Backprop(expression=expression)
        assert len(set(m.names)) == len(m.names)
    assert {"c", "c′", "n1", "out"} < set(m.names)
    assert m.names[-1] == "out′"


def test_many_ways_are_not_written_out() -> None:
    text = "a = x + x; " + "; ".join(["a = a + a"] * 9)
    m = Backprop(expression=text, step=-1)
    assert m.paths == {"x": None} and m.gradients == {"x": 1024.0}
    (row,) = CONCEPT.view(m).panels[-1].rows  # type: ignore[union-attr]
    assert row[-1].content == "more than 256 ways"


# ── the walk back ──────────────────────────────────────────────────────────────────────


def drawn(count: int) -> Iterator[Backprop]:
    rng = np.random.default_rng(3)
    for _ in range(count):
        yield Session.open(load("backprop")).randomise(rng).model  # type: ignore[misc]


def test_ways_add_up_to_the_gradient_of_every_node() -> None:
    for m in drawn(20):
        for name in m.names[:-1]:
            assert math.fsum(m.ways[name]) == pytest.approx(m.backward[name], rel=1e-9, abs=1e-12)
            ways = m.paths_from[name]
            assert ways is not None
            assert math.fsum(ways) == pytest.approx(m.backward[name], rel=1e-7, abs=1e-9)


def test_walked_down_through_its_own_workings_the_value_has_the_same_gradients() -> None:
    """The workings of the screen, differentiated through all their levels, say the same."""
    for m in drawn(6):
        deep = gradients(m.one("value").why().term, deep=True)
        for name, gradient in m.gradients.items():
            found = deep[m.the("leaves")[name]]
            assert found == pytest.approx(gradient, rel=1e-9, abs=1e-12)


def test_the_steps_go_up_and_then_down_one_node_at_a_time() -> None:
    start = Backprop()
    count = len(start.names)
    for step in range(2 * count + 1):
        rows = start.replace(step=step).nodes
        assert sum(row[2] is not None for row in rows) == min(step, count)
        assert sum(row[3] is not None for row in rows) == max(step - count, 0)
    assert start.replace(step=2 * count).nodes == start.replace(step=-1).nodes
    assert start.replace(step=999).step == 2 * count


def test_before_it_is_reached_no_gradient_stands_on_the_screen() -> None:
    for name in CONCEPT.presets:
        model = CONCEPT.preset(name)
        for step in (0, 1, len(model.names)):  # type: ignore[attr-defined]
            figure = CONCEPT.view(model.replace(step=step))
            for panel in (p for p in figure.panels if isinstance(p, Table)):
                for at in [i for i, c in enumerate(panel.columns) if c.role == "gradient"]:
                    assert {row[at].content for row in panel.rows} == {"·"}, name


def test_m_shows_the_way_back_first() -> None:
    for value in ("backward", "gradients"):
        names = [f.__name__ for f in behind(Backprop, value)]
        assert names[0] == "gradients" and {"own_slopes", "in_order"} <= set(names), names
        assert behind(Backprop, value)[0].__module__ == "tui_transformer.terms.gradients"


# ── edges ──────────────────────────────────────────────────────────────────────────────

JOINED = "┌└├┬┴┼"


def led(lines: Sequence[str], top: int, bottom: int) -> bool:
    """Whether a lane leads from the node on one line to the one on another."""
    return any(
        lines[top][lane] in "┌├┬┼"
        and lines[bottom][lane] in "└├┴┼"
        and all(lines[row][lane] in "│├┼" for row in range(top + 1, bottom))
        for lane in range(len(lines[top]))
    )


def test_every_edge_is_drawn_and_no_other() -> None:
    for m in [*drawn(12), *(Backprop(expression=e) for e in EXPRESSIONS)]:
        rows = m.names[::-1]
        lines = edges(rows, m.parts)
        assert len({len(line) for line in lines}) == 1
        for top, user in enumerate(rows):
            for part in m.parts[user]:
                assert led(lines, top, rows.index(part)), (m.expression, user, part)
        for row, name in enumerate(rows):
            # A node joins one lane from above, unless it is the top, and one for each part.
            lanes = set(m.parts[name]) | ({name} if row else set())
            joined = sum(sign in JOINED for sign in lines[row])
            fresh = sum(sign in "├┼" for sign in lines[row])
            assert joined <= len(lanes) <= joined + fresh, (m.expression, name)


# ── leaves, and what is set ────────────────────────────────────────────────────────────


def test_leaves_follow_the_expression() -> None:
    m = Backprop().parsed({"expression": "a*w + w"})
    assert m.leaves == "a=1 w=0.5" and m.nudge == "w"
    assert m.parsed({"expression": "a*a"}).nudge == "a"
    assert m.parsed({"leaves": "w=3"}).leaves == "a=1 w=3"
    assert m.parsed({"leaves": " a = 1/4,w=-2 "}).leaves == "a=0.25 w=-2"
    for text in ("q=1", "a", "a=", "a=x", "a=99", "a=1 w=2 a", "=3"):
        with pytest.raises(BadValue):
            m.parsed({"leaves": text})


def test_the_arrows_hold_each_leaf_by_its_name() -> None:
    session = Session.open(load("backprop"))
    labels = [knob.label for knob in session.knobs]
    assert labels == ["expression", "w", "x", "b", "y", "nudge", "delta", "step"]
    moved = session.choose(2).nudge(1)
    assert moved.model.leaves == "w=0.5 x=2.1 b=-0.3 y=1"  # type: ignore[attr-defined]
    assert moved.said == "x = 2.1"
    assert moved.undo().model is session.model
    assert session.choose(3).asks()[::2] == ("b", "-0.3")
    for typed in ("0.25", "b=1/4", "b=0.25 w=0.5"):
        assert session.choose(3).answer(typed).model.leaves == "w=0.5 x=2 b=0.25 y=1"  # type: ignore[attr-defined]


def test_no_task_is_solved_by_a_preset_or_by_one_key() -> None:
    starts = [Session.open(load("backprop"))]
    starts += [starts[0].preset(i) for i in range(1, len(CONCEPT.presets) + 1)]
    for start in starts:
        keys = [start, *(start.step(by) for by in (1, -1))]
        keys += [start.turn(knob, by) for knob in start.knobs for by in (1, -1, 10, -10)]
        for session in keys:
            for task in CONCEPT.challenges:
                assert not task.solved(session.model), (task.goal, session.link)


def test_what_was_meant_must_have_happened() -> None:
    cancel, stuck, straight = CONCEPT.challenges
    assert not cancel.solved(Backprop(expression="a*x - 3*x", leaves="a=3 x=2"))  # not seen yet
    assert not cancel.solved(Backprop(expression="0*x - 0*x", leaves="x=2", step=-1))
    assert not stuck.solved(Backprop(leaves="w=0.5 x=2 b=4 y=1", step=-1))  # right, so no matter
    assert not straight.solved(Backprop(expression="3*x", delta=1, step=-1))  # one way alone
    assert not straight.solved(Backprop(expression="x*x", delta=1, step=-1))  # it bends
