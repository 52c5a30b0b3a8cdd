"""The screen `recurrence`: what is left of the first word, and who waits."""

import math

import numpy as np
import pytest

from tui_transformer.concepts import load
from tui_transformer.concepts.recurrence import Recurrence
from tui_transformer.concepts.recurrence.model import SENTENCE
from tui_transformer.nn import recurrence as nn
from tui_transformer.panels import Field, Plot, Tokens
from tui_transformer.pieces import Line, Points, Rule

CONCEPT = load("recurrence")


@pytest.fixture(autouse=True)
def loud():
    with np.errstate(all="raise"):
        yield


def panel(m, title):
    return next(p for p in CONCEPT.view(m).panels if p.title == title)


def test_the_sentence_is_about_somebody() -> None:
    """64 words; the first is meant by the 16th, the 32nd and the last."""
    assert len(SENTENCE) == 64
    assert [SENTENCE[at] for at in (0, 15, 31, 63)] == ["Mia", "she", "her", "hers"]
    assert Recurrence(length=5).words == ["Mia", "lost", "the", "key", "of"]


def test_the_check_identity_is_gain_to_the_distance() -> None:
    for gain in (0.0, 0.5, 0.9, 1.0, 1.1, 2.0):
        for length in (2, 16, 64):
            m = Recurrence(activation="identity", gain=gain, length=length)
            wanted = [math.pow(m.gain, length - 1 - t) for t in range(length)]
            assert m.influence.tolist() == pytest.approx(wanted, rel=1e-15, abs=0)
            through = nn.influence(m.arrivals)  # the norms of the products of matrices
            assert through.tolist() == pytest.approx(wanted, rel=1e-12, abs=0)


def test_the_aha() -> None:
    """It dies or explodes; a gate slows it; attention's even share is as large far away as near."""
    for seed in range(8):
        far, near = (Recurrence(length=n, seed=seed).influence[0] for n in (64, 16))
        assert far < 1e-6 < 0.01 < near < 0.05
        kept = Recurrence(length=64, gated=True, seed=seed).influence[0]
        assert kept > 1e4 * far
        assert Recurrence(gain=2.0, seed=seed).influence[0] > 1
        wild = Recurrence(activation="identity", gain=1.1, length=64, seed=seed)
        assert wild.influence[0] > 400 > 100 * wild.replace(gated=True).influence[0]
    assert Recurrence(length=64).even_share == 1 / 64


def test_who_waits() -> None:
    m = Recurrence(length=40, position=9)
    assert m.sequential_steps == {"recurrent": 40, "attention": 1}
    assert m.writing_steps == {"recurrent": 40, "attention": 40}
    assert m.path_length == {"recurrent": 30, "attention": 1}


def test_attention_that_looks_evenly_holds_that_share() -> None:
    """With W_q = W_k = 0 all weights are alike: the output moves with each word by V/n."""
    m = Recurrence(length=12, width=4)
    v = nn.drawn(4, 1).turn

    def out(x: np.ndarray) -> np.ndarray:
        scores = (x @ np.zeros((4, 4))) @ (x @ np.zeros((4, 4))).T
        weights = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        return (weights @ (x @ v))[-1]

    for t in (0, 5, 11):
        columns = []
        for j in range(4):
            x = np.array(m.vectors)
            x[t, j] += 1.0
            columns.append(out(x) - out(m.vectors))
        assert np.linalg.norm(columns, 2) == pytest.approx(m.even_share, rel=1e-12)


def test_so_far_is_what_a_shorter_sentence_ends_with() -> None:
    for gated in (False, True):
        for step in (0, 1, 7, 16):
            m = Recurrence(step=step, gated=gated)
            assert len(m.influence_so_far) == step
            if step >= 2:
                short = Recurrence(length=step, gated=gated)
                np.testing.assert_allclose(m.influence_so_far, short.influence, rtol=1e-12)
    whole = Recurrence(step=16)
    np.testing.assert_array_equal(whole.influence_so_far, whole.influence)


def test_what_is_still_to_be_read_is_not_drawn() -> None:
    m = Recurrence(step=5)
    h = panel(m, "h as it walks").values
    fine = h.shape[1] // m.length
    assert not h[:, 5 * fine :].any() and h[:, : 5 * fine].all()
    shown = h[:: h.shape[0] // m.width, ::fine]  # the first number at the bottom
    np.testing.assert_array_equal(shown[:, :5], m.hidden[:5].T)
    (line,) = [mark for mark in panel(m, "Held of each word").marks if isinstance(mark, Line)]
    np.testing.assert_array_equal(line.y, m.influence_so_far)
    tokens = panel(m, "The sentence, shaded by what is held")
    assert isinstance(tokens, Tokens)
    assert [token.strength > 0 for token in tokens.tokens] == [True] * 5 + [False] * 11


def test_numbers_of_the_state_lie_at_their_ticks() -> None:
    """Number 0 of the state is at the bottom, as its axis says."""
    field = panel(Recurrence(step=16), "h as it walks")
    assert isinstance(field, Field) and (field.y.low, field.y.high) == (-0.5, 7.5)
    assert field.values[0, 0] == Recurrence().hidden[0, 0]


@pytest.mark.parametrize("controls", [*CONCEPT.presets.values(), {"step": 0}, {"gain": 0.0}])
def test_the_curve_has_its_rule_beside_it(controls) -> None:
    m = Recurrence(**controls)
    plot = panel(m, "Held of each word")
    assert isinstance(plot, Plot) and plot.y.log
    (rule,) = [mark for mark in plot.marks if isinstance(mark, Rule)]
    assert rule.at == 1 / m.length
    points = [mark for mark in plot.marks if isinstance(mark, Points)]
    assert len(points) == (m.position < m.step)
    held = m.influence_so_far[m.influence_so_far > 0]
    assert all(plot.y.low <= y <= plot.y.high for y in (*held, rule.at))


def test_what_it_says_is_short() -> None:
    for changes in (
        {"length": 64, "step": 45, "position": 43},
        {"length": 64, "step": 64, "position": 52},
        {"step": 0},
        {"step": 3, "position": 9},
        {"activation": "identity", "gain": 2.0, "length": 64, "step": 64},
        {"gain": 0.05, "length": 64, "step": 64},
    ):
        says = CONCEPT.view(Recurrence(**changes)).says
        assert len(says) <= 78, says
