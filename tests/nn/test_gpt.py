"""The decoder-only transformer: by identities, by hand, and against finite differences."""

import math

import numpy as np
import pytest

from tui_transformer.nn import gpt
from tui_transformer.nn.gpt import UNASKED, Gpt
from tui_transformer.nn.training import dropout, pack, unpack

PLAN = Gpt(vocabulary=5, context=7, layers=2, heads=2, d_model=6)


def lively(plan=PLAN, seed=3):
    """Weights that are nowhere at a special value, gains and biases included."""
    rng = np.random.default_rng(seed)
    return {
        name: rng.normal(name.endswith("gain"), 0.4, shape) for name, shape in plan.shapes().items()
    }


def batch(seed=4, b=3, t=6):
    rng = np.random.default_rng(seed)
    tokens, targets = rng.integers(5, size=(2, b, t))
    targets[:, :2] = UNASKED
    return tokens, targets


@pytest.mark.parametrize(
    ("plan", "count"),
    [
        (Gpt(3, 11, 3, 3, 48), 85_584),
        (Gpt(50257, 1024, 12, 12, 768), 124_439_808),
        (Gpt(50257, 1024, 48, 25, 1600), 1_557_611_200),
    ],
)
def test_published_parameter_counts(plan, count):
    assert plan.parameter_count() == count
    d = plan.d_model
    by_formula = (plan.vocabulary + plan.context) * d + plan.layers * (12 * d * d + 13 * d) + 2 * d
    assert by_formula == count


@pytest.mark.parametrize("activation", ["gelu_tanh", "gelu", "relu"])
@pytest.mark.parametrize("rate", [0.0, 0.3])
def test_gradients_agree_with_central_differences(activation, rate):
    plan = Gpt(5, 7, 2, 2, 6, activation)
    tokens, targets = batch()
    shapes, w = plan.shapes(), lively(plan)
    drop = dropout(plan, *tokens.shape, rate, np.random.default_rng(5), np.float64)

    def price(flat):
        logits = gpt.forward(plan, unpack(flat, shapes), tokens, drop).logits
        return gpt.loss(logits, targets)[0]

    run = gpt.forward(plan, w, tokens, drop)
    grads = gpt.backward(plan, w, run, gpt.loss(run.logits, targets)[1], drop)
    assert set(grads) == set(shapes)
    flat, gradient = pack(w, shapes), pack(grads, shapes)
    rng = np.random.default_rng(6)
    for _ in range(12):  # along random directions every weight takes part
        along = rng.normal(size=flat.shape)
        along /= np.linalg.norm(along)
        h = 2e-4
        near, far = (price(flat + s * along) - price(flat - s * along) for s in (h, 2 * h))
        slope = (8 * near - far) / (12 * h)
        assert gradient @ along == pytest.approx(slope, rel=1e-6, abs=1e-9)


def test_the_gradient_of_every_single_weight():
    plan = Gpt(3, 4, 1, 2, 4)
    tokens, targets = np.array([[0, 2, 1]]), np.array([[2, UNASKED, 0]])
    shapes, w = plan.shapes(), lively(plan)
    run = gpt.forward(plan, w, tokens)
    gradient = pack(gpt.backward(plan, w, run, gpt.loss(run.logits, targets)[1]), shapes)
    flat, h = pack(w, shapes), 1e-4

    def price(at, by):
        moved = flat.copy()
        moved[at] += by
        return gpt.loss(gpt.forward(plan, unpack(moved, shapes), tokens).logits, targets)[0]

    for at in range(len(flat)):
        slope = (8 * (price(at, h) - price(at, -h)) - price(at, 2 * h) + price(at, -2 * h)) / (
            12 * h
        )
        assert gradient[at] == pytest.approx(slope, rel=1e-6, abs=1e-10)


def test_the_loss_by_hand():
    """Two places asked, one not: ln 2 and ln 4, their mean."""
    logits = np.array([[0.0, 0.0, -np.inf], [5.0, 1.0, 2.0], [0.0, math.log(2), 0.0]])
    logits[0, 2] = -800.0
    price, d = gpt.loss(logits, np.array([1, UNASKED, 0]))
    assert price == pytest.approx((math.log(2) + math.log(4)) / 2, rel=1e-12)
    np.testing.assert_allclose(
        d, np.array([[0.5, -0.5, 0], [0, 0, 0], [-0.75, 0.5, 0.25]]) / 2, atol=1e-15
    )


def test_a_loss_needs_a_question():
    with pytest.raises(ValueError, match="no position has a target"):
        gpt.loss(np.zeros((2, 3)), np.array([UNASKED, UNASKED]))


def test_without_blocks_and_norm_it_is_a_table_of_bigrams():
    plan = Gpt(4, 5, 0, 1, 3)
    w = lively(plan)
    run = gpt.forward(plan, w, np.array([2, 0]))
    for at, token in enumerate((2, 0)):
        x = w["embedding"][token] + w["position"][at]
        x = (x - x.mean()) / math.sqrt(x.var() + 1e-5)
        x = x * w["norm.gain"] + w["norm.bias"]
        assert run.logits[at] == pytest.approx([x @ row for row in w["embedding"]])


