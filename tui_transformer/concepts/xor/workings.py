"""How each number of `xor` comes about: a step from the step before it, down to the draw."""

from collections.abc import Sequence

from tui_transformer.concepts.xor.model import Xor
from tui_transformer.nn.made_up.xor import CORNERS, NAMES, TARGETS
from tui_transformer.steps.activations import bent, sigmoid, slope, switch
from tui_transformer.terms import Operand, Term, log, n, total


def parameter(m: Xor, t: int, name: str, *at: int) -> Operand:
    """A weight after t steps; the first ones were drawn, or designed."""
    return m.the("parameters")[name, t, *at] if t else m.first[name][at]


def last(m: Xor) -> int:
    """The step that the screen shows."""
    return len(m.history) - 1 if m.solution == "trained" else 0


def summed(m: Xor, t: int, i: int, j: int) -> Term:
    """W₀·x₀ + W₁·x₁ + c of a hidden unit."""
    inputs = (parameter(m, t, "W", k, j) * float(CORNERS[i, k]) for k in range(2))
    return total((*inputs, parameter(m, t, "c", j)))


def scored(m: Xor, t: int, hidden: Sequence[Term]) -> Term:
    """w·h + b."""
    products = (parameter(m, t, "w", j) * h for j, h in enumerate(hidden))
    return total((*products, parameter(m, t, "b", 0)))


# ── the answers, and what they cost ────────────────────────────────────────────────────


@Xor.hidden_layer.because(lambda m, i, j: f"h{j} = {m.phi.name}(W₀·x₀ + W₁·x₁ + c)")
def hidden(m: Xor, i: int, j: int) -> Term:
    return bent(m.activation, summed(m, last(m), i, j))


@Xor.scores.because("w·h + b")
def score(m: Xor, i: int) -> Term:
    return scored(m, last(m), m.the("hidden").row(i))


@Xor.outputs.because(
    lambda m, i: (
        f"y({NAMES[i]}) = "
        + {"linear": "w·x + b, least squares", "designed": "w·h + b"}.get(m.solution, "σ(w·h + b)")
    )
)
def output(m: Xor, i: int) -> Term:
    if m.net is None:
        x1, x2 = CORNERS[i].tolist()
        return n(0) * x1 + n(0) * x2 + 0.5
    return sigmoid(score(m, i)) if m.solution == "trained" else score(m, i)


@Xor.classes.because("1 where the output is above ½, else 0")
def a_class(m: Xor, i: int) -> Term:
    return switch(m.the("outputs")[i] - 0.5)


@Xor.accuracy.because("how many of the four classes are right / 4")
def accuracy(m: Xor) -> Term:
    pairs = zip(m.the("classes").row(), TARGETS, strict=True)
    return total(got if wanted else 1 - got for got, wanted in pairs) / 4


@Xor.chances.because("p of the right class: the output where it is 1, else 1 − the output")
def chance(m: Xor, i: int) -> Term:
    y = m.the("outputs")[i]
    return y if TARGETS[i] else 1 - y


def cost_formula(m: Xor, i: int) -> str:
    if m.solution != "trained":
        return "−ln p(right class)"
    return f"−ln p(right class) = ln(1 + e^s), s = {'−' if TARGETS[i] else ''}(w·h + b)"


@Xor.costs.because(cost_formula)
def cost(m: Xor, i: int) -> Term:
    if m.solution != "trained":
        return -log(m.the("chances")[i])
    against = m.the("scores")[i]
    return bent("softplus", -against if TARGETS[i] else against)


@Xor.loss.because("L = Σ −ln p(right class) / 4")
def loss(m: Xor) -> Term:
    return total(m.the("costs").row()) / 4


# ── training ───────────────────────────────────────────────────────────────────────────


def shown(name: str, at: tuple[int, ...]) -> str:
    """Write a weight's name: of W, the number of its input."""
    return "W₀W₁"[2 * at[0] : 2 * at[0] + 2] if name == "W" else name


def step_formula(m: Xor, name: str, t: int, *at: int) -> str:
    weight = shown(name, at)
    return f"{weight} ← {weight} − η·∂L/∂{weight}" if t else f"{weight} at the start"


@Xor.parameters.because(step_formula)
def a_parameter(m: Xor, name: str, t: int, *at: int) -> Term:
    if not t:
        return m.first[name][at]
    rate, before = m.one("learning_rate"), parameter(m, t - 1, name, *at)
    return before - rate * m.the("slopes")[name, t - 1, *at]


@Xor.sums.because("z = W₀·x₀ + W₁·x₁ + c")
def a_sum(m: Xor, t: int, i: int, j: int) -> Term:
    return summed(m, t, i, j)


@Xor.units.because(lambda m, t, i, j: f"h{j} = {m.phi.name}(z)")
def unit(m: Xor, t: int, i: int, j: int) -> Term:
    return bent(m.activation, m.the("sums")[t, i, j])


@Xor.errors.because(
    lambda m, t, i: f"∂L/∂y({NAMES[i]}) = {'−σ(−y)' if TARGETS[i] else 'σ(y)'}/4, y = w·h + b"
)
def error(m: Xor, t: int, i: int) -> Term:
    y = scored(m, t, m.the("units").row(t, i))
    return -sigmoid(-y) / 4 if TARGETS[i] else sigmoid(y) / 4


SLOPES = {
    "W": "Σ x·∂L/∂y·w·φ′(z)",
    "c": "Σ ∂L/∂y·w·φ′(z)",
    "w": "Σ ∂L/∂y·h",
    "b": "Σ ∂L/∂y",
}


@Xor.slopes.because(lambda m, name, t, *at: f"∂L/∂{shown(name, at)} = {SLOPES[name]}")
def a_slope(m: Xor, name: str, t: int, *at: int) -> Term:
    errors, j = m.the("errors").row(t), at[-1]
    if name == "b":
        return total(errors)
    if name == "w":
        return total(error * m.the("units")[t, i, j] for i, error in enumerate(errors))
    w = parameter(m, t, "w", j)
    back = (
        error * w * slope(m.activation, m.the("sums")[t, i, j]) for i, error in enumerate(errors)
    )
    if name == "c":
        return total(back)
    return total(float(CORNERS[i, at[0]]) * each for i, each in enumerate(back))
