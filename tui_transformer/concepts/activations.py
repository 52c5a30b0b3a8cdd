"""
An activation function is a gate: a fixed curve that decides how much of a number passes. **ReLU**
lets what is positive through and stops the rest. **Sigmoid** squashes everything into 0..1,
**tanh** into −1..1. **GELU** and **SiLU** are ReLUs with a soft corner.

What learning needs is the *slope*. On its way back through the network a gradient is multiplied by
the slope of every gate it passes. Choose sigmoid and walk x along: the slope is ¼ at the most, at
x = 0. Ten such gates leave at most ¼¹⁰, less than a millionth. Under ReLU the slope is 1 or 0: the
gradient comes through whole, or not at all. Turn *depth* and watch the lower curve.

At x = 0 ReLU has a corner and no slope; by convention programs take 0, and so does this screen.

*Often misread:* that activations are learned. Nothing on this screen has a weight. Training
changes what flows *into* the gate, [the weighted sum](neuron) before it, and so opens and closes
it. (Leaky ReLU's slope below zero is set by hand as well; PReLU, which is not here, learns it.)

Also often read: that GELU and SiLU only rise. Take x to −1: both dip below zero and come back up.

Softplus is the smooth line whose slope is the sigmoid. What happens with no gate at all is
[the next screen](depth).
"""

from dataclasses import dataclass

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.controls import choice, integer, real, toggle
from tui_transformer.figure import Axis, Cell, Column, Figure, Line, Plot, Points, Rule, Table
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.activations import ACTIVATIONS, Activation, leaky_relu
from tui_transformer.numbers import number
from tui_transformer.working import Working, n

NAMES = ("relu", "leaky_relu", "sigmoid", "tanh", "elu", "gelu", "silu", "softplus")
SMALLEST = 1e-30  # where the lower end of the gradient's plot is, at the least
X = np.linspace(-6, 6, 241)


@dataclass(frozen=True, eq=False)
class Activations(Model):
    """One gate, a number that meets it, and how many such gates stand in a row."""

    function: str = choice("relu", *NAMES, help="The gate to look at.")
    x: float = real(1.0, -6, 6, help="The number that meets the gate.")
    leak: float = real(0.01, 0, 1, step=0.01, help="Leaky ReLU's slope below 0; elu has α = 1.")
    depth: int = integer(10, 1, 50, help="How many gates a gradient passes on its way back.")
    compare: bool = toggle(True, help="Draw the other gates behind the chosen one.")

    @derived
    def gates(self) -> dict[str, Activation]:
        """Every gate by name, the leaky one with its leak."""
        return {**{name: ACTIVATIONS[name] for name in NAMES}, "leaky_relu": leaky_relu(self.leak)}

    @value
    def output(self) -> float:
        """What the gate lets through, f(x)."""
        return float(self.gates[self.function].f(self.x))

    @value
    def derivative(self) -> float:
        """The gate's slope at x, f′(x); relu′(0) = 0 by convention."""
        return float(self.gates[self.function].derivative(self.x))

    @value
    def gradient_after_depth(self) -> float:
        """What is left of a gradient of 1 after so many gates at this x: f′(x) ** depth."""
        return self.derivative**self.depth

    @value
    def all_outputs(self) -> list[float]:
        """f(x) of every gate, in the order of the choice, [8]."""
        return [float(gate.f(self.x)) for gate in self.gates.values()]

    @value
    def all_derivatives(self) -> list[float]:
        """f′(x) of every gate, in the order of the choice, [8]."""
        return [float(gate.derivative(self.x)) for gate in self.gates.values()]


def view(m: Activations) -> Figure:
    """The curve and its slope; every gate at x; what is left of a gradient."""
    return Figure(
        rows=((curve(m), slope(m)), (gates_table(m),), (survival(m),)),
        says=says(m),
        formula=survival_working(m),
        data="yours",
    )


def says(m: Activations) -> str:
    """Say what this gate does to a number and to a gradient."""
    left = "all" if m.gradient_after_depth == 1 else number(m.gradient_after_depth, 3)
    if m.function == "relu" and m.x == 0:
        return "relu′(0) = 0 by convention: at the corner there is no slope."
    if m.derivative == 0:
        return f"{m.function} is shut at {number(m.x)}: nothing of a gradient comes back."
    if m.derivative < 0:
        return f"{m.function} falls here: it dips below 0 before it rises."
    if m.function == "sigmoid":
        return f"Slope {number(m.derivative, 3)} (¼ at most): {m.depth} gates leave {left}."
    return f"Slope {number(m.derivative, 3)}: after {m.depth} gates {left} of a gradient is left."


def survival_working(m: Activations) -> Working:
    """Show what is left of a gradient."""
    return Working(
        "f′(x)^depth",
        f"({slope_expression(m, m.function)})**{m.depth}",
        m.gradient_after_depth,
        "gradient_after_depth",
    )


def slope_expression(m: Activations, name: str) -> str:
    """Write f′(x) with its numbers."""
    return m.gates[name].derivative_worked(m.x, n(m.x))


