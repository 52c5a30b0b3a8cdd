"""The panels of the self-attention screen, all lit for the same word, and their workings."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts._self_attention_says import name
from tui_transformer.figure import (
    Bar,
    Cell,
    Column,
    Heatmap,
    Table,
    Token,
    Tokens,
)
from tui_transformer.nn.designed import FEATURES, NAMED, WIRES, Wire, features
from tui_transformer.nn.words import Array
from tui_transformer.text import shorten
from tui_transformer.working import Working, dot, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.self_attention import SelfAttention

MOST_ROWS = 14  # of a longer sentence the table shows the words looked at most
OWN = "|r|"


# ── who looks at whom ──────────────────────────────────────────────────────────────────


def square(m: SelfAttention) -> Heatmap:
    """The n×n picture: a row for who looks, a column for who is looked at."""
    words = labels(m)
    return Heatmap(
        "Attention: query ↓ key →",
        m.attention,
        words,
        words,
        "sequential",
        0.0,
        1.0,
        "probability",
        row=m.query,
        row_control="query",
        working=partial(weight_working, m),
        height=12,
        width=27 if len(words) <= 12 else 46,
    )


def labels(m: SelfAttention) -> tuple[str, ...]:
    """Name all words, shortened."""
    return tuple(shorten(word, 16) for word in m.tokens)


def weight_working(m: SelfAttention, query: int, key: int) -> Working:
    """Show how one weight comes about: a softmax over what the word may see."""
    w = float(m.attention[query, key])
    if m.causal and key > query:
        return Working("a later word: the causal mask makes it exactly 0", "0", w, "attention")
    return row_working(m, m.scores, query, key, w)


def row_working(m: SelfAttention, scores: Array, query: int, key: int, w: float) -> Working:
    """Show a weight of any layer's scores."""
    seen = scores[query, : query + 1] if m.causal else scores[query]
    terms = [f"exp({n(z)})" for z in seen]
    return Working(
        f"{name(m, query)} → {name(m, key)} = e^z / Σ e^z, z = q·k/√d",
        f"{terms[key]} / {total(terms)}",
        w,
        "attention",
    )


def sentence(m: SelfAttention) -> Tokens:
    """The words, each shaded by how much the chosen one looks at it."""
    return Tokens(
        "The sentence, shaded by where ▸ looks",
        tuple(
            Token(word, strength=float(w), note="" if known(m, word) else "random")
            for word, w in zip(m.tokens, m.row, strict=True)
        ),
        token=m.query,
        token_control="query",
        height=2,
    )


def known(m: SelfAttention, word: str) -> bool:
    """Whether a word has designed features, where that matters."""
    return m.weights == "random" or bool(features(word))


# ── the chosen row ─────────────────────────────────────────────────────────────────────


def row_table(m: SelfAttention) -> Table:
    """The chosen row as bars beside the words; of a long sentence, where it looks most."""
    columns = (Column("key", "key"), Column("", "output", bar=True), Column("weight", "output"))
    shown = places(m)
    rows = [
        (word(m, at), Cell(Bar(float(m.row[at])), role="output"), weight_cell(m, at))
        for at in shown
    ]
    if len(shown) < len(m.tokens):
        rest = rest_cell(m, m.row, shown)
        rows.append((hidden_words(m, shown), Cell(Bar(rest.content)), rest))
    return Table("The row of ▸", columns, tuple(rows), row=lit(m, shown), width=22)


def what_if(m: SelfAttention) -> Table:
    """The same row with the other adjective beside it, and the scores both come from."""
    columns = (
        Column("key", "key"),
        Column("weight", "output"),
        Column(f"if {m.swap[1]}"),
        Column("", bar=True),
        Column("z=q·k/√d"),
        Column("e^z"),
        Column("known as"),
    )
    shown, other = places(m), m.swapped.weights[m.query]
    rows = [what_if_row(m, at) for at in shown]
    if len(shown) < len(m.tokens):
        now, then = rest_cell(m, m.row, shown), rest_cell(m, other, shown)
        none = Cell("–", "text", role="muted")
        bar = Cell(Bar(then.content), role="muted")
        rows.append((hidden_words(m, shown), now, then, bar, none, none, none))
    title = "The row of ▸ if one word were another"
    return Table(title, columns, tuple(rows), row=lit(m, shown), width=44)


def places(m: SelfAttention) -> list[int]:
    """List the places that the table shows, in the order of the sentence."""
    if len(m.tokens) <= MOST_ROWS + 1:
        return list(range(len(m.tokens)))
    return sorted(int(at) for at in np.argsort(-m.row, kind="stable")[:MOST_ROWS])


