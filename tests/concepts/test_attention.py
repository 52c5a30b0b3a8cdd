"""The screen `attention`: its numbers, its point, and every working on it."""

import json
import math
import re

import numpy as np
import pytest

from tui_transformer.concepts import load
from tui_transformer.concepts.attention import KEYS, Attention
from tui_transformer.figure import Bar, Heatmap, Pin, Plot, Table, pinnable, working_at
from tui_transformer.link import words
from tui_transformer.session import Session, parse_command
from tui_transformer.working import evaluate

CONCEPT = load("attention")
RANDOM = Attention(source="random")
EXTREMES = {
    "every weight a float can hold is 0 or 1": {
        "query": (20.0,) * 64,
        "keys": ((20.0,) * 64, (-20.0,) * 64, (19.5,) * 64),
    },
    "hardly anything": {"query": (1e-200,) * 4, "keys": ((1e-120,) * 4, (-1e-120,) * 4)},
    "zeros": {"query": (0.0, 0.0), "keys": ((0.0, 0.0), (0.0, 0.0))},
    "one dimension": {"source": "random", "dimension": 1, "count": 2},
    "largest": {"source": "random", "dimension": 512, "count": 16, "scaled": False},
    "selected too high": {"selected": 99},
}


@pytest.fixture(autouse=True)
def loud():
    with np.errstate(all="raise"):
        yield


def softmax(z):
    """Exactly rounded sums, written as the definition has it."""
    e = [math.exp(x - max(z)) for x in z]
    return [x / math.fsum(e) for x in e]


def states():
    yield from ((f"preset {name}", CONCEPT.preset(name)) for name in CONCEPT.presets)
    yield from ((name, Attention(**controls)) for name, controls in EXTREMES.items())
    yield from (
        (f"{name}, undivided", Attention(**{**controls, "scaled": False}))
        for name, controls in EXTREMES.items()
    )
    rng = np.random.default_rng(7)
    session = Session.open(CONCEPT)
    for i in range(12):
        session = session.randomise(rng)
        yield f"randomised {i}", session.model


STATES = dict(states())


# ── the values ─────────────────────────────────────────────────────────────────────────


def test_the_four_keys_by_hand():
    m = Attention()
    assert m.scores.tolist() == [2, 1, 0, -2]
    assert m.scaled_scores.tolist() == [1, 0.5, 0, -1]
    whole = math.e + math.exp(0.5) + 1 + 1 / math.e
    np.testing.assert_allclose(
        m.weights, np.array([math.e, math.exp(0.5), 1, 1 / math.e]) / whole, rtol=1e-14
    )
    assert m.entropy == pytest.approx(-math.fsum(w * math.log(w) for w in m.weights.tolist()))
    assert m.max_entropy == math.log(4)
    np.testing.assert_allclose(m.replace(scaled=False).weights, softmax([2, 1, 0, -2]), rtol=1e-14)


@pytest.mark.parametrize(
    "controls",
    [
        {"query": "2,2,2,2", "keys": "4,4,4,2;3,3,3,3"},
        {
            "query": ",".join(["1"] * 64),
            "keys": ";".join([",".join([x] * 64) for x in ("1.75", "1.5")]),
        },
    ],
)
def test_14_against_12(controls):
    m = Session.open(CONCEPT, controls).model
    d = len(m.query)
    assert m.scores.tolist() == [14 * d**0.5, 12 * d**0.5]
    assert m.scaled_scores.tolist() == [14, 12]
    np.testing.assert_allclose(m.weights, [0.880797, 0.119203], atol=5e-7)


@pytest.mark.parametrize("m", STATES.values(), ids=STATES)
def test_every_state_is_what_the_definition_says(m):
    q, k = m.q.tolist(), m.k.tolist()
    scores = [math.fsum(a * b for a, b in zip(q, key, strict=True)) for key in k]
    divided = [s / math.sqrt(len(q)) for s in scores]
    assert m.scores.tolist() == pytest.approx(scores, rel=1e-10, abs=1e-12)
    assert m.scaled_scores.tolist() == pytest.approx(divided, rel=1e-10, abs=1e-12)
    expected = softmax(divided if m.scaled else scores)
    assert m.weights.tolist() == pytest.approx(expected, rel=1e-9, abs=1e-300)
    assert math.fsum(m.weights) == pytest.approx(1, rel=1e-14)
    assert -1e-15 <= m.entropy <= m.max_entropy + 1e-12


