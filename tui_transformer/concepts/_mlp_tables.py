"""The tables of the concept `mlp`: gradients beside differences, hinges, and both ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_transformer.figure import Cell, Column, Table
from tui_transformer.nn.shallow import Tail
from tui_transformer.working import Working, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.mlp import Mlp

MARKS = {"on": "● on", "off": "○ off", "kink": "◇ z = 0", "near": "◇ near"}


def numbers_of(m: Mlp, i: int) -> tuple[float, float, float]:
    """w, b and v of hinge i = 1, 2, 3, after training."""
    now = m.parameters_after
    return now[f"w{i}"], now[f"b{i}"], now[f"v{i}"]


def switch(m: Mlp, i: int) -> int:
    """relu′ of hinge i at x₀: 1 where it is on, else 0."""
    return int(m.now.run.z[0, i - 1] > 0)


def sum_expression(m: Mlp, i: int) -> str:
    """Write w·x₀ + b of hinge i."""
    w, b, _ = numbers_of(m, i)
    return total((f"{n(w)}*{n(m.x0)}", n(b)))


def term_expression(m: Mlp, i: int) -> str:
    """Write v·max(0, w·x₀ + b) of hinge i."""
    return f"{n(numbers_of(m, i)[2])}*max(0, {sum_expression(m, i)})"


def formula(m: Mlp) -> Working:
    """Show the whole network with its numbers."""
    units = range(1, len(m.states) + 1)
    terms = (term_expression(m, i) for i in units)
    symbols = " + ".join(f"v{i}·max(0, w{i}·x₀ + b{i})" for i in units)
    return Working(f"y = {symbols} + c", total((*terms, n(m.parameters_after["c"]))), m.y, "y")


# ── gradients ──────────────────────────────────────────────────────────────────────────


def gradient_table(m: Mlp) -> Table:
    """One row per parameter, and one for x."""
    columns = (Column("θ"), Column("∂y/∂θ", "gradient"), Column("Δy/Δθ"), Column("hinge"),
               Column("θ now"), Column("∂L/∂θ", "gradient"))  # fmt: skip
    rows = tuple(gradient_row(m, name) for name in m.gradients)
    return Table("Gradients at x₀", columns, rows, width=28)


def gradient_row(m: Mlp, name: str) -> tuple[Cell, ...]:
    """The gradient by one parameter, or by x, and what knows nothing of rules beside it."""
    slope, difference = m.gradients[name], m.finite_difference[name]
    state = "" if name in ("c", "x") else MARKS[m.states[int(name[1]) - 1]]
    return (
        Cell(name, "text"),
        Cell(slope, decimals=3, role="gradient", working=lambda: gradient_working(m, name)),
        Cell(difference, decimals=3, working=lambda: difference_working(m, name)),
        Cell(state, "text"),
        value_cell(m, name),
        Cell("", "text") if name == "x" else loss_cell(m, name, slope),
    )


def gradient_working(m: Mlp, name: str) -> Working:
    """Show a gradient by the chain rule."""
    letter, units = name[0], range(1, len(m.states) + 1)
    if name == "x":
        parts = ((numbers_of(m, i), switch(m, i)) for i in units)
        symbols = "∂y/∂x = Σ v·relu′(z)·w"
        written = total(f"{n(v)}*{on}*{n(w)}" for (w, _, v), on in parts)
    elif name == "c":
        symbols, written = "∂y/∂c = 1: c is simply added", "1"
    else:
        i = int(name[1])
        v = n(numbers_of(m, i)[2])
        symbols, written = {
            "w": (f"∂y/∂w{i} = v{i}·relu′(z{i})·x₀", f"{v}*{switch(m, i)}*{n(m.x0)}"),
            "b": (f"∂y/∂b{i} = v{i}·relu′(z{i})", f"{v}*{switch(m, i)}"),
            "v": (f"∂y/∂v{i} = h{i} = max(0, w{i}·x₀ + b{i})", f"max(0, {sum_expression(m, i)})"),
        }[letter]
    return Working(symbols, written, m.gradients[name], "gradients")


def difference_working(m: Mlp, name: str) -> Working:
    """Show a finite difference; the terms without the parameter cancel."""
    below, above, width = m.moved(name)
    if name == "c":
        terms: tuple[str, ...] = (n(above), n(-below))
    else:
        units = range(1, len(m.states) + 1) if name == "x" else (int(name[1]),)
        terms = tuple(t for i in units for t in (
            moved_term(m, i, name, above, ""), moved_term(m, i, name, below, "-")))  # fmt: skip
    letter = name if name != "x" else "x₀"
    symbols = f"(y({letter} + h) − y({letter} − h)) / 2h, what has no {letter} cancels"
    return Working(symbols, f"{total(terms)} / {n(width)}", m.finite_difference[name],
                   "finite_difference")  # fmt: skip


def moved_term(m: Mlp, i: int, name: str, to: float, sign: str) -> str:
    """Write hinge i's term with one number moved."""
    w, b, v = numbers_of(m, i)
    now = {f"w{i}": w, f"b{i}": b, f"v{i}": v, "x": m.x0, name: to}
    z = f"{n(now[f'w{i}'])}*{n(now['x'])} + {n(now[f'b{i}'])}"
    return f"{sign}{n(now[f'v{i}'])}*max(0, {z})"


