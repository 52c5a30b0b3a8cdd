"""The screen `attention`: its numbers, its point, and every working on it."""

import math
import re

import numpy as np
import pytest

from tests.test_contract import assert_workings_hold
from tui_transformer.concepts import load
from tui_transformer.concepts.attention import Attention
from tui_transformer.figure import Pin
from tui_transformer.panels import Heatmap, Plot, Table
from tui_transformer.pieces import Bar
from tui_transformer.session import Session

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


STATES = [
    Attention(**{**controls, "scaled": scaled})
    for controls in EXTREMES.values()
    for scaled in (True, False)
]


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


# ── the point ──────────────────────────────────────────────────────────────────────────


def test_undivided_at_64_most_rows_collapse_and_hardly_any_gradient_comes_back():
    draws = [RANDOM.replace(seed=seed) for seed in range(200)]
    divided, undivided = ([softmax(m.inputs[at]) for m in draws] for at in (1, 0))
    assert max(undivided[0]) > 0.999 > 0.6 > max(divided[0])
    assert np.mean([max(w) > 0.95 for w in undivided]) > 0.5
    assert not any(max(w) > 0.95 for w in divided)
    slopes = [np.median([max(w) * (1 - max(w)) for w in rows]) for rows in (divided, undivided)]
    assert slopes[0] > 5 * slopes[1]


def test_presets_are_what_their_names_say():
    m = CONCEPT.preset("a longer key")
    assert np.array_equal(m.query, m.keys[0])
    assert np.argmax(m.weights) == 1
    assert math.hypot(*m.keys[1]) > math.hypot(*m.keys[0])
    np.testing.assert_allclose(CONCEPT.preset("asking for nothing").weights, 0.25)
    assert CONCEPT.preset("14 against 12").scaled_scores.tolist() == [14, 12]
    for name in ("d = 128, not divided", "d = 512, not divided"):
        assert CONCEPT.preset(name).weights.max() > 0.95
    assert CONCEPT.preset("d = 64, divided by √64").weights.max() < 0.6


def test_no_task_is_solved_without_what_it_is_about():
    kept, turned, shared = (task.solved for task in CONCEPT.challenges)
    two = [Attention(source="random", count=2, seed=seed) for seed in range(2000)]
    assert any(m.entropy < 0.1 for m in two), "a lucky draw of two keys, divided"
    assert not any(kept(m) for m in two)
    assert not shared(Attention(query=(0.0, 0.0), keys=((1.0, 0.0), (0.0, 1.0))))
    assert not shared(Attention(keys=((5.0, 0.0, 5.0, 0.0),) * 2 + ((0.0,) * 4,)))
    assert not turned(Attention(query=(5.0, 5.0, 5.0, 5.0), keys=np.eye(4) * 5))


# ── the screen ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("m", STATES, ids=lambda m: ",".join(m.assignments()))
def test_nothing_shown_is_missing_infinite_or_rounded_to_certainty(m):
    figure = CONCEPT.view(m)
    assert_workings_hold(figure)
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


@pytest.mark.parametrize(("j", "part"), [(0, "1−w(k0) = "), (1, "ln w(k1) = "), (2, "w(k2) = ")])
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


def test_the_whole_fraction_of_the_selected_key_is_the_formula():
    formula = CONCEPT.view(Attention(selected=1)).formula
    assert formula.shown == "e^0.5 / (e^1 + e^0.5 + e^0 + e^(−1))"
    assert formula.symbols.startswith("w(court) = e^z(court) / Σ e^z")


def test_pinning_a_row_selects_its_key():
    session = Session.open(CONCEPT).pin_cell(Pin(0, 2, 2))
    assert session.model.selected == 2
    assert session.figure.panels[0].row == 2
    assert session.working.value == session.model.weights[2]
