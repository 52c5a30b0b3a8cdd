"""
A network that has to choose one of several classes ends in one raw score per class: its
**logits**. Any number will do, negative or huge. **Softmax** makes them probabilities:
raise e to each score, divide by the sum. Now all are positive and add up to 1.

Because e^(z+c) = e^z·e^c, adding the same c to every logit cancels out. *Only differences
count*: raise all three logits by one and no bar moves. The **temperature** divides the
logits first. Below 1 it stretches the differences and the winner takes more; above 1 it
levels them. It never changes who wins.

How wrong was the guess? **Cross-entropy** is −ln p of the class that was right: nothing
if p = 1, and more and more as p falls. What makes it the usual loss is its gradient, which
is as simple as it could be: p − y, what was said minus what was true, divided by T.

*Often misread:* that a confident mistake makes the loss "explode". Being 99 % sure of the
wrong one of two classes costs −ln 0.01 = 4.605 nats. The loss has no upper bound, but it
grows only as fast as −ln p, and each part of the gradient stays below 1/T.

The same softmax decides, inside a transformer, [where attention goes](attention), and the
scores it gets come from [units like this one](neuron).
"""

from dataclasses import dataclass

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.controls import Array, Vector, integer, real, vector
from tui_transformer.figure import (
    Axis,
    Bar,
    Cell,
    Column,
    Figure,
    Line,
    Plot,
    Points,
    Rule,
    Table,
)
from tui_transformer.model import Model, value
from tui_transformer.nn.softmax import cross_entropy, entropy, log_sum_exp, one_hot, softmax
from tui_transformer.numbers import number, probability
from tui_transformer.working import Working, n, total


@dataclass(frozen=True, eq=False)
class Softmax(Model):
    """Logits, a temperature and the class that is right; probabilities and their price."""

    logits: Vector = vector(
        (2.0, 1.0, 0.1),
        -20,
        20,
        length=(2, 8),
        typical=(-3, 3),
        help="The raw score of each class.",
    )
    temperature: float = real(
        1.0, 0.05, 10, log=True, help="Divides the logits: below 1 is bolder, above 1 more even."
    )
    target: int = integer(0, 0, "len(logits) - 1", help="The class that is right.")

    @value
    def probabilities(self) -> Array:
        """Probability of each class, [n]; they add up to 1."""
        return softmax(self.logits / self.temperature)

    @value
    def cross_entropy(self) -> float:
        """What the guess costs: −ln p of the target, in nats."""
        return cross_entropy(self.logits / self.temperature, self.target)

    @value
    def entropy(self) -> float:
        """How undecided the guess is, in nats; ln n at the most."""
        return float(entropy(self.probabilities))

    @value
    def gradient(self) -> Array:
        """How the loss changes with each logit, ∂L/∂z = (p − y)/T, [n]; adds up to 0."""
        return (self.probabilities - one_hot(self.target, len(self.logits))) / self.temperature

    @value
    def log_sum_exp(self) -> float:
        """ln Σ e^(z/T): the logarithm of what softmax divides by."""
        return float(log_sum_exp(self.logits / self.temperature))


def view(m: Softmax) -> Figure:
    """Bars and one row of numbers per class; the price curve with this guess on it."""
    return Figure(
        rows=((class_table(m),), (price_curve(m), summary(m))),
        says=says(m),
        formula=probability_working(m, m.target),
        data="yours",
    )


def says(m: Softmax) -> str:
    """Say what this guess amounts to."""
    p = float(m.probabilities[m.target])
    first = int(np.argmax(m.logits))
    if first == m.target:
        return f"Right: class {first} leads, and its −ln p costs {number(m.cross_entropy, 4)} nats."
    return (
        f"Wrong: class {first} leads; the right one got {probability(p, 4)}, "
        f"so it costs {number(m.cross_entropy, 4)} nats."
    )


def scaled(m: Softmax, i: int) -> str:
    """Write z/T for one class."""
    return f"{n(m.logits[i])}/{n(m.temperature)}"


def exponentials(m: Softmax) -> str:
    """Write Σ e^(z/T)."""
    return total(f"exp({scaled(m, j)})" for j in range(len(m.logits)))


def probability_expression(m: Softmax, i: int) -> str:
    """Write the softmax of one class; no score here is large enough for e^z to overflow."""
    return f"exp({scaled(m, i)}) / {exponentials(m)}"


def probability_working(m: Softmax, i: int) -> Working:
    """Show how a probability comes about."""
    return Working(
        f"p{i} = e^(z{i}/T) / Σ e^(z/T)",
        probability_expression(m, i),
        float(m.probabilities[i]),
        "probabilities",
    )


def class_table(m: Softmax) -> Table:
    """One row per class: the way from logit to gradient, step by step."""
    columns = (
        Column("class"),
        Column("p", "output", bar=True),
        Column("p", "output"),
        Column("z", "input"),
        Column("z/T"),
        Column("e^(z/T)"),
        Column("−ln p"),
        Column("p−y"),
    )
    rows = tuple(class_row(m, i) for i in range(len(m.logits)))
    return Table("From logits to probabilities", columns, rows, row=m.target, row_control="target")


