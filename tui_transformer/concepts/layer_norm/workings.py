"""How each number of `layer-norm` comes about."""

from tui_transformer.concepts.layer_norm.model import NEIGHBOUR, LayerNorm
from tui_transformer.numbers import subscript
from tui_transformer.steps import linear
from tui_transformer.terms import Named, Operand, Term, sqrt

ITS_X = Named("its x", NEIGHBOUR, "constant")


def name(i: int) -> str:
    """Number a place as the controls do, from 0."""
    return subscript(i)


@LayerNorm.entering.because(lambda m, i: f"enters{name(i)} = scale·x{name(i)} + shift")
def entering(m: LayerNorm, i: int) -> Term:
    return m.one("scale") * m.the("x")[i] + m.one("shift")


@LayerNorm.mean.because("mean = Σ enters / n")
def mean(m: LayerNorm) -> Term:
    return linear.mean(m.the("entering").row())


@LayerNorm.variance.because("variance = Σ (enters − mean)² / n")
def variance(m: LayerNorm) -> Term:
    return linear.variance(m.the("entering").row(), m.one("mean"))


@LayerNorm.mean_square.because("mean square = Σ enters² / n")
def square(m: LayerNorm) -> Term:
    return linear.mean_square(m.the("entering").row())


@LayerNorm.normalized.because(
    lambda m, i: (
        f"normalised{name(i)} = (enters{name(i)} − mean) / √(variance + ε)"
        if m.kind == "layer"
        else f"normalised{name(i)} = enters{name(i)} / √(mean square + ε)"
    )
)
def normalized(m: LayerNorm, i: int) -> Term:
    x = m.the("entering")[i]
    if m.kind == "layer":
        return (x - m.one("mean")) / sqrt(m.one("variance") + m.one("epsilon"))
    return x / sqrt(m.one("mean_square") + m.one("epsilon"))


def learned(m: LayerNorm, what: str, i: int) -> Operand:
    """The gain or the bias of a place; where one is given, it is everybody's."""
    numbers = m.the(what).row()
    return numbers[min(i, len(numbers) - 1)]


@LayerNorm.output.because(
    lambda m, i: f"gain·normalised{name(i)}" + (" + bias" if m.kind == "layer" else "")
)
def output(m: LayerNorm, i: int) -> Term:
    stretched = learned(m, "gain", i) * m.the("normalized")[i]
    return stretched + learned(m, "bias", i) if m.kind == "layer" else stretched


@LayerNorm.output_mean.because("mean of what leaves = Σ output / n")
def output_mean(m: LayerNorm) -> Term:
    return linear.mean(m.the("output").row())


@LayerNorm.output_variance.because("variance of what leaves = Σ (output − its mean)² / n")
def output_variance(m: LayerNorm) -> Term:
    return linear.variance(m.the("output").row(), m.one("output_mean"))


@LayerNorm.over_variance.because(
    lambda m, i: f"(enters{name(i)} − mean)/(variance + ε): not what a norm does"
)
def over_variance(m: LayerNorm, i: int) -> Term:
    return (m.the("entering")[i] - m.one("mean")) / (m.one("variance") + m.one("epsilon"))


@LayerNorm.neighbour.because("the neighbour, normalised by itself")
def neighbour(m: LayerNorm, i: int) -> Term:
    x = ITS_X.row()
    if m.kind == "rms":
        return x[i] / sqrt(linear.mean_square(x) + m.one("epsilon"))
    middle = linear.mean(x)
    return (x[i] - middle) / sqrt(linear.variance(x, middle) + m.one("epsilon"))
