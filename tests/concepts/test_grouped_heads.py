"""Heads that share keys: checked with plain loops, and with the published sizes."""

import math

import numpy as np
import pytest

from tui_transformer.concepts.grouped_heads import CONCEPT, GroupedHeads
from tui_transformer.concepts.hyperparameters import Hyperparameters
from tui_transformer.nn import attention as att
from tui_transformer.nn import grouped


def looked(q: np.ndarray, k: np.ndarray) -> list[list[float]]:
    """One head's weights under a causal mask, number by number."""
    rows = []
    for i in range(len(q)):
        z = [math.fsum(a * b for a, b in zip(q[i], k[j], strict=True)) for j in range(i + 1)]
        powers = [math.exp(x / math.sqrt(q.shape[1])) for x in z]
        later = [0.0] * (len(q) - 1 - i)
        rows.append([x / math.fsum(powers) for x in powers] + later)
    return rows


@pytest.mark.parametrize("kv_heads", [1, 2, 4, 8])
def test_every_head_asks_its_own_questions_of_its_group(kv_heads: int) -> None:
    m = GroupedHeads(kv_heads=kv_heads, d_model=64)
    whose = [head * kv_heads // 8 for head in range(8)]
    assert m.groups.tolist() == whose
    for head, group in enumerate(whose):
        assert m.attention[head] == pytest.approx(np.array(looked(m.q[head], m.k[group])))
    assert np.array_equal(m.q, m.replace(kv_heads=8).q), "no question is asked otherwise"


def test_with_keys_for_every_head_it_is_multi_head_attention() -> None:
    """Vaswani et al. (2017), bit for bit; with one set of keys every head meets the same ones."""
    m = GroupedHeads(kv_heads=8)
    heads = zip(m.q, m.k, strict=True)
    plain = [att.weights(att.scores(q, k), att.causal_mask(10)) for q, k in heads]
    assert np.array_equal(m.attention, np.stack(plain))
    one = m.replace(kv_heads=1)
    shared = [att.weights(att.scores(q, one.k[0]), att.causal_mask(10)) for q in one.q]
    assert np.array_equal(one.attention, np.stack(shared))


@pytest.mark.parametrize("kv_heads", [1, 2, 3, 6])
def test_values_are_those_of_the_group(kv_heads: int) -> None:
    """What a head mixes, summed in plain loops."""
    rng = np.random.default_rng(3)
    w, v = rng.random((6, 4, 5)), rng.standard_normal((kv_heads, 5, 7))
    mixed = grouped.attend(w, v)
    for head in range(6):
        mine = v[head // (6 // kv_heads)]
        for i in range(4):
            true = [math.fsum(w[head, i, j] * mine[j, c] for j in range(5)) for c in range(7)]
            assert mixed[head, i] == pytest.approx(true)


@pytest.mark.parametrize("heads", [1, 2, 8, 32, 64])
def test_the_aha_the_cache_shrinks_by_heads_over_key_heads(heads: int) -> None:
    every = GroupedHeads(heads=heads, kv_heads=heads)
    for kv_heads in every.options:
        m = every.replace(kv_heads=kv_heads)
        assert m.kv_cache_bytes * heads == every.kv_cache_bytes * kv_heads
        assert len(m.attention) == heads


@pytest.mark.parametrize("name", CONCEPT.presets)
def test_it_keeps_what_hyperparameters_counts(name: str) -> None:
    m = CONCEPT.preset(name)
    other = Hyperparameters(
        preset="custom", heads=m.heads, kv_heads=m.kv_heads, d_model=m.d_model, layers=m.layers,
        context=m.length, bytes_per_weight=float(m.bytes_per_number), biases="none",
    )  # fmt: skip
    assert m.kv_cache_bytes == other.kv_cache_bytes
    assert m.parameter_count == other.ledger["attention"]


def test_llama_3_8b_keeps_a_gibibyte() -> None:
    """Dubey et al. (2024), table 3: 32 layers, 4096 wide, 32 heads over 8 of keys; float16."""
    m = CONCEPT.preset("Llama 3 8B")
    assert m.kv_cache_bytes == 2**30
    assert m.parameter_count == 32 * (2 * 4096 * 4096 + 2 * 4096 * 1024)
