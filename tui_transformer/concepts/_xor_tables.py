"""The tables of the concept `xor`: every number with the arithmetic that made it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui_transformer.concepts._xor_networks import CORNERS, TARGETS
from tui_transformer.figure import Cell, Column, Table
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.shallow import Shallow, forward
from tui_transformer.working import Working, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.xor import Xor

NAMES = ("00", "01", "10", "11")
GLYPHS = ("○", "●")


def corner_table(m: Xor) -> Table:
    """One row per input: what it should give, what it gives, and the hidden units."""
    units = 0 if m.net is None else len(m.net.w)
    columns = (Column("x"), Column("want", "target"), Column("class"), Column("output", "output"),
               Column("−ln p"), *(Column(f"h{j + 1}") for j in range(units)))  # fmt: skip
    rows = tuple(corner_row(m, i) for i in range(4))
    return Table("The four inputs", columns, (*rows, last_row(m)), width=30)


def corner_row(m: Xor, i: int) -> tuple[Cell, ...]:
    """The numbers of one input."""
    want, got = int(TARGETS[i]), m.classes[i]
    units = 0 if m.net is None else len(m.net.w)
    return (
        Cell(NAMES[i], "text"),
        Cell(f"{GLYPHS[want]} {want}", "text", role="target"),
        Cell(f"{GLYPHS[got]} {got}" + ("" if want == got else " !"), "text",
             role="plain" if want == got else "bad"),
        Cell(float(m.outputs[i]), "probability" if m.solution == "trained" else "number",
             decimals=4, role="output", working=lambda: output_working(m, i)),
        cost_cell(m, i),
        *(hidden_cell(m, i, j) for j in range(units)),
    )  # fmt: skip


def cost_cell(m: Xor, i: int) -> Cell:
    """−ln p of the right class; an output below 0 or above 1 is no probability."""
    if not 0 < m.chances[i] <= 1 and m.solution != "trained":
        return Cell("none", "text")
    cost = cost_of(m, i)
    return Cell(cost, decimals=4, working=lambda: Working(
        cost_symbols(m, i), cost_expression(m, i), cost, "loss"))  # fmt: skip


def cost_symbols(m: Xor, i: int) -> str:
    """Write how −ln p of the right class comes about."""
    if m.solution != "trained":
        return "−ln p(right class)"
    sign = "−" if TARGETS[i] else ""
    return f"−ln p(right class) = ln(1 + e^s), s = {sign}(w·h + b)"


def hidden_cell(m: Xor, i: int, j: int) -> Cell:
    """What one hidden unit answers to one input."""
    assert m.hidden_layer is not None
    h = float(m.hidden_layer[i, j])
    return Cell(h, decimals=3, working=lambda: hidden_working(m, i, j, h))


def last_row(m: Xor) -> tuple[Cell, ...]:
    """All four together: how many are right, and the mean price."""
    loss = m.loss
    return (
        Cell("all", "text"), Cell("", "text"), Cell(f"{m.right} of 4", "text"),
        Cell("mean", "text", role="muted"),
        Cell("none", "text") if loss is None else Cell(loss, decimals=4, working=lambda: Working(
            "L = Σ −ln p(right class) / 4", f"{total(cost_expression(m, i) for i in range(4))} / 4",
            loss, "loss")),
    )  # fmt: skip


def score(m: Xor, i: int) -> float:
    """h·w + b, before the sigmoid."""
    assert m.net is not None
    return float(forward(m.net, CORNERS[i : i + 1], m.phi, settled=True).y[0])


def score_expression(m: Xor, i: int) -> str:
    """Write h·w + b with its numbers."""
    assert m.net is not None and m.hidden_layer is not None
    products = (f"{n(w)}*{n(h)}" for w, h in zip(m.net.w, m.hidden_layer[i], strict=True))
    return total((*products, n(m.net.b)))


def output_working(m: Xor, i: int) -> Working:
    """Show how the output for one input comes about."""
    y, name = float(m.outputs[i]), f"y({NAMES[i]})"
    if m.net is None:
        x1, x2 = CORNERS[i]
        return Working(f"{name} = w·x + b, least squares", f"0*{n(x1)} + 0*{n(x2)} + 0.5", y,
                       "outputs")  # fmt: skip
    written = score_expression(m, i)
    if m.solution == "designed":
        return Working(f"{name} = w·h + b", written, y, "outputs")
    return Working(f"{name} = σ(w·h + b)", ACTIVATIONS["sigmoid"].worked(score(m, i), written), y,
                   "outputs")  # fmt: skip


def hidden_working(m: Xor, i: int, j: int, h: float) -> Working:
    """Show how a hidden unit's answer comes about."""
    assert m.net is not None
    (w1, w2), c, (x1, x2) = m.net.W[:, j], m.net.c[j], CORNERS[i]
    z = total((f"{n(w1)}*{n(x1)}", f"{n(w2)}*{n(x2)}", n(c)))
    return Working(f"h{j + 1} = {m.phi.name}(W₁·x₁ + W₂·x₂ + c)",
                   m.phi.worked(float(w1 * x1 + w2 * x2 + c), z), h, "hidden")  # fmt: skip


