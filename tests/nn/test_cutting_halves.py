"""Cutting an encoder–decoder, against what its parts add, and attribution against its sum."""

import numpy as np
import pytest

from tui_transformer.nn.cutting import read
from tui_transformer.nn.cutting_halves import contributions, cut
from tui_transformer.nn.encoder_decoder import EncoderDecoder, Pass, forward

PLAN = EncoderDecoder(vocabulary=7, context=6, encoders=2, decoders=2, heads=2, d_model=8)
RNG = np.random.default_rng(5)
W = {name: RNG.normal(0, 0.5, w.shape) for name, w in PLAN.random_weights(RNG).items()}
SOURCE, TARGET = np.array([1, 4, 0, 2]), np.array([5, 3, 3, 6, 0])
WHOLE = forward(PLAN, W, SOURCE, TARGET)


def without(*wires: str) -> Pass:
    return forward(PLAN, cut(PLAN, W, map(read, wires), WHOLE), SOURCE, TARGET)


def gone(name: str, carried: np.ndarray, head: int) -> np.ndarray:
    """What a head of four channels no longer says."""
    return carried[:, 4 * head : 4 * head + 4] @ W[f"{name}.w_o"][4 * head : 4 * head + 4]


@pytest.mark.parametrize("word", ["e1.0", "d1.x0", "d2.ffn:mean", "d2", "d1.1", "e2:mean"])
def test_a_wire_is_written_as_it_is_read(word: str) -> None:
    assert str(read(word)) == word


@pytest.mark.parametrize("word", ["e", "e1.x0", "1.x0", "d1.x", "f1.0", "d0.1", "de1.0", "d1.xx0"])
def test_what_is_no_wire_is_refused(word: str) -> None:
    with pytest.raises(ValueError):
        read(word)


def test_a_cut_head_finds_nothing_and_the_others_and_the_bias_stay() -> None:
    first = W["decoder_0.attention.b_o"]
    own = WHOLE.decoded[0].own
    np.testing.assert_allclose(
        own.y - without("d1.1").decoded[0].own.y, gone("decoder_0.attention", own.found, 1)
    )
    np.testing.assert_allclose(without("d1.0", "d1.1").decoded[0].own.y, np.tile(first, (5, 1)))
    crossed = WHOLE.decoded[0].crossed
    np.testing.assert_allclose(
        crossed.y - without("d1.x0").decoded[0].crossed.y,
        gone("decoder_0.cross", crossed.found, 0),
    )
    reads = WHOLE.encoded[1]
    np.testing.assert_allclose(
        reads.stages["attention"] - without("e2.0").encoded[1].stages["attention"],
        gone("encoder_1.attention", reads.kept["found"], 0),
    )


def test_the_same_number_in_another_half_or_across_is_another_wire() -> None:
    changed = {
        wire: {name for name, x in cut(PLAN, W, [read(wire)]).items() if not np.all(x == W[name])}
        for wire in ("e1.0", "d1.0", "d1.x0", "e2.ffn", "d2.ffn")
    }
    assert changed == {
        "e1.0": {"encoder_0.attention.w_o"},
        "d1.0": {"decoder_0.attention.w_o"},
        "d1.x0": {"decoder_0.cross.w_o"},
        "e2.ffn": {"encoder_1.feed_forward.w_2"},
        "d2.ffn": {"decoder_1.feed_forward.w_2"},
    }


def test_a_cut_block_adds_nothing() -> None:
    run = without("d2", "d2.x1:mean")
    np.testing.assert_array_equal(run.decoded[1].output, run.decoded[0].output)
    run = without("e1")
    np.testing.assert_array_equal(run.encoded[0].output, run.encoded[0].stages["input"])


def test_a_mean_is_what_the_whole_model_adds_on_average() -> None:
    across = without("d1.x0:mean", "d1.x1:mean").decoded[0].crossed.y
    np.testing.assert_allclose(across, np.tile(WHOLE.decoded[0].crossed.y.mean(0), (5, 1)))
    fed = without("e2.ffn:mean").encoded[1].stages["feed_forward"]
    mean = WHOLE.encoded[1].stages["feed_forward"].mean(0)
    np.testing.assert_allclose(fed, np.tile(mean, (4, 1)))


@pytest.mark.parametrize(("at", "token"), [(0, 0), (4, 6)])
def test_contributions_add_up_to_the_logit_and_each_is_its_slope(at: int, token: int) -> None:
    parts = contributions(PLAN, W, WHOLE, at, token)
    assert sum(parts.values()) == pytest.approx(WHOLE.logits[at, token], abs=1e-12)
    x = WHOLE.decoded[-1].output[at]

    def logit(stream: np.ndarray) -> float:
        held = np.sqrt(np.var(x) + 1e-5)
        normed = (stream - stream.mean()) / held * W["norm.gain"] + W["norm.bias"]
        return float(normed @ W["embedding"][token])

    for wire, name, carried in (
        ("d1.1", "decoder_0.attention", WHOLE.decoded[0].own.found),
        ("d2.x0", "decoder_1.cross", WHOLE.decoded[1].crossed.found),
    ):
        part = gone(name, carried, int(wire[-1]))[at]
        slope = (logit(x + 1e-4 * part) - logit(x - 1e-4 * part)) / 2e-4
        assert parts[wire] == pytest.approx(slope, abs=1e-8)
