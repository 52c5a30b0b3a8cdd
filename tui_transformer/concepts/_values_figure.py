"""The panels of the screen `values`, and how each of their numbers comes about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts._softmax_row import share_cell
from tui_transformer.figure import (
    Arrow,
    Axis,
    Bar,
    Cell,
    Column,
    Line,
    Plot,
    Points,
    Role,
    Table,
)
from tui_transformer.nn import attention as nn
from tui_transformer.nn.attention import Array
from tui_transformer.numbers import number
from tui_transformer.working import Working, dot, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.values import Values

WORDS = ("river", "bank", "money")
PARTS = ("water", "finance")
INKS: tuple[Role, ...] = ("first", "second", "third")
NAMES = {  # which of the scores a word gets, by context
    "river": ("₁ topic", "₂ itself", "₃ other"),
    "money": ("₃ other", "₂ itself", "₁ topic"),
    "both": ("₁ topic", "₂ itself", "₁ topic"),
}


def output_working(m: Values, part: int) -> Working:
    """Show one number of the output."""
    return Working(
        f"{PARTS[part]} = Σ w·v over {', '.join(WORDS)}",
        dot(m.weights, m.values[:, part]),
        float(m.output[part]),
        "output",
    )


# ── pictures ───────────────────────────────────────────────────────────────────────────


def reach(m: Values) -> tuple[Axis, Axis]:
    """Both axes: around the values and the origin, so that only a value moves them."""
    axes = []
    for name, column in zip(PARTS, m.values.T, strict=True):
        low, high = min(0.0, *map(float, column)), max(0.0, *map(float, column))
        room = 0.12 * (high - low) or 1.0
        axes.append(Axis(name, low - room, high + room))
    return axes[0], axes[1]


def hull_plot(m: Values) -> Plot:
    """The three values, the triangle around them, and where bank moves to in it."""
    around = np.vstack([m.values, m.values[:1]])
    x, y = (float(part) for part in m.output)
    own_x, own_y = (float(part) for part in m.values[1])
    corners = (
        Points([v[0]], [v[1]], "value", labels=(word,))
        for word, v in zip(WORDS, m.values.tolist(), strict=True)
    )
    return Plot(
        "Values, hull, output",
        (
            Line(around[:, 0], around[:, 1], "muted", "hull"),
            Line([own_x, x], [own_y, y], "output"),
            *corners,
            Points([x], [y], "output", marker="◆", labels=("output",)),
        ),
        *reach(m),
        height=9,
        width=30,
    )


def chain_plot(m: Values) -> Plot:
    """Weight times value, word after word, tip to tail: where it ends is the output."""
    ends = np.vstack([np.zeros(2), np.cumsum(m.contributions, axis=0)]).tolist()
    steps = (
        Arrow(x0, y0, x1, y1, role, word)
        for (x0, y0), (x1, y1), role, word in zip(ends[:-1], ends[1:], INKS, WORDS, strict=True)
    )
    x, y = (float(part) for part in m.output)
    return Plot(
        "w·v, tip to tail",
        (*steps, Points([x], [y], "output", marker="◆")),
        *reach(m),
        height=9,
        width=21,
    )


# ── tables ─────────────────────────────────────────────────────────────────────────────


def word_table(m: Values) -> Table:
    """One row per word, and the row that they add up to."""
    columns = (
        Column("word", "value"),
        Column("weight", "output"),
        *(Column(f"w·{part}", "output") for part in PARTS),
        Column("score"),
        Column("which"),
        *(Column(part, "value") for part in PARTS),
        Column("", "output", bar=True),
    )
    sums = (
        Cell(float(m.output[part]), decimals=3, role="output", working=output_working(m, part))
        for part in range(2)
    )
    whole = 1.0
    last = (
        Cell("output", "text", role="output"),
        Cell(
            whole,
            decimals=4,
            working=lambda: Working("Σ w", total(n(w) for w in m.weights), whole, "weights"),
        ),
        *sums,
    )
    rows = tuple(word_row(m, j) for j in range(len(WORDS)))
    return Table("Weight × value, added up", columns, (*rows, last), row=int(np.argmax(m.weights)))


def word_row(m: Values, j: int) -> tuple[Cell, ...]:
    """The numbers of one word."""
    w = float(m.weights[j])

    def part_cell(part: int) -> Cell:
        x = float(m.contributions[j, part])
        return Cell(
            x,
            decimals=3,
            role="output",
            working=lambda: Working(
                f"w·v = {WORDS[j]}'s weight × its {PARTS[part]}",
                f"{n(w)}*{n(m.values[j, part])}",
                x,
                "contributions",
            ),
        )

    return (
        Cell(WORDS[j], "text", role="value"),
        share_cell(m.word_scores, j, "s", "output", f"s{j + 1} is {WORDS[j]}'s score", first=1),
        part_cell(0),
        part_cell(1),
        Cell(float(m.word_scores[j]), decimals=1),
        Cell(NAMES[m.context][j], "text", role="muted"),
        *(Cell(float(v), decimals=1, role="value") for v in m.values[j]),
        Cell(Bar(w), role="output"),
    )


def doubling_table(m: Values) -> Table:
    """Double the values: the output doubles. Double the scores: it goes elsewhere."""
    columns = (
        Column("output"),
        Column("now", "output"),
        Column("2 × now"),
        Column("values × 2"),
        Column("scores × 2"),
    )
    steeper = nn.weights(2 * m.word_scores)
    return Table(
        "Linear in the values, not in the scores",
        columns,
        tuple(doubling_row(m, part, steeper) for part in range(2)),
    )


def doubling_row(m: Values, part: int, steeper: Array) -> tuple[Cell, ...]:
    """One number of the output, and what doubling either input makes of it."""
    now, column = float(m.output[part]), m.values[:, part]
    workings = (
        output_working(m, part),
        Working(f"2 × {PARTS[part]}", f"2*{n(now)}", 2 * now, "output"),
        Working(
            "Σ w·(2v)",
            dot(m.weights, 2 * column),
            float(nn.attend(m.weights[None], 2 * m.values)[0, part]),
            "output",
        ),
        Working(
            "Σ w′·v with w′ = softmax(2s) = " + ", ".join(number(w, 4) for w in steeper),
            dot(steeper, column),
            float(nn.attend(steeper[None], m.values)[0, part]),
            "output",
        ),
    )
    return (Cell(PARTS[part], "text"), *(Cell(w.value, decimals=3, working=w) for w in workings))
