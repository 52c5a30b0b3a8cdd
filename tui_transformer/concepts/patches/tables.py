"""The pages further down of the concept `patches`: everything in numbers."""

from functools import partial

import numpy as np

from tui_transformer.concepts.patches.model import Patches
from tui_transformer.later import each
from tui_transformer.nn.patches import KERNELS
from tui_transformer.panels import Heatmap, Table, Words
from tui_transformer.pieces import Bar, Cell, Column, cell


def tokens(m: Patches) -> Heatmap:
    """Each patch as a row of its pixels."""
    return Heatmap(
        "Tokens: a patch in a row",
        m.tokens,
        tuple(m.patch_names),
        low=0,
        high=1,
        decimals=1,
        row=m.query,
        row_control="query",
        working=m.the("tokens").working,
        height=4,
    )


def attention_map(m: Patches) -> Heatmap:
    """Who looks at whom: the same square as for words."""
    names = tuple(m.patch_names)
    return Heatmap(
        "Attention: query ↓ key →",
        m.attention,
        names,
        names,
        low=0,
        high=1,
        style="probability",
        row=m.query,
        row_control="query",
        working=m.the("attention").working,
    )


def row_table(m: Patches) -> Table:
    """The patches that the query looks at most."""
    row = m.attention[m.query]
    best = np.argsort(-row, kind="stable")[:8].tolist()
    columns = (
        Column("looks at", "key"),
        Column("", "output", bar=True),
        Column("weight", "output"),
        Column("q·k/√d"),
    )
    return Table("The row of ▸", columns, each(partial(look, m), best), width=30)


def look(m: Patches, j: int) -> tuple[Cell, ...]:
    """How much the query looks at one patch."""
    weight = m.the("attention")[m.query, j]
    return (
        Cell(m.patch_names[j], "text", role="key"),
        Cell(Bar(weight.value), role="output"),
        cell(weight, "probability", 4, "output"),
        cell(m.the("scores")[m.query, j], decimals=2),
    )


def convolved_numbers(m: Patches) -> Heatmap:
    """The convolution's picture in numbers."""
    return Heatmap(
        "Convolved, pixel by pixel",
        m.convolved,
        scale="diverging",
        low=-m.strongest,
        high=m.strongest,
        decimals=1,
        working=m.the("convolved").working,
        width=32,
    )


def kernel_map(m: Patches) -> Heatmap:
    """The nine weights that are laid on every pixel."""
    kernel = KERNELS[m.kernel]
    reach = float(np.max(np.abs(kernel)))
    return Heatmap(
        "The kernel", kernel, scale="diverging", low=-reach, high=reach, decimals=2, width=20
    )


def detector_map(m: Patches) -> Heatmap:
    """The weights of the detector, as the picture that they are."""
    reach = float(np.max(np.abs(m.smile)))
    return Heatmap(
        "Detector: its weights",
        m.smile,
        scale="diverging",
        low=-reach,
        high=reach,
        decimals=1,
        width=26,
        height=8,
    )


def detector_table(m: Patches) -> Table:
    """What the detector makes of the picture."""
    names = {"score": "Σ w·pixel", "passes": "ReLU of it"}
    rows = each(
        lambda of: (Cell(names[of], "text"), cell(m.the("detector")[of], decimals=2)),
        tuple(names),
    )
    return Table("Is it a smile?", (Column("detector"), Column("", "output")), rows, width=26)


def definitions(m: Patches) -> Words:
    """What everything drawn is."""
    designed = "E doubles and b = −1: ink is 1, paper −1. W_q mirrors left for right, and doubles."
    drawn = "E, W_q and W_k are drawn, of variance 1/d; b is 0."
    return Words(
        "How it is made",
        (
            "A token is a patch’s pixels in one row. x = token·E + b, q = x·W_q, k = x·W_k, and "
            f"the weights are softmax(q·k/√d), d = {m.side**2}.",
            drawn if m.weights == "random" else designed,
            "A convolution lays its kernel on every pixel, multiplies and adds. Outside the "
            "picture is paper, 0.",
            "The detector is a neuron: Σ weight·pixel, then ReLU. Nothing here was trained.",
        ),
    )
