"""What the vectors of a published model say: words, a topic, how alike two sentences are."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tui_transformer.concepts._real_model_reading import Reading
from tui_transformer.figure import Bar, Cell, Column, Table, Words
from tui_transformer.nn.published.wordpiece import SPECIAL
from tui_transformer.numbers import count
from tui_transformer.text import shorten, visible
from tui_transformer.working import Working, dot, n

if TYPE_CHECKING:
    from tui_transformer.concepts.real_model import RealModel

SHOWN = 8


def word(r: Reading, token: int) -> str:
    """Write an entry of the vocabulary, its space visible."""
    return shorten(r.name(token).replace(" ", "␣"), 20)


def by_layer(m: RealModel, r: Reading) -> Table:
    """What the chosen token says after each layer: the best entry of the vocabulary."""
    said = r.said(m.at)

    def row(layer: int) -> tuple[Cell, ...]:
        best, then = (Cell(word(r, int(i)), "text", role="output") for i in said.tokens[layer, :2])
        strength = _strength(m, r, layer, 0)
        return Cell(str(layer), "text", role="muted"), best, then if itself else strength

    # A token that means nothing says its own name first: what comes after that is of interest.
    itself = not r.network.has_head and r.names[m.at] in SPECIAL
    last = Column("then", "output") if itself else Column("p" if r.network.has_head else "z")
    columns = (Column(""), Column("▸ says", "output"), last)
    rows = tuple(map(row, range(len(said.tokens))))
    return Table("▸ after layer", columns, rows, m.layer, width=16)


def _strength(m: RealModel, r: Reading, layer: int, place: int) -> Cell:
    """A probability where the model has a head, else only the dot product."""
    said = r.said(m.at)
    if r.network.has_head:
        p = float(said.chances[layer, place])
        return Cell(p, "probability", 3, working=partial(chance, m, r, layer, place))
    z = float(said.logits[layer, place])
    return Cell(z, decimals=2, working=partial(logit, m, r, layer, place))


def top(m: RealModel, r: Reading) -> Table:
    """What the last layer says at the chosen token, the best entries of the vocabulary."""
    said, head = r.said(m.at), r.network.has_head
    reach = max(float(said.logits[-1, 0]), 1e-9)

    def row(place: int) -> tuple[Cell, ...]:
        z, p = float(said.logits[-1, place]), float(said.chances[-1, place])
        logit_cell = Cell(z, decimals=2, working=partial(logit, m, r, -1, place))
        chance_cell = Cell(p, "probability", 4, "output", working=partial(chance, m, r, -1, place))
        bar = Cell(Bar(p) if head else Bar(min(max(z, 0.0), reach), 0.0, reach), role="output")
        token = int(said.tokens[-1, place])
        name = Cell(word(r, token), "text", role="output", key=f"{token}")
        return (name, chance_cell, bar, logit_cell) if head else (name, logit_cell, bar)

    columns = (
        (Column("next" if r.network.causal else "masked", "output", key="entry"),
         Column("p", "output"), Column("", "output", bar=True), Column("logit", key="z"))
        if head
        else (Column("entry", "output"), Column("z"),
              Column("", "output", bar=True))
    )  # fmt: skip
    title = "▸ at the end says" if head else "▸ at the end: nearest"
    rows = tuple(map(row, range(min(SHOWN, said.tokens.shape[1]))))
    return Table(title, columns, rows, width=22, key="end")


def logit(m: RealModel, r: Reading, layer: int, place: int) -> Working:
    """Show a score: the vector, as the output reads it, times the entry's own."""
    said = r.said(m.at)
    name, shift = word(r, int(said.tokens[layer, place])), float(said.shifts[layer, place])
    read = {"GPT-2": "norm(stream)", "BERT": "head(stream)"}[r.network.family]
    read = read if r.network.has_head else "stream"
    size = said.vectors.shape[-1]
    return Working(
        f"z({name}) = {read}·vector({name}){' + bias' * bool(shift)}, {size} channels",
        dot(said.vectors[layer], said.rows[layer, place]) + (f" + {n(shift)}" if shift else ""),
        float(said.logits[layer, place]),
        "lens",
    )