def test_fewer_keys_or_dimensions_take_the_first_of_the_same_draw():
    small = RANDOM.replace(dimension=5, count=3)
    assert np.array_equal(small.q, RANDOM.q[:5])
    assert np.array_equal(small.k, RANDOM.k[:3, :5])
    assert not np.array_equal(RANDOM.q, RANDOM.replace(seed=1).q)
    assert np.array_equal(RANDOM.k, Attention(source="random").k)


def test_the_vectors_in_use_decide_d():
    assert Attention(dimension=300).q.tolist() == [1, 0, 1, 0]
    longer = Attention(query=(1.0, 2.0, 3.0, 4.0, 5.0, 6.0))
    assert longer.k.shape == (4, 6)
    assert longer.scaled_scores == pytest.approx(longer.scores / math.sqrt(6))


def test_the_selected_key_is_always_one_that_is_there():
    assert Attention(selected=99).selected == 3
    assert RANDOM.replace(selected=99).selected == 7
    assert RANDOM.replace(selected=7).replace(count=2).selected == 1
    assert RANDOM.replace(selected=7).replace(source="hand").selected == 3


@pytest.mark.parametrize("m", STATES.values(), ids=STATES)
def test_links_and_json_carry_the_whole_state(m):
    concept, typed = parse_command(Session(CONCEPT, m).link)
    assert concept == "attention"
    assert Session.open(CONCEPT, typed).model.same(m)
    assert words(Session(CONCEPT, m).link)[0] == "tfx"
    record = json.loads(m.to_json("attention"))
    assert list(record["values"]) == [
        "scores",
        "scaled_scores",
        "weights",
        "entropy",
        "max_entropy",
    ]
    assert record["values"]["weights"] == m.weights.tolist()


# ── the point ──────────────────────────────────────────────────────────────────────────


def test_undivided_at_64_the_row_collapses_onto_one_key():
    divided, undivided = RANDOM, RANDOM.replace(scaled=False)
    assert undivided.weights.max() > 0.999
    assert undivided.entropy < 0.01
    assert divided.weights.max() < 0.6
    assert divided.entropy > 1.4


def test_it_is_not_this_one_draw():
    draws = [RANDOM.replace(seed=seed) for seed in range(200)]
    spread = [m.entropy / m.max_entropy for m in draws]
    collapsed = [m.replace(scaled=False).entropy / m.max_entropy for m in draws]
    assert np.mean(spread) > 0.75
    assert np.mean(collapsed) < 0.25
    assert all(c < s for c, s in zip(collapsed, spread, strict=True))


@pytest.mark.parametrize("d", [4, 64, 512])
def test_the_score_variance_is_d_and_divided_it_is_1(d):
    draws = [Attention(source="random", dimension=d, count=16, seed=seed) for seed in range(400)]
    assert np.mean([m.scores**2 for m in draws]) == pytest.approx(d, rel=0.1)
    assert np.mean([m.scaled_scores**2 for m in draws]) == pytest.approx(1, rel=0.1)


@pytest.mark.parametrize("m", STATES.values(), ids=STATES)
def test_dividing_never_changes_the_order(m):
    undivided, divided = m.rows
    order = np.argsort(m.scores, kind="stable")
    assert (np.diff(divided[order]) >= 0).all()
    assert (np.diff(undivided[order]) >= 0).all()


def test_without_dividing_the_weights_add_up_to_one_as_well():
    assert math.fsum(RANDOM.replace(scaled=False).weights) == pytest.approx(1, rel=1e-14)