def class_row(m: Softmax, i: int) -> tuple[Cell, ...]:
    """The numbers of one class."""
    z, p, t = float(m.logits[i]), float(m.probabilities[i]), m.temperature
    right = i == m.target
    cost = m.log_sum_exp - z / t
    p_written = probability_expression(m, i)
    return (
        Cell(f"{i} right" if right else f"{i}", "text", role="target" if right else "plain"),
        Cell(Bar(p), role="output"),
        Cell(p, "probability", role="output", working=lambda: probability_working(m, i)),
        Cell(z, decimals=3, role="input"),
        Cell(
            z / t,
            decimals=3,
            working=lambda: Working(f"z{i}/T", scaled(m, i), z / t, "probabilities"),
        ),
        Cell(
            float(np.exp(z / t)),
            decimals=4,
            working=lambda: Working(
                f"e^(z{i}/T)", f"exp({scaled(m, i)})", float(np.exp(z / t)), "probabilities"
            ),
        ),
        Cell(
            cost,
            decimals=4,
            working=lambda: Working(
                f"−ln p{i} = ln Σ e^(z/T) − z{i}/T",
                f"log({exponentials(m)}) - {scaled(m, i)}",
                cost,
                "cross_entropy",
            ),
        ),
        Cell(
            float(p - right),
            decimals=4,
            role="gradient",
            working=lambda: Working(
                f"p{i} − y{i}", f"({p_written}) - {int(right)}", float(p - right), "gradient"
            ),
        ),
    )


def price_curve(m: Softmax) -> Plot:
    """The curve −ln p with the present guess on it."""
    p = np.linspace(0.002, 1, 200)
    here = float(m.probabilities[m.target])
    return Plot(
        "A guess costs −ln p",
        (
            Line(p, -np.log(p), "muted"),
            Rule(m.cross_entropy, role="target"),
            Points([here], [m.cross_entropy], "target", "here"),
        ),
        Axis("p of the right class", 0, 1),
        Axis("nats", 0, max(5.0, m.cross_entropy * 1.1)),
    )


def summary(m: Softmax) -> Table:
    """The numbers that belong to the whole guess."""
    k, t = len(m.logits), m.temperature
    logs = f"log({exponentials(m)})"
    p = [float(x) for x in m.probabilities]
    rows = (
        (
            "L = −ln p",
            m.cross_entropy,
            Working(
                "L = ln Σ e^(z/T) − z_target/T",
                f"{logs} - {scaled(m, m.target)}",
                m.cross_entropy,
                "cross_entropy",
            ),
        ),
        (
            "entropy H",
            m.entropy,
            Working(
                "H = −Σ p·ln p",
                f"-{total(f'{n(q)}*log({n(q)})' for q in p if q > 0)}",
                m.entropy,
                "entropy",
            ),
        ),
        (
            "ln Σ e^(z/T)",
            m.log_sum_exp,
            Working("ln Σ e^(z/T)", logs, m.log_sum_exp, "log_sum_exp"),
        ),
        *(
            (
                f"∂L/∂z{i}",
                float(m.gradient[i]),
                Working(
                    f"∂L/∂z{i} = (p{i} − y{i})/T",
                    f"({n(p[i])} - {int(i == m.target)}) / {n(t)}",
                    float(m.gradient[i]),
                    "gradient",
                ),
            )
            for i in range(k)
        ),
    )
    return Table(
        "The whole guess",
        (Column("in nats"), Column("")),
        tuple((Cell(name, "text"), Cell(x, decimals=6, working=w)) for name, x, w in rows),
    )


CONCEPT = Concept(
    Softmax,
    view,
    presets={
        "three classes": {},
        "bold (T = 0.5)": {"temperature": 0.5},
        "even (T = 10)": {"temperature": 10.0},
        "shifted by +5": {"logits": (7.0, 6.0, 5.1)},
        "99 % sure, and wrong": {"logits": (0.0, 4.595), "target": 0},
    },
    challenges=(
        Challenge(
            "make the right class cost less than 0.1 nats without touching a logit",
            lambda m: m.cross_entropy < 0.1 and np.array_equal(m.logits, (2.0, 1.0, 0.1)),
            {"temperature": 0.4},
            hint="A lower temperature is bolder.",
            seen=lambda m: (
                f"The same logits at T = {number(m.temperature, 3)}: the right class went from "
                f"0.659 to {probability(float(m.probabilities[m.target]), 3)}."
            ),
        ),
        Challenge(
            "be more than 99 % sure of a wrong class: read what it costs",
            lambda m: m.cross_entropy > 4.605 and max(m.probabilities) > 0.99,
            {"logits": (0.0, 6.0)},
            hint="Lower the right logit, or raise a wrong one.",
        ),
        Challenge(
            "bring the entropy of three or more classes within 0.01 of its maximum, ln n",
            lambda m: len(m.logits) > 2 and np.log(len(m.logits)) - m.entropy < 0.01,
            {"temperature": 10.0},
            hint="Make the classes as even as you can.",
        ),
    ),
)
