"""The screen `feed-forward`: every word by itself, to the last bit."""

import itertools

import numpy as np
import pytest

from tests.calculator import calculate
from tui_transformer.concepts import load
from tui_transformer.concepts.feed_forward import FeedForward
from tui_transformer.concepts.feed_forward.model import times
from tui_transformer.nn.transformer import Block, forward
from tui_transformer.panels import Heatmap
from tui_transformer.terms import plain

CONCEPT = load("feed-forward")
LONG = " ".join(f"word{i % 50}" for i in range(100))
ACTIVATIONS = ("relu", "gelu", "silu")
SENTENCES = ("my cat sat on the mat", "a rose is a rose", "one", "", LONG, "猫 ☃ don't, x[i]!")


@pytest.fixture(autouse=True)
def loud():
    with np.errstate(all="raise", under="ignore"):
        yield


@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_it_is_the_part_of_a_block_with_this_name(activation):
    """With the same orientation: row vectors times matrices, x·W + b."""
    m = FeedForward(activation=activation)
    plan = Block(8, 2, 32, activation=activation, attention=False, normalize=False, residual=True)
    weights = plan.random_weights(np.random.default_rng(0)) | {
        f"feed_forward.{name}": w for name, w in m.matrices.items()
    }
    trace = forward(plan, weights, m.x)
    np.testing.assert_allclose(trace.stages["feed_forward"], m.output, rtol=1e-12, atol=1e-14)


def test_permuted_words_permute_the_outputs_to_the_bit():
    for sentence, d, activation in itertools.product(SENTENCES, (2, 8, 19, 32), ACTIVATIONS):
        plain = FeedForward(sentence=sentence, d_model=d, activation=activation)
        permuted_rows_are_the_rows(plain, plain.replace(shuffle=True))


def permuted_rows_are_the_rows(plain, shuffled):
    order = list(shuffled.order)
    assert sorted(order) == list(range(len(plain.tokens)))
    if len(order) > 1:
        assert all(at != place for place, at in enumerate(order))  # no word stays
    assert shuffled.tokens == tuple(plain.tokens[at] for at in order)
    for name in ("hidden", "output"):
        here, there = getattr(shuffled, name), getattr(plain, name)[order]
        assert here.tobytes() == there.tobytes()
    assert shuffled.shuffle_difference == plain.shuffle_difference == 0
    assert shuffled.active_fraction == plain.active_fraction


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_changing_one_word_changes_only_its_rows(activation):
    words = ["my", "cat", "sat", "on", "the", "mat"]
    before = FeedForward(activation=activation, d_model=19)
    for place in range(6):
        after = before.replace(sentence=" ".join([*words[:place], "xyzzy", *words[place + 1 :]]))
        for name in ("hidden", "output"):
            here, there = getattr(after, name), getattr(before, name)
            same = [a.tobytes() == b.tobytes() for a, b in zip(here, there, strict=True)]
            assert same == [at != place for at in range(6)]


def test_a_word_alone_or_among_many_gets_the_same_bits():
    alone = FeedForward(sentence="cat").output[0].tobytes()
    among = FeedForward(sentence="cat " + LONG)
    assert among.output[0].tobytes() == alone
    twice = FeedForward(sentence="cat dog Cat").output
    assert twice[0].tobytes() == twice[2].tobytes() == alone != twice[1].tobytes()


def test_without_an_answering_key_nothing_is_shown_as_strongest():
    """Two ReLU keys, and a word that neither answers to: only the bias is left."""
    asleep = (
        FeedForward(d_model=2, expansion=1, seed=s, token=t) for s in range(50) for t in range(6)
    )
    m = next(m for m in asleep if not m.hidden[m.token].any())
    assert m.strongest == -1
    np.testing.assert_array_equal(m.output[m.token], m.matrices["b_2"])
    CONCEPT.view(m)


def test_three_heatmaps_share_their_rows():
    m = FeedForward(token=4)
    heatmaps = [
        p for p in CONCEPT.view(m).panels if isinstance(p, Heatmap) and p.row_control == "token"
    ]
    assert len(heatmaps) == 3
    assert len({p.rows for p in heatmaps}) == 1
    assert {p.row for p in heatmaps} == {4}
    assert {p.values.shape for p in heatmaps} == {(6, 8), (6, 32)}


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_cell_of_a_wide_network_is_worked_out(activation):
    m = FeedForward(d_model=32, expansion=8, activation=activation, sentence="cat dog")
    for panel in CONCEPT.view(m).panels:
        if isinstance(panel, Heatmap) and panel.working is not None:
            for r, c in itertools.product(range(len(panel.values)), range(0, 32, 5)):
                working = panel.working(r, c)
                assert calculate(plain(working.term)) == pytest.approx(
                    float(panel.values[r, c]), rel=1e-9, abs=1e-13
                )


def test_times_is_a_matrix_product():
    rng = np.random.default_rng(1)
    for n, d, k in ((1, 1, 1), (3, 7, 5), (64, 32, 256)):
        x, w = rng.standard_normal((n, d)), rng.standard_normal((d, k))
        np.testing.assert_allclose(times(x, w), x @ w, rtol=1e-12, atol=1e-12)


def test_the_sorters_layer_is_the_one_that_sorts():
    """The whole model reads a line; between two of its stages lies what the screen has."""
    from tui_transformer.concepts.sorter import network
    from tui_transformer.nn import gpt
    from tui_transformer.nn.made_up.sorting import PLAN, encode

    trace = gpt.forward(PLAN, network.weights(), encode("CBABBCABBBC")).traces[0]
    m = FeedForward(weights="sorter", sentence="A B C")
    w = m.matrices
    hidden = m.gate.f(trace.stages["norm_2"] @ w["w_1"] + w["b_1"])
    expected = trace.stages["feed_forward"]
    np.testing.assert_allclose(hidden @ w["w_2"] + w["b_2"], expected, rtol=1e-11, atol=1e-11)
    assert set(m.idle()) == {"d_model", "expansion", "activation", "seed"}
    assert m.parameter_count == 8 * 48**2 + 5 * 48
