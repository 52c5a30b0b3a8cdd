"""Layer norm: worked numbers, invariance, both misreadings, and the backward pass."""

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_transformer.concepts.layer_norm import LayerNorm, view
from tui_transformer.controls import BadValue
from tui_transformer.nn.norms import layer_norm, layer_norm_backward, rms_norm


def test_one_to_four() -> None:
    m = LayerNorm()
    assert (m.mean, m.variance) == (2.5, 1.25)
    assert m.normalized == pytest.approx((-1.341635, -0.447212, 0.447212, 1.341635), abs=5e-7)


@given(st.floats(-100, 100), st.floats(0.1, 1000))
def test_shift_and_scale_are_forgotten(shift, scale) -> None:
    plain = LayerNorm(epsilon=1e-12).normalized
    assert LayerNorm(shift=shift, scale=scale, epsilon=1e-12).normalized == pytest.approx(plain)


def test_rms_forgets_the_scale_but_not_the_shift() -> None:
    plain = LayerNorm(kind="rms").normalized
    assert LayerNorm(kind="rms", scale=50).normalized == pytest.approx(plain, rel=1e-4)
    assert not np.allclose(LayerNorm(kind="rms", shift=10).normalized, plain, atol=0.1)


def test_rms_norm_has_no_bias() -> None:
    m = LayerNorm(kind="rms", gain=3, bias=2)
    assert m.output.tolist() == (3 * m.normalized).tolist()


def test_every_place_has_its_gain_and_its_bias() -> None:
    """[−1.3416, −0.4472, 0.4472, 1.3416] times 2, 1, 1, 0.5, plus 0, 0, 1, 1."""
    m = LayerNorm(gain=(2.0, 1.0, 1.0, 0.5), bias=(0.0, 0.0, 1.0, 1.0))
    out = (-2.683271, -0.447212, 1.447212, 1.670817)
    assert m.output == pytest.approx(out, abs=1e-5)
    assert m.output_mean == pytest.approx(statistics.fmean(out), abs=1e-5)
    assert m.output_variance == pytest.approx(statistics.pvariance(out), abs=1e-4)


@pytest.mark.parametrize("kind", ["layer", "rms"])
def test_one_number_typed_means_all(kind: str) -> None:
    one = LayerNorm(kind=kind).parsed({"gain": "3", "bias": "2"})
    four = LayerNorm(kind=kind).parsed({"gain": "3,3,3,3", "bias": "2,2,2,2"})
    assert one.output.tolist() == four.output.tolist()
    assert one.replace(x=(1.0, 5.0)).output.tolist() == four.replace(x=(1.0, 5.0)).output.tolist()
    assert one.assignments() | {"kind": kind} == {"kind": kind, "gain": "3", "bias": "2"}


def test_as_many_gains_as_places_or_one() -> None:
    with pytest.raises(BadValue, match="gain has 4 numbers, set apart by commas, or one for all"):
        LayerNorm().parsed({"gain": "1,2"})
    longer = LayerNorm(gain=(2.0, 3.0, 4.0, 5.0)).replace(x=(1.0,) * 6)
    assert longer.gain.tolist() == [2, 3, 4, 5, 1, 1]


def test_it_does_not_divide_by_the_variance() -> None:
    made, divided = (
        next(panel for panel in view(LayerNorm()).panels if panel.title == title)
        for title in ("What enters, and what leaves", "Divided by the variance")
    )
    right, wrong = made.rows[3][3].content, divided.rows[3][1].content
    assert right == pytest.approx(1.5 / math.sqrt(1.25), rel=1e-5)
    assert wrong == pytest.approx(1.5 / 1.25, rel=1e-4)
    assert abs(right - wrong) > 0.1


def test_the_backward_pass_agrees_with_central_differences() -> None:
    rng = np.random.default_rng(1)
    x, dy = rng.normal(size=(3, 6)), rng.normal(size=(3, 6))
    gain, bias = rng.normal(1, 0.3, 6), rng.normal(size=6)
    grads = layer_norm_backward(dy, gain, layer_norm(x, gain, bias))
    for array, grad in zip((x, gain, bias), grads, strict=True):
        for i in np.ndindex(array.shape):
            kept, h = array[i], 1e-6
            array[i] = kept + h
            above = np.sum(layer_norm(x, gain, bias).y * dy)
            array[i] = kept - h
            below = np.sum(layer_norm(x, gain, bias).y * dy)
            array[i] = kept
            assert grad[i] == pytest.approx((above - below) / (2 * h), rel=1e-6, abs=1e-8)


def test_single_precision_stays_single() -> None:
    x, one = np.ones((2, 4), np.float32), np.ones(4, np.float32)
    assert layer_norm(x, one, one).y.dtype == np.float32
    assert rms_norm(x, one, one).y.dtype == np.float32
