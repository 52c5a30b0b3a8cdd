"""The pictures of the concept `softmax`, and the sentence over them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts._softmax_row import written
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
from tui_transformer.numbers import number, probability
from tui_transformer.working import Working, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.softmax import Softmax

NEAR = 1e-3  # a price or a rest below this loses its digits unless it is worked out by itself


def view(m: Softmax) -> Figure:
    """Bars and one row of numbers per class; the price curve with this guess on it."""
    writable = 0 < m.probabilities[m.target] < 1
    return Figure(
        rows=((class_table(m),), (price_curve(m), summary(m))),
        says=says(m),
        formula=(probability_working if writable else cost_working)(m, m.target),
        data="yours",
    )


def says(m: Softmax) -> str:
    """Say what this guess amounts to."""
    leaders = np.flatnonzero(m.logits == max(m.logits))
    cost = number(m.cross_entropy, 4) if m.cross_entropy else "under 1e-300"
    if m.target not in leaders:
        who = f"class {leaders[0]} leads" if len(leaders) == 1 else f"{len(leaders)} classes lead"
        return f"Wrong: {who}; the right one got {share(m, m.target)}, so it costs {cost} nats."
    if len(leaders) > 1:
        return (
            f"Tied: {len(leaders)} classes lead; the right one, of them, got "
            f"{share(m, m.target)}: {cost} nats."
        )
    return f"Right: class {m.target} leads, and its −ln p costs {cost} nats."


def share(m: Softmax, i: int) -> str:
    """Write the probability of a class, never as 0 or 1, which it cannot be."""
    p = float(m.probabilities[i])
    return probability(p, 4) if 0 < p < 1 else written(m.logits / m.temperature, i)


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
    p_cell = Cell(share(m, i), "text", role="output")
    if 0 < p < 1:
        working = partial(probability_working, m, i)
        p_cell = Cell(p, "probability", role="output", working=working)
    return (
        Cell(f"{i} right" if right else f"{i}", "text", role="target" if right else "plain"),
        Cell(Bar(p), role="output"),
        p_cell,
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
        Cell(float(m.costs[i]), decimals=4, working=partial(cost_working, m, i)),
        Cell(
            float(m.errors[i]),
            decimals=4,
            role="gradient",
            working=lambda: Working(*error(m, i), float(m.errors[i]), "gradient"),
        ),
    )


def cost_working(m: Softmax, i: int) -> Working:
    """Show what a class costs, or would; near 0 as ln(1 + …), which keeps its digits."""
    cost = float(m.costs[i])
    if cost >= NEAR:
        symbols, expression = (
            f"ln Σ e^(z/T) − z{i}/T",
            f"log({exponentials(m)}) - {scaled(m, i)}",
        )
    else:
        gaps = [f"exp(({n(z)} - {n(m.logits[i])})/{n(m.temperature)})" for z in m.logits]
        symbols = f"ln(1 + Σ e^((z − z{i})/T)), the others'"
        expression = f"log1p({total(gaps[:i] + gaps[i + 1 :])})"
    return Working(f"−ln p{i} = {symbols}", expression, cost, "cross_entropy")


def error(m: Softmax, i: int) -> tuple[str, str]:
    """Write p − y of a class, in symbols and numbers; near 0 p − 1 as minus the other p."""
    if i == m.target and -m.errors[i] < NEAR:
        others = [probability_expression(m, j) for j in range(len(m.logits)) if j != i]
        return f"p{i} − 1 = −Σ of the other p", f"-{total(others)}"
    return f"p{i} − y{i}", f"{probability_expression(m, i)} - {int(i == m.target)}"


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
    pairs = zip(m.probabilities, m.costs, strict=True)
    rows = (
        ("L = −ln p", cost_working(m, m.target)),
        (
            "entropy H",
            Working(
                "H = Σ p·(−ln p)", total(f"{n(p)}*{n(c)}" for p, c in pairs), m.entropy, "entropy"
            ),
        ),
        (
            "ln Σ e^(z/T)",
            Working("ln Σ e^(z/T)", f"log({exponentials(m)})", m.log_sum_exp, "log_sum_exp"),
        ),
        *((f"∂L/∂z{i}", slope_working(m, i)) for i in range(len(m.logits))),
    )
    return Table(
        "The whole guess",
        (Column("in nats"), Column("")),
        tuple((Cell(name, "text"), Cell(w.value, decimals=6, working=w)) for name, w in rows),
    )


def slope_working(m: Softmax, i: int) -> Working:
    """Show how the loss changes with a logit."""
    return Working(
        f"∂L/∂z{i} = (p{i} − y{i})/T",
        f"{n(m.errors[i])} / {n(m.temperature)}",
        float(m.gradient[i]),
        "gradient",
    )
