"""The panels of the encoder–decoder screen, lit for one row of the decoder, and their workings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts import _reverser_network as network
from tui_transformer.figure import Bar, Cell, Column, Heatmap, Table, Token, Tokens, Words
from tui_transformer.nn import reversing as task
from tui_transformer.nn.encoder_decoder import Array
from tui_transformer.nn.reversing import PLAN, SIGNS
from tui_transformer.numbers import subscript
from tui_transformer.working import Working, dot, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.encoder_decoder import EncoderDecoder

D_HEAD = PLAN.d_model // PLAN.heads
SHOWN = 5  # of the 28 signs that could come next


def numbered(text: str) -> tuple[str, ...]:
    """Name places by the sign that stands there and its number."""
    return tuple(f"{sign}{subscript(at)}" for at, sign in enumerate(text))


def is_held_out(word: str) -> bool:
    """Say whether training never showed it this word."""
    return bool(task.held_out(task.encode(word)))


# ── the words ──────────────────────────────────────────────────────────────────────────


def source(m: EncoderDecoder) -> Tokens:
    """The source, shaded by how much the chosen row looks at each letter."""
    tokens = (Token(x, strength=float(w)) for x, w in zip(m.source, m.crossing, strict=True))
    return Tokens("Source: where ▸ looks", tuple(tokens), height=1, width=27)


def written(m: EncoderDecoder) -> Tokens:
    """What the decoder reads, the chosen row marked; it writes what comes after it."""
    tokens = tuple(Token(x) for x in m.read)
    return Tokens("Decoder reads", tokens, m.at, "row", height=1, width=24)


# ── the three attentions ───────────────────────────────────────────────────────────────


def cross(m: EncoderDecoder) -> Heatmap:
    """Which row of the decoder looks at which letter of the source."""
    return Heatmap(
        "Cross: written ↓ read →",
        m.cross_attention[m.head],
        numbered(m.read),
        numbered(m.source),
        "sequential",
        0.0,
        1.0,
        "probability",
        row=m.at,
        row_control="row",
        working=partial(cross_working, m),
        height=11,
        width=28,
    )


def encoder(m: EncoderDecoder) -> Heatmap:
    """Which letter of the source looks at which."""
    return Heatmap(
        "Encoder: all see all",
        m.encoder_attention[m.head],
        numbered(m.source),
        numbered(m.source),
        "sequential",
        0.0,
        1.0,
        "probability",
        working=partial(encoder_working, m),
        height=11,
        width=25,
    )


def decoder(m: EncoderDecoder) -> Heatmap:
    """Which row looks at which sign before it."""
    return Heatmap(
        "Decoder: sees its past",
        m.decoder_attention[m.head],
        numbered(m.read),
        numbered(m.read),
        "sequential",
        0.0,
        1.0,
        "probability",
        row=m.at,
        row_control="row",
        working=partial(decoder_working, m),
        height=11,
        width=25,
    )


def cross_working(m: EncoderDecoder, row: int, key: int) -> Working:
    """Show a share of cross-attention: a softmax over the whole source."""
    looked = m.run.decoded[m.layer - 1].crossed
    names = numbered(m.read)[row], numbered(m.source)[key]
    return share_working(looked.q[m.head, row], looked.k[m.head], key, names,
                         float(looked.weights[m.head, row, key]), "cross_attention")  # fmt: skip


def encoder_working(m: EncoderDecoder, row: int, key: int) -> Working:
    """Show a share of the encoder's attention."""
    trace = m.run.encoded[m.layer - 1]
    names = numbered(m.source)[row], numbered(m.source)[key]
    return share_working(trace.kept["q"][m.head, row], trace.kept["k"][m.head], key, names,
                         float(trace.weights[m.head, row, key]), "encoder_attention")  # fmt: skip


def decoder_working(m: EncoderDecoder, row: int, key: int) -> Working:
    """Show a share of the decoder's own attention; what is not written yet is masked."""
    looked = m.run.decoded[m.layer - 1].own
    w, names = float(looked.weights[m.head, row, key]), numbered(m.read)
    if key > row:
        return Working("not written yet: the causal mask makes it exactly 0", "0", w,
                       "decoder_attention")  # fmt: skip
    return share_working(looked.q[m.head, row], looked.k[m.head, : row + 1], key,
                         (names[row], names[key]), w, "decoder_attention")  # fmt: skip


