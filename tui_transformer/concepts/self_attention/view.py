"""The pictures of the concept `self-attention`: who looks at whom."""

from collections.abc import Iterator

import numpy as np

import tui_transformer.concepts.self_attention.workings  # noqa: F401  (it tells the model why)
from tui_transformer.concepts.self_attention import vectors
from tui_transformer.concepts.self_attention.model import SelfAttention
from tui_transformer.concepts.self_attention.own import unknown
from tui_transformer.concepts.self_attention.says import name, says
from tui_transformer.figure import Figure
from tui_transformer.later import Later
from tui_transformer.nn.made_up.designed import FEATURES, features
from tui_transformer.panels import Heatmap, Table, Tokens, main
from tui_transformer.pieces import Bar, Cell, Column, Token, cell
from tui_transformer.text import shorten


def view(m: SelfAttention) -> Figure:
    """Who looks at whom, the chosen row in numbers, and the vectors and matrices behind it."""
    return Figure(
        rows=(
            (main(square(m)),),
            (sentence(m),),
            (what_if(m),),
            (vectors.asked(m),),
            (vectors.handed(m),),
            (vectors.entering(m),),
            *((vectors.wiring(m),) for _ in range(m.weights == "designed")),
            vectors.matrices(m),
        ),
        says=says(m),
        formula=m.the("attention").working(m.query, int(np.argmax(m.row))),
        data=data(m),
    )


def data(m: SelfAttention) -> str:
    """Say where the numbers come from."""
    if m.weights == "random":
        return f"random (seed {m.seed})"
    return f"designed; r random (seed {m.seed})"


# ── who looks at whom ──────────────────────────────────────────────────────────────────


def square(m: SelfAttention) -> Heatmap:
    """The n×n picture: a row for who looks, a column for who is looked at."""
    words, named = vectors.labels(m), m.the("attention")
    return Heatmap(
        "Attention: query ↓ key →",
        named.values,
        words,
        words,
        "sequential",
        0.0,
        1.0,
        "probability",
        row=m.query,
        row_control="query",
        working=named.working,
        height=12,
        width=27 if len(words) <= 12 else 46,
    )


def sentence(m: SelfAttention) -> Tokens:
    """The words, each shaded by how much the chosen one looks at it."""
    strange = unknown(m)
    return Tokens(
        f"The sentence; not known: {shorten(' and '.join(strange), 28)}"
        if strange
        else "The sentence, shaded by where ▸ looks",
        tuple(
            Token(word, strength=float(w), note="" if known(m, word) else "random")
            for word, w in zip(m.tokens, m.row, strict=True)
        ),
        token=m.query,
        token_control="query",
        height=2,
        key="sentence",
    )


def known(m: SelfAttention, word: str) -> bool:
    """Whether a word has designed features, where that matters."""
    return m.weights == "random" or bool(features(word))


# ── the chosen row ─────────────────────────────────────────────────────────────────────


def what_if(m: SelfAttention) -> Table:
    """The chosen row as bars beside the words, with the other adjective too, and the scores behind
    it; of a long sentence, where it looks most."""
    columns = (
        Column("key", "key"),
        Column("weight", "output"),
        Column("", "output", bar=True),
        Column(f"if {m.swap[1]}", key="if"),
        Column("", bar=True),
        Column("z=q·k/√d"),
        Column("e^z"),
        Column("known as"),
    )
    rows = Later(lambda: what_if_rows(m), len(m.places) + more(m))
    return Table("The row of ▸, and if one word were another", columns, rows, row=lit(m), width=44)


def what_if_rows(m: SelfAttention) -> Iterator[tuple[Cell, ...]]:
    """One row per word, and one for those that have no room."""
    yield from (what_if_row(m, at) for at in m.places)
    if more(m):
        now, then = (cell(rest, "probability", 3) for rest in m.the("rest").row())
        none = Cell("–", "text", role="muted")
        bars = [Cell(Bar(share), role="muted") for share in m.rest]
        yield hidden_words(m), now, bars[0], then, bars[1], none, none, none


def more(m: SelfAttention) -> bool:
    """Say whether there are words that the tables have no room for."""
    return len(m.places) < len(m.tokens)


def lit(m: SelfAttention) -> int | None:
    """Say in which row of a table the chosen word stands."""
    return m.places.index(m.query) if m.query in m.places else None


def word(m: SelfAttention, at: int) -> Cell:
    """Name a word that is looked at."""
    return Cell(name(m, at), "text", role="key")


def weight_cell(m: SelfAttention, at: int) -> Cell:
    """How much the chosen word looks at this one."""
    return cell(m.the("attention")[m.query, at], "probability", 3, "output")


def what_if_row(m: SelfAttention, at: int) -> tuple[Cell, ...]:
    """What the chosen word makes of one key, now and with the other adjective."""
    other = m.the("swapped")["weights", m.query, at]
    found = features(m.tokens[at]) if m.weights == "designed" else frozenset()
    hidden = Cell("hidden", "text", role="muted")
    seen = at < m.seen
    return (
        word(m, at),
        weight_cell(m, at),
        Cell(Bar(float(m.row[at])), role="output"),
        cell(other, "probability", 3),
        Cell(Bar(other.value), role="muted"),
        cell(m.the("scores")[m.query, at], decimals=3) if seen else hidden,
        cell(m.the("powers")[at], decimals=3) if seen else hidden,
        Cell(" ".join(f for f in FEATURES if f in found) or "random", "text", role="muted"),
    )


def hidden_words(m: SelfAttention) -> Cell:
    """Say how many words the table has no room for."""
    return Cell(f"{len(m.tokens) - len(m.places)} more", "text", role="muted")
