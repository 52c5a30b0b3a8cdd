"""The vectors and matrices of the concept `self-attention`."""

from functools import partial
from operator import attrgetter

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.self_attention.model import SelfAttention
from tui_transformer.later import each
from tui_transformer.nn.made_up.designed import FEATURES, NAMED, Wire
from tui_transformer.panels import Heatmap, Table
from tui_transformer.pieces import Cell, Column, Role, cell
from tui_transformer.terms import Working
from tui_transformer.text import shorten

ROLES: dict[str, Role] = {"q": "query", "k": "key", "v": "value"}


def labels(m: SelfAttention) -> tuple[str, ...]:
    """Name all words, shortened."""
    return tuple(shorten(word, 16) for word in m.tokens)


def axis(m: SelfAttention) -> tuple[str, ...]:
    """Name the columns of a vector: the features and the length of r, or just numbers."""
    if m.weights == "random":
        return tuple(str(i) for i in range(m.d_model))
    return (*FEATURES, "|r|")


def shown(m: SelfAttention, name: str) -> Array:
    """Take of the words' vectors [n, d] what is shown: of designed ones r as its length."""
    vectors: Array = m.the(name).values
    if m.weights == "random":
        return vectors
    return np.hstack([vectors[:, :NAMED], m.own[name][:, None]])


def working(m: SelfAttention, name: str, place: int, column: int) -> Working:
    """Show how a number of what is shown comes about."""
    if m.weights == "designed" and column == NAMED:
        return m.the("own").working(name, place)
    return m.the(name).working(place, column)


def lines(m: SelfAttention, title: str, rows: dict[str, str]) -> Heatmap:
    """Some vectors of the chosen word below each other: what is written before each, its name."""
    values = np.array([shown(m, name)[m.query] for name in rows.values()])
    return Heatmap(
        title,
        values,
        tuple(rows),
        axis(m),
        "diverging",
        decimals=1,
        working=lambda row, column: working(m, [*rows.values()][row], m.query, column),
        height=len(rows) + 5,
        width=44,
    )


def asked(m: SelfAttention) -> Heatmap:
    """The chosen word's query and key."""
    return lines(m, "▸ asks with q and offers k", {"q": "q", "k": "k"})


def handed(m: SelfAttention) -> Heatmap:
    """What the chosen word is, what it hands on, and what it takes in."""
    names = {"x": "x", "v": "v", "o": "output"}
    return lines(m, "▸ is x, hands on v, takes in o = Σ w·v", names)


def entering(m: SelfAttention) -> Heatmap:
    """All words as they enter the layer: what they are, and what the layer before wrote."""
    designed = ": → is said of, + was told" if m.weights == "designed" else " the layer"
    return Heatmap(
        f"Words as they enter{designed}",
        shown(m, "x"),
        labels(m),
        axis(m),
        "diverging",
        decimals=1,
        row=m.query,
        row_control="query",
        working=partial(working, m, "x"),
        height=min(len(m.tokens) + 8, 17),
        width=44,
        key="words",
    )


# ── matrices ───────────────────────────────────────────────────────────────────────────


def wiring(m: SelfAttention) -> Table:
    """Every entry of the designed matrices that is not 0, and what it is for."""
    columns = (Column("W"), Column("from"), Column("to"), Column("entry"), Column("which means"))
    rows = each(lambda i: wire_row(m, i, m.wires[i]), range(len(m.wires)))
    return Table("All entries of this layer that are not 0", columns, rows, width=44)


def wire_row(m: SelfAttention, i: int, wire: Wire) -> tuple[Cell, ...]:
    """One designed entry; those of W_k are √d, which the score divides by."""
    key, entry = f"{wire.matrix} {wire.source} {wire.target}", m.the("entries")[i]
    return (
        Cell(wire.matrix, "text", role=ROLES[wire.matrix], key=key),
        Cell(wire.source, "text"),
        Cell(wire.target, "text"),
        cell(entry, decimals=1) if wire.matrix == "k" else Cell(entry.value, decimals=1),
        Cell(wire.meaning, "text", role="muted"),
    )


def matrices(m: SelfAttention) -> tuple[Heatmap, ...]:
    """W_q, W_k and W_v: of designed ones the features that one of them reads or writes."""
    names, d = axis(m), range(m.d_model)
    rows, columns = [*d], [*d]
    if m.weights == "designed":
        names = (*FEATURES, "r")  # the first entry of r stands for all of them
        rows, columns = (
            [i for i, name in enumerate(names) if any(name == end(wire) for wire in m.wires)]
            for end in (attrgetter("source"), attrgetter("target"))
        )
    return tuple(
        Heatmap(
            f"W_{letter} (from ↓ to →)",
            getattr(m.read.layer, f"w_{letter}")[np.ix_(rows, columns)],
            tuple(names[i] for i in rows),
            tuple(names[i] for i in columns),
            "diverging",
            decimals=1,
            height=11,
            width=24,
        )
        for letter in "qkv"
    )
