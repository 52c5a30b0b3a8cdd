"""Rotary positions: only the distance counts, checked with complex numbers and with matrices."""

import cmath
import math

import numpy as np
import pytest

from tui_transformer.concepts.rotary import CONCEPT, Rotary
from tui_transformer.nn import positions


def as_complex(x: np.ndarray) -> list[complex]:
    """Hand i as one complex number: the numbers i and i + d/2."""
    half = len(x) // 2
    return [complex(x[i], x[i + half]) for i in range(half)]


@pytest.mark.parametrize("shift", [1, 17, 4096])
def test_the_aha_the_score_does_not_move_with_shift(shift: int) -> None:
    for seed in range(20):
        m = Rotary(seed=seed, d_head=64, query_position=300, key_position=7)
        moved = m.replace(shift=shift)
        assert abs(moved.score - m.score) < 1e-9
        assert np.max(np.abs(moved.query_rotated - m.query_rotated)) > 0.1, "both have turned"


def test_it_moves_with_either_place_alone() -> None:
    m = Rotary()
    assert abs(m.replace(query_position=6).score - m.score) > 0.1
    assert abs(m.replace(key_position=3).score - m.score) > 0.1


@pytest.mark.parametrize("scaling", ["none", "linear", "ntk"])
def test_a_turn_is_a_product_of_complex_numbers(scaling: str) -> None:
    """Su et al. (2021), eq. 12: q·e^(ipθ), and the score Re q·conj(k)·e^(i(p − j)θ)."""
    m = Rotary(scaling=scaling, factor=3.0, d_head=16, query_position=91, key_position=40)
    base = 10_000 * 3 ** (16 / 14) if scaling == "ntk" else 10_000
    slower = 3 if scaling == "linear" else 1
    thetas = [base ** (-2 * i / 16) / slower for i in range(8)]
    assert m.rates == pytest.approx(thetas, rel=1e-12)
    q, k = as_complex(m.query), as_complex(m.key)
    turned = [x * cmath.exp(1j * 91 * t) for x, t in zip(q, thetas, strict=True)]
    assert as_complex(m.query_rotated) == pytest.approx(turned, rel=1e-9)
    parts = [
        (a * b.conjugate() * cmath.exp(1j * 51 * t)).real
        for a, b, t in zip(q, k, thetas, strict=True)
    ]
    assert m.pair_scores == pytest.approx(parts, abs=1e-12)
    assert m.score == pytest.approx(math.fsum(parts), abs=1e-12)
    assert m.score == pytest.approx(m.score_by_distance[51], abs=1e-12)


def test_it_is_the_neighbouring_kind_in_another_order() -> None:
    """RoFormer pairs neighbours, published models halves: the same, with the numbers reordered."""
    m = Rotary(d_head=12, query_position=77)
    order = [number for i in range(6) for number in (i, i + 6)]
    neighbours = positions.rotate(m.query[order][None], np.array([77]))[0]
    assert m.query_rotated[order] == pytest.approx(neighbours, abs=1e-12)


def test_lengths_stay() -> None:
    m = Rotary(d_head=128, query_position=8192, shift=4096)
    assert np.linalg.norm(m.query_rotated) == pytest.approx(np.linalg.norm(m.query), rel=1e-12)


def test_wavelengths_as_published() -> None:
    """2π·base^(1 − 2/d): the numbers of a head of 128, and ntk's promise for the last hand."""
    m = Rotary(d_head=128)
    assert m.wavelengths[0] == pytest.approx(2 * math.pi)
    assert round(m.wavelengths[-1]) == 54_410
    for factor in (2.0, 4.0, 8.0):
        longer = m.replace(scaling="ntk", factor=factor)
        assert longer.wavelengths[-1] / m.wavelengths[-1] == pytest.approx(factor, rel=1e-12)
        assert longer.wavelengths[0] == m.wavelengths[0]


def test_an_odd_width_is_rounded_down() -> None:
    assert Rotary(d_head=7).d_head == 6
    assert Rotary(d_head=7, pair=3).pair <= 3
    assert len(Rotary(d_head=9).rates) == 4


@pytest.mark.parametrize("name", CONCEPT.presets)
def test_the_distance_is_between_the_places(name: str) -> None:
    m = CONCEPT.preset(name)
    assert m.distance == m.query_place - m.key_place
