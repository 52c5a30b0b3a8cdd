"""Sampling: worked numbers, definitions by brute force, and draws that fit their odds."""

import math
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_transformer.concepts.sampling import Sampling, view

PLAIN = (0.459169, 0.278500, 0.168919, 0.062142, 0.022861, 0.008410)


def test_probabilities_of_the_default() -> None:
    assert Sampling().probabilities == pytest.approx(PLAIN, abs=5e-7)


def test_top_p_keeps_the_token_that_crosses() -> None:
    m = Sampling(top_p=0.9)
    assert m.kept.tolist() == [0, 1, 2]
    assert m.filtered_probabilities[:3] == pytest.approx((0.506480, 0.307196, 0.186324), abs=5e-7)
    assert not m.filtered_probabilities[3:].any()


def test_top_k_then_top_p_on_what_is_left() -> None:
    m = Sampling(top_k=3, top_p=0.5)  # 0.506480 of what is left already crosses one half
    assert m.kept.tolist() == [0]
    assert Sampling(top_k=3, top_p=0.51).kept.tolist() == [0, 1]


logits = st.lists(st.floats(-20, 20), min_size=2, max_size=12)


@given(logits, st.floats(0.01, 5), st.integers(0, 12), st.floats(0.01, 1))
def test_filters_agree_with_their_definitions(z, temperature, k, p) -> None:
    m = Sampling(logits=z, temperature=temperature, top_k=k, top_p=p)
    order = sorted(range(len(z)), key=lambda i: (-m.probabilities[i], i))
    left = order[:k] if k else order
    whole = math.fsum(m.probabilities[i] for i in left)
    sums = list(accumulate(m.probabilities[i] / whole for i in left))
    slack = 1e-9
    for place, i in enumerate(left):
        before = sums[place - 1] if place else 0.0
        if p < 1 and m.probabilities[i] > 0:
            if before < p - slack:
                assert i in m.kept
            if before > p + slack:
                assert i not in m.kept
    assert set(m.kept) <= set(left)
    assert math.fsum(m.filtered_probabilities) == pytest.approx(1)


@given(logits, st.floats(0, 5))
def test_temperature_never_changes_the_ranking(z, temperature) -> None:
    p = Sampling(logits=z, temperature=temperature).probabilities
    for a, pa in zip(z, p, strict=True):
        for b, pb in zip(z, p, strict=True):
            assert a <= b or pa >= pb


def test_temperature_one_is_neutral_and_zero_is_greedy() -> None:
    assert Sampling(temperature=1).probabilities == pytest.approx(PLAIN, abs=5e-7)
    greedy = Sampling(temperature=0, draws=50)
    assert greedy.counts.tolist() == [50, 0, 0, 0, 0, 0]
    assert "Greedy" in view(greedy).says


def test_top_p_keeps_a_varying_number() -> None:
    kept = [len(Sampling(top_p=0.9, temperature=t).kept) for t in (0.2, 1.0, 5.0)]
    assert kept == sorted(kept)
    assert kept[0] < kept[1] < kept[2]


@pytest.mark.parametrize("seed", range(5))
def test_ten_thousand_draws_fit_the_probabilities(seed: int) -> None:
    m = Sampling(draws=10_000, seed=seed)
    expected = [10_000 * p for p in PLAIN]
    chi_square = sum((c - e) ** 2 / e for c, e in zip(m.counts, expected, strict=True))
    assert chi_square < 20.5  # 0.999 quantile for 5 degrees of freedom
    assert m.counts.sum() == 10_000


def test_draws_are_a_clock() -> None:
    whole = Sampling(draws=200, seed=7)
    for steps in (0, 1, 57, 199):
        part = Sampling(draws=steps, seed=7)
        following = Sampling(draws=steps + 1, seed=7)
        difference = following.counts - part.counts
        assert difference[part.token] == 1
        assert np.abs(difference).sum() == 1
        assert part.drawn.tolist() == whole.drawn[: steps + 1].tolist()


def test_what_was_dropped_is_never_drawn() -> None:
    for seed in range(20):
        m = Sampling(top_k=2, draws=2000, seed=seed)
        assert not m.counts[2:].any()
