"""The error function, which NumPy does not have."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from tui_transformer.arrays import Array

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# A result too small for a float is 0, which is what it should be.
_quiet = np.errstate(under="ignore")


def as_real(x: ArrayLike) -> Array:
    """Make an array of floats: float32 stays float32, everything else becomes float64."""
    array = np.asarray(x)
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def settled(x: ArrayLike, dtype: Any = None) -> Array:
    """Hand a result over in a dtype; a single number as a number, not as an array."""
    return np.asarray(x, dtype)[()]


_AT_ONCE = 16_384  # numbers that fit a processor's cache


def in_parts(f: Callable[[Array], Array], x: Array) -> Array:
    """Work on each number in float64, on so many at once as are quick, and hand over x's type."""
    flat, done = x.reshape(-1), np.empty(x.size, x.dtype)
    for at in range(0, x.size, _AT_ONCE):
        part = slice(at, at + _AT_ONCE)
        done[part] = f(flat[part].astype(np.float64))
    return settled(done.reshape(x.shape))


# Numerator and denominator, highest power first. W. J. Cody, "Rational Chebyshev
# Approximations for the Error Function", Mathematics of Computation 23 (1969), 631–637,
# with the digits of his CALERF in netlib's SPECFUN.
_CENTRE = (
    (
        1.85777706184603153e-1,
        3.16112374387056560e0,
        1.13864154151050156e2,
        3.77485237685302021e2,
        3.20937758913846947e3,
    ),
    (
        1.0,
        2.36012909523441209e1,
        2.44024637934444173e2,
        1.28261652607737228e3,
        2.84423683343917062e3,
    ),
)
_MIDDLE = (
    (
        2.15311535474403846e-8,
        5.64188496988670089e-1,
        8.88314979438837594e0,
        6.61191906371416295e1,
        2.98635138197400131e2,
        8.81952221241769090e2,
        1.71204761263407058e3,
        2.05107837782607147e3,
        1.23033935479799725e3,
    ),
    (
        1.0,
        1.57449261107098347e1,
        1.17693950891312499e2,
        5.37181101862009858e2,
        1.62138957456669019e3,
        3.29079923573345963e3,
        4.36261909014324716e3,
        3.43936767414372164e3,
        1.23033935480374942e3,
    ),
)
_FAR = (
    (
        1.63153871373020978e-2,
        3.05326634961232344e-1,
        3.60344899949804439e-1,
        1.25781726111229246e-1,
        1.60837851487422766e-2,
        6.58749161529837803e-4,
    ),
    (
        1.0,
        2.56852019228982242e0,
        1.87295284992346047e0,
        5.27905102951428412e-1,
        6.05183413124413191e-2,
        2.33520497626869185e-3,
    ),
)
_NEAR, _LIMIT = 0.46875, 30.0  # beyond 30, erfc is less than any float


def _ratio(coefficients: tuple[tuple[float, ...], tuple[float, ...]], x: Array) -> Array:
    above, below = (_polynomial(row, x) for row in coefficients)
    return np.asarray(above / below)


def _polynomial(row: tuple[float, ...], x: Array) -> Array:
    result = x * row[0]
    result += row[1]
    for coefficient in row[2:]:
        result *= x
        result += coefficient
    return np.asarray(result)


def _exp_minus_square(y: Array) -> Array:
    """e^(−y²), with y² split in two so that its rounding does not grow in the exponent."""
    coarse = np.trunc(y * 16.0) / 16.0
    return np.asarray(np.exp(-coarse * coarse) * np.exp(-(y - coarse) * (y + coarse)))


def _erfc_far(y: Array) -> Array:
    y = np.minimum(y, _LIMIT)
    inverse = 1.0 / (y * y)
    bracket = 1.0 / math.sqrt(math.pi) - inverse * _ratio(_FAR, inverse)
    return _exp_minus_square(y) * bracket / y


def _erfc_middle(y: Array) -> Array:
    return _exp_minus_square(y) * _ratio(_MIDDLE, y)


@_quiet
def erf(x: ArrayLike) -> Array:
    """Compute erf(x) = 2/√π ∫₀ˣ e^(−t²) dt to double precision, [...] → [...] (Cody 1969)."""
    given = as_real(x)
    wide = given.astype(np.float64)
    y = np.abs(wide)
    size = np.piecewise(
        y,
        [y <= _NEAR, (y > _NEAR) & (y <= 4.0)],
        [
            lambda y: y * _ratio(_CENTRE, y * y),
            lambda y: 1.0 - _erfc_middle(y),
            lambda y: 1.0 - _erfc_far(y),
        ],
    )
    return settled(np.copysign(size, wide), given.dtype)


@_quiet
def erfc(x: ArrayLike) -> Array:
    """Compute 1 − erf(x) without losing the digits of a small result, [...] → [...]."""
    given = as_real(x)
    wide = given.astype(np.float64)
    y = np.abs(wide)
    size = np.piecewise(
        y,
        [y <= _NEAR, (y > _NEAR) & (y <= 4.0)],
        [
            lambda y: 1.0 - y * _ratio(_CENTRE, y * y),
            _erfc_middle,
            _erfc_far,
        ],
    )
    return settled(np.where(wide < 0, 2.0 - size, size), given.dtype)


_WIDEST = 11.0  # e^(−11²) is 0 as a float32


@_quiet
def erfc_narrow(x: ArrayLike) -> Array:
    """Compute erfc(x) where what comes of it becomes a float32, in a third of the time.

    Of Cody's three formulas the one for the middle alone, without the care for the last digits: it
    is right to 4 · 10⁻¹⁰ from 0 to 11. [...] → [...], float64.
    """
    wide = np.asarray(x, np.float64)
    y = np.minimum(np.abs(wide), _WIDEST)
    size = np.exp(-y * y) * _ratio(_MIDDLE, y)
    # 2 − erfc(−x) below zero; to choose where takes a fifth of all time.
    return settled(np.copysign(size, wide) + 2.0 * np.signbit(wide))
