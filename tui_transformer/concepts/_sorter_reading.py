"""What the sorter's output head reads in the stream: scores, and when they are settled."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts import _sorter_network as network
from tui_transformer.concepts._sorter_figure import names
from tui_transformer.figure import Bar, Cell, Column, Heatmap, Table
from tui_transformer.nn.sorting import LENGTH, LETTERS, PLAN
from tui_transformer.working import Working, dot, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.sorter import Sorter

LAYERS = ("start", *(f"layer {i}" for i in range(1, PLAN.layers + 1)))
SHORT = tuple(map(str, range(PLAN.layers + 1)))


# ── what comes next, and when that is known ────────────────────────────────────────────


def next_letter(m: Sorter) -> Table:
    """The scores of the next letter at the chosen place, and their probabilities."""
    columns = (Column("next", "output"), Column("logit"), Column("p", "output"),
               Column("", "output", bar=True))  # fmt: skip
    rows = tuple(
        (
            Cell(letter, "text", role="output"),
            Cell(float(m.logits[m.at, i]), decimals=2,
                 working=partial(logit_working, m, PLAN.layers, m.at, i)),
            Cell(float(m.chances[-1, m.at, i]), "probability", 4, "output",
                 working=partial(chance_working, m, PLAN.layers, m.at, i)),
            Cell(Bar(float(m.chances[-1, m.at, i])), role="output"),
        )
        for i, letter in enumerate(LETTERS)
    )  # fmt: skip
    return Table("The next letter, at ▸", columns, rows, LETTERS.index(m.guesses[-1]), width=26)


def chance_working(m: Sorter, layer: int, at: int, letter: int) -> Working:
    """Show how a probability comes about from the scores read off after a layer."""
    terms = [f"exp({n(z)})" for z in m.lens[layer, at]]
    return Working(
        f"p({LETTERS[letter]}) = e^z / Σ e^z, z after {LAYERS[layer]}",
        f"{terms[letter]} / {total(terms)}",
        float(m.chances[layer, at, letter]),
        "logits" if layer == PLAN.layers else "lens",
    )


def logit_working(m: Sorter, layer: int, at: int, letter: int) -> Working:
    """Show a score: what the stream holds, normed, times the letter's own embedding."""
    read = network.read(m.letters, m.steps)[layer, at]
    return Working(
        f"z({LETTERS[letter]}) = norm(stream)·embedding({LETTERS[letter]}), 48 channels",
        dot(read, network.weights()["embedding"][letter]),
        float(m.lens[layer, at, letter]),
        "logits" if layer == PLAN.layers else "lens",
    )


def read_off(m: Sorter) -> Heatmap:
    """What the chosen place would say if the stream were read before it is finished."""
    return Heatmap(
        "Read off ▸ after layer",
        m.chances[:, m.at],
        SHORT,
        tuple(LETTERS),
        "sequential",
        0.0,
        1.0,
        "probability",
        decimals=3,
        row=m.layer,
        working=lambda layer, letter: chance_working(m, layer, m.at, letter),
        height=12,
        width=23,
    )


def when_it_knows(m: Sorter) -> Heatmap:
    """The probability of the right letter at every place that is asked, after each layer."""
    asked = range(LENGTH - 1, m.places)
    right = [LETTERS.index(x) for x in sorted(m.letters)]
    values = np.array([m.chances[:, at, right[at - LENGTH + 1]] for at in asked])
    return Heatmap(
        "When does it know? p(right next letter)",
        values,
        tuple(f"{names(m)[at]}→{LETTERS[right[at - LENGTH + 1]]}" for at in asked),
        LAYERS,
        "sequential",
        0.0,
        1.0,
        "probability",
        decimals=3,
        row=m.at - LENGTH + 1 if m.asked else None,
        column=m.layer,
        working=lambda row, layer: chance_working(m, layer, row + LENGTH - 1, right[row]),
        height=len(asked) + 2,
        width=44,
        row_keys=tuple(map(str, asked)),
    )


def scores(m: Sorter) -> Heatmap:
    """The scores at every place; those before the sixth were never asked for."""
    reach = float(np.max(np.abs(m.logits))) or 1.0
    return Heatmap(
        "Logits at every place (asked: from the sixth on)",
        m.logits,
        names(m),
        tuple(LETTERS),
        "diverging",
        -reach,
        reach,
        row=m.at,
        row_role="output",
        row_control="position",
        working=partial(logit_working, m, PLAN.layers),
        height=m.places + 2,
        width=30,
    )


# ── the stream ─────────────────────────────────────────────────────────────────────────


def stream(m: Sorter) -> Heatmap:
    """The vectors of all places after the chosen layer."""
    reach = float(np.max(np.abs(m.residual))) or 1.0
    return Heatmap(
        "The residual stream after the layer",
        m.residual,
        names(m),
        tuple(str(i) for i in range(PLAN.d_model)),
        "diverging",
        -reach,
        reach,
        row=m.at,
        row_role="output",
        row_control="position",
        working=partial(stream_working, m),
        height=m.places + 3,
        width=50,
    )


def stream_working(m: Sorter, at: int, channel: int) -> Working:
    """Show what a layer does to one number of the stream: it adds twice."""
    stages = m.trace.stages
    parts = [float(stages[name][at, channel]) for name in ("input", "attention", "feed_forward")]
    return Working(
        f"{names(m)[at]}, channel {channel} = before + attention + feed-forward",
        total(map(n, parts)),
        float(m.residual[at, channel]),
        "residual",
    )
