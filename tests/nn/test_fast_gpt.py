"""The fast way against the plain one, which is tested by itself; and what it does with memory."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tui_transformer.nn import gpt
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.fast.gpt import TOGETHER, logits, loss_and_gradient
from tui_transformer.nn.fast.parts import PAGE, PIECE, Shelf, bend
from tui_transformer.nn.gpt import UNASKED, Gpt
from tui_transformer.nn.training import dropout, gpt_price, pack, unpack

PLANS = [
    Gpt(vocabulary=5, context=7, layers=2, heads=2, d_model=6),
    Gpt(vocabulary=3, context=4, layers=1, heads=1, d_model=4),
    Gpt(vocabulary=11, context=6, layers=3, heads=4, d_model=8, activation="gelu"),
    Gpt(vocabulary=2, context=6, layers=1, heads=3, d_model=12, activation="relu", epsilon=1e-3),
    Gpt(vocabulary=4, context=5, layers=0, heads=1, d_model=3),
    Gpt(vocabulary=32, context=32, layers=2, heads=4, d_model=32),
]
SIZES = [(3, 4), (1, 1), (2, 2)]


def lively(plan, dtype=np.float64, size=0.4):
    """Weights that are nowhere at a special value, gains and biases included."""
    rng = np.random.default_rng(3)
    return {
        name: rng.normal(name.endswith("gain"), size, shape).astype(dtype)
        for name, shape in plan.shapes().items()
    }


def batch(plan, b, t):
    tokens, targets = np.random.default_rng((b, t)).integers(plan.vocabulary, size=(2, b, t))
    targets[:, : t // 2] = UNASKED
    return tokens, targets


def plainly(plan, w, tokens, targets, drop=None):
    run = gpt.forward(plan, w, tokens, drop)
    loss, d_logits = gpt.loss(run.logits, targets)
    return loss, gpt.backward(plan, w, run, d_logits, drop)


def assert_same(plan, fast, plain, within):
    assert fast[0] == pytest.approx(plain[0], rel=within, abs=within)
    assert set(fast[1]) == set(plain[1]) == set(plan.shapes())
    scale = max(np.max(np.abs(g)) for g in plain[1].values())
    for name, g in plain[1].items():
        assert fast[1][name].shape == g.shape
        assert fast[1][name].dtype == g.dtype
        np.testing.assert_allclose(fast[1][name], g, rtol=within, atol=within * scale, err_msg=name)


@pytest.mark.parametrize("plan", PLANS, ids=lambda p: f"{p.layers}x{p.heads}x{p.d_model}")
@pytest.mark.parametrize(("dtype", "within"), [(np.float64, 1e-10), (np.float32, 2e-4)])
def test_logits_are_those_of_the_plain_code_however_many_lines(plan, dtype, within):
    w = lively(plan, dtype)
    for many in (1, 3, TOGETHER, 2 * TOGETHER + 1):
        tokens, _ = batch(plan, many, plan.context)
        found, plain = logits(plan, w, tokens), gpt.forward(plan, w, tokens).logits
        assert found.shape == plain.shape and found.dtype == dtype
        np.testing.assert_allclose(found, plain, rtol=within, atol=within * np.abs(plain).max())


@pytest.mark.parametrize("plan", PLANS, ids=lambda p: f"{p.layers}x{p.heads}x{p.d_model}")
@pytest.mark.parametrize("rate", [0.0, 0.3])
@pytest.mark.parametrize(("dtype", "within"), [(np.float64, 1e-10), (np.float32, 2e-4)])
def test_loss_and_gradients_are_those_of_the_plain_code(plan, rate, dtype, within):
    w, shelf = lively(plan, dtype), Shelf()
    for b, t in [*SIZES, (8, plan.context), (3, 4)]:
        drop = dropout(plan, b, t, rate, np.random.default_rng(5), dtype)
        given = w, *batch(plan, b, t), drop
        assert_same(plan, loss_and_gradient(plan, *given, shelf), plainly(plan, *given), within)


def test_the_gradient_against_central_differences():
    plan = PLANS[0]
    shapes, (tokens, targets) = plan.shapes(), batch(plan, 3, 6)
    flat = pack(lively(plan), shapes)

    def price(flat):
        return loss_and_gradient(plan, unpack(flat, shapes), tokens, targets)

    gradient, rng, h = pack(price(flat)[1], shapes), np.random.default_rng(6), 2e-4
    for _ in range(8):
        along = rng.normal(size=flat.shape)
        along /= np.linalg.norm(along)
        near, far = (price(flat + s * along)[0] - price(flat - s * along)[0] for s in (h, 2 * h))
        assert gradient @ along == pytest.approx((8 * near - far) / (12 * h), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(("size", "within"), [(8.0, 1e-9), (60.0, 1e-8)])
def test_scores_of_any_size(size, within):
    """Large weights: shares of exactly 0 and 1, tokens that are never guessed."""
    plan = PLANS[0]
    w, given = lively(plan, size=size), batch(plan, 4, 7)
    assert_same(plan, loss_and_gradient(plan, w, *given), plainly(plan, w, *given), within)


@pytest.mark.parametrize("name", ["gelu_tanh", "gelu", "relu"])
@pytest.mark.parametrize("count", [7, 2 * PIECE + 7])
def test_the_bend_and_its_slope(name, count):
    x = np.concatenate([np.linspace(-12, 12, count - 4), [-1e4, -60, 60, 1e4]])
    y, slope = x.copy(), np.empty_like(x)
    bend(name, y, slope, Shelf())
    np.testing.assert_allclose(y, ACTIVATIONS[name].f(x), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(slope, ACTIVATIONS[name].derivative(x), rtol=1e-12, atol=1e-12)


def test_what_it_is_given_is_only_read_and_what_it_returns_is_never_written_again():
    plan, shelf = PLANS[0], Shelf()
    w, (tokens, targets) = lively(plan), batch(plan, 3, 6)
    drop = dropout(plan, 3, 6, 0.2, np.random.default_rng(0), np.float64)
    for x in (*w.values(), tokens, targets, *(x for part in drop for x in part.values())):
        x.flags.writeable = False
    loss, grads = loss_and_gradient(plan, w, tokens, targets, drop, shelf)
    before = {name: g.copy() for name, g in grads.items()}
    other = {name: x + 1 for name, x in w.items()}
    loss_and_gradient(plan, other, tokens[:, ::-1], targets, drop, shelf)
    assert all(np.array_equal(g, before[name]) for name, g in grads.items())
    assert not any(np.shares_memory(g, x) for g in grads.values() for x in shelf.kept.values())
    again = loss_and_gradient(plan, w, tokens, targets, drop, shelf)
    assert again[0] == loss
    assert all(np.array_equal(again[1][name], g) for name, g in before.items())


def test_memory_is_used_again_and_nothing_is_wider_than_the_weights():
    plan, shelf = PLANS[5], Shelf()
    w = lively(plan, np.float32)
    loss_and_gradient(plan, w, *batch(plan, 4, 32), None, shelf)
    first = dict(shelf.kept)
    loss_and_gradient(plan, w, *batch(plan, 4, 32), None, shelf)
    assert first.keys() == shelf.kept.keys()
    for name, x in shelf.kept.items():
        assert x is first[name]
        assert x.dtype == np.float32
        assert x.ctypes.data % PAGE == 0
    loss_and_gradient(plan, w, *batch(plan, 2, 32), None, shelf)
    assert first.keys() == shelf.kept.keys()


def test_threads_do_not_meet_on_the_shelf():
    plan = PLANS[5]
    price, w = gpt_price(plan), lively(plan, np.float32)
    batches = [batch(plan, 2, t) for t in (16, 32, 31, 32)]
    rng = np.random.default_rng(0)
    alone = [price(w, given, rng)[0] for given in batches]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda given: price(w, given, rng)[0], batches * 4))
    assert together == alone * 4


def test_what_cannot_be_priced_is_refused():
    plan = PLANS[0]
    w, (tokens, _) = lively(plan), batch(plan, 2, 5)
    with pytest.raises(ValueError, match="no position has a target"):
        loss_and_gradient(plan, w, tokens, np.full_like(tokens, UNASKED))
    with pytest.raises(ValueError, match="8 tokens do not fit into a context of 7"):
        loss_and_gradient(plan, w, *batch(plan, 2, 8))