def share_working(
    q: Array, k: Array, key: int, names: tuple[str, str], w: float, of: str
) -> Working:
    """Show a softmax over scores q·k/√d, k [seen, d]."""
    terms = [f"exp({n(z)})" for z in k @ q / np.sqrt(len(q))]
    return Working(
        f"{names[0]} → {names[1]} = e^z / Σ e^z, z = q·k/√{D_HEAD}",
        f"{terms[key]} / {total(terms)}",
        w,
        of,
    )


# ── the chosen row ─────────────────────────────────────────────────────────────────────


def row_table(m: EncoderDecoder) -> Table:
    """The chosen row of cross-attention in numbers."""
    columns = (Column("key", "key"), Column("", "output", bar=True), Column("weight", "output"),
               Column(f"z=q·k/√{D_HEAD}"))  # fmt: skip
    looked = m.run.decoded[m.layer - 1].crossed
    q = looked.q[m.head, m.at]

    def row(at: int) -> tuple[Cell, ...]:
        k = looked.k[m.head, at]
        z = float(q @ k / np.sqrt(len(q)))
        names = numbered(m.read)[m.at], numbered(m.source)[at]
        return (
            Cell(names[1], "text", role="key"),
            Cell(Bar(float(m.crossing[at])), role="output"),
            Cell(float(m.crossing[at]), "probability", 4, "output",
                 working=partial(cross_working, m, m.at, at)),
            Cell(z, decimals=3, working=lambda: Working(
                f"z = q({names[0]}, decoder)·k({names[1]}, encoder) / √{len(q)}",
                f"{dot(q, k)} / sqrt({len(q)})", z, "cross_attention")),
        )  # fmt: skip

    rows = tuple(map(row, range(len(m.source))))
    return Table("▸ looks at the source", columns, rows, width=30)


def wiring() -> Words:
    """Say where q, k and v come from in each of the three."""
    return Words(
        "Who asks whom",
        (
            "encoder  q k v: source        n×n",
            "decoder  q k v: written       m×m, masked",
            "cross    q: written, k v: source  m×n",
        ),
        width=40,
    )


def next_sign(m: EncoderDecoder) -> Table:
    """The likeliest next signs of the chosen row."""
    columns = (Column("next", "output"), Column("logit"), Column("p", "output"),
               Column("", "output", bar=True))  # fmt: skip
    best = sorted(range(len(SIGNS)), key=lambda i: -m.logits[m.at, i])[:SHOWN]
    rows = tuple(
        (
            Cell(SIGNS[i], "text", role="output"),
            Cell(float(m.logits[m.at, i]), decimals=2, working=partial(logit_working, m, m.at, i)),
            Cell(float(m.chances[m.at, i]), "probability", 4, "output",
                 working=partial(chance_working, m, i)),
            Cell(Bar(float(m.chances[m.at, i])), role="output"),
        )
        for i in best
    )  # fmt: skip
    return Table("The next sign, after ▸", columns, rows, row=0, width=24)


def chance_working(m: EncoderDecoder, sign: int) -> Working:
    """Show a probability: a softmax over all 28 scores."""
    terms = [f"exp({n(z)})" for z in m.logits[m.at]]
    return Working(
        f"p({SIGNS[sign]}) = e^z / Σ e^z over 28 signs",
        f"{terms[sign]} / {total(terms)}",
        float(m.chances[m.at, sign]),
        "logits",
    )


def logit_working(m: EncoderDecoder, row: int, sign: int) -> Working:
    """Show a score: the normed stream times the sign's own embedding."""
    return Working(
        f"z({SIGNS[sign]}) = norm(stream)·embedding({SIGNS[sign]}), {PLAN.d_model} channels",
        dot(m.run.final.y[row], network.weights()["embedding"][sign]),
        float(m.logits[row, sign]),
        "logits",
    )


def scores(m: EncoderDecoder) -> Heatmap:
    """All scores of all rows."""
    reach = float(np.max(np.abs(m.logits))) or 1.0
    return Heatmap(
        "Logits of every row",
        m.logits,
        numbered(m.read),
        tuple(SIGNS),
        "diverging",
        -reach,
        reach,
        decimals=1,
        row=m.at,
        row_role="output",
        row_control="row",
        working=partial(logit_working, m),
        height=m.rows + 3,
        width=46,
    )
