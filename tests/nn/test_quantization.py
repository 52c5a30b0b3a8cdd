"""Rounding to a few levels: against trying every level, and against what a half step allows."""

import numpy as np
import pytest

from tui_transformer.nn import quantization as nn


def drawn(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


@pytest.mark.parametrize("bits, m", [(2, 1), (3, 3), (4, 7), (8, 127)])
def test_levels_of_so_many_bits(bits: int, m: int) -> None:
    assert nn.highest(bits) == m and 2 * m + 1 == 2**bits - 1


@pytest.mark.parametrize("bits", range(2, 9))
@pytest.mark.parametrize("by_column", [False, True])
def test_each_goes_to_the_nearest_level(bits: int, by_column: bool) -> None:
    w = drawn(7, 5, seed=bits)
    scale, m = nn.scales(w, bits, by_column), nn.highest(bits)
    back = nn.rounded(w, bits, by_column)
    assert scale.shape == ((5,) if by_column else (1,))
    for (i, j), x in np.ndenumerate(w):
        s = scale[j if by_column else 0]
        nearest = min((k * s for k in range(-m, m + 1)), key=lambda level, x=x: abs(level - x))
        assert back[i, j] == pytest.approx(nearest, abs=1e-12)
        assert abs(back[i, j] - x) <= s / 2 + 1e-12
    largest = np.abs(w).max(axis=0) if by_column else np.abs(w).max()
    np.testing.assert_allclose(scale * m, largest)


def test_what_is_already_on_levels_stays_as_it_is() -> None:
    once = nn.rounded(drawn(6, 6), 4, True)
    np.testing.assert_allclose(nn.rounded(once, 4, True), once, rtol=1e-12)


def test_a_matrix_of_noughts_stays_one() -> None:
    zero = np.zeros((3, 4))
    assert not np.any(nn.rounded(zero, 2, False)) and not np.any(nn.rounded(zero, 2, True))
    zero[1, 2] = 5
    np.testing.assert_array_equal(nn.rounded(zero, 3, True), zero)


def test_one_outlier_takes_the_levels_of_all_who_share_its_scale() -> None:
    w = drawn(50, 4)
    w[3, 1] = 100
    alone, shared = nn.rounded(w, 4, True), nn.rounded(w, 4, False)
    assert np.count_nonzero(shared) == 1
    assert np.count_nonzero(alone[:, 1]) == 1 and np.all(np.any(alone != 0, axis=0))


def test_float32_stays_float32() -> None:
    assert nn.rounded(drawn(3, 3).astype(np.float32), 5, False).dtype == np.float32
