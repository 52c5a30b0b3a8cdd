"""The pictures of the concept `values`, and the sentence over them."""

import numpy as np

import tui_transformer.concepts.values.workings  # noqa: F401  (it tells the model why)
from tui_transformer.concepts.values.model import PARTS, VALUES, WORDS, Values
from tui_transformer.figure import Figure
from tui_transformer.later import Later, each
from tui_transformer.numbers import fixed, number, probability
from tui_transformer.panels import Plot, Table, main, parted
from tui_transformer.pieces import Arrow, Axis, Bar, Cell, Column, Line, Points, Role, cell

INKS: tuple[Role, ...] = ("first", "second", "third")
NAMES = {  # which of the scores a word gets, by context
    "river": ("topic", "itself", "other"),
    "money": ("other", "itself", "topic"),
    "both": ("topic", "itself", "topic"),
}

AMOUNTS = tuple(f"w·{part}" for part in PARTS)


def view(m: Values) -> Figure:
    """The triangle with the output in it; the rows that add up to it; what doubling does."""
    weights, scores = parted(
        word_table(m), ("score", "which", *AMOUNTS), "Weight × value, added up", 28
    )
    added, scores = parted(scores, ("score", "which"), "From which score", 22, sums=1)
    doubled, twice = parted(doubling_table(m), ("2·score", "2·now"), "Not in the scores", 30)
    return Figure(
        rows=(
            (main(hull_plot(m)), weights),
            (chain_plot(m),),
            (added,),
            (doubled,),
            (twice,),
            (scores,),
        ),
        says=says(m),
        formula=m.the("output").working(0),
        data="designed" if np.array_equal(m.values, VALUES) else "yours",
    )


def says(m: Values) -> str:
    """Say where in the hull the output lies."""
    most, at, word = float(max(m.weights)), place(m), top(m)
    share = probability(most, 3)
    if not np.any(np.ptp(m.values, axis=0)):
        return f"The hull is one point: whatever the scores, bank is {at}."
    tied = [w for w, x in zip(WORDS, m.weights, strict=True) if x > most - 1e-9]
    if len(tied) == 3:
        return f"All weigh 1/3: bank becomes the average of the values, {at}."
    if len(tied) == 2:
        (rest,) = (w for w in WORDS if w not in tied)
        left = probability(float(m.weights[WORDS.index(rest)]), 3)
        return f"{tied[0]} and {tied[1]}: {share} each, {rest}: {left}; output {at}."
    if most > 0.95:
        at = f"({', '.join(fixed(x, 4) for x in m.output)})"
        return f"{word} weighs {share}: bank moves to {at}."
    return f"{word} weighs {share}: bank moves to {at}."


def place(m: Values) -> str:
    """Write where the output lies."""
    return f"({', '.join(short(float(x)) for x in m.output)})"


def short(x: float) -> str:
    """Write a number in three digits, without what rounding leaves of a zero."""
    return number(round(x, 9), 3)


def top(m: Values) -> str:
    """Name the word that weighs most."""
    return WORDS[int(np.argmax(m.weights))]


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
    x, y = m.output.tolist()
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
        Column("w", "output"),
        *(Column(amount, "output") for amount in AMOUNTS),
        Column("score"),
        Column("which"),
        Column("", "output", bar=True),
    )
    rows = Later(
        lambda: (*(word_row(m, j) for j in range(len(WORDS))), last_row(m)), len(WORDS) + 1
    )
    return Table("Weights", columns, rows, row=int(np.argmax(m.weights)))


def last_row(m: Values) -> tuple[Cell, ...]:
    """What the words add up to."""
    return (
        Cell("sum", "text", role="output"),
        cell(m.one("whole"), decimals=3),
        *(cell(x, decimals=2, role="output") for x in m.the("output").row()),
        *(Cell("", "text") for _ in range(3)),
    )


def word_row(m: Values, j: int) -> tuple[Cell, ...]:
    """The numbers of one word."""
    return (
        Cell(WORDS[j], "text", role="value"),
        cell(m.the("weights")[j], "probability", 3, "output"),
        *(cell(x, decimals=2, role="output") for x in m.the("contributions").row(j)),
        Cell(float(m.word_scores[j]), decimals=1),
        Cell(NAMES[m.context][j], "text", role="muted"),
        Cell(Bar(float(m.weights[j])), role="output"),
    )


def doubling_table(m: Values) -> Table:
    """Double the values: the output doubles. Double the scores: it goes elsewhere."""
    columns = (
        Column("of the output"),
        Column("now", "output"),
        Column("2·value"),
        Column("2·score"),
        Column("2·now"),
    )
    names = ("output", "doubled_values", "doubled_scores", "twice")
    rows = each(
        lambda i: (Cell(PARTS[i], "text"), *(cell(m.the(name)[i], decimals=2) for name in names)),
        range(len(PARTS)),
    )
    return Table("Linear in the values", columns, rows)