def test_no_place_sees_a_later_token():
    w, (tokens, _) = lively(), batch()
    whole = gpt.forward(PLAN, w, tokens)
    for t in range(1, 6):
        part = gpt.forward(PLAN, w, tokens[:, :t])
        np.testing.assert_allclose(part.logits, whole.logits[:, :t], rtol=1e-9, atol=1e-12)
    for shares in whole.attention:
        assert not np.triu(shares, 1).any()
        np.testing.assert_allclose(shares.sum(-1), 1)


def test_a_batch_is_its_sequences_one_by_one():
    w, (tokens, _) = lively(), batch()
    together = gpt.forward(PLAN, w, tokens)
    for b, alone in enumerate(tokens):
        run = gpt.forward(PLAN, w, alone)
        np.testing.assert_allclose(together.logits[b], run.logits, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(
            gpt.lens(PLAN, w, together)[:, b], gpt.lens(PLAN, w, run), rtol=1e-12, atol=1e-12
        )


def test_the_stream_is_its_start_and_all_that_was_added():
    w, (tokens, _) = lively(), batch()
    run = gpt.forward(PLAN, w, tokens)
    x = w["embedding"][tokens] + w["position"][:6]
    np.testing.assert_allclose(run.streams[0], x)
    for stream, trace in zip(run.streams[1:], run.traces, strict=True):
        x = x + trace.stages["attention"] + trace.stages["feed_forward"]
        np.testing.assert_allclose(stream, x, atol=1e-12)


def test_the_lens_ends_at_the_logits_and_starts_at_the_embedding():
    w, (tokens, _) = lively(), batch()
    run = gpt.forward(PLAN, w, tokens)
    seen = gpt.lens(PLAN, w, run)
    assert seen.shape == (3, 3, 6, 5)
    np.testing.assert_allclose(seen[-1], run.logits, rtol=1e-12)
    bare = {
        **w,
        **{
            name: np.zeros_like(x)
            for name, x in w.items()
            if ".w_o" in name or ".b_o" in name or ("_2" in name and "feed" in name)
        },
    }
    quiet = gpt.forward(PLAN, bare, tokens)
    np.testing.assert_allclose(gpt.lens(PLAN, bare, quiet)[0], quiet.logits, rtol=1e-12)


def test_greedy_takes_the_likeliest_each_time():
    w, tokens = lively(), np.array([[1, 2], [0, 4]])
    longer = gpt.greedy(PLAN, w, tokens, 3)
    assert np.array_equal(longer[:, :2], tokens)
    for at in range(2, 5):
        logits = gpt.forward(PLAN, w, longer[:, :at]).logits[:, -1]
        assert np.array_equal(longer[:, at], logits.argmax(-1))


def test_more_tokens_than_the_context_are_refused():
    with pytest.raises(ValueError, match="8 tokens do not fit into a context of 7"):
        gpt.forward(PLAN, lively(), np.zeros(8, int))


def test_the_type_of_the_weights_is_the_type_of_everything():
    w = {name: x.astype(np.float32) for name, x in lively().items()}
    tokens, targets = batch()
    drop = dropout(PLAN, *tokens.shape, 0.1, np.random.default_rng(0))
    run = gpt.forward(PLAN, w, tokens, drop)
    price, d_logits = gpt.loss(run.logits, targets)
    grads = gpt.backward(PLAN, w, run, d_logits, drop)
    assert run.logits.dtype == d_logits.dtype == np.float32
    assert {g.dtype for g in grads.values()} == {np.dtype(np.float32)}
    double = {name: x.astype(np.float64) for name, x in w.items()}
    exact = gpt.forward(
        PLAN, double, tokens, [{k: v.astype(float) for k, v in d.items()} for d in drop]
    )
    assert price == pytest.approx(gpt.loss(exact.logits, targets)[0], rel=1e-4)


def test_weights_are_drawn_as_gpt_2_draws_them():
    plan = Gpt(50, 64, 8, 4, 64)
    w = plan.random_weights(np.random.default_rng(0))
    assert w["embedding"].std() == pytest.approx(0.02, rel=0.05)
    assert w["block_3.attention.w_q"].std() == pytest.approx(0.02, rel=0.05)
    assert w["block_3.attention.w_o"].std() == pytest.approx(0.02 / 4, rel=0.05)
    assert w["block_3.feed_forward.w_2"].std() == pytest.approx(0.02 / 4, rel=0.05)
    assert (w["norm.gain"] == 1).all()
    assert not w["block_0.feed_forward.b_1"].any()
    again = plan.random_weights(np.random.default_rng(0))
    assert all(np.array_equal(w[name], again[name]) for name in w)
