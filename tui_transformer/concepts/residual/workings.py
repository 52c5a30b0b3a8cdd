"""How each number of `residual` comes about."""

from functools import partial

from tui_transformer.concepts.residual.model import Residual
from tui_transformer.steps import linear
from tui_transformer.steps.residual_stack import WAYS
from tui_transformer.terms import Term


def gradient_formula(m: Residual, layer: int) -> str:
    return f"√(Σ ‖∂xᵢ({m.depth})/∂x({layer})‖² / {m.width}), i over all outputs"


def gradient(m: Residual, layer: int, way: bool | None = None) -> Term:
    lengths = m.the("gradient_lengths")
    return linear.length(lengths.row(int(m.residual if way is None else way), layer), m.width)


def signal_formula(m: Residual, layer: int) -> str:
    return f"‖x({layer})‖ = √Σ xᵢ²"


def signal(m: Residual, layer: int, way: bool | None = None) -> Term:
    return linear.length(m.ways[m.residual if way is None else way]["signal"].row(layer))


Residual.gradient_norms.because(gradient_formula)(gradient)
Residual.gradient_norms_without.because(gradient_formula)(partial(gradient, way=False))
Residual.gradient_norms_with.because(gradient_formula)(partial(gradient, way=True))
Residual.forward_norms.because(signal_formula)(signal)
Residual.forward_norms_without.because(signal_formula)(partial(signal, way=False))
Residual.forward_norms_with.because(signal_formula)(partial(signal, way=True))


@Residual.gradient_lengths.because(
    lambda m, way, layer, i: f"‖∂x{i}({m.depth})/∂x({layer})‖, over its {m.width} numbers"
)
def gradient_length(m: Residual, way: int, layer: int, i: int) -> Term:
    return linear.length(m.ways[way]["jacobian"].row(layer, i))


@Residual.factors.because(
    lambda m, way: f"the factor of which {m.depth} make it: arrived^(1/{m.depth})"
)
def factor(m: Residual, way: int) -> Term:
    arrived = m.the(f"gradient_norms_{WAYS[way]}")[0]
    return arrived ** (1 / m.one("depth"))
