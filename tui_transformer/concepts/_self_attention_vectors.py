"""The vectors and matrices of the self-attention screen, and how their numbers come about."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts._self_attention_figure import labels, products
from tui_transformer.concepts._self_attention_says import name
from tui_transformer.figure import Cell, Column, Heatmap, Role, Table
from tui_transformer.nn.designed import FEATURES, NAMED, WIRES, Wire
from tui_transformer.nn.words import Array
from tui_transformer.working import Working, dot, n

if TYPE_CHECKING:
    from tui_transformer.concepts.self_attention import SelfAttention

OWN = "|r|"
ROLES: dict[str, Role] = {"q": "query", "k": "key", "v": "value"}


def axis(m: SelfAttention) -> tuple[str, ...]:
    """Name the columns of a vector: the features and the length of r, or just numbers."""
    if m.weights == "random":
        return tuple(str(i) for i in range(m.d_model))
    return (*FEATURES, OWN)


def shown(m: SelfAttention, vectors: Array) -> Array:
    """Take of vectors [n, d] what is shown: of designed ones r as its length."""
    if m.weights == "random":
        return vectors
    own = np.sqrt(np.sum(vectors[:, NAMED:] ** 2, axis=1, keepdims=True))
    return np.hstack([vectors[:, :NAMED], own])


def length_working(vector: Array, of: str) -> Working:
    """Show how long a word's own part is."""
    own = vector[NAMED:]
    return Working("|r| = √Σ rᵢ²", f"sqrt({dot(own, own)})", float(np.sqrt(np.sum(own**2))), of)


def vector_working(m: SelfAttention, letter: str, place: int, column: int) -> Working:
    """Show how one number of a word's q, k, v, x or output comes about."""
    vectors = {"q": m.q, "k": m.k, "v": m.v, "x": m.read.x, "o": m.output}[letter]
    of = {"x": "q", "o": "output"}.get(letter, letter)
    if m.weights == "designed" and column == NAMED:
        return length_working(vectors[place], of)
    value, title = float(vectors[place, column]), axis(m)[column]
    if letter == "x":
        return entering_working(m, place, column)
    if letter == "o":
        return Working(f"output {title} = Σ w·v over the words",
                       products(m.attention[place], m.v[:, column]), value, of)  # fmt: skip
    w = {"q": m.read.layer.w_q, "k": m.read.layer.w_k, "v": m.read.layer.w_v}[letter]
    return Working(f"{letter} of {name(m, place)}, {title} = Σ xᵢ·W_{letter}ᵢ",
                   products(m.read.x[place], w[:, column]), value, of)  # fmt: skip


def entering_working(m: SelfAttention, place: int, column: int) -> Working:
    """Show what a word brings into the layer: what it is, and what layer 1 added."""
    first, title = m.passes[0], axis(m)[column]
    x = float(first.x[place, column])
    if m.layer == 1:
        source = "designed" if m.weights == "designed" else "drawn from the word's own hash"
        return Working(f"{title} of {name(m, place)}: {source}", n(x), x, "q")
    return Working(
        f"{title} of {name(m, place)} = x + output of layer 1",
        f"{n(x)} + {n(first.output[place, column])}",
        float(m.read.x[place, column]),
        "q",
    )


def lines(m: SelfAttention, title: str, letters: str, names: tuple[str, ...]) -> Heatmap:
    """Some vectors of the chosen word below each other."""
    vectors = {"q": m.q, "k": m.k, "v": m.v, "x": m.read.x, "o": m.output}
    values = shown(m, np.array([vectors[letter][m.query] for letter in letters]))
    reach = float(np.max(np.abs(values))) or 1.0
    working: Callable[[int, int], Working] = lambda row, column: vector_working(  # noqa: E731
        m, letters[row], m.query, column
    )
    return Heatmap(title, values, names, axis(m), "diverging", -reach, reach, decimals=1,
                   working=working, height=len(letters) + 5, width=44)  # fmt: skip


def asked(m: SelfAttention) -> Heatmap:
    """The chosen word's query and key."""
    return lines(m, "▸ asks with q and offers k", "qk", ("q", "k"))


def handed(m: SelfAttention) -> Heatmap:
    """What the chosen word is, what it hands on, and what it takes in."""
    return lines(m, "▸ is x, hands on v, takes in o = Σ w·v", "xvo", ("x", "v", "o"))


def entering(m: SelfAttention) -> Heatmap:
    """All words as they enter the layer: what they are, and what the layer before wrote."""
    values = shown(m, m.read.x)
    reach = float(np.max(np.abs(values))) or 1.0
    return Heatmap(
        "Words as they enter"
        + (": → is said of, + was told" if m.weights == "designed" else " the layer"),
        values, labels(m), axis(m), "diverging", -reach, reach, decimals=1,
        row=m.query, row_control="query",
        working=partial(vector_working, m, "x"), height=min(len(m.tokens) + 8, 17), width=44,
        key="words",
    )  # fmt: skip


# ── matrices ───────────────────────────────────────────────────────────────────────────


def wiring(m: SelfAttention) -> Table:
    """Every entry of the designed matrices that is not 0, and what it is for."""
    columns = (Column("W"), Column("from"), Column("to"), Column("entry"), Column("which means"))
    rows = tuple(wire_row(m, wire) for wire in WIRES[m.layer - 1])
    return Table("All entries of this layer that are not 0", columns, rows, width=44)


def wire_row(m: SelfAttention, wire: Wire) -> tuple[Cell, ...]:
    """One designed entry; those of W_k are √d, which the score divides by."""
    entry = wire.entry(m.d_model)
    working = None
    if wire.matrix == "k":
        working = Working("√d, for the score is divided by it", f"sqrt({m.d_model})", entry)
    return (
        Cell(wire.matrix, "text", role=ROLES[wire.matrix],
             key=f"{wire.matrix} {wire.source} {wire.target}"),
        Cell(wire.source, "text"),
        Cell(wire.target, "text"),
        Cell(entry, decimals=1, working=working),
        Cell(wire.meaning, "text", role="muted"),
    )  # fmt: skip


def matrices(m: SelfAttention) -> tuple[Heatmap, ...]:
    """W_q, W_k and W_v: of designed ones the features that one of them reads or writes."""
    layer = m.read.layer
    every = (("W_q (from ↓ to →)", layer.w_q), ("W_k (from ↓ to →)", layer.w_k),
             ("W_v (from ↓ to →)", layer.w_v))  # fmt: skip
    if m.weights == "random":
        return tuple(matrix(title, w, axis(m), axis(m)) for title, w in every)
    names = (*FEATURES, "r")  # the first entry of r stands for all of them
    wires = WIRES[m.layer - 1]
    rows = [i for i, name in enumerate(names) if any(wire.source == name for wire in wires)]
    columns = [i for i, name in enumerate(names) if any(wire.target == name for wire in wires)]
    return tuple(
        matrix(title, w[np.ix_(rows, columns)], tuple(names[i] for i in rows),
               tuple(names[i] for i in columns))
        for title, w in every
    )  # fmt: skip


def matrix(title: str, w: Array, rows: tuple[str, ...], columns: tuple[str, ...]) -> Heatmap:
    """One matrix as it is."""
    reach = float(np.max(np.abs(w))) or 1.0
    return Heatmap(title, w, rows, columns, "diverging", -reach, reach, decimals=1,
                   height=11, width=24)  # fmt: skip