def value_cell(m: Mlp, name: str) -> Cell:
    """What a parameter is now; after training, with the step that made it."""
    at = len(m.history) - 1
    if name == "x":
        return Cell(m.x0, decimals=3, role="input")
    x = m.parameters_after[name]
    if at == 0:
        return Cell(x, decimals=3, role="input")

    def working() -> Working:
        before = m.run.at(at - 1)
        old, slope = m.named(before.net)[name], m.named(before.gradient)[name]
        error = f"({n(before.run.y[0])} - {n(m.target)})"
        return Working(f"{name} ← {name} − η·(y − target)·∂y/∂{name}",
                       f"{n(old)} - {n(m.learning_rate)}*{error}*{n(slope)}", x,
                       "parameters_after")  # fmt: skip

    return Cell(x, decimals=3, working=working)


def loss_cell(m: Mlp, name: str, slope: float) -> Cell:
    """What a step multiplies by the learning rate."""
    x = (m.y - m.target) * slope
    return Cell(x, decimals=3, role="gradient", working=lambda: Working(
        f"∂L/∂{name} = (y − target)·∂y/∂{name}", f"({n(m.y)} - {n(m.target)})*{n(slope)}", x,
        "gradients"))  # fmt: skip


# ── hinges ─────────────────────────────────────────────────────────────────────────────


def hinge_table(m: Mlp) -> Table:
    """Each hinge at x₀: its sum, whether it is on, and what it adds to y."""
    columns = (Column("hinge"), Column("at x₀"), Column("v·h", "output"), Column("z"),
               Column("bends at"))  # fmt: skip
    units = (hinge_row(m, i) for i in range(1, len(m.states) + 1))
    rest = (Cell("c", "text"), Cell("", "text"), Cell(m.parameters_after["c"], decimals=3))
    whole = (Cell("y", "text"), Cell("", "text"),
             Cell(m.y, decimals=3, role="output", working=lambda: formula(m)))  # fmt: skip
    return Table("Hinge by hinge", columns, (*units, rest, whole), width=25)


def hinge_row(m: Mlp, i: int) -> tuple[Cell, ...]:
    """The numbers of one hinge."""
    w, b, _ = numbers_of(m, i)
    z, h, v = (float(x[i - 1]) for x in (m.now.run.z[0], m.now.run.h[0], m.now.net.w))
    at = -b / w + 0.0 if w and abs(b / w) < 1e300 else None
    return (
        Cell(f"{i}", "text"),
        Cell(MARKS[m.states[i - 1]], "text"),
        Cell(v * h, decimals=3, role="output", working=lambda: Working(
            f"v{i}·max(0, w{i}·x₀ + b{i})", term_expression(m, i), v * h, "y")),
        Cell(z, decimals=3, working=lambda: Working(
            f"z{i} = w{i}·x₀ + b{i}", sum_expression(m, i), z, "y")),
        Cell("nowhere", "text") if at is None else Cell(at, decimals=3, working=lambda: Working(
            f"−b{i}/w{i}", f"-{n(b)}/{n(w)}", at, "kinks")),
    )  # fmt: skip


def tail_table(m: Mlp) -> Table:
    """What y becomes far out: a straight line on either side."""
    columns = (Column("far"), Column("slope"), Column("+ level"))
    rows = tuple(tail_row(m, tail, side) for tail, side in zip(m.tails, (-1, 1), strict=True))
    return Table("Far out: slope·x + level", columns, rows, width=25)


def tail_row(m: Mlp, tail: Tail, side: int) -> tuple[Cell, ...]:
    """The line on one side: only the hinges that open to it count."""
    units = [numbers_of(m, i) for i in range(1, len(m.states) + 1)]
    open_here = [(w, b, v) for w, b, v in units if w * side > 0]
    always = [(b, v) for w, b, v in units if w == 0]
    slope, level = float(tail.slope), float(tail.level)
    slopes = total(("0", *(f"{n(v)}*{n(w)}" for w, _, v in open_here)))
    levels = total((*(f"{n(v)}*{n(b)}" for _, b, v in open_here),
                    *(f"{n(v)}*max(0, {n(b)})" for b, v in always),
                    n(m.parameters_after["c"])))  # fmt: skip
    where = "left" if side < 0 else "right"
    return (
        Cell(where, "text"),
        Cell(slope, decimals=3, working=lambda: Working(
            f"Σ v·w of the hinges open to the {where}", slopes, slope, "y")),
        Cell(level, decimals=3, working=lambda: Working(
            f"c + Σ v·b of the hinges open to the {where}", levels, level, "y")),
    )  # fmt: skip
