"""The screen `positions`: its numbers, what order does, and what people say on it."""

import itertools

import numpy as np
import pytest

from tests.calculator import calculate
from tui_transformer.concepts import load
from tui_transformer.concepts.positions import Positions
from tui_transformer.figure import Pin, pinnable, working_at
from tui_transformer.panels import Heatmap, Table
from tui_transformer.session import Session
from tui_transformer.terms import plain

CONCEPT = load("positions")
ORDERS = (
    ("the cat sat on the mat", "the mat sat on the cat"),
    ("dog bites man", "man bites dog"),
    ("a a b a", "b a a a"),
    ("猫 👍🏽 didn't", "didn't 猫 👍🏽"),
    ("one two three four five six seven", ""),
)


@pytest.fixture(autouse=True)
def loud():
    with np.errstate(all="raise", under="ignore"):
        yield


def test_the_numbers_of_place_1():
    m = CONCEPT.preset("four numbers a place")
    np.testing.assert_allclose(
        m.encoding[m.position], [0.841471, 0.540302, 0.0099998, 0.999950], atol=5e-7
    )


@pytest.mark.parametrize(("sentence", "shuffled"), ORDERS)
def test_outputs_move_with_their_words_unless_positions_or_the_mask_tell_order(sentence, shuffled):
    m = Positions(scheme="none", sentence=sentence, shuffled=shuffled)
    assert m.reordered
    assert len(m.pairs) == len(m.first.words)
    assert m.order_difference <= 1e-12
    one, other = m.readings
    assert not np.allclose(one.output, other.output)  # permuted, not identical
    for d, scheme in itertools.product((2, 32), ("none", "sinusoidal", "rotary")):
        told = m.replace(d_model=d, scheme=scheme, causal=True)
        assert told.order_difference > 1e-4
        assert scheme == "none" or told.replace(causal=False).order_difference > 1e-4


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


def test_an_odd_width_becomes_even():
    assert Positions(d_model=33).d_model == 32
    assert Session.open(CONCEPT, {"d_model": "127"}).model.d_model == 126


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
            assert calculate(plain(working.term)) == pytest.approx(shown, rel=1e-9, abs=1e-12)


def test_one_place_is_lit_everywhere():
    figure = CONCEPT.view(Positions(position=1))
    lit = [p.row for p in figure.panels if isinstance(p, Heatmap | Table)]
    assert lit == [1, 1, None, None, 1, 5]


def test_learned_places_are_those_of_the_model_that_writes():
    """Taken out by giving the whole model one token in two places: its first stream tells them."""
    from tui_transformer.concepts.generation import network
    from tui_transformer.nn import gpt
    from tui_transformer.nn.made_up.prose import PLAN

    tokens = np.full(PLAN.context, 3)
    table = network.weights()["embedding"]
    done = gpt.forward(PLAN, network.weights(), tokens)
    first = done.streams[0]
    m = Positions(scheme="learned", length=PLAN.context, d_model=PLAN.d_model)
    np.testing.assert_allclose(m.encoding, first - table[3], atol=1e-12)
    beyond = m.replace(length=70, d_model=128).encoding
    assert not beyond[PLAN.context :].any() and not beyond[:, PLAN.d_model :].any()
    assert m.replace(causal=False).order_difference > 1e-3
