"""Who looks at whom on the self-attention screen, and where the chosen word looks."""

from __future__ import annotations

import math
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
from tui_transformer.nn.designed import FEATURES, features
from tui_transformer.nn.words import Array
from tui_transformer.text import shorten
from tui_transformer.working import Working, dot, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.self_attention import SelfAttention

MOST_ROWS = 14  # of a longer sentence the table shows the words looked at most


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
    columns = (Column("key", "key"), Column("weight", "output"), Column("", "output", bar=True))
    shown = places(m)
    rows = [
        (word(m, at), weight_cell(m, at), Cell(Bar(float(m.row[at])), role="output"))
        for at in shown
    ]
    if len(shown) < len(m.tokens):
        rest = Cell(Bar(rest_of(m.row, shown)), role="muted")
        rows.append((hidden_words(m, shown), rest_cell(m.row, shown), rest))
    return Table("The row of ▸", columns, tuple(rows), row=lit(m, shown), width=22)


def what_if(m: SelfAttention) -> Table:
    """The same row with the other adjective beside it, and the scores both come from."""
    columns = (
        Column("key", "key"),
        Column("weight", "output"),
        Column(f"if {m.swap[1]}", key="if"),
        Column("", bar=True),
        Column("z=q·k/√d"),
        Column("e^z"),
        Column("known as"),
    )
    shown, other = places(m), m.swapped.weights[m.query]
    rows = [what_if_row(m, at) for at in shown]
    if len(shown) < len(m.tokens):
        now, then = rest_cell(m.row, shown), rest_cell(other, shown)
        none = Cell("–", "text", role="muted")
        bar = Cell(Bar(rest_of(other, shown)), role="muted")
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


def rest_of(row: Array, shown: list[int]) -> float:
    """Add up what the words get that are not shown."""
    return math.fsum(np.delete(row, shown))


def rest_cell(row: Array, shown: list[int]) -> Cell:
    """What all those words get together."""
    rest, w = np.delete(row, shown), rest_of(row, shown)
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
