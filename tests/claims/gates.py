"""Activation functions, taken literally from their papers, one number at a time."""

import math

NORMAL = math.sqrt(0.5)


def gate(name: str, x: float, leak: float = 0.01) -> float:
    """φ(x): Nair & Hinton (2010), Maas et al. (2013), Clevert et al. (2016, α = 1), Hendrycks &
    Gimpel (2016), Elfwing et al. (2018), Dugas et al. (2001)."""
    if name == "leaky_relu":
        return x if x > 0 else leak * x
    return {
        "identity": lambda: x,
        "relu": lambda: max(0.0, x),
        "sigmoid": lambda: math.exp(min(x, 0.0)) / (1 + math.exp(-abs(x))),
        "tanh": lambda: math.tanh(x),
        "elu": lambda: x if x > 0 else math.expm1(x),
        "gelu": lambda: x * math.erfc(-x * NORMAL) / 2,
        "silu": lambda: x * gate("sigmoid", x),
        "softplus": lambda: math.log1p(math.exp(-abs(x))) + max(x, 0.0),
    }[name]()
