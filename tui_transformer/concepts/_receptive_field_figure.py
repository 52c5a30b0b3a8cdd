"""The panels of the receptive-field screen."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.figure import (
    Axis,
    Bar,
    Cell,
    Column,
    Columns,
    Field,
    Line,
    Plot,
    Points,
    Role,
    Rule,
    Table,
)
from tui_transformer.nn.reach import KINDS, layers_needed
from tui_transformer.numbers import count
from tui_transformer.working import Working, total

if TYPE_CHECKING:
    from tui_transformer.concepts.receptive_field import ReceptiveField

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


def level(m: ReceptiveField) -> str:
    """Name what is stacked."""
    return "step" if m.kind == "recurrent" else "layer"


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
        Axis(level(m), -0.5, m.layers + 0.5),
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
    longest = math.log2(1 + m.distance)
    rows = tuple(
        (
            Cell(kind, "text", role="output" if kind == m.kind else "plain"),
            Cell(
                m.layers_needed[kind],
                "integer",
                role="output",
                working=partial(needed_working, m, kind),
            ),
            Cell(Bar(math.log2(1 + m.layers_needed[kind]), 0, longest), role="output"),
            Cell(RULES[kind], "text", role="muted"),
        )
        for kind in KINDS
    )
    columns = (
        Column("kind"),
        Column(f"d={count(m.distance)}", "output", key="d"),
        Column("log", "output", bar=True),
        Column("rule"),
    )
    return Table("Layers until d apart meet", columns, rows, row=KINDS.index(m.kind), width=31)


def needed_working(m: ReceptiveField, kind: str) -> Working:
    """Show how many layers it takes until both tokens are seen by one output."""
    d, gain = m.distance, m.kernel - 1
    symbols, expression = {
        "convolution": ("⌈d/(k−1)⌉: each layer adds k−1", f"ceil({d}/{gain})"),
        "dilated": (
            "⌈log₂(1 + d/(k−1))⌉: L layers add (k−1)·(2^L − 1)",
            f"ceil(log(1 + {d}/{gain})/log(2))",
        ),
        "recurrent": ("d: one step a token", f"{d}"),
        "attention": ("1: every token is one connection away", "1"),
        "causal": ("1: the later token sees the earlier one, never the other way", "1"),
        "windowed": ("⌈d/2w⌉: each layer adds w on both sides", f"ceil({d}/(2*{m.window}))"),
    }[kind]
    return Working(f"{kind}: {symbols}", expression, m.layers_needed[kind], "layers_needed")


def distance_plot(m: ReceptiveField) -> Plot:
    """The same comparison at every distance: lines, a logarithm and a constant."""
    distances = np.unique(np.geomspace(1, FARTHEST, 60).round().astype(int))
    curves = tuple(
        Line(
            distances,
            [layers_needed(kind, int(d), m.kernel, m.window) for d in distances],
            role,
            kind,
        )
        for kind, role in ROLES.items()
    )
    return Plot(
        "Layers needed, by distance",
        (
            *curves,
            Rule(m.distance, upright=True, role="cursor", label=f"d = {count(m.distance)}"),
            Points([m.distance], [m.path_length], "output"),
        ),
        Axis("tokens apart", 1, FARTHEST, log=True),
        Axis("layers", 1, FARTHEST, log=True),
        height=12,
        width=40,
    )


def influence_table(m: ReceptiveField) -> Table:
    """Every token that is seen, with its paths counted."""
    most = float(np.max(m.influence))
    rows = tuple(
        (
            Cell(f"{token}", "text", role="output" if token == m.position else "plain"),
            Cell(Bar(float(m.influence[token]), 0, most), role="input"),
            Cell(
                float(m.influence[token]),
                "probability",
                role="input",
                working=partial(influence_working, m, token),
            ),
            Cell(m.paths[-1][token], "integer", working=partial(paths_working, m, token)),
        )
        for token in m.visible
    )
    columns = (
        Column("token"),
        Column("influence", "input", bar=True),
        Column("influence", "input"),
        Column("paths"),
    )
    return Table(
        "Paths from each token that is seen",
        columns,
        rows,
        row=m.visible.index(m.position),
        width=36,
    )


def influence_working(m: ReceptiveField, token: int) -> Working:
    """Show a token's share of all paths."""
    return Working(
        f"influence = paths from token {token} / all paths",
        f"{m.paths[-1][token]} / {m.all_paths}",
        float(m.influence[token]),
        "influence",
    )


def paths_working(m: ReceptiveField, token: int) -> Working:
    """Show how paths add up over what a token leads to one layer above."""
    above = np.flatnonzero(m.masks[0][:, token]).tolist()
    terms = [str(m.paths[-2][i]) for i in above if m.paths[-2][i]]
    return Working(
        f"paths from token {token} = Σ over the places it leads to one {level(m)} up",
        total(terms),
        m.paths[-1][token],
        "influence",
    )
