"""Cutting wires, against a pass that leaves things out, and attribution against its sum."""

import numpy as np
import pytest

from tui_transformer.nn import gpt
from tui_transformer.nn.cutting import BLOCK, FFN, Wire, contributions, cut, read

PLAN = gpt.Gpt(vocabulary=5, context=6, layers=2, heads=2, d_model=8)
RNG = np.random.default_rng(3)
W = {name: RNG.normal(0, 0.5, w.shape) for name, w in PLAN.random_weights(RNG).items()}
TOKENS = np.array([1, 4, 0, 2, 2])


def run(w: dict[str, np.ndarray]) -> gpt.Pass:
    return gpt.forward(PLAN, w, TOKENS)


def added(w: dict[str, np.ndarray], layer: int) -> tuple[np.ndarray, np.ndarray]:
    """What attention and feed-forward of a layer add to the stream."""
    stages = run(w).traces[layer].stages
    return stages["attention"], stages["feed_forward"]


@pytest.mark.parametrize(
    "word", ["1.0", "2.ffn", "2.ffn.7", "2", "1.1:mean", "2.ffn.7:mean", "e1.ffn.0", "1:mean"]
)
def test_a_wire_is_written_as_it_is_read(word: str) -> None:
    assert str(read(word)) == word


@pytest.mark.parametrize(
    "word", ["", "0.1", "1.", "x", "1.2.3", "1.ffn:min", "1.ffn.", "1.ffn.x", "-1", "1.0:", "²"]
)
def test_what_is_no_wire_is_refused(word: str) -> None:
    with pytest.raises(ValueError):
        read(word)


def test_a_cut_head_finds_nothing_and_the_bias_stays() -> None:
    whole, part = added(W, 0)[0], added(cut(PLAN, W, [Wire(0, 1)]), 0)[0]
    found = run(W).traces[0].kept["found"]
    by_hand = found[:, 4:] @ W["block_0.attention.w_o"][4:]
    np.testing.assert_allclose(whole - part, by_hand, atol=1e-12)


def test_without_all_heads_the_bias_alone_is_added() -> None:
    part = added(cut(PLAN, W, [Wire(1, 0), Wire(1, 1)]), 1)[0]
    np.testing.assert_allclose(part, np.tile(W["block_1.attention.b_o"], (5, 1)), atol=1e-12)


def test_a_cut_feed_forward_leaves_its_bias_and_a_cut_block_nothing() -> None:
    part = added(cut(PLAN, W, [Wire(1, FFN)]), 1)[1]
    np.testing.assert_allclose(part, np.tile(W["block_1.feed_forward.b_2"], (5, 1)), atol=1e-12)
    done = run(cut(PLAN, W, [Wire(1, BLOCK), Wire(1, 0, True)]))
    np.testing.assert_array_equal(done.streams[2], done.streams[1])


def test_a_cut_neuron_writes_nothing_and_what_holds_it_takes_it_along() -> None:
    hidden, w_2 = run(W).traces[1].kept["hidden"], W["block_1.feed_forward.w_2"]
    whole, neuron = added(W, 1)[1], Wire(1, "ffn.7")
    part = added(cut(PLAN, W, [neuron]), 1)[1]
    np.testing.assert_allclose(whole - part, np.outer(hidden[:, 7], w_2[7]), atol=1e-12)
    mean = added(cut(PLAN, W, [Wire(1, "ffn.7", True)], run(W)), 1)[1]
    np.testing.assert_allclose(mean - part, np.tile(hidden[:, 7].mean() * w_2[7], (5, 1)))
    for holds in (Wire(1, FFN), Wire(1, BLOCK), Wire(1, FFN, True)):
        both = run(cut(PLAN, W, [Wire(1, "ffn.7", True), holds], run(W)))
        np.testing.assert_array_equal(both.logits, run(cut(PLAN, W, [holds], run(W))).logits)


def test_a_mean_is_what_the_whole_model_adds_on_average() -> None:
    met = run(W)
    for wires, at in (([Wire(0, 0, True), Wire(0, 1, True)], 0), ([Wire(0, FFN, True)], 1)):
        part = added(cut(PLAN, W, wires, met), 0)[at]
        mean = met.traces[0].stages[("attention", "feed_forward")[at]].mean(axis=0)
        np.testing.assert_allclose(part, np.tile(mean, (5, 1)), atol=1e-12)
    block = run(cut(PLAN, W, [Wire(0, BLOCK, True)], met))
    both = sum(stage.mean(axis=0) for stage in added(W, 0))
    np.testing.assert_allclose(
        block.streams[1] - block.streams[0], np.tile(both, (5, 1)), atol=1e-12
    )


def test_contributions_add_up_to_the_logit() -> None:
    done = run(W)
    for at, token in ((0, 0), (4, 3)):
        parts = contributions(PLAN, W, done, at, token)
        assert list(parts) == ["embedding", "position", "1.0", "1.1", "1.ffn",
                               "2.0", "2.1", "2.ffn", "biases"]  # fmt: skip
        assert sum(parts.values()) == pytest.approx(done.logits[at, token], abs=1e-12)


def test_a_part_is_the_slope_of_the_logit_along_it_with_the_scale_held() -> None:
    """Nudge the stream along what one head adds: mean and gain move, the scale is put back."""
    done, at, token = run(W), 4, 3
    found = done.traces[1].kept["found"][at, :4] @ W["block_1.attention.w_o"][:4]
    x = done.streams[-1][at]

    def logit(stream: np.ndarray) -> float:
        held = np.sqrt(np.var(x) + PLAN.epsilon)
        normed = (stream - stream.mean()) / held * W["norm.gain"] + W["norm.bias"]
        return float(normed @ W["embedding"][token])

    slope = (logit(x + 1e-4 * found) - logit(x - 1e-4 * found)) / 2e-4
    assert contributions(PLAN, W, done, at, token)["2.0"] == pytest.approx(slope, abs=1e-8)
