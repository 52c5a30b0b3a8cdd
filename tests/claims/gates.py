"""Activation functions, taken literally from their papers, one number at a time."""

import math
from collections.abc import Callable

NORMAL = math.sqrt(0.5)


def gate(name: str, x: float, leak: float = 0.01) -> float:
    """φ(x): Nair & Hinton (2010), Maas et al. (2013), Clevert et al. (2016, α = 1), Hendrycks &
    Gimpel (2016), Elfwing et al. (2018), Dugas et al. (2001)."""
    return GATES[name](x) if name != "leaky_relu" else x if x > 0 else leak * x


GATES: dict[str, Callable[[float], float]] = {
    "identity": lambda x: x,
    "relu": lambda x: max(0.0, x),
    "sigmoid": lambda x: math.exp(min(x, 0.0)) / (1 + math.exp(-abs(x))),
    "tanh": math.tanh,
    "elu": lambda x: x if x > 0 else math.expm1(x),
    "gelu": lambda x: x * math.erfc(-x * NORMAL) / 2,
    "silu": lambda x: x * gate("sigmoid", x),
    "softplus": lambda x: math.log1p(math.exp(-abs(x))) + max(x, 0.0),
}
