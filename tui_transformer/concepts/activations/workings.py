"""How each number of `activations` comes about."""

from tui_transformer.concepts.activations.model import NAMES, Activations
from tui_transformer.steps.activations import bent, slope
from tui_transformer.terms import Term


@Activations.all_outputs.because(lambda m, i: f"f(x) = {m.gates[NAMES[i]].formula}")
def an_output(m: Activations, i: int) -> Term:
    return bent(NAMES[i], m.one("x"), m.one("leak"))


@Activations.output.because(lambda m: f"f(x) = {m.gates[m.function].formula}")
def output(m: Activations) -> Term:
    return an_output(m, NAMES.index(m.function))


@Activations.all_derivatives.because(lambda m, i: f"f′(x) = {m.gates[NAMES[i]].derivative_formula}")
def a_derivative(m: Activations, i: int) -> Term:
    return slope(NAMES[i], m.one("x"), m.one("leak"))


@Activations.derivative.because(lambda m: f"f′(x) = {m.gates[m.function].derivative_formula}")
def derivative(m: Activations) -> Term:
    return a_derivative(m, NAMES.index(m.function))


@Activations.all_gradients.because("f′(x)^depth")
def a_gradient(m: Activations, i: int) -> Term:
    return m.the("all_derivatives")[i] ** m.one("depth")


@Activations.gradient_after_depth.because("f′(x)^depth: all gates at this x, weights left out")
def gradient_after_depth(m: Activations) -> Term:
    return m.one("derivative") ** m.one("depth")
