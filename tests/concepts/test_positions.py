"""The screen `positions`: its numbers, what order does, and what people say on it."""

import itertools
import json
import math

import numpy as np
import pytest

from tui_transformer.concepts import load
from tui_transformer.concepts.positions import SAME, Positions
from tui_transformer.figure import Heatmap, Pin, Table, pinnable, working_at
from tui_transformer.session import Session
from tui_transformer.working import evaluate

CONCEPT = load("positions")
ORDERS = (
    ("the cat sat on the mat", "the mat sat on the cat"),
    ("dog bites man", "man bites dog"),
    ("a a b a", "b a a a"),
    ("猫 👍🏽 didn't", "didn't 猫 👍🏽"),
    ("one two three four five six seven", ""),
)
SHAPES = tuple(itertools.product((2, 4, 32, 128), (0, 1, 77)))


@pytest.fixture(autouse=True)
def loud():
    with np.errstate(all="raise", under="ignore"):
        yield


def test_every_value_is_printed():
    record = json.loads(Positions().to_json("positions"))
    assert list(record["values"]) == ["encoding", "similarity", "wavelengths", "order_difference"]
    assert np.shape(record["values"]["encoding"]) == (32, 32)
    assert np.shape(record["values"]["similarity"]) == (32,)
    assert np.shape(record["values"]["wavelengths"]) == (16,)
    assert {name: record["controls"][name] for name in ("scheme", "causal", "position")} == {
        "scheme": "sinusoidal",
        "causal": False,
        "position": 5,
    }


def test_the_numbers_of_place_1():
    m = CONCEPT.preset("four numbers a place")
    np.testing.assert_allclose(
        m.encoding[m.position], [0.841471, 0.540302, 0.0099998, 0.999950], atol=5e-7
    )


@pytest.mark.parametrize(("d", "seed"), SHAPES)
@pytest.mark.parametrize(("sentence", "shuffled"), ORDERS)
def test_without_positions_and_mask_outputs_are_permuted_with_the_words(
    sentence, shuffled, d, seed
):
    m = Positions(scheme="none", sentence=sentence, shuffled=shuffled, d_model=d, seed=seed)
    assert m.reordered
    assert len(m.pairs) == len(m.first.words)
    assert m.order_difference <= 1e-12
    one, other = m.readings
    assert not np.allclose(one.output, other.output)  # permuted, not identical


@pytest.mark.parametrize(("d", "seed"), SHAPES)
@pytest.mark.parametrize(("sentence", "shuffled"), ORDERS)
@pytest.mark.parametrize(
    ("scheme", "causal"),
    [
        ("none", True),
        ("sinusoidal", False),
        ("sinusoidal", True),
        ("rotary", False),
        ("rotary", True),
    ],
)
def test_positions_or_the_mask_alone_tell_order(sentence, shuffled, d, seed, scheme, causal):
    m = Positions(
        scheme=scheme, causal=causal, sentence=sentence, shuffled=shuffled, d_model=d, seed=seed
    )
    assert m.order_difference > 1e-4


def attend(q, k, v, causal):
    """Attention written out, word by word."""
    rows = []
    for i in range(len(q)):
        seen = range(i + 1 if causal else len(k))
        scores = [math.fsum(q[i] * k[j]) / math.sqrt(q.shape[1]) for j in seen]
        e = [math.exp(s - max(scores)) for s in scores]
        rows.append(sum(w * v[j] for w, j in zip(e, seen, strict=True)) / math.fsum(e))
    return np.array(rows)


@pytest.mark.parametrize("scheme", ["none", "sinusoidal", "rotary"])
@pytest.mark.parametrize("causal", [False, True])
def test_a_reading_is_attention(scheme, causal):
    m = Positions(scheme=scheme, causal=causal, d_model=8)
    for reading in m.readings:
        np.testing.assert_allclose(
            reading.output, attend(reading.q, reading.k, reading.v, causal), atol=1e-12
        )
    assert m.order_difference == pytest.approx(
        max(
            abs(float(m.readings[0].output[i, c] - m.readings[1].output[j, c]))
            for i, j in ((0, 0), (1, 5), (2, 2), (3, 3), (4, 4), (5, 1))
            for c in range(8)
        ),
        abs=1e-15,
    )


def test_rotary_turns_q_and_k_and_leaves_v():
    plain, turned = (Positions(scheme=s).readings[0] for s in ("none", "rotary"))
    np.testing.assert_array_equal(plain.v, turned.v)
    np.testing.assert_array_equal(plain.q[0], turned.q[0])
    assert np.abs(plain.q[1:] - turned.q[1:]).min(axis=1).max() > 0
    np.testing.assert_allclose(np.diagonal(plain.scores), np.diagonal(turned.scores))


def test_repeated_words_without_positions_have_identical_outputs():
    m = Positions(scheme="none")
    np.testing.assert_allclose(m.readings[0].output[0], m.readings[0].output[4], atol=1e-14)
    assert not np.allclose(*Positions().readings[0].output[[0, 4]])


@pytest.mark.parametrize("scheme", ["sinusoidal", "rotary"])
def test_similarity_is_a_row_of_one_curve(scheme):
    here, there = (Positions(scheme=scheme, position=p).similarity for p in (5, 9))
    np.testing.assert_allclose(here[5:28], there[9:], atol=1e-12)
    assert here[5] == pytest.approx(16)
    assert np.argmax(here) == 5


def test_what_cannot_be_compared_is_said():
    assert Positions(shuffled="x y").order_difference is None
    assert "No word in common" in CONCEPT.view(Positions(shuffled="x y")).says
    assert "Not the same words" in CONCEPT.view(Positions(shuffled="the dog")).says
    assert "same order" in CONCEPT.view(Positions(shuffled="The cat sat on the mat")).says
    many = Positions(sentence="word " * 300, shuffled="")
    assert "256" in CONCEPT.view(many).says
    assert "Nothing is typed" in CONCEPT.view(Positions(sentence=" ", shuffled="")).says


def test_an_odd_width_becomes_even():
    assert Positions(d_model=33).d_model == 32
    assert Session.open(CONCEPT, {"d_model": "127"}).model.d_model == 126


def test_says_is_short_and_true():
    for name in CONCEPT.presets:
        m = CONCEPT.preset(name)
        says = CONCEPT.view(m).says
        assert len(says) <= 76, says
        assert ("same output" in says) == (m.order_difference <= SAME)


@pytest.mark.parametrize(
    "m",
    [
        Positions(length=256, d_model=128, position=255, scheme="rotary"),
        Positions(sentence="b a " * 200, shuffled="", causal=True, scheme="none", d_model=4),
        Positions(length=2, d_model=2, base=10, position=1),
        Positions(shuffled="mat hat", scheme="rotary", causal=True),
    ],
    ids=["large", "256 words", "small", "other words"],
)
def test_workings_hold_at_the_edges(m):
    figure = CONCEPT.view(m)
    for i, panel in enumerate(figure.panels):
        cells = list(pinnable(panel))
        for row, column in (*cells[:6], *cells[-6:]):
            working = working_at(figure, Pin(i, row, column))
            shown = (
                panel.values[row, column]
                if isinstance(panel, Heatmap)
                else panel.rows[row][column].content
            )
            assert working.value == shown
            assert evaluate(working.expression) == pytest.approx(shown, rel=1e-9, abs=1e-12)


def test_one_place_is_lit_everywhere():
    figure = CONCEPT.view(Positions(position=1))
    lit = [p.row for p in figure.panels if isinstance(p, Heatmap | Table)]
    assert lit == [1, 1, None, None, 1, 5]
