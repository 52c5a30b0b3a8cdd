"""How layer norm is shown: what enters beside what leaves, and what is measured on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.figure import (
    Axis,
    Bar,
    Cell,
    Column,
    Figure,
    Plot,
    Points,
    Rule,
    Table,
)
from tui_transformer.nn.norms import layer_norm, rms_norm
from tui_transformer.numbers import fixed, number, subscript
from tui_transformer.working import Working, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.layer_norm import LayerNorm

NEIGHBOUR = (2.0, -1.0, 0.5, 4.0)  # another position of the same sequence, designed


def view(m: LayerNorm) -> Figure:
    """What enters beside what leaves; where they lie; the statistics between them."""
    return Figure(
        rows=((numbers_table(m),), (number_line(m), statistics(m)), (neighbour_table(m),)),
        says=says(m),
        formula=normal_working(m, len(m.x) - 1),
        data="yours",
    )


def says(m: LayerNorm) -> str:
    """Say what the norm kept and what it forgot."""
    left = m.power / (m.power + m.epsilon)  # what is left of it after the norm: 1, but for ε
    if m.kind == "layer" and np.ptp(m.entering) == 0:
        return "All equal: no pattern is left to show, and ε keeps 0/0 away."
    if left < 0.98:
        name = "Variance" if m.kind == "layer" else "Mean square"
        return (
            f"{name} {number(m.power, 3)} beside ε = {number(m.epsilon, 3)}: "
            f"the normalised one is {number(left, 3)}, not 1."
        )
    if m.kind == "rms":
        mean = number(float(np.mean(m.normalized)), 3)
        return (
            f"Mean square {number(m.power, 4)} in, {fixed(left, 6)} out; the mean stays in: {mean}."
        )
    return (
        f"Mean {number(m.mean, 4)}, variance {number(m.power, 4)} in; "
        f"normalised: 0 and {fixed(left, 6)}."
    )


def name(i: int) -> str:
    """Number a place as the controls do, from 1."""
    return subscript(i + 1)


def entering_expression(m: LayerNorm, i: int) -> str:
    """Write scale·x + shift for one number."""
    return f"({n(m.scale)}*{n(m.x[i])} + {n(m.shift)})"


def spread_expression(m: LayerNorm) -> str:
    """Write what is divided by: √(variance + ε), or √(mean square + ε)."""
    return f"sqrt({n(m.power)} + {n(m.epsilon)})"


def centred_expression(m: LayerNorm, i: int) -> str:
    """Write the number that is divided."""
    x = n(m.entering[i])
    return f"({x} - {n(m.mean)})" if m.kind == "layer" else x


def normal_working(m: LayerNorm, i: int) -> Working:
    """Show how a normalised number comes about."""
    top = f"(enters{name(i)} − mean)" if m.kind == "layer" else f"enters{name(i)}"
    under = "variance" if m.kind == "layer" else "mean square"
    return Working(
        f"normalised{name(i)} = {top} / √({under} + ε)",
        f"{centred_expression(m, i)} / {spread_expression(m)}",
        float(m.normalized[i]),
        "normalized",
    )


def numbers_table(m: LayerNorm) -> Table:
    """One row per number: x, what enters, what the norm makes of it, what leaves."""
    reach = max(float(np.max(np.abs(m.output))), 2.0)
    columns = (
        Column(""),
        Column("x", "input"),
        Column("enters"),
        Column("normalised", "output"),
        Column("", "output", bar=True),
        Column("output", "output"),
        Column("÷ variance: wrong", "bad"),
    )
    rows = tuple(number_row(m, i, reach) for i in range(len(m.x)))
    return Table("What enters, and what leaves", columns, rows)


def number_row(m: LayerNorm, i: int, reach: float) -> tuple[Cell, ...]:
    """The way of one number."""
    entering, centred = float(m.entering[i]), float(m.entering[i] - m.mean)
    wrong = centred / (m.variance + m.epsilon)
    hat, out = float(m.normalized[i]), float(m.output[i])
    return (
        Cell(f"x{name(i)}", "text"),
        Cell(float(m.x[i]), decimals=2, role="input"),
        Cell(
            entering,
            decimals=2,
            working=lambda: Working(
                f"enters{name(i)} = scale·x{name(i)} + shift",
                entering_expression(m, i),
                entering,
                "normalized",
            ),
        ),
        Cell(hat, decimals=6, role="output", working=lambda: normal_working(m, i)),
        Cell(Bar(out, -reach, reach), role="output"),
        Cell(
            out,
            decimals=4,
            role="output",
            working=lambda: Working(
                f"gain·normalised{name(i)}" + (" + bias" if m.kind == "layer" else ""),
                f"{n(m.gain)}*{n(hat)}" + (f" + {n(m.bias)}" if m.kind == "layer" else ""),
                out,
                "output",
            ),
        ),
        Cell(
            wrong,
            decimals=4,
            role="bad",
            working=lambda: Working(
                f"(enters{name(i)} − mean)/(variance + ε): not what a norm does",
                f"({n(entering)} - {n(m.mean)}) / ({n(m.variance)} + {n(m.epsilon)})",
                wrong,
                "variance",
            ),
        ),
    )


def number_line(m: LayerNorm) -> Plot:
    """Where the numbers lie before and after: the pattern stays, its place does not."""
    ones = np.ones(len(m.x))
    return Plot(
        "Before ●, after ◆",
        (
            Rule(0.0, upright=True),
            Points(m.entering, 2 * ones, "input", "enters", "●"),
            Points(m.output, ones, "output", "leaves", "◆"),
        ),
        Axis("value"),
        Axis("", 0.5, 2.5),
        height=6,
        width=26,
    )


def statistics(m: LayerNorm) -> Table:
    """What the norm measures, with its workings."""
    k = len(m.x)
    x = [n(v) for v in m.entering]
    rows = (
        ("mean", m.mean, Working("mean = Σ enters / n", f"{total(x)} / {k}", m.mean, "mean")),
        (
            "variance",
            m.variance,
            Working(
                "variance = Σ (enters − mean)² / n",
                f"{total(f'({v} - {n(m.mean)})**2' for v in x)} / {k}",
                m.variance,
                "variance",
            ),
        ),
        (
            "mean square",
            m.mean_square,
            Working(
                "mean square = Σ enters² / n",
                f"{total(f'{v}**2' for v in x)} / {k}",
                m.mean_square,
                "mean_square",
            ),
        ),
    )
    return Table(
        "What is measured",
        (Column("of enters"), Column("")),
        tuple((Cell(name, "text"), Cell(size, working=w)) for name, size, w in rows),
        width=24,
    )


def neighbour_table(m: LayerNorm) -> Table:
    """Another position of the sequence, which nothing here can move."""
    x = np.array(NEIGHBOUR)
    norm = layer_norm if m.kind == "layer" else rms_norm
    hat = norm(x, np.ones(1), np.zeros(1), m.epsilon).x_hat
    mean = f"{total(map(n, x))} / {len(x)}"
    centre = mean if m.kind == "layer" else "0"
    square = total(f"({n(v)} - {centre})**2" for v in x)
    rows = tuple(
        (
            Cell(float(v), decimals=2, role="input"),
            Cell(
                float(h),
                decimals=6,
                role="output",
                working=Working(
                    "the neighbour, normalised by itself",
                    f"({n(v)} - {centre}) / sqrt({square} / {len(x)} + {n(m.epsilon)})",
                    float(h),
                    "normalized",
                ),
            ),
        )
        for v, h in zip(x, hat, strict=True)
    )
    return Table(
        "A neighbour (designed): your x never moves it",
        (Column("its x", "input"), Column("normalised", "output")),
        rows,
    )
