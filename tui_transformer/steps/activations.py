"""One number bent by an activation, and the slope there; in the form that is exact at that x.

Where a textbook's formula would overflow or lose its digits in floats, its limit stands instead.
"""

import math
from collections.abc import Callable

from tui_transformer.terms import Term, exp, function, log, n, operand, sqrt

TAIL = 40.0  # a bell curve has nothing left here
FAR = 700.0  # e^x is at the end of what floats hold

tanh, erfc, absolute = (function(name) for name in ("tanh", "erfc", "abs"))
largest, smallest = function("max"), function("min")
upwards, downwards = function("ceil"), function("floor")
PI = operand("π", math.pi)


def sigmoid(x: Term) -> Term:
    """1/(1 + e^−x)."""
    return 1 / (1 + exp(-x)) if x.value > -FAR else exp(x)


def sigmoid_slope(x: Term) -> Term:
    """σ·(1 − σ), as e^−|x| / (1 + e^−|x|)²."""
    tail = exp(-absolute(x))
    return tail / (1 + tail) ** 2


def switch(x: Term) -> Term:
    """1 where a number is above 0, else 0."""
    return smallest(1, upwards(largest(0, x)))


def _two_u(x: Term) -> Term:
    """Twice the u of GELU's tanh form."""
    return 2 * sqrt(2 / PI) * (x + 0.044715 * x**3)


def _two_u_slope(x: Term) -> Term:
    return 2 * sqrt(2 / PI) * (1 + n(3) * 0.044715 * x**2)


def _gelu(x: Term) -> Term:
    if abs(x.value) > TAIL:
        return x if x.value > 0 else n(0)
    return x * erfc(-x / sqrt(2)) / 2


def _gelu_slope(x: Term) -> Term:
    if abs(x.value) > TAIL:
        return n(int(x.value > 0))
    return erfc(-x / sqrt(2)) / 2 + x * (exp(-(x**2) / 2) / sqrt(2 * PI))


def _gelu_tanh(x: Term) -> Term:
    if abs(x.value) > TAIL:
        return x if x.value > 0 else n(0)
    return x / (1 + exp(-_two_u(x))) if x.value > -10 else x * exp(_two_u(x))


def _gelu_tanh_slope(x: Term) -> Term:
    if abs(x.value) > TAIL:
        return n(int(x.value > 0))
    if x.value > -10:
        return sigmoid(_two_u(x)) + x * _two_u_slope(x) * sigmoid_slope(_two_u(x))
    return exp(_two_u(x)) * (1 + x * _two_u_slope(x))


def _silu_slope(x: Term) -> Term:
    if x.value <= -FAR:
        return (1 + x) * exp(x)
    return sigmoid(x) * (1 + x * (1 - sigmoid(x)))


def _softplus(x: Term) -> Term:
    if x.value > 30:
        return x + log(1 + exp(-x))
    return log(1 + exp(x)) if x.value > -15 else exp(x) - exp(x) ** 2 / 2


def _tanh_slope(x: Term) -> Term:
    return 4 * sigmoid_slope(2 * x) if abs(x.value) > 8 else 1 - tanh(x) ** 2


def _at_zero(above: Callable[[Term], Term], below: Callable[[Term], Term]) -> Callable[..., Term]:
    return lambda x: above(x) if x.value > 0 else below(x)


def _one(x: Term) -> Term:
    return n(1)


def _same(x: Term) -> Term:
    return x


# name → what becomes of a number, and the slope there
_BENDS: dict[str, tuple[Callable[[Term], Term], Callable[[Term], Term]]] = {
    "identity": (_same, _one),
    "relu": (lambda x: largest(0, x), _at_zero(_one, lambda x: n(0))),
    "sigmoid": (sigmoid, sigmoid_slope),
    "tanh": (tanh, _tanh_slope),
    "elu": (_at_zero(_same, lambda x: exp(x) - 1), _at_zero(_one, exp)),
    "gelu": (_gelu, _gelu_slope),
    "gelu_tanh": (_gelu_tanh, _gelu_tanh_slope),
    "silu": (lambda x: x / (1 + exp(-x)) if x.value > -FAR else x * exp(x), _silu_slope),
    "softplus": (_softplus, sigmoid),
}


def bent(name: str, x: Term, leak: Term | float = 0.01) -> Term:
    """What an activation makes of a number; `leak` is leaky_relu's slope below 0."""
    if name == "leaky_relu":
        return x if x.value > 0 else leak * x
    return _BENDS[name][0](x)


def slope(name: str, x: Term, leak: Term | float = 0.01) -> Term:
    """The slope of an activation at a number."""
    if name == "leaky_relu":
        return n(1) if x.value > 0 else n(leak)
    return _BENDS[name][1](x)