def chance(m: RealModel, r: Reading, layer: int, place: int) -> Working:
    """Show a probability; the sum over the whole vocabulary is one number in it."""
    said = r.said(m.at)
    name = word(r, int(said.tokens[layer, place]))
    return Working(
        f"p({name}) = e^(z − ln Σ e^z), Σ over {count(r.network.vocabulary)} entries",
        f"exp({n(said.logits[layer, place])} - {n(said.whole[layer])})",
        float(said.chances[layer, place]),
        "lens",
    )


# ── two sentences ──────────────────────────────────────────────────────────────────────


def alike(m: RealModel, r: Reading) -> Table:
    """How alike text and other are after each layer."""
    second = m.opened[1]

    def row(layer: int) -> tuple[Cell, ...]:
        cosine = float(m.similarities[layer])
        vectors = (r.pooled[layer], second.pooled[layer]) if second else ((), ())
        return (
            Cell("start" if layer == 0 else str(layer), "text", role="muted"),
            Cell(cosine, decimals=4, role="output", working=lambda: Working(
                "cosine = a·b, a and b the means of all tokens, at length 1",
                dot(*vectors), cosine, "similarity")),
            Cell(Bar(cosine, -1.0, 1.0), role="output"),
        )  # fmt: skip

    columns = (Column("layer"), Column("cosine", "output"), Column("", "output", bar=True))
    rows = tuple(map(row, range(len(m.similarities))))
    return Table("How alike: text and other", columns, rows, len(rows) - 1, width=27)


def both(m: RealModel) -> Words:
    """The two sentences, one under the other."""
    return Words("The two", tuple(visible(said) or "(nothing)" for said in (m.text, m.other)),
                 width=22)  # fmt: skip


# ── the model itself ───────────────────────────────────────────────────────────────────


def about(r: Reading) -> Words:
    """Say what may be read into these numbers, and what not."""
    if r.network.causal:
        lines = ("Each token sees itself and what comes before.",
                 "Its vector, normed, times every entry's own: the next token.",
                 "Read earlier, the same product shows when it made up its mind.")  # fmt: skip
    elif r.network.has_head:
        lines = ("Every token sees all.",
                 "Its head was trained on words hidden behind [MASK]: type one.",
                 "What it says elsewhere was hardly ever asked.")  # fmt: skip
    else:
        lines = ("Every token sees all.",
                 "The file has no head that names words: ▸ is compared with the embeddings "
                 "that went in. Nobody trained it to say words.",
                 "Trained was the mean of all tokens, which compares sentences.")  # fmt: skip
    return Words("What this model does", lines, width=25)


def sizes(m: RealModel, r: Reading) -> Table:
    """How large it is."""
    network, block = r.network, r.network.block
    v, d, most = network.vocabulary, block.d_model, network.context
    known = v * d + most * d + network.layers * block.parameter_count()
    whole = network.parameter_count()
    working = Working(
        "entries·channels + places·channels + layers·(one block) + the rest (norms, head)",
        f"{v}*{d} + {most}*{d} + {network.layers}*{block.parameter_count()} + {whole - known}",
        whole,
        "parameter_count",
    )
    rows = (
        (Cell("numbers", "text"), Cell(whole, "integer", role="output", working=working)),
        *((Cell(name, "text"), Cell(size, "integer")) for name, size in (
            ("layers", network.layers), ("heads", block.heads), ("channels", d),
            ("hidden", block.d_ff), ("vocabulary", v), ("longest text", most))),
    )  # fmt: skip
    title = f"{network.family}, as published"
    return Table(title, (Column("size"), Column("")), rows, width=24, key="published")
