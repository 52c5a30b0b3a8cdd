"""Rotary positions and shared keys, against complex numbers and against plain loops."""

import cmath
import math

import numpy as np
import pytest

from tui_transformer.nn import attention as att
from tui_transformer.nn import grouped
from tui_transformer.nn.rotary import Rotary, turned

RNG = np.random.default_rng(5)


@pytest.mark.parametrize("part", [8, 4])
def test_a_pair_is_a_complex_number_that_is_turned(part):
    x, places = RNG.normal(size=(3, 8)), [0, 5, 1000]
    rates = Rotary(part).rates()
    found = turned(x, np.array(places), rates)
    for row, place, out in zip(x, places, found, strict=True):
        for i in range(part // 2):
            z = complex(row[i], row[i + part // 2])
            z *= cmath.exp(1j * place * 10_000 ** (-2 * i / part))
            assert abs(complex(out[i], out[i + part // 2]) - z) < 1e-12
        assert np.array_equal(out[part:], row[part:])


@pytest.mark.parametrize("scaling", ["default", "linear", "dynamic", "llama3", "yarn"])
def test_a_score_knows_the_distance_and_nothing_else_of_the_places(scaling):
    q, k = RNG.normal(size=(2, 1, 16))
    rates = Rotary(16, 500_000.0, scaling, 4.0, 32).rates(64)

    def score(at, other):
        a, b = turned(q, np.array([at]), rates), turned(k, np.array([other]), rates)
        return float(a[0] @ b[0])

    for shift in (1, 40, 3000):
        assert abs(score(7, 3) - score(7 + shift, 3 + shift)) < 1e-9
    assert abs(score(7, 3) - score(7, 4)) > 1e-3


def test_what_stretches_the_places():
    plain = Rotary(8).rates()
    assert np.allclose(Rotary(8, scaling="linear", factor=4.0).rates(), plain / 4)
    ntk = Rotary(8, scaling="dynamic", factor=2.0, trained=100)
    assert np.array_equal(ntk.rates(100), plain)
    assert ntk.rates(300)[0] == plain[0] == 1.0
    base = 10_000 * (2 * 300 / 100 - 1) ** (8 / 6)
    assert np.allclose(ntk.rates(300), [base ** (-i / 4) for i in range(4)])
    llama3 = Rotary(64, 500_000.0, "llama3", 8.0, 8192, 1.0, 4.0)
    for i, rate in enumerate(llama3.rates()):  # as the released code has it, by wavelengths
        old = 500_000.0 ** (-i / 32)
        long = 2 * math.pi / old
        smooth = (8192 / long - 1) / (4 - 1)
        mixed = (1 - smooth) * old / 8 + smooth * old
        expected = old if long < 8192 / 4 else old / 8 if long > 8192 else mixed
        assert abs(rate - expected) < 1e-15


@pytest.mark.parametrize(
    "channels, base, trained, few, many, whole",
    [(128, 1e6, 32_768, 1, 32, True), (64, 1e4, 4096, 1, 32, True), (64, 1e4, 4096, 1, 32, False),
     (8, 200.0, 32, 0.5, 32, False), (8, 10.0, 8, 1, 32, True)],
)  # fmt: skip
def test_yarn_mixes_the_pairs_that_turn_between_few_and_many_times(
    channels, base, trained, few, many, whole
):
    """§3.2 of the paper, pair by pair: γ is 0 where a pair turns rarely, 1 where it turns often.

    The released code makes γ a straight line over the pairs, from that which turns `many` times
    within what was trained on to that which turns `few` times.
    """
    made = Rotary(channels, base, "yarn", 4.0, trained, few, many, 1.25, whole)
    first, last = (
        channels * math.log(trained / (2 * math.pi * turns)) / (2 * math.log(base))
        for turns in (many, few)
    )
    first, last = (math.floor(first), math.ceil(last)) if whole else (first, last)
    first, last = max(first, 0), min(last, channels - 1)
    for i, rate in enumerate(made.rates()):
        old = base ** (-2 * i / channels)
        if i <= first and first != last:
            gamma = 1.0
        elif i >= last and i > first:
            gamma = 0.0
        else:
            gamma = 1.0 if first == last else (last - i) / (last - first)
        assert abs(rate - (gamma * old + (1 - gamma) * old / 4)) < 1e-12
    x = RNG.normal(size=(2, channels + 2))
    plain, loud = (
        turned(x, np.array([3, 9]), made.rates(), loudness) for loudness in (1.0, made.loudness)
    )
    np.testing.assert_allclose(loud[:, :channels], 1.25 * plain[:, :channels], atol=1e-12)
    np.testing.assert_array_equal(loud[:, channels:], x[:, channels:])


@pytest.mark.parametrize("kv_heads", [1, 2, 6])
def test_heads_of_a_group_look_at_the_same_keys(kv_heads):
    q = RNG.normal(size=(6, 3, 4))
    k, v = RNG.normal(size=(2, kv_heads, 5, 4))
    weights = att.weights(grouped.scores(q, k))
    found = grouped.attend(weights, v)
    for head, group in enumerate(grouped.groups(6, kv_heads).tolist()):
        assert group == head * kv_heads // 6
        for i in range(3):
            z = [math.fsum(q[head, i] * k[group, j]) / 2 for j in range(5)]
            e = [math.exp(each - max(z)) for each in z]
            for j in range(5):
                assert abs(weights[head, i, j] - e[j] / math.fsum(e)) < 1e-12
            for c in range(4):
                mixed = math.fsum(x * v[group, j, c] for j, x in enumerate(e)) / math.fsum(e)
                assert abs(found[head, i, c] - mixed) < 1e-12


def test_a_window_is_that_many_tokens_with_oneself():
    for window in (0, 1, 3):
        mask = grouped.window_mask(2, 6, window)
        for row, i in enumerate((4, 5)):
            for j in range(6):
                assert mask[row, j] == (j <= i and (not window or j > i - window))
