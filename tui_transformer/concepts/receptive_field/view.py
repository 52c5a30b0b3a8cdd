"""The pictures of the concept `receptive-field`, and the sentence over them."""

import math
from collections.abc import Iterator
from functools import partial

import numpy as np

import tui_transformer.concepts.receptive_field.workings  # noqa: F401  (it tells the model why)
from tui_transformer.concepts.receptive_field.model import ReceptiveField
from tui_transformer.figure import Figure
from tui_transformer.later import Later, each, each_with
from tui_transformer.nn.reach import KINDS, layers_needed
from tui_transformer.numbers import count
from tui_transformer.panels import Field, Plot, Table, main
from tui_transformer.pieces import (
    Axis,
    Bar,
    Cell,
    Column,
    Columns,
    Line,
    Mark,
    Points,
    Role,
    Rule,
    cell,
)

FINE = 6  # dots of the picture for each token and layer, so that none is skipped
FARTHEST = 4096

# What a kind needs for distance d, and where its curve is drawn.
RULES = {
    "convolution": "⌈d/(k−1)⌉",
    "dilated": "⌈log₂(1 + d/(k−1))⌉",
    "recurrent": "d steps",
    "attention": "1",
    "causal": "1: earlier only",
    "windowed": "⌈d/2w⌉",
}
ROLES: dict[str, Role] = {
    "convolution": "first",
    "dilated": "second",
    "recurrent": "third",
    "windowed": "fourth",
    "attention": "output",
}


def view(m: ReceptiveField) -> Figure:
    """The cone, the comparison at `distance`, and how much way leads to every token."""
    return Figure(
        rows=(
            (main(cone(m)),),
            (comparison(m), influence_plot(m)),
            (distance_plot(m),),
            (influence_table(m),),
        ),
        says=says(m),
        formula=m.the("layers_needed").working(m.kind),
        data="yours (paths are counted)",
    )


def says(m: ReceptiveField) -> str:
    """Say how far this stack sees, and what it takes to see farther."""
    far, needs = count(m.distance), count(m.path_length)
    seen = "1 token" if len(m.visible) == 1 else f"{len(m.visible)} tokens"
    if m.kind == "attention":
        return f"One layer sees all {m.length} tokens: {far} apart meet in 1."
    if m.kind == "causal":
        later = m.length - 1 - m.position
        if not later:
            return (
                f"Token {m.position} is the last: of all {m.length}, only it sees all {m.length}."
            )
        return f"Token {m.position} sees {seen}, none of the {later} after it."
    if m.kind == "recurrent":
        steps = "1 step" if m.layers == 1 else f"{m.layers} steps"
        return f"In {steps} {seen} meet; {far} apart takes {needs} steps."
    layers = "1 layer sees" if m.layers == 1 else f"{m.layers} layers see"
    return f"{layers} {seen} of {m.length}; {far} apart takes {needs}."


def cone(m: ReceptiveField) -> Field:
    """Every token of every layer that leads to the output; the more paths, the brighter."""
    upwards = m.paths[::-1]
    shades = np.array([[paths / max(row) for paths in row] for row in upwards])
    first, last = zip(*(np.flatnonzero(row)[[0, -1]] for row in shades), strict=True)
    edges = (Line(first, range(len(first)), "output"), Line(last, range(len(last)), "output"))
    return Field(
        "The cone: inputs at 0, the output on top",
        np.repeat(np.repeat(shades, FINE, axis=0), FINE, axis=1),
        Axis("token", -0.5, m.length - 0.5),
        Axis(m.level, -0.5, m.layers + 0.5),
        (*edges, Points([m.position], [m.layers], "output", "output")),
        low=0.0,
        high=1.0,
        legend="paths, of the layer's most",
        height=9,
        width=36,
    )


def influence_plot(m: ReceptiveField) -> Plot:
    """How the paths to the output are shared among the inputs; a point marks its own place."""
    return Plot(
        "Share of all paths",
        (
            Columns(np.arange(m.length), m.influence, "input"),
            Points([m.position], [float(m.influence[m.position])], "output"),
        ),
        Axis("token", -0.5, m.length - 0.5),
        Axis("", 0),
        height=7,
        width=20,
    )


def comparison(m: ReceptiveField) -> Table:
    """What each kind needs before the two tokens meet, the chosen one lit."""
    rows = each(partial(kind_row, m), KINDS)
    columns = (
        Column("kind"),
        Column(f"d={count(m.distance)}", "output", key="d"),
        Column("log", "output", bar=True),
        Column("rule"),
    )
    return Table("Layers until d meet", columns, rows, row=KINDS.index(m.kind), width=50)


def kind_row(m: ReceptiveField, kind: str) -> tuple[Cell, ...]:
    """What one kind needs."""
    needs, longest = m.the("layers_needed")[kind], math.log2(1 + m.distance)
    return (
        Cell(kind, "text", role="output" if kind == m.kind else "plain"),
        cell(needs, "integer", role="output"),
        Cell(Bar(math.log2(1 + needs.value), 0, longest), role="output"),
        Cell(RULES[kind], "text", role="muted"),
    )


def distance_plot(m: ReceptiveField) -> Plot:
    """The same comparison at every distance: lines, a logarithm and a constant."""
    return Plot(
        "Layers needed, by distance",
        Later(lambda: distance_marks(m)),
        Axis("tokens apart", 1, FARTHEST, log=True),
        Axis("layers", 1, FARTHEST, log=True),
        height=12,
        width=40,
    )


def distance_marks(m: ReceptiveField) -> Iterator[Mark]:
    """One curve a kind, and where this distance is on its own."""
    distances = np.unique(np.geomspace(1, FARTHEST, 60).round().astype(int))
    for kind, role in ROLES.items():
        needed = [layers_needed(kind, int(d), m.kernel, m.window) for d in distances]
        yield Line(distances, needed, role, kind)
    yield Rule(m.distance, upright=True, role="cursor", label=f"d = {count(m.distance)}")
    yield Points([m.distance], [m.path_length], "output")


def influence_table(m: ReceptiveField) -> Table:
    """Every token that is seen, with its paths counted."""
    columns = (
        Column("token"),
        Column("influence", "input", bar=True),
        Column("influence", "input"),
        Column("paths"),
    )
    return Table(
        "Paths from each token that is seen",
        columns,
        each_with(lambda: float(np.max(m.influence)), partial(influence_row, m), m.visible),
        row=m.visible.index(m.position),
        width=36,
    )


def influence_row(m: ReceptiveField, most: float, token: int) -> tuple[Cell, ...]:
    """One token that is seen."""
    influence = m.the("influence")[token]
    return (
        Cell(f"{token}", "text", role="output" if token == m.position else "plain"),
        Cell(Bar(influence.value, 0, most), role="input"),
        cell(influence, "probability", role="input"),
        cell(m.the("paths")[m.layers, token], "integer"),
    )
