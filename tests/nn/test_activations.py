"""Activation functions against math.erf, identities, differences and published numbers."""

import math
from collections.abc import Iterator

import numpy as np
import pytest

from tests.calculator import calculate
from tui_transformer.nn.activations import ACTIVATIONS, Activation, gelu, leaky_relu, relu, silu
from tui_transformer.nn.erf import erf, erfc
from tui_transformer.steps.activations import bent, slope
from tui_transformer.terms import n, plain, shown

EVERY = (*ACTIVATIONS.values(), leaky_relu(0.3), leaky_relu(0.0), leaky_relu(1.0))
KINKED = ("relu", "leaky_relu", "elu")
GRID = np.linspace(-9, 9, 3601)
HARD = (
    0.0,
    -0.0,
    1e-320,
    -1e-320,
    5.0,
    -5.0,
    40.0,
    -40.0,
    700.0,
    -700.0,
    745.2,
    -745.2,
    1e100,
    -1e100,
    1e308,
    -1e308,
    math.inf,
    -math.inf,
)

every = pytest.mark.parametrize("activation", EVERY, ids=lambda a: f"{a.name} {a.formula}")


@pytest.fixture(autouse=True)
def _strict() -> Iterator[None]:
    with np.errstate(all="raise"):
        yield


def reference(name: str, x: float) -> float:
    """The definitions, in scalar arithmetic, where they can be taken literally."""
    match name:
        case "identity":
            return x
        case "relu":
            return max(0.0, x)
        case "leaky_relu":
            return x if x > 0 else 0.01 * x
        case "sigmoid":
            return 1 / (1 + math.exp(-x))
        case "tanh":
            return (math.exp(x) - math.exp(-x)) / (math.exp(x) + math.exp(-x))
        case "elu":
            return x if x > 0 else math.expm1(x)
        case "gelu":
            return x * math.erfc(-x / math.sqrt(2)) / 2
        case "gelu_tanh":
            return x / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
        case "silu":
            return x / (1 + math.exp(-x))
        case "softplus":
            return math.log1p(math.exp(x))
    raise KeyError(name)


# ── the error function ─────────────────────────────────────────────────────────────────


def test_erf_is_the_one_of_the_c_library_to_1e_15() -> None:
    x = np.concatenate(
        [
            np.linspace(-7, 7, 60_001),
            np.linspace(-0.47, 0.47, 5_001),
            [0.46875, -0.46875, 4.0, -4.0, np.nextafter(4, 5), 30.0, 1e308, -1e308],
        ]
    )
    assert np.max(np.abs(erf(x) - np.array([math.erf(v) for v in x]))) < 1e-15


def test_erfc_keeps_its_digits_where_one_minus_erf_has_none() -> None:
    x = np.linspace(-6, 26, 40_001)
    wanted = np.array([math.erfc(v) for v in x])
    assert np.max(np.abs(erfc(x) / wanted - 1)) < 4e-15
    assert erfc(30.0) == erfc(1e308) == 0.0
    assert 1 - erf(9.0) == 0.0 < erfc(9.0)


def test_gelu_of_float32_is_the_nearest_float32_wherever_that_is_no_shred() -> None:
    x = np.linspace(-16, 16, 20_001, dtype=np.float32)
    exact = np.array([v * math.erfc(-v / math.sqrt(2)) / 2 for v in x.astype(np.float64)])
    with np.errstate(under="ignore"):
        found, wanted = gelu(x), exact.astype(np.float32)
    apart = np.abs(found.view(np.int32) - wanted.view(np.int32))  # in steps of the last digit
    normal = np.abs(exact) >= np.finfo(np.float32).tiny
    assert np.max(apart[normal]) <= 1
    assert np.mean(apart[normal] == 0) > 0.999
    assert np.max(np.abs(found[~normal])) < 1.2e-38
    ends = gelu(np.array([-np.inf, -3e38, np.inf, np.nan], np.float32))
    assert np.array_equal(ends, np.array([0.0, 0.0, np.inf, np.nan], np.float32), equal_nan=True)
    slopes = ACTIVATIONS["gelu"].derivative(x)
    wide = ACTIVATIONS["gelu"].derivative(x.astype(np.float64))
    assert np.max(np.abs(slopes - wide)) < 6e-8


