"""The pictures of the concept `attention`, and the sentence over them."""

import math
from collections.abc import Iterator, Sequence
from functools import cache, partial

import numpy as np

import tui_transformer.concepts.attention.workings  # noqa: F401  (it tells the model why)
from tui_transformer.arrays import Array
from tui_transformer.concepts._softmax_row import (
    NEARLY_ONE,
    TINY,
    from_log,
    sum_cell,
    weight_cell,
    written,
)
from tui_transformer.concepts.attention.model import MOST_DIMENSIONS, Attention
from tui_transformer.figure import Figure
from tui_transformer.later import Later, OneByOne
from tui_transformer.nn import attention as nn
from tui_transformer.panels import Heatmap, Others, Plot, Table, main, parted
from tui_transformer.pieces import Axis, Bar, Cell, Column, Line, Mark, Points, Role, Rule, cell
from tui_transformer.steps.softmax import power_formula
from tui_transformer.terms import Working
from tui_transformer.text import and_list


def view(m: Attention) -> Figure:
    """Both rows of weights, what √d changes, and the vectors they come from."""
    random = m.source == "random"
    why = ((spread_plot(m),),) if random else ()
    keys, steps = parted(key_table(m), ("z", "e"), "From score to weight", 30)
    return Figure(
        rows=((keys,), (summary(m), main(divisor_plot(m)), steps), *why, (vectors(m),)),
        says=says(m),
        formula=selected_working(m),
        data=f"random, standard normal (seed {m.seed})" if random else "yours",
    )


def selected_working(m: Attention) -> Working:
    """Show how the selected key's weight comes about; 1 − w or ln w where w would be 1 or 0."""
    j = m.selected
    certain = m.weights[j] > NEARLY_ONE and m.rest[j] > TINY
    name = "log_weights" if m.weights[j] < TINY else "rest" if certain else "weights"
    return m.the(name).working(j)


def says(m: Attention) -> str:
    """Say which key gets most, and how much."""
    d, count, name = len(m.q), len(m.k), m.names[m.top]
    without, divided = (written(z, m.top) for z in m.inputs)
    if len(m.tied) == count:
        return f"All {count} keys score the same: each gets 1/{count}."
    if len(m.tied) > 1:
        best = [m.names[j] for j in m.tied]
        names = and_list(best) if len(best) < 4 else f"{len(best)} keys"
        return f"{names} tie at the top: each gets {divided if m.scaled else without}."
    if m.scaled:
        return f"Divided by √{d}, {name} gets {divided} of the weight."
    return f"Not divided by √{d}, {name} gets {without} of the weight."


# ── tables ─────────────────────────────────────────────────────────────────────────────


def role(m: Attention, at: int) -> Role:
    """Tell the row that counts from the other one: 1 is the divided row, 0 the undivided."""
    return "output" if at == m.scaled else "muted"


def titles(m: Attention) -> tuple[str, str]:
    """Name both rows, the one that counts marked by more than its colour."""
    return f"{'○●'[m.scaled]} ÷√{len(m.q)}", f"{'●○'[m.scaled]} ÷1"


def share(m: Attention, j: int, at: int) -> Cell:
    """One key's weight in one of the rows."""
    return weight_cell(m.the("rows")[at, j], m.inputs[at], j, role(m, at))


def key_table(m: Attention) -> Table:
    """One row per key: its weight in both rows, and the way from score to weight."""
    divided, undivided = titles(m)
    columns = (
        Column("key", "key"),
        Column(divided, role(m, 1), bar=True, key="divided"),
        Column("weight", role(m, 1)),
        Column(undivided, role(m, 0), bar=True, key="undivided"),
        Column("weight", role(m, 0)),
        Column("s=q·k"),
        Column(f"z=s/√{len(m.q)}", key="z"),
        Column(power_formula(m.inputs[m.scaled], "sz"[m.scaled]), key="e"),
    )
    return Table(
        "One query asks every key: ● is what counts",
        columns,
        OneByOne(partial(key_row, m), range(len(m.k))),
        row=m.selected,
        row_control="selected",
        of=f"{len(m.k)} keys",
        others=Others(m.weights, partial(together, m)),
        width=48,
    )


def key_row(m: Attention, j: int) -> tuple[Cell, ...]:
    """The numbers of one key."""
    e, z = m.the("powers")[j], m.inputs[m.scaled]
    return (
        Cell(m.names[j], "text", role="key"),
        Cell(Bar(float(m.rows[1, j])), role=role(m, 1)),
        share(m, j, 1),
        Cell(Bar(float(m.rows[0, j])), role=role(m, 0)),
        share(m, j, 0),
        cell(m.the("scores")[j], decimals=2),
        cell(m.the("scaled_scores")[j], decimals=3),
        Cell(from_log(float(z[j] - max(z))), "text")
        if e.value < TINY
        else cell(e, decimals=4 if e.value < 1e4 else 2),
    )


