"""The panels of the sorter's screen, all lit for the same place, and their workings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts import _sorter_network as network
from tui_transformer.figure import Bar, Cell, Column, Heatmap, Table, Token, Tokens
from tui_transformer.nn.sorting import LENGTH, LETTERS, PLAN
from tui_transformer.working import Working, dot, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.sorter import Sorter

LAYERS = ("start", *(f"layer {i}" for i in range(1, PLAN.layers + 1)))
SHORT = ("start", *map(str, range(1, PLAN.layers + 1)))
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def names(m: Sorter) -> tuple[str, ...]:
    """Name the places: the letter that is read there, with its number."""
    return tuple(f"{x}{str(at).translate(SUBSCRIPTS)}" for at, x in enumerate(m.read))


# ── what it reads, and where it looks ──────────────────────────────────────────────────


def line(m: Sorter) -> Tokens:
    """The six letters and those given out, shaded by how much the chosen place looks at them."""
    shares = [*m.row, *[0.0] * (LENGTH + m.steps - m.places)]
    every = zip(m.letters + m.output, shares, strict=True)
    return Tokens(
        "Six letters in, then out; shaded by where ▸ looks",
        tuple(
            Token(letter, strength=float(w), note="out" if at >= LENGTH else "in")
            for at, (letter, w) in enumerate(every)
        ),
        token=m.at,
        token_control="position",
        height=2,
    )


def square(m: Sorter) -> Heatmap:
    """Who looks at whom in the chosen head."""
    return Heatmap(
        "Attention: query ↓ key →",
        m.attention[m.head],
        names(m),
        names(m),
        "sequential",
        0.0,
        1.0,
        "probability",
        row=m.at,
        row_control="position",
        working=partial(share_working, m),
        height=12,
        width=27,
    )


def share_working(m: Sorter, query: int, key: int) -> Working:
    """Show how one share of attention comes about: a softmax over what the place may see."""
    w, places = float(m.attention[m.head, query, key]), names(m)
    if key > query:
        return Working("a later letter: the causal mask makes it exactly 0", "0", w, "attention")
    terms = [f"exp({n(fit(m, query, at))})" for at in range(query + 1)]
    return Working(
        f"{places[query]} → {places[key]} = e^z / Σ e^z, z = q·k/√{PLAN.d_model // PLAN.heads}",
        f"{terms[key]} / {total(terms)}",
        w,
        "attention",
    )


def fit(m: Sorter, query: int, key: int) -> float:
    """Score how well a place's key fits another's query, q·k/√d."""
    q, k = m.trace.kept["q"][m.head, query], m.trace.kept["k"][m.head, key]
    return float(q @ k / np.sqrt(len(q)))


def row_table(m: Sorter) -> Table:
    """The chosen row of attention in numbers."""
    columns = (Column("key", "key"), Column("", "output", bar=True), Column("weight", "output"),
               Column("z=q·k/√16"))  # fmt: skip
    rows = tuple(row_of(m, key) for key in range(m.at + 1))
    return Table("The row of ▸", columns, rows, width=30)


def row_of(m: Sorter, key: int) -> tuple[Cell, ...]:
    """One letter that the chosen place may see."""
    w, z = float(m.row[key]), fit(m, m.at, key)
    q, k = m.trace.kept["q"][m.head, m.at], m.trace.kept["k"][m.head, key]
    return (
        Cell(names(m)[key], "text", role="key"),
        Cell(Bar(w), role="output"),
        Cell(w, "probability", 4, "output", working=lambda: share_working(m, m.at, key)),
        Cell(z, decimals=3, working=lambda: Working(
            f"z = q({names(m)[m.at]})·k({names(m)[key]}) / √{len(q)}",
            f"{dot(q, k)} / sqrt({len(q)})", z, "attention")),
    )  # fmt: skip


def by_letter(m: Sorter) -> Table:
    """How much of the chosen row goes to each letter, wherever it stands."""
    columns = (Column("key", "key"), Column("share", "output"), Column("each"), Column("seen"),
               Column("", "output", bar=True))  # fmt: skip
    rows = tuple(letter_row(m, letter) for letter in LETTERS)
    return Table("What ▸ takes, by letter", columns, rows, width=26)


def letter_row(m: Sorter, letter: str) -> tuple[Cell, ...]:
    """What one letter gets in all, how often it is seen, and what each of it gets."""
    found = [at for at in range(m.at + 1) if m.read[at] == letter]
    weights = [float(m.row[at]) for at in found]
    share, count = float(np.sum(weights)), len(found)
    added = total(map(n, weights)) if weights else "0"
    each = Cell(share / count, "probability", 3, working=lambda: Working(
        f"the share of {letter} / how many", f"{added} / {count}", share / count, "attention",
    )) if count else Cell("–", "text", role="muted")  # fmt: skip
    return (
        Cell(letter, "text", role="key"),
        Cell(share, "probability", 3, "output", working=lambda: Working(
            f"the shares of every {letter}, added", added, share, "attention")),
        each,
        Cell(count, "integer"),
        Cell(Bar(share), role="output"),
    )  # fmt: skip


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
        "Read off at ▸ after layer",
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
        width=26,
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
