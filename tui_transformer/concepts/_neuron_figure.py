"""The pictures of the concept `neuron`, and the sentence under them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.figure import (
    Arrow,
    Axis,
    Cell,
    Column,
    Field,
    Figure,
    Line,
    Mark,
    Plot,
    Points,
    Rule,
    Style,
    Table,
)
from tui_transformer.nn.lines import line_in_square, weighted_sum
from tui_transformer.numbers import number
from tui_transformer.working import Working, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.neuron import Neuron

CORNERS = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))  # the inputs of a truth table
REACH = 3.0  # the picture shows −3..3 in both directions
SAMPLES = 121
# What the ends of the colour scale mean: fixed, so that a steeper neuron looks steeper.
SHADES, UNBOUNDED = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}, (-6.0, 6.0)
GLYPHS = ("○", "●")  # for class 0 and class 1, wherever classes are shown


def view(m: Neuron) -> Figure:
    """The plane beside the numbers that matter most now: the task's, or the probe's."""
    first, second = (
        (corner_table(m), step_table(m)) if m.targets else (step_table(m), corner_table(m))
    )
    return Figure(
        rows=((plane(m), first), (gate(m), second)),
        says=says(m),
        formula=whole_working(m),
        data="yours",
    )


def says(m: Neuron) -> str:
    """Say what this line does, and what φ does not."""
    score = f"{m.task.upper()}: {m.right} of 4"
    if not np.any(m.w):
        rest = f"every point is class {int(m.b > 0)}." if m.right is None else f"{score} right."
        return f"w = 0: no line. z = b = {number(m.b)} everywhere; {rest}"
    if m.right == 4:
        return f"{score} right. Another φ would move no class: φ only shades."
    if m.task == "xor" and m.right == 3:
        return f"{score}, the most a line can do: w turns it, b slides it, φ only shades."
    if m.task == "xor":
        return f"{score}. Some lines get 3, none gets 4, and φ moves no line."
    if m.right is not None:
        return f"{score} right. w turns the line, b slides it; φ only shades across it."
    away = "far" if m.boundary_distance is None else number(m.boundary_distance, 3)
    ends = itertools.product((-REACH, REACH), repeat=2)
    if len({weighted_sum(m.w, end, m.b) > 0 for end in ends}) == 1:
        return f"The line runs {away} from 0, off the picture: all here is class {int(m.b > 0)}."
    return f"w turns the line, b slides it ({away} from 0), φ only shades across it."


def plane(m: Neuron) -> Field:
    """y at every point, with the line, w, the task's inputs and the probe."""
    side = np.linspace(-REACH, REACH, SAMPLES)
    with np.errstate(under="ignore"):
        z = m.w[0] * side[np.newaxis, :] + m.w[1] * side[:, np.newaxis] + m.b
    low, high = SHADES.get(m.activation, UNBOUNDED)
    return Field(
        "y over the plane",
        m.phi.f(z),
        Axis("x₁", -REACH, REACH),
        Axis("x₂", -REACH, REACH),
        (*line_marks(m), probe_mark(m), *(corner_marks(m) if m.targets else ())),
        "diverging" if low < 0 else "sequential",
        low,
        high,
        sets="x",
        legend="y",
        height=11,
        width=25,
    )


def line_marks(m: Neuron) -> Iterator[Mark]:
    """The line and the arrow, as far as they are in the picture."""
    ends = line_in_square(m.w, m.b, REACH)
    if ends:
        (x0, y0), (x1, y1) = ends
        yield Line([x0, x1], [y0, y1], "plain", "z = 0")
    longest = max(abs(float(w)) for w in m.w)
    if longest > 0:
        share = min(1.0, 0.9 * REACH / longest)
        yield Arrow(
            0,
            0,
            share * float(m.w[0]),
            share * float(m.w[1]),
            "second",
            "w" if share == 1 else "w, cut short",
        )


def corner_marks(m: Neuron) -> Iterator[Points]:
    """The task's four inputs, each drawn as the class that it should get."""
    for wanted, marker in enumerate(GLYPHS):
        chosen = [i for i in range(4) if m.targets and m.targets[i] == wanted]
        wrong = tuple("" if m.task_outputs[i] == wanted else "!" for i in chosen)
        yield Points(
            [CORNERS[i][0] for i in chosen],
            [CORNERS[i][1] for i in chosen],
            "target",
            marker=marker,
            labels=wrong,
        )


def probe_mark(m: Neuron) -> Points:
    """The input looked at; drawn before the task's inputs, so that it never hides one."""
    return Points([float(m.x[0])], [float(m.x[1])], "cursor", marker="◆", labels=("x",))


def gate(m: Neuron) -> Plot:
    """The curve of φ with this z on it; the task's inputs lie on it too."""
    sums = m.task_sums if m.targets else ()
    reach = max(6.0, 1.1 * max(abs(z) for z in (m.z, *sums)))
    z = np.linspace(-reach, reach, 241)
    inputs = (
        Points([s], [float(m.phi.f(s))], "target", marker=GLYPHS[wanted])
        for s, wanted in zip(sums, m.targets or (), strict=True)
    )
    return Plot(
        "φ, with this z on it",
        (
            Line(z, m.phi.f(z), "first", f"φ = {m.activation}"),
            Rule(0.0, upright=True, label="the line: z = 0"),
            *inputs,
            Points([m.z], [m.y], "cursor", "x", marker="◆"),
        ),
        Axis("z", -reach, reach),
        Axis("y"),
        width=25,
    )