def curve(m: Activations) -> Plot:
    """f with the cursor; the others dimmed behind it."""
    others = tuple(
        Line(X, gate.f(X), "muted", dim=True)
        for name, gate in m.gates.items()
        if m.compare and name != m.function
    )
    return Plot(
        f"f = {m.function}",
        (
            Rule(0.0),
            Rule(0.0, upright=True),
            *others,
            Line(X, m.gates[m.function].f(X), "first"),
            Points([m.x], [m.output], "output", marker="◆", labels=(number(m.output, 4),)),
        ),
        Axis("x", -6, 6),
        Axis("f", -1.5, 6),
        height=9,
        width=24,
    )


def slope(m: Activations) -> Plot:
    """f′ with the cursor."""
    gate = m.gates[m.function]
    return Plot(
        "its slope f′",
        (
            Rule(0.0),
            Rule(1.0, label="1"),
            Line(X, gate.derivative(X), "gradient"),
            Points([m.x], [m.derivative], "output", marker="◆", labels=(number(m.derivative, 4),)),
        ),
        Axis("x", -6, 6),
        Axis("f′", -0.2, 1.3),
        height=9,
        width=24,
    )


def gates_table(m: Activations) -> Table:
    """Every gate at this x."""
    columns = (
        Column("gate"),
        Column("f(x)", "output"),
        Column("f′(x)", "gradient"),
        Column(f"f′^{m.depth}", "gradient"),
        Column("formula"),
    )
    rows = tuple(
        gate_row(m, name, out, by)
        for name, out, by in zip(NAMES, m.all_outputs, m.all_derivatives, strict=True)
    )
    return Table(f"Every gate at x = {number(m.x)}", columns, rows, row=NAMES.index(m.function))


def gate_row(m: Activations, name: str, out: float, by: float) -> tuple[Cell, ...]:
    """The numbers of one gate."""
    gate = m.gates[name]
    return (
        Cell(name, "text"),
        Cell(
            out,
            role="output",
            working=lambda: Working(
                f"f(x) = {gate.formula}", gate.worked(m.x, n(m.x)), out, "all_outputs"
            ),
        ),
        Cell(
            by,
            role="gradient",
            working=lambda: Working(
                f"f′(x) = {gate.derivative_formula}",
                slope_expression(m, name),
                by,
                "all_derivatives",
            ),
        ),
        Cell(
            by**m.depth,
            role="gradient",
            working=lambda: Working(
                "f′(x)^depth",
                f"({slope_expression(m, name)})**{m.depth}",
                by**m.depth,
                "gradient_after_depth",
            ),
        ),
        Cell(gate.formula, "text", role="muted"),
    )


def survival(m: Activations) -> Plot:
    """What is left of a gradient, gate by gate, on a log axis; a shut gate leaves nothing."""
    layers = np.arange(m.depth + 1)
    left = np.abs(m.derivative) ** layers
    shown = np.where(left > SMALLEST, left, np.nan)
    best = 0.25**layers
    return Plot(
        f"What is left of a gradient after {m.depth} gates",
        (
            Line(layers, np.where(best > SMALLEST, best, np.nan), "muted", "sigmoid at its best"),
            Line(layers, shown, "gradient", f"|{m.function}′|^k"),
            Points(
                layers[-1:],
                shown[-1:],
                "output",
                marker="◆",
                labels=(number(m.gradient_after_depth, 3),),
            ),
        ),
        Axis("gates passed", 0, max(m.depth, 2)),
        Axis(
            "",
            max(SMALLEST, min(1e-7, float(np.nanmin(np.where(shown > 0, shown, np.nan)))) / 10),
            10,
            log=True,
        ),
        height=9,
        width=30,
    )


CONCEPT = Concept(
    Activations,
    view,
    presets={
        "relu, open": {},
        "relu, shut": {"x": -1.0},
        "relu at its corner": {"x": 0.0},
        "sigmoid at its best": {"function": "sigmoid", "x": 0.0},
        "sigmoid, saturated": {"function": "sigmoid", "x": 5.0},
        "tanh": {"function": "tanh", "x": 0.5},
        "gelu dips": {"function": "gelu", "x": -1.3},
        "silu at its lowest": {"function": "silu", "x": -1.278},
        "a leak keeps it alive": {"function": "leaky_relu", "x": -1.0, "leak": 0.3},
    },
    challenges=(
        Challenge(
            "lose a gradient: with sigmoid, leave less than 1e-20 of it",
            lambda m: m.function == "sigmoid" and m.gradient_after_depth < 1e-20,
            {"function": "sigmoid", "x": 3.0, "depth": 20},
            hint="Go away from 0, or pass more gates.",
        ),
        Challenge(
            "find where gelu or silu falls: a slope below −0.1",
            lambda m: m.function in ("gelu", "silu") and m.derivative < -0.1,
            {"function": "gelu", "x": -1.4},
            hint="Somewhere below −1.",
        ),
        Challenge(
            "stand on the negative side and still keep 1 % of a gradient through 10 gates",
            lambda m: m.x <= -1 and m.depth >= 10 and m.gradient_after_depth >= 0.01,
            {"function": "leaky_relu", "x": -1.0, "leak": 0.7, "depth": 10},
            hint="Only a gate that leaks a lot lets gradients through below 0.",
        ),
    ),
)