def cost_of(m: Xor, i: int) -> float:
    """−ln p of the right class for one input, in nats; exact where p is nearly 1."""
    if m.solution != "trained":
        return abs(math.log(m.chances[i]))
    return float(ACTIVATIONS["softplus"].f(against(m, i)))


def against(m: Xor, i: int) -> float:
    """The score against the right class: −ln σ(−s) is softplus(s)."""
    return score(m, i) * float(1 - 2 * TARGETS[i])


def cost_expression(m: Xor, i: int) -> str:
    """Write −ln p of the right class with its numbers."""
    if m.solution != "trained":
        return f"-log({n(m.chances[i])})"
    s = against(m, i)
    return "(" + ACTIVATIONS["softplus"].worked(s, n(s)) + ")"


def weight_table(m: Xor) -> Table:
    """The weights of every unit; after training, each with its last step."""
    columns = (Column("unit"), Column("w", "output"), Column("W₁"), Column("W₂"), Column("c"))
    if m.net is None:
        flat = (Cell("x", "text"), Cell("", "text"), Cell(0.0, decimals=3), Cell(0.0, decimals=3))
        return Table("Weights", columns, (flat, (Cell("b", "text"), Cell(0.5, decimals=3))),
                     width=26)  # fmt: skip
    rows = tuple(unit_row(m, j) for j in range(len(m.net.w)))
    bias = (Cell("b", "text"), weight(m, "b", lambda p: p.b))
    return Table("Weights", columns, (*rows, bias), width=26)


def unit_row(m: Xor, j: int) -> tuple[Cell, ...]:
    """The weights of one hidden unit."""
    return (
        Cell(f"h{j + 1}", "text"),
        weight(m, "w", lambda p: float(p.w[j])),
        weight(m, "W₁", lambda p: float(p.W[0, j])),
        weight(m, "W₂", lambda p: float(p.W[1, j])),
        weight(m, "c", lambda p: float(p.c[j])),
    )


def weight(m: Xor, name: str, part: Callable[[Shallow], float]) -> Cell:
    """One weight; if it was trained, with the step that made it."""
    assert m.net is not None
    x, at = part(m.net), len(m.history) - 1
    if m.solution != "trained" or at == 0:
        return Cell(x, decimals=3)

    def working() -> Working:
        before = m.run.at(at - 1)
        slope = part(before.gradient)
        written = f"{n(part(before.net))} - {n(m.learning_rate)}*{n(slope)}"
        return Working(f"{name} ← {name} − η·∂L/∂{name}", written, x, "outputs")

    return Cell(x, decimals=3, working=working)
