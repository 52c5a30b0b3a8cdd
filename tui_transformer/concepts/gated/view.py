"""The pictures of the concept `gated`: what passes and what comes of it, and every unit."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np

import tui_transformer.concepts.gated.workings  # noqa: F401  (it tells the model why)
from tui_transformer.concepts.gated.model import KINDS, Gated
from tui_transformer.figure import Figure
from tui_transformer.later import each, each_with
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.numbers import count, number
from tui_transformer.panels import Plot, Table, Words, main
from tui_transformer.pieces import Axis, Bar, Cell, Column, Line, Mark, Points, Rule, cell


def view(m: Gated) -> Figure:
    """Every unit as a point and as a row; then the four kinds at one size, and the vector."""
    return Figure(
        rows=(
            (main(picture(m)),),
            (main(one_unit(m)),),
            (kinds(m), vector_table(m)),
            (units(m),),
            (definitions(m),),
        ),
        says=says(m),
        formula=m.the("hidden").working(m.unit),
        data=f"random (seed {m.seed})",
    )


def says(m: Gated) -> str:
    """Say how many units and parameters there are, and what the lit unit does."""
    size = f"{KINDS[m.kind].name}: {m.d_ff} units, {count(m.parameter_count)} parameters. "
    passes, comes = (number(float(x[m.unit]), 3) for x in (m.passes, m.hidden))
    if m.gated:
        gate = number(float(m.gate[m.unit]), 3)
        return f"{size}Unit {m.unit}: gate {gate} × {passes} is {comes}."
    return f"{size}Unit {m.unit}: {m.bend} makes {passes} into {comes}."


# ── pictures ───────────────────────────────────────────────────────────────────────────


def picture(m: Gated) -> Plot:
    """Every unit: across what there is to pass, upwards what comes of it."""
    far = 1.1 * max(1.0, float(np.max(np.abs(m.passes))))
    return Plot(
        "What comes of a unit, by what could pass",
        tuple(marks(m, far)),
        Axis("x·W₁", -far, far),
        Axis(""),
        height=7,
        width=24,
        key="unit",
    )


def marks(m: Gated, far: float) -> Iterator[Mark]:
    """All units; the line on which the lit gate lets pass, or the curve that all stand on."""
    yield Rule(0)
    across = np.linspace(-far, far, 61)
    if m.gated:
        yield Line(across, m.gate[m.unit] * across, "second", "gate")
    else:
        yield Line(across, ACTIVATIONS[m.bend].f(across), "second", m.bend)
    yield Points(m.passes, m.hidden, "output")
    yield Points([m.passes[m.unit]], [m.hidden[m.unit]], "cursor", f"{m.unit}", marker="◆")


# ── tables ─────────────────────────────────────────────────────────────────────────────


def kinds(m: Gated) -> Table:
    """The four kinds at this d_model: matrices, units, parameters."""
    columns = (Column("kind"), Column("matrices"), Column("units"), Column("parameters"))
    rows = each(partial(kind_row, m), tuple(KINDS))
    return Table("Four kinds, one size", columns, rows, row=list(KINDS).index(m.kind), width=38)


def kind_row(m: Gated, kind: str) -> tuple[Cell, ...]:
    """One kind."""
    other = m.replace(kind=kind)
    return (
        Cell(KINDS[kind].name, "text"),
        Cell(other.matrices, "integer"),
        cell(other.one("d_ff"), "integer"),
        cell(other.one("parameter_count"), "integer"),
    )


def units(m: Gated) -> Table:
    """Every unit: its gate, what there is to pass, and what comes of it."""
    gate = (Column("x·W_gate"), Column("gate", "second")) if m.gated else ()
    columns = (
        Column("unit"),
        *gate,
        Column("passes"),
        Column("comes", "output"),
        Column("", bar=True),
    )
    rows = each_with(partial(reach, m), partial(unit_row, m), range(m.d_ff))
    return Table("Unit by unit", columns, rows, row=m.unit, row_control="unit", width=44)


def one_unit(m: Gated) -> Table:
    """The lit unit: its gate times what there is to pass is what comes."""
    every = units(m)
    name, *numbers, _ = every.rows[m.unit]
    row = (replace(name, key="lit"), *numbers)
    return Table("One unit", every.columns[:-1], (row,), width=44)


def reach(m: Gated) -> float:
    """How far the units go, 1 at least."""
    return max(1.0, float(np.max(np.abs(m.hidden))))


def unit_row(m: Gated, far: float, j: int) -> tuple[Cell, ...]:
    """One unit."""
    gate: tuple[Cell, ...] = ()
    if m.gated:
        gate = (
            cell(m.the("gate_sums")[j], decimals=3),
            cell(m.the("gate")[j], decimals=3, role="second"),
        )
    return (
        Cell(f"{j}", "text"),
        *gate,
        cell(m.the("passes")[j], decimals=3),
        cell(m.the("hidden")[j], decimals=3, role="output"),
        Cell(Bar(float(m.hidden[j]), -far, far), role="output"),
    )


def vector_table(m: Gated) -> Table:
    """The vector on its way: as it comes, normed, and what is added to the stream for it."""
    columns = (Column("number"), Column("x"), Column("normed"), Column("output", "output"))
    rows = each(partial(vector_row, m), range(m.d_model))
    return Table("The vector", columns, rows, width=44)


def vector_row(m: Gated, i: int) -> tuple[Cell, ...]:
    """One number of it."""
    return (
        Cell(f"{i}", "text"),
        cell(m.the("x")[i if len(m.x) > 1 else 0], decimals=2),
        cell(m.the("normalized")[i], decimals=3),
        cell(m.the("output")[i], decimals=3, role="output"),
    )


def definitions(m: Gated) -> Words:
    """What everything drawn is."""
    return Words(
        "How it is made",
        (
            "Plain: act(x·W₁)·W₂, with 4·d_model units. With a gate: (act(x·W_gate) · x·W₁)·W₂, "
            "unit by unit, with 8/3·d_model units, to the nearest whole number. No biases.",
            "x is normed first, its gain 1. Layer norm takes the mean out; RMS norm does not. "
            "The matrices are drawn, with variance 1 / inputs.",
        ),
    )