def lit(m: SelfAttention, shown: list[int]) -> int | None:
    """Say in which row of a table the chosen word stands."""
    return shown.index(m.query) if m.query in shown else None


def word(m: SelfAttention, at: int) -> Cell:
    """Name a word that is looked at."""
    return Cell(name(m, at), "text", role="key")


def weight_cell(m: SelfAttention, at: int) -> Cell:
    """How much the chosen word looks at this one."""
    return Cell(float(m.row[at]), "probability", 3, "output",
                working=lambda: weight_working(m, m.query, at))  # fmt: skip


def what_if_row(m: SelfAttention, at: int) -> tuple[Cell, ...]:
    """What the chosen word makes of one key, now and with the other adjective."""
    z, other = float(m.scores[m.query, at]), float(m.swapped.weights[m.query, at])
    found = features(m.tokens[at]) if m.weights == "designed" else frozenset()
    hidden = Cell("hidden", "text", role="muted")
    e = math.exp(z)
    return (
        word(m, at),
        weight_cell(m, at),
        Cell(other, "probability", 3, working=lambda: swapped_working(m, at)),
        Cell(Bar(other), role="muted"),
        hidden if at >= m.seen else
        Cell(z, decimals=3, working=lambda: score_working(m, m.query, at)),
        hidden if at >= m.seen else
        Cell(e, decimals=3, working=lambda: Working("e^z", f"exp({n(z)})", e, "attention")),
        Cell(" ".join(name for name in FEATURES if name in found) or "random", "text",
             role="muted"),
    )  # fmt: skip


def hidden_words(m: SelfAttention, shown: list[int]) -> Cell:
    """Say how many words the table has no room for."""
    return Cell(f"{len(m.tokens) - len(shown)} more", "text", role="muted")


def rest_cell(m: SelfAttention, row: Array, shown: list[int]) -> Cell:
    """What all those words get together."""
    rest = np.delete(row, shown)
    w = math.fsum(rest)
    return Cell(w, "probability", 3, working=lambda: Working(
        f"the weights of {len(rest)} other words, added", total(map(n, rest)), w, "attention"
    ))  # fmt: skip


def swapped_working(m: SelfAttention, key: int) -> Working:
    """Show how a weight comes about in the sentence with the other word."""
    w = float(m.swapped.weights[m.query, key])
    if key >= m.seen:
        return Working("a later word: the causal mask makes it exactly 0", "0", w, "attention")
    working = row_working(m, m.swapped.scores, m.query, key, w)
    symbols = f"with {m.swap[1]} for {name(m, m.swap[0])}: e^z / Σ e^z, z = q·k/√d"
    return Working(symbols, working.expression, w, "attention")


def score_working(m: SelfAttention, query: int, key: int) -> Working:
    """Show how a query and a key come to their score."""
    return Working(
        f"z = q({name(m, query)})·k({name(m, key)}) / √d",
        f"{products(m.q[query], m.k[key])} / sqrt({m.d_model})",
        float(m.scores[query, key]),
        "scores",
    )


def products(a: Array, b: Array) -> str:
    """Write a dot product without the terms that are 0."""
    kept = (a != 0) & (b != 0)
    return dot(a[kept], b[kept]) if kept.any() else "0"


# ── vectors ────────────────────────────────────────────────────────────────────────────


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
        "Words as they enter: → is said of, + was told",
        values, labels(m), axis(m), "diverging", -reach, reach, decimals=1,
        row=m.query, row_control="query",
        working=partial(vector_working, m, "x"), height=min(len(m.tokens) + 8, 17), width=44,
    )  # fmt: skip


# ── matrices ───────────────────────────────────────────────────────────────────────────


def wiring(m: SelfAttention) -> Table:
    """Every entry of the designed matrices that is not 0, and what it is for."""
    columns = (Column("W"), Column("from x"), Column("to"), Column("entry"), Column("which means"))
    rows = tuple(wire_row(m, wire) for wire in WIRES[m.layer - 1])
    return Table("All entries of this layer that are not 0", columns, rows, width=44)


def wire_row(m: SelfAttention, wire: Wire) -> tuple[Cell, ...]:
    """One designed entry; those of W_k are √d, which the score divides by."""
    entry = wire.entry(m.d_model)
    working = None
    if wire.matrix == "k":
        working = Working("√d, for the score is divided by it", f"sqrt({m.d_model})", entry)
    return (
        Cell(f"W_{wire.matrix}", "text",
             role={"q": "query", "k": "key", "v": "value"}[wire.matrix]),
        Cell(wire.source, "text"),
        Cell(wire.target, "text"),
        Cell(entry, decimals=2, working=working),
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