def test_erf_is_odd_and_passes_nan_on() -> None:
    assert np.array_equal(erf(-GRID), -erf(GRID))
    assert np.isnan(erf(np.nan)) and np.isnan(erfc(np.array([np.nan, 1.0])))[0]
    assert math.copysign(1, float(erf(-0.0))) == -1


# ── values ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_values_follow_their_definitions(name: str) -> None:
    assert ACTIVATIONS[name].name == name
    wanted = [reference(name, float(x)) for x in GRID]
    assert np.allclose(ACTIVATIONS[name].f(GRID), wanted, rtol=1e-14, atol=1e-15)


def test_published_numbers() -> None:
    values = {name: float(a.f(1.0)) for name, a in ACTIVATIONS.items()}
    # Φ(1) from any normal table; the tanh form as GPT-2 computes it.
    assert values["gelu"] == pytest.approx(0.841345, abs=5e-7)
    assert values["gelu_tanh"] == pytest.approx(0.841192, abs=5e-7)
    assert values["sigmoid"] == pytest.approx(0.731059, abs=5e-7)
    assert float(ACTIVATIONS["softplus"].f(0)) == pytest.approx(math.log(2), abs=1e-16)
    assert float(np.min(silu(np.linspace(-2, 0, 200_001)))) == pytest.approx(-0.278465, abs=5e-7)
    assert float(np.min(gelu(np.linspace(-2, 0, 200_001)))) == pytest.approx(-0.169971, abs=5e-7)


def test_identities() -> None:
    f = {name: a.f(GRID) for name, a in ACTIVATIONS.items()}
    sigmoid, back = f["sigmoid"], ACTIVATIONS["sigmoid"].f(-GRID)
    assert np.allclose(sigmoid + back, 1, rtol=0, atol=3e-16)
    assert np.allclose(f["tanh"], 2 * ACTIVATIONS["sigmoid"].f(2 * GRID) - 1, atol=1e-15)
    for name in ("relu", "gelu", "gelu_tanh", "silu", "softplus"):  # f(x) − f(−x) = x
        assert np.allclose(f[name] - ACTIVATIONS[name].f(-GRID), GRID, atol=2e-15), name
    assert np.max(np.abs(f["gelu"] - f["gelu_tanh"])) < 5e-4


def test_small_results_keep_their_digits() -> None:
    for x in (-8.0, -20.0, -37.0):
        assert float(gelu(x)) == pytest.approx(x * math.erfc(-x / math.sqrt(2)) / 2, rel=1e-12)
        assert float(silu(x)) == pytest.approx(x * math.exp(x) / (1 + math.exp(x)), rel=1e-14)
    assert float(ACTIVATIONS["sigmoid"].f(-700)) == pytest.approx(math.exp(-700), rel=1e-14)
    assert float(ACTIVATIONS["softplus"].f(-50)) == pytest.approx(math.exp(-50), rel=1e-14)
    assert float(ACTIVATIONS["elu"].f(-1e-12)) == pytest.approx(-1e-12, rel=1e-11)


@every
def test_nothing_overflows_and_limits_are_right(activation: Activation) -> None:
    for x in HARD:
        assert not np.isnan(activation.f(x)) and np.isfinite(activation.derivative(x)), x
    assert activation.f(1e308) in (1e308, 1.0)
    assert activation.derivative(1e308) in (1.0, 0.0)
    assert not np.any(np.isnan(activation.f(np.array(HARD, dtype=np.float64))))
    single = np.array([3e38, -3e38, 1e-40, -100.0], dtype=np.float32)
    assert np.all(np.isfinite(activation.f(single)))
    assert np.all(np.isfinite(activation.derivative(single)))


# ── derivatives ────────────────────────────────────────────────────────────────────────


@every
def test_derivatives_are_central_differences(activation: Activation) -> None:
    x = GRID[np.abs(GRID) > 0.002] if activation.name in KINKED else GRID
    h = 1e-5
    measured = (activation.f(x + h) - activation.f(x - h)) / (2 * h)
    assert np.allclose(activation.derivative(x), measured, rtol=1e-8, atol=3e-10)


