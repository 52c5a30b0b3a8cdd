"""How each number of `gated` comes about, down to x and to the matrices that were drawn."""

from tui_transformer.concepts.gated.model import Gated
from tui_transformer.steps import linear
from tui_transformer.steps.activations import bent, downwards
from tui_transformer.terms import Operand, Term, dot, n, operand, sqrt


def entering(m: Gated) -> list[Operand]:
    """The numbers of x; where one is given, it is everybody's."""
    numbers = m.the("x").row()
    return numbers if len(numbers) == m.d_model else numbers * m.d_model


@Gated.normalized.because(
    lambda m, i: "x / √(mean(x²) + ε)" if m.norm == "rms" else "(x − mean) / √(variance + ε)"
)
def normalized(m: Gated, i: int) -> Term:
    x, small = entering(m), operand("ε", m.plan.epsilon)
    if m.norm == "rms":
        return x[i] / sqrt(linear.mean_square(x) + small)
    middle = linear.mean(x)
    return (x[i] - middle) / sqrt(linear.variance(x, middle) + small)


@Gated.d_ff.because(lambda m: "8/3·d_model, rounded" if m.gated else "4·d_model")
def d_ff(m: Gated) -> Term:
    d = m.one("d_model")
    return downwards(8 * d / 3 + 0.5) if m.gated else 4 * d


@Gated.parameter_count.because(lambda m: f"{m.matrices}·d_model·d_ff")
def parameter_count(m: Gated) -> Term:
    return n(m.matrices) * m.one("d_model") * m.one("d_ff")


@Gated.gate_sums.because(lambda m, j: f"gate’s sum, unit {j} = x·W_gate, x normed")
def gate_sum(m: Gated, j: int) -> Term:
    return dot(m.the("normalized").row(), m.leaf("w_gate").column(j))


@Gated.gate.because(lambda m, j: f"gate, unit {j} = {m.bend}(x·W_gate)")
def gate(m: Gated, j: int) -> Term:
    return bent(m.bend, m.the("gate_sums")[j])


@Gated.passes.because(lambda m, j: f"passes, unit {j} = x·W₁, x normed")
def passes(m: Gated, j: int) -> Term:
    return dot(m.the("normalized").row(), m.leaf("w_1").column(j))


@Gated.hidden.because(
    lambda m, j: f"comes, unit {j} = " + ("gate · passes" if m.gated else f"{m.bend}(x·W₁)")
)
def hidden(m: Gated, j: int) -> Term:
    through = m.the("passes")[j]
    return m.the("gate")[j] * through if m.gated else bent(m.bend, through)


@Gated.output.because(lambda m, i: f"output, number {i} = hidden·W₂")
def output(m: Gated, i: int) -> Term:
    return dot(m.the("hidden").row(), m.leaf("w_2").column(i))