def test_parts_larger_than_1_collapse_in_spite_of_the_division():
    m = CONCEPT.preset("parts too large")
    assert m.scaled
    assert m.weights.max() > 0.95


def test_a_longer_key_beats_the_key_that_is_the_query():
    m = CONCEPT.preset("a longer key wins")
    assert np.array_equal(m.query, m.keys[0])
    assert np.argmax(m.weights) == 1


def test_asking_for_nothing_is_answered_by_all():
    np.testing.assert_allclose(CONCEPT.preset("asking for nothing").weights, 0.25)


def test_collapsed_rows_let_no_gradient_through():
    """w·(1−w) in the summary is the slope that finite differences find."""
    step = 1e-5
    for m in (RANDOM, RANDOM.replace(scaled=False)):
        z = (m.scaled_scores if m.scaled else m.scores).tolist()
        up, down = list(z), list(z)
        up[m.top], down[m.top] = z[m.top] + step, z[m.top] - step
        slope = (softmax(up)[m.top] - softmax(down)[m.top]) / (2 * step)
        assert summary_row(m, "slope")[m.scaled] == pytest.approx(slope, rel=1e-5)
    row = summary_row(RANDOM, "slope")
    assert row[True] > 500 * row[False]


def summary_row(m, name):
    """Numbers of a row of the summary: without √d, with it."""
    table = CONCEPT.view(m).panels[1]
    cells = next(row for row in table.rows if row[0].content == name)
    return {True: cells[1].content, False: cells[2].content}


def test_the_summary_shows_the_spread_to_expect_and_the_one_here():
    assert summary_row(RANDOM, "expected") == {True: 1.0, False: 64.0}
    here = summary_row(RANDOM, "mean s²")
    assert here[False] == pytest.approx(np.mean(RANDOM.scores**2))
    assert here[True] == pytest.approx(here[False] / 64)


# ── the screen ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("m", STATES.values(), ids=STATES)
def test_every_working_gives_its_number(m):
    figure = CONCEPT.view(m)
    assert evaluate(figure.formula.expression) == pytest.approx(figure.formula.value, rel=1e-9)
    pinned = 0
    for at, panel in enumerate(figure.panels):
        for row, column in pinnable(panel):
            working = working_at(figure, Pin(at, row, column))
            result = evaluate(working.expression)
            assert math.isfinite(result)
            assert result == pytest.approx(working.value, rel=1e-9, abs=1e-15)
            content = panel.rows[row][column].content
            assert content == pytest.approx(working.value, rel=1e-12)
            assert working.of in ("", *Attention.computed())
            assert working.shown
            pinned += 1
    assert pinned >= 2 * 2 + 2 * 5  # q·k and z of two keys, and the summary


@pytest.mark.parametrize("m", STATES.values(), ids=STATES)
def test_nothing_shown_is_missing_infinite_or_rounded_to_certainty(m):
    figure = CONCEPT.view(m)
    assert 0 < len(figure.says) <= 76
    assert not re.search(r"nan|inf|[×∞]", figure.says)
    for panel in figure.panels:
        if isinstance(panel, Table):
            cells = [cell.content for row in panel.rows for cell in row]
            numbers = [
                x.value if isinstance(x, Bar) else x for x in cells if not isinstance(x, str)
            ]
            assert np.isfinite(numbers).all()
        if isinstance(panel, Heatmap):
            assert np.isfinite(panel.values).all()
        if isinstance(panel, Plot):
            for mark in panel.marks:
                assert np.isfinite(getattr(mark, "y", 0)).all()
                assert np.isfinite(getattr(mark, "x", 0)).all()
    for row in figure.panels[0].rows:
        assert row[2].content not in (0.0, 1.0)
        assert row[4].content not in (0.0, 1.0)


def test_weights_beyond_floats_are_still_told_apart():
    m = Attention(query=(20.0,) * 4, keys=((20.0,) * 4, (-20.0,) * 4), scaled=False)
    assert m.weights.tolist() == [1.0, 0.0]
    table = CONCEPT.view(m).panels[0]
    # e^−3200 = 10^(−3200/ln 10) = 10^−1389.74…
    assert [row[4].content for row in table.rows] == ["1−1.8e-1390", "1.8e-1390"]
    assert 10 ** (-3200 / math.log(10) + 1390) == pytest.approx(1.8, abs=0.05)
    assert "1−1.8e-1390" in CONCEPT.view(m).says