def step_table(m: Neuron) -> Table:
    """From x to y step by step, and where the line is."""
    (w1, w2), (x1, x2), b = m.w, m.x, m.b
    rows = (
        step("w₁·x₁", weighted_sum([w1], [x1]), lambda: f"{n(w1)}*{n(x1)}", "w₁·x₁", "z"),
        step("w₂·x₂", weighted_sum([w2], [x2]), lambda: f"{n(w2)}*{n(x2)}", "w₂·x₂", "z"),
        (Cell("b", "text"), Cell(b, decimals=3, role="input")),
        step("z = w·x + b", m.z, lambda: sum_expression(m, m.x), "z = w₁·x₁ + w₂·x₂ + b", "z"),
        (
            Cell("y = φ(z)", "text"),
            Cell(
                m.y,
                output_style(m),
                decimals=4,
                role="output",
                working=lambda: output_working(m, m.z, m.y),
            ),
        ),
        (Cell("class", "text"), Cell(class_of(m.z), "text")),
        step(
            "line from 0",
            m.boundary_distance,
            lambda: distance_expression(m),
            "|b| / ‖w‖",
            "boundary_distance",
        ),
        step(
            "line's slope",
            m.boundary_slope,
            lambda: f"-{n(w1)} / {n(w2)}",
            "−w₁/w₂",
            "boundary_slope",
        ),
        step(
            "x₂ at x₁ = 0",
            m.boundary_intercept,
            lambda: f"-{n(b)} / {n(w2)}",
            "−b/w₂",
            "boundary_intercept",
        ),
    )
    return Table("From x to y, and the line", (Column("step"), Column("number")), rows, width=27)


def step(
    name: str, x: float | None, expression: Callable[[], str], symbols: str, of: str
) -> tuple[Cell, ...]:
    """A row with one number and its working; a vertical line has no slope, w = 0 no line."""
    if x is None:
        return Cell(name, "text"), Cell("none", "text")
    return Cell(name, "text"), Cell(
        x, decimals=3, working=lambda: Working(symbols, expression(), x, of)
    )


def corner_table(m: Neuron) -> Table:
    """The four inputs of a truth table, what they should give and what they get."""
    columns = (
        Column("x"),
        *((Column("want", "target"),) if m.targets else ()),
        Column("class"),
        Column("z"),
        Column("y", "output"),
    )
    here = next((i for i, corner in enumerate(CORNERS) if corner == tuple(m.x)), None)
    return Table(
        "Truth table", columns, tuple(corner_row(m, i) for i in range(4)), row=here, width=27
    )


def corner_row(m: Neuron, i: int) -> tuple[Cell, ...]:
    """The numbers of one input."""
    corner, z = CORNERS[i], m.task_sums[i]
    y = float(m.phi.f(z))
    wrong = m.targets is not None and m.targets[i] != m.task_outputs[i]
    target = (
        ()
        if m.targets is None
        else (Cell(f"{GLYPHS[m.targets[i]]} {m.targets[i]}", "text", role="target"),)
    )
    return (
        Cell(f"{corner[0]:.0f}{corner[1]:.0f}", "text"),
        *target,
        Cell(class_of(z) + (" !" if wrong else ""), "text", role="bad" if wrong else "plain"),
        Cell(z, decimals=2, working=lambda: sum_working(m, corner, z, "task_outputs")),
        Cell(
            y, output_style(m), decimals=3, role="output", working=lambda: output_working(m, z, y)
        ),
    )


def class_of(z: float) -> str:
    """Write the class of a weighted sum with its mark."""
    return f"{GLYPHS[z > 0]} {int(z > 0)}"


def output_style(m: Neuron) -> Style:
    """A sigmoid's output never reaches 0 or 1, and is never rounded to them."""
    return "probability" if m.activation == "sigmoid" else "number"


# ── workings ───────────────────────────────────────────────────────────────────────────


def sum_expression(m: Neuron, x: Iterable[float]) -> str:
    """Write w·x + b with its numbers."""
    products = total(f"{n(w)}*{n(v)}" for w, v in zip(m.w, x, strict=True))
    return f"({products} {'-' if m.b < 0 else '+'} {n(abs(m.b))})"


def sum_working(m: Neuron, x: Iterable[float], z: float, of: str) -> Working:
    """Show how a weighted sum comes about."""
    return Working("z = w₁·x₁ + w₂·x₂ + b", sum_expression(m, x), z, of)


def output_working(m: Neuron, z: float, y: float) -> Working:
    """Show how φ makes y of a z."""
    return Working(f"y = φ(z) = {m.phi.written('z')}", m.phi.worked(z, n(z)), y, "y")


def whole_working(m: Neuron) -> Working:
    """Show the whole neuron at once."""
    return Working(
        f"y = φ(w·x + b), φ(z) = {m.phi.written('z')}",
        m.phi.worked(m.z, sum_expression(m, m.x)),
        m.y,
        "y",
    )


def distance_expression(m: Neuron) -> str:
    """Write |b|/‖w‖; weights too small to be squared are measured in the larger of them."""
    unit = max(abs(float(w)) for w in m.w)
    if unit > 1e-100:
        return f"abs({n(m.b)}) / sqrt({n(m.w[0])}**2 + {n(m.w[1])}**2)"
    parts = " + ".join(f"({n(w)}/{n(unit)})**2" for w in m.w)
    return f"abs({n(m.b)}) / ({n(unit)} * sqrt({parts}))"
