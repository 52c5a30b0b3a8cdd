"""The key–value cache: the same numbers as reading everything again, for less work."""

from itertools import pairwise

import numpy as np
import pytest

from tui_transformer.nn import gpt, kv_cache
from tui_transformer.nn.gpt import Gpt

PLAN = Gpt(vocabulary=13, context=12, layers=3, heads=2, d_model=8)
W = PLAN.random_weights(np.random.default_rng(1), spread=0.4)
TEXT = np.random.default_rng(2).integers(13, size=12)


def fed(sizes):
    """Feed the text in pieces of these sizes."""
    cache, at, steps = kv_cache.empty(PLAN), 0, []
    for size in sizes:
        steps.append(kv_cache.feed(PLAN, W, cache, TEXT[at : at + size]))
        cache, at = steps[-1].cache, at + size
    return steps


def test_one_token_at_a_time_equals_every_prefix_read_at_once():
    for t, step in enumerate(fed([1] * 12), start=1):
        run = gpt.forward(PLAN, W, TEXT[:t])
        np.testing.assert_allclose(step.logits[-1], run.logits[-1], rtol=0, atol=1e-10)
        np.testing.assert_allclose(step.final[-1], run.final.y[-1], rtol=0, atol=1e-10)
        assert step.cache.tokens == t
        for layer, trace in enumerate(run.traces):
            keys, values = step.cache.keys[layer], step.cache.values[layer]
            assert keys.shape == values.shape == (2, t, 4)
            np.testing.assert_allclose(keys, trace.kept["k"], rtol=0, atol=1e-10)
            np.testing.assert_allclose(values, trace.kept["v"], rtol=0, atol=1e-10)
            np.testing.assert_allclose(
                step.attention[layer][:, 0], trace.weights[:, -1], rtol=0, atol=1e-10
            )


@pytest.mark.parametrize("sizes", [[12], [5, 7], [1, 4, 2, 5], [11, 1]])
def test_any_pieces_give_the_same(sizes):
    whole = gpt.forward(PLAN, W, TEXT)
    logits = np.concatenate([step.logits for step in fed(sizes)])
    np.testing.assert_allclose(logits, whole.logits, rtol=0, atol=1e-10)


def test_feeding_changes_no_cache_that_was_given():
    first = fed([5])[0].cache
    before = [x.copy() for x in (*first.keys, *first.values)]
    one = kv_cache.feed(PLAN, W, first, TEXT[5:6])
    other = kv_cache.feed(PLAN, W, first, (TEXT[5:6] + 1) % 13)
    assert not np.allclose(one.logits, other.logits)
    for x, old in zip((*first.keys, *first.values), before, strict=True):
        assert np.array_equal(x, old)


def test_float32_stays_float32():
    w = {name: x.astype(np.float32) for name, x in W.items()}
    step = kv_cache.feed(PLAN, w, kv_cache.empty(PLAN, np.float32), TEXT)
    assert step.logits.dtype == step.cache.keys[0].dtype == np.float32
    np.testing.assert_allclose(step.logits, gpt.forward(PLAN, W, TEXT).logits, rtol=0, atol=1e-3)


def test_it_is_full_when_the_context_is():
    full = fed([12])[0].cache
    with pytest.raises(ValueError, match="13 tokens do not fit into a context of 12"):
        kv_cache.feed(PLAN, W, full, TEXT[:1])


def test_its_size_is_two_vectors_for_each_token_and_layer():
    for t, step in enumerate(fed([1] * 12), start=1):
        assert step.cache.bytes == 2 * 3 * 8 * t * 8
    assert kv_cache.empty(PLAN).bytes == 0


def test_a_token_in_another_place_has_other_keys():
    """So a window cannot simply slide: learned positions belong to places."""
    here = fed([12])[0].cache
    moved = kv_cache.feed(PLAN, W, kv_cache.empty(PLAN), TEXT[1:]).cache
    assert np.abs(here.keys[0][:, 1:] - moved.keys[0]).max() > 0.01


def test_the_window_drops_half_a_context_at_a_time():
    starts = [kv_cache.window(n, 12) for n in range(40)]
    assert starts[:13] == [0] * 13
    assert starts[13:19] == [6] * 6
    assert starts[19] == 12
    assert all(6 < n - start <= 12 for n, start in enumerate(starts) if n > 12)
    assert all(b - a in (0, 6) for a, b in pairwise(starts))


def test_multiply_adds_counted_by_hand():
    """One product per weight and token, and for every query each key and value it meets."""
    d, vocabulary = PLAN.d_model, PLAN.vocabulary
    matrices = sum(
        int(np.prod(shape))
        for name, shape in PLAN.shapes().items()
        if len(shape) == 2 and name.startswith("block")
    )
    for places in range(1, 13):
        for read in range(1, places + 1):
            looked = sum(2 * d for q in range(places - read, places) for _ in range(q + 1))
            expected = read * matrices + PLAN.layers * looked + vocabulary * d
            assert kv_cache.multiply_adds(PLAN, read, places) == expected
