"""How each number of `activations` comes about."""

from tui_transformer.concepts.activations.model import (
    CORNERED,
    NAMES,
    PLACE_SHARES,
    PLACES,
    Activations,
)
from tui_transformer.steps.activations import PI, bent, erfc, slope
from tui_transformer.terms import Term, exp, n, operand, sqrt, total


@Activations.all_outputs.because(lambda m, i: f"f(x) = {m.gates[NAMES[i]].formula}")
def an_output(m: Activations, i: int) -> Term:
    return bent(NAMES[i], m.one("x"), m.one("leak"))


@Activations.all_derivatives.because(lambda m, i: f"f′(x) = {m.gates[NAMES[i]].derivative_formula}")
def a_derivative(m: Activations, i: int) -> Term:
    return slope(NAMES[i], m.one("x"), m.one("leak"))


Activations.output.is_of(Activations.all_outputs, lambda m: NAMES.index(m.function))
Activations.derivative.is_of(Activations.all_derivatives, lambda m: NAMES.index(m.function))


@Activations.all_gradients.because("f′(x)^depth")
def a_gradient(m: Activations, i: int) -> Term:
    return m.the("all_derivatives")[i] ** m.one("depth")


@Activations.gradient_after_depth.because("f′(x)^depth: all gates at this x, weights left out")
def gradient_after_depth(m: Activations) -> Term:
    return m.one("derivative") ** m.one("depth")


# ── a standard normal crowd ────────────────────────────────────────────────────────────


@Activations.at_places.because(lambda m, name, i: f"{name} at a place of Gauss and Hermite's")
def at_place(m: Activations, name: str, i: int) -> Term:
    return bent(name, operand(f"place {i}", PLACES[i]), m.one("leak"))


def crowd_formula(m: Activations, name: str) -> str:
    """Write the average as it is taken."""
    return {
        "relu": "∫ z·φ(z) dz from 0 on = 1/√(2π)",
        "leaky_relu": "(1 − leak)/√(2π)",
        "elu": "1/√(2π) + ½·√e·erfc(√½) − ½",
    }.get(name, "∫ f(z)·φ(z) dz, by Gauss and Hermite")


@Activations.crowd.because(crowd_formula)
def crowd(m: Activations, name: str) -> Term:
    """The average of f over a bell curve of mean 0 and variance 1."""
    half = 1 / sqrt(2 * PI)
    if name == "leaky_relu":
        return (1 - m.one("leak")) * half
    if name == "elu":
        return half + (exp(n(0.5)) * erfc(sqrt(n(0.5))) / 2 - 0.5)
    if name in CORNERED:
        return half
    shares = (operand(f"share of place {i}", share) for i, share in enumerate(PLACE_SHARES))
    return total(share * m.the("at_places")[name, i] for i, share in enumerate(shares))


Activations.mean_out.is_of(Activations.crowd, lambda m: m.function)


@Activations.silent.because(
    lambda m, name: "half a normal crowd is below 0" if m.silent[name] else "no input but 0 gives 0"
)
def silent(m: Activations, name: str) -> Term:
    return operand("share of a normal crowd that it shuts out", m.silent[name])


@Activations.share_zero.because("share of the crowd that the gate makes exactly 0")
def share_zero(m: Activations) -> Term:
    return silent(m, m.function)