def test_derivatives_by_identity() -> None:
    slope = {name: a.derivative(GRID) for name, a in ACTIVATIONS.items()}
    sigmoid, tanh = ACTIVATIONS["sigmoid"].f(GRID), ACTIVATIONS["tanh"].f(GRID)
    assert np.allclose(slope["sigmoid"], sigmoid * (1 - sigmoid), rtol=1e-11)
    assert np.allclose(slope["tanh"], 1 - tanh**2, atol=1e-15)
    assert np.array_equal(slope["softplus"], sigmoid)
    for name in ("gelu", "gelu_tanh", "silu"):  # f(x) − f(−x) = x, so the slopes add up to 1
        assert np.allclose(slope[name] + ACTIVATIONS[name].derivative(-GRID), 1, atol=1e-15)


def test_slopes_at_zero() -> None:
    at_zero = {name: float(a.derivative(0.0)) for name, a in ACTIVATIONS.items()}
    assert at_zero == {
        "identity": 1,
        "relu": 0,
        "leaky_relu": 0.01,
        "sigmoid": 0.25,
        "tanh": 1,
        "elu": 1,
        "gelu": 0.5,
        "gelu_tanh": 0.5,
        "silu": 0.5,
        "softplus": 0.5,
    }
    assert float(ACTIVATIONS["relu"].derivative(-0.0)) == 0


def test_the_sigmoid_passes_a_quarter_at_most() -> None:
    assert np.max(ACTIVATIONS["sigmoid"].derivative(GRID)) == 0.25
    assert abs(0.25**10 - 9.5e-7) < 1e-8  # what ten of them leave of a gradient


# ── kinds of input ─────────────────────────────────────────────────────────────────────


@every
@pytest.mark.parametrize("which", ["f", "derivative"])
def test_shapes_and_dtypes_are_kept(activation: Activation, which: str) -> None:
    function = getattr(activation, which)
    grid = np.linspace(-50, 50, 12).reshape(3, 4)
    for dtype in (np.float32, np.float64):
        result = function(grid.astype(dtype))
        assert result.dtype == dtype and result.shape == (3, 4)
    assert np.allclose(function(grid.astype(np.float32)), function(grid), rtol=2e-5, atol=1e-6)
    assert isinstance(function(0.5), np.float64) and isinstance(function(2), np.float64)
    assert isinstance(function(np.float32(-0.5)), np.float32)
    assert function([1, 2]).dtype == np.float64 and function(np.array([])).shape == (0,)


def test_inputs_are_not_written_to() -> None:
    x = np.linspace(-1, 1, 5)
    x.flags.writeable = False
    for activation in EVERY:
        activation.f(x)
        activation.derivative(x)


def test_leaks() -> None:
    assert list(leaky_relu(0.3).f(np.array([-2.0, 3.0]))) == [-0.6, 3.0]
    assert np.array_equal(leaky_relu(0.0).f(GRID), relu(GRID))
    assert np.array_equal(leaky_relu(1.0).f(GRID), GRID)
    assert list(leaky_relu(0.3).derivative([-1.0, 0.0, 1.0])) == [0.3, 0.3, 1.0]


# ── as written on the screen ───────────────────────────────────────────────────────────


@every
def test_the_steps_give_the_same_numbers(activation: Activation) -> None:
    leak = float(activation.f(-1.0)) / -1.0
    for x in (*np.linspace(-38, 38, 381), -4.99, -5.01, *(x for x in HARD if math.isfinite(x))):
        x = float(x)
        for function, step in ((activation.f, bent), (activation.derivative, slope)):
            term = step(activation.name, n(x), leak)
            wanted = pytest.approx(float(function(x)), rel=1e-9, abs=1e-300)
            assert calculate(plain(term)) == wanted, shown(term)


def test_formulas_in_another_letter() -> None:
    assert ACTIVATIONS["relu"].written("z") == "max(0, z)"
    assert ACTIVATIONS["sigmoid"].written("z") == "1/(1 + e^−z)"
    assert ACTIVATIONS["gelu"].written("z") == "z·erfc(−z/√2)/2"
    assert leaky_relu(0.2).written("z") == "z where z > 0, else 0.2·z"
