"""How each number of `neuron` comes about."""

from collections.abc import Iterable

from tui_transformer.concepts.neuron.model import CORNERS, Neuron
from tui_transformer.steps.activations import absolute, bent, switch
from tui_transformer.terms import Term, Working, dot, sqrt, total


def product_formula(m: Neuron, i: int) -> str:
    return f"{m.letter('w', i)}·{m.letter('x', i)}"


def sum_formula(m: Neuron, *_: int) -> str:
    return f"z = {product_formula(m, 0)} + {product_formula(m, 1)} + b"


def weighted_sum(m: Neuron, x: Iterable[Term | float]) -> Term:
    """w·x + b."""
    return dot(m.the("w").row(), x) + m.one("b")


@Neuron.products.because(product_formula)
def product(m: Neuron, i: int) -> Term:
    return m.the("w")[i] * m.the("x")[i]


@Neuron.z.because(sum_formula)
def z(m: Neuron) -> Term:
    return weighted_sum(m, m.the("x").row())


@Neuron.task_sums.because(sum_formula)
def task_sum(m: Neuron, i: int) -> Term:
    return weighted_sum(m, CORNERS[i])


@Neuron.y.because(lambda m: f"y = φ(z) = {m.phi.written('z')}")
def y(m: Neuron) -> Term:
    return bent(m.activation, m.one("z"))


@Neuron.task_ys.because(lambda m, i: f"y = φ(z) = {m.phi.written('z')}")
def task_y(m: Neuron, i: int) -> Term:
    return bent(m.activation, m.the("task_sums")[i])


def whole(m: Neuron) -> Working:
    """The whole neuron at once."""
    symbols = f"y = φ(w·x + b), φ(z) = {m.phi.written('z')}"
    return Working(symbols, bent(m.activation, z(m)), m.y, "y", called="y")


@Neuron.task_outputs.because("1 where z > 0, else 0")
def task_output(m: Neuron, i: int) -> Term:
    return switch(m.the("task_sums")[i])


@Neuron.task_accuracy.because("how many of the four classes are as wanted / 4")
def task_accuracy(m: Neuron) -> Term:
    pairs = zip(m.the("task_outputs").row(), m.targets or (), strict=True)
    return total(got if wanted else 1 - got for got, wanted in pairs) / len(CORNERS)


@Neuron.boundary_distance.because("|b| / ‖w‖")
def boundary_distance(m: Neuron) -> Term:
    w1, w2 = m.the("w").row()
    largest_w = absolute(max(w1, w2, key=lambda w: abs(w.value)))
    if largest_w.value > 1e-100:
        return absolute(m.one("b")) / sqrt(w1**2 + w2**2)
    # Weights too small to be squared are measured in the larger of them.
    return absolute(m.one("b")) / (largest_w * sqrt((w1 / largest_w) ** 2 + (w2 / largest_w) ** 2))


@Neuron.boundary_slope.because(lambda m: f"−{m.letter('w', 0)}/{m.letter('w', 1)}")
def boundary_slope(m: Neuron) -> Term:
    w1, w2 = m.the("w").row()
    return -w1 / w2


@Neuron.boundary_intercept.because(lambda m: f"−b/{m.letter('w', 1)}")
def boundary_intercept(m: Neuron) -> Term:
    return -m.one("b") / m.the("w")[1]
