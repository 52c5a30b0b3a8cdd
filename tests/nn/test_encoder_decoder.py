"""Encoder and decoder: by finite differences, identities, and one vector at a time."""

import math

import numpy as np
import pytest

from tui_transformer.nn import encoder_decoder as model
from tui_transformer.nn import gpt
from tui_transformer.nn.encoder_decoder import EncoderDecoder
from tui_transformer.nn.made_up import reversing as task
from tui_transformer.nn.training import pack, unpack

PLAN = EncoderDecoder(vocabulary=5, context=6, encoders=1, decoders=2, heads=2, d_model=4)


def lively(plan=PLAN, seed=3):
    rng = np.random.default_rng(seed)
    return {
        name: rng.normal(name.endswith("gain"), 0.5, shape) for name, shape in plan.shapes().items()
    }


def batch(seed=4, b=2, n=5, m=4):
    rng = np.random.default_rng(seed)
    return rng.integers(5, size=(b, n)), rng.integers(5, size=(b, m)), rng.integers(5, size=(b, m))


def test_the_gradient_of_every_single_weight():
    source, target, right = batch()
    shapes, w = PLAN.shapes(), lively()
    run = model.forward(PLAN, w, source, target)
    grads = model.backward(PLAN, w, run, gpt.loss(run.logits, right)[1])
    assert set(grads) == set(shapes)
    gradient, flat, h = pack(grads, shapes), pack(w, shapes), 2e-4

    def price(at, by):
        moved = flat.copy()
        moved[at] += by
        return gpt.loss(model.forward(PLAN, unpack(moved, shapes), source, target).logits, right)[0]

    for at in np.random.default_rng(0).permutation(len(flat))[:250]:
        near, far = (price(at, s) - price(at, -s) for s in (h, 2 * h))
        slope = (8 * near - far) / (12 * h)
        assert gradient[at] == pytest.approx(slope, rel=1e-6, abs=1e-9)


def test_gradients_along_random_directions():
    source, target, right = batch(7, 3)
    shapes, w = PLAN.shapes(), lively(seed=8)
    run = model.forward(PLAN, w, source, target)
    flat = pack(w, shapes)
    gradient = pack(model.backward(PLAN, w, run, gpt.loss(run.logits, right)[1]), shapes)
    rng, h = np.random.default_rng(1), 2e-4

    def price(at):
        return gpt.loss(model.forward(PLAN, unpack(at, shapes), source, target).logits, right)[0]

    for _ in range(10):
        along = rng.normal(size=flat.shape)
        along /= np.linalg.norm(along)
        near, far = (price(flat + s * along) - price(flat - s * along) for s in (h, 2 * h))
        assert gradient @ along == pytest.approx((8 * near - far) / (12 * h), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("plan", [PLAN, task.PLAN])
def test_the_count_by_formula(plan):
    d = plan.d_model
    expected = (
        (plan.vocabulary + 2 * plan.context) * d
        + plan.encoders * (12 * d * d + 13 * d)
        + plan.decoders * (16 * d * d + 19 * d)
        + 4 * d
    )
    assert plan.parameter_count() == expected


def test_the_three_attentions_and_their_masks():
    source, target, _ = batch()
    run = model.forward(PLAN, lively(), source, target)
    assert run.encoded[0].weights.shape == (2, 2, 5, 5)
    for layer in run.decoded:
        assert layer.own.weights.shape == (2, 2, 4, 4)
        assert layer.crossed.weights.shape == (2, 2, 4, 5)
        assert not np.triu(layer.own.weights, 1).any()
        assert (layer.crossed.weights > 0).all()  # no mask: every row sees the whole source
        for weights in (layer.own.weights, layer.crossed.weights):
            np.testing.assert_allclose(weights.sum(-1), 1)
    assert (run.encoded[0].weights > 0).all()


def test_no_target_place_sees_a_later_one_but_all_see_the_source():
    w, (source, target, _) = lively(), batch()
    whole = model.forward(PLAN, w, source, target).logits
    for m in range(1, 4):
        part = model.forward(PLAN, w, source, target[:, :m]).logits
        np.testing.assert_allclose(part, whole[:, :m], rtol=1e-9, atol=1e-12)
    other = source.copy()
    other[:, -1] = (other[:, -1] + 1) % 5
    changed = model.forward(PLAN, w, other, target).logits
    assert (np.abs(changed - whole).max(-1) > 1e-6).all()


def test_cross_attention_by_hand():
    """One row at a time: the query from the decoder, key and value from the encoder."""
    w, (source, target, _) = lively(), batch()
    layer = model.forward(PLAN, w, source[0], target[0]).decoded[1]
    memory = model.forward(PLAN, w, source[0], target[0]).memory.y
    cross = model.pick(w, "decoder_1.cross")
    x = layer.norms[1].y
    for row in range(4):
        found = []
        for head in range(2):
            part = slice(2 * head, 2 * head + 2)
            q = (x[row] @ cross["w_q"] + cross["b_q"])[part]
            k = (memory @ cross["w_k"] + cross["b_k"])[:, part]
            v = (memory @ cross["w_v"] + cross["b_v"])[:, part]
            e = [math.exp(math.fsum(q * key) / math.sqrt(2)) for key in k]
            shares = [z / math.fsum(e) for z in e]
            assert layer.crossed.weights[head, row] == pytest.approx(shares)
            found.extend(np.array(shares) @ v)
        y = np.array(found) @ cross["w_o"] + cross["b_o"]
        assert layer.crossed.y[row] == pytest.approx(y)


def test_greedy_feeds_back_what_it_wrote():
    w, (source, _, _) = lively(), batch()
    out = model.greedy(PLAN, w, source, 3, 4)
    assert out.shape == (2, 4)
    for at in range(4):
        before = np.concatenate([np.full((2, 1), 3), out[:, :at]], axis=1)
        logits = model.forward(PLAN, w, source, before).logits
        assert np.array_equal(out[:, at], logits[:, -1].argmax(-1))


def test_more_than_the_context_is_refused():
    with pytest.raises(ValueError, match="more tokens than the context of 6"):
        model.forward(PLAN, lively(), np.zeros(7, int), np.zeros(2, int))


def test_float32_stays_float32():
    w = {name: x.astype(np.float32) for name, x in lively().items()}
    source, target, right = batch()
    run = model.forward(PLAN, w, source, target)
    grads = model.backward(PLAN, w, run, gpt.loss(run.logits, right)[1])
    assert {x.dtype for x in grads.values()} == {np.dtype(np.float32)}


def test_a_lesson_is_the_word_its_answer_shifted_and_its_answer():
    source, target, right = task.lesson(task.encode("STRESSED")[None])
    assert [task.decode(x[0]) for x in (source, target, right)] == [
        "STRESSED", "▷DESSERTS", "DESSERTS■"]  # fmt: skip


def test_one_word_in_ten_is_held_out_from_three_letters_on():
    words = np.random.default_rng(0).integers(26, size=(20_000, 7))
    assert task.held_out(words).mean() == pytest.approx(0.1, abs=0.01)
    assert not task.held_out(words[:, :2]).any()
    places = [ord(letter) - ord("A") for letter in "STRESSED"]
    assert sum(places) % 10 == 1
    assert task.held_out(task.encode("STRESSED"))