def together(m: Attention, places: Sequence[int]) -> tuple[Cell, ...]:
    """What the keys that have no room get together."""
    cells: list[Cell] = []
    for at in (1, 0):
        cells.append(Cell(Bar(math.fsum(m.rows[at, [*places]])), role=role(m, at)))
        cells.append(sum_cell(m.rows[at], m.inputs[at], places, role(m, at)))
    return tuple(cells)


def summary(m: Attention) -> Table:
    """What dividing changes, in numbers: both rows side by side."""
    divided, undivided = titles(m)
    return Table(
        "What dividing changes",
        (Column(""), Column(divided, key="divided"), Column(undivided, key="undivided")),
        Later(lambda: summary_rows(m), 6),
        width=29,
    )


def summary_rows(m: Attention) -> Iterator[tuple[Cell, ...]]:
    """One row for each thing that dividing changes, and the most that an entropy can be."""
    most = cell(m.one("max_entropy"), decimals=4)
    rows = (
        ("largest", share(m, m.top, 1), share(m, m.top, 0)),
        summary_row(m, "entropy", "entropies", 4),
        ("ln n", most, most),
        summary_row(m, "slope", "slopes", 4),
        summary_row(m, "mean sq.", "mean_squares", 2),
        summary_row(m, "expected", "expected", 2),
    )
    yield from ((Cell(name, "text"), *cells) for name, *cells in rows)


def summary_row(m: Attention, title: str, name: str, decimals: int) -> tuple[str, Cell, Cell]:
    """Two numbers that belong to the rows."""
    undivided, divided = m.the(name).row()
    return title, cell(divided, decimals=decimals), cell(undivided, decimals=decimals)


# ── pictures ───────────────────────────────────────────────────────────────────────────


def divisor_plot(m: Attention) -> Plot:
    """Every key's weight over what the scores are divided by: from one takes all to equal."""
    root = math.sqrt(len(m.q))
    c = divisors(root)
    with np.errstate(under="ignore"):
        curves = nn.weights(m.scores / c[:, None])
    unlit = (j for j in range(len(m.k)) if j != m.selected)
    return Plot(
        "Weights by divisor",
        (
            *(Line(c, curves[:, j], "muted") for j in unlit),
            Rule(1.0, upright=True, label="÷1"),
            Rule(root, upright=True, label=f"÷√{len(m.q)}"),
            Line(c, curves[:, m.selected], "key", m.names[m.selected]),
            Points(np.full(len(m.k), root if m.scaled else 1.0), m.weights, "output"),
        ),
        Axis("divided by", 0.5, 4 * root, log=True),
        Axis("weight", 0, 1),
        height=7,
        width=22,
    )


@cache
def divisors(root: float) -> Array:
    """What the scores are divided by in the plot, up to four times √d, [80]."""
    return np.geomspace(0.5, 4 * root, 80)


def spread_plot(m: Attention) -> Plot:
    """The scores of this draw at every d: sums of random products spread as √d."""
    return Plot(
        "Why √d: every dimension adds a random product",
        Later(lambda: walks(m)),
        Axis("d", 0, MOST_DIMENSIONS),
        Axis("s = q·k"),
        height=9,
    )


def walks(m: Attention) -> Iterator[Mark]:
    """How each key's score grows with d, between the two curves ±√d."""
    d = np.arange(1, m.drawn.shape[1] + 1)
    scores = np.cumsum(m.drawn[0] * m.drawn[1 : 1 + m.count], axis=1)
    yield from (Line(d, scores[j], "muted") for j in range(m.count) if j != m.selected)
    yield Line(d, np.sqrt(d), "target", "±√d")
    yield Line(d, -np.sqrt(d), "target")
    yield Line(d, scores[m.selected], "key", m.names[m.selected])
    yield Rule(m.dimension, upright=True, role="cursor", label=f"d = {m.dimension}")
    yield Points(np.full(m.count, m.dimension), m.scores, "output")


def wishes(m: Attention) -> tuple[str, ...]:
    """What each number of a query or a key is about; by its index, where that has no name."""
    own = m.source == "hand"
    return tuple(m.place("query", i) if own else str(i) for i in range(len(m.q)))


def vectors(m: Attention) -> Heatmap:
    """The query above its keys; a score is the sum of products down the columns."""
    both = np.vstack([m.q, m.k])
    return Heatmap(
        "Query q above its keys: multiply down, add across",
        both,
        ("q", *m.names),
        wishes(m),
        "diverging",
        row=m.selected + 1,
        row_role="key",
        height=len(both) + 2,
    )