@pytest.mark.parametrize(("j", "part"), [(0, "1−w0 = "), (1, "ln w1 = "), (2, "w2 = ")])
def test_the_formula_says_what_is_left_where_a_weight_is_nearly_certain(j, part):
    m = Attention(
        query=(20.0,) * 2,
        keys=((20.0, 20.0), (-20.0, 20.0), (19.0, 20.0)),
        scaled=False,
        selected=j,
    )
    formula = CONCEPT.view(m).formula
    assert formula.symbols.startswith(part)
    little = math.exp(-20) / (1 + math.exp(-20))
    assert formula.value == pytest.approx(
        [little, -800 - math.log1p(math.exp(-20)), little][j], rel=1e-12
    )


def test_both_rows_of_weights_are_always_there_and_the_one_that_counts_is_marked():
    for scaled in (True, False):
        m = RANDOM.replace(scaled=scaled)
        table = CONCEPT.view(m).panels[0]
        bars = [column for column in table.columns if column.bar]
        assert ["●" in column.title for column in bars] == [scaled, not scaled]
        for j, row in enumerate(table.rows):
            assert [row[1].content.value, row[3].content.value] == [m.rows[1][j], m.rows[0][j]]


def test_the_whole_fraction_of_the_selected_key_is_the_formula():
    formula = CONCEPT.view(Attention(selected=1)).formula
    assert formula.shown == "e^0.5 / (e^1 + e^0.5 + e^0 + e^(−1))"
    assert formula.symbols.startswith("w1 = e^z1 / Σ e^z")


def test_pinning_a_row_selects_its_key():
    session = Session.open(CONCEPT).pin_cell(Pin(0, 2, 2))
    assert session.model.selected == 2
    assert session.figure.panels[0].row == 2
    assert session.working.value == session.model.weights[2]


def test_says_covers_what_can_happen():
    def says(**controls):
        return CONCEPT.view(Attention(**controls)).says

    assert says() == "Divided by √4, k0 gets 0.4740 of the weight; undivided, 0.6572."
    assert says(source="random", scaled=False).startswith("Collapsed: without √64, k3 takes 0.9997")
    assert says(scaled=False).startswith("Without √4")
    assert says(query=(5.0, 0.0, 0.0, 0.0)).startswith("k0 and k1 tie")
    assert says(query=(0.0,) * 4).startswith("All 4 keys score the same")
    assert says(query=(20.0, 0.0, 20.0, 0.0)).startswith("Even divided")
    assert says(source="random", dimension=1).startswith("d = 1")


def test_the_prose_keeps_its_promises():
    assert 120 <= len(CONCEPT.prose.split()) <= 250
    assert "Often misread" in CONCEPT.prose
    assert f"{math.exp(8):,.0f}" in CONCEPT.prose
    assert set(re.findall(r"\]\(([^)]+)\)", CONCEPT.prose)) == {
        "dot-product",
        "softmax",
        "values",
        "self-attention",
    }


@pytest.mark.parametrize("challenge", CONCEPT.challenges, ids=lambda c: c.goal)
def test_challenges_are_open_until_solved(challenge):
    assert not challenge.solved(Attention())
    assert challenge.solved(Attention(**challenge.solution))


def test_the_keys_of_the_first_challenge():
    session = Session.open(CONCEPT)
    for key in CONCEPT.challenges[0].keys.split():
        session = session.nudge(1) if key == "right" else session.choose(1)
    assert CONCEPT.challenges[0].solved(session.model)
    assert np.array_equal(session.model.keys, KEYS)


def test_there_are_few_enough_presets_for_the_digits():
    assert len(CONCEPT.presets) <= 9
    assert next(iter(CONCEPT.presets.values())) == {}
