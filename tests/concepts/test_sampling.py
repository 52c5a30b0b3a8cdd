"""Sampling: worked numbers, definitions by brute force, and draws that fit their odds."""

import numpy as np
import pytest

from tui_transformer.concepts import load
from tui_transformer.concepts.sampling import Sampling

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


def test_what_cannot_be_drawn_is_not_kept() -> None:
    assert Sampling(temperature=0).kept.tolist() == [0]
    assert Sampling(logits=(20, -20, 19), temperature=0.05).kept.tolist() == [0, 2]


def test_a_task_wants_its_idea() -> None:
    crossing, _, settled = load("sampling").challenges
    assert not crossing.solved(
        Sampling(logits=(2, 1), temperature=2, top_p=0.99)
    )  # two, as there are no more
    assert not crossing.solved(Sampling(logits=(20, -20, 20), temperature=0.05))
    assert not settled.solved(Sampling(top_k=1, draws=1000))  # one token alone is always right
    assert not settled.solved(Sampling(temperature=0, draws=1000))
