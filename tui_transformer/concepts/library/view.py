"""The pictures of the concept `library`, and the sentence over them."""

from functools import partial

import numpy as np

import tui_transformer.concepts.library.workings  # noqa: F401  (it tells the model why)
from tui_transformer.concepts._softmax_row import weight_cell, written
from tui_transformer.concepts.library.model import (
    CONTENTS,
    PARTS,
    SHELF,
    SUBJECTS,
    TIED,
    TITLES,
    Library,
)
from tui_transformer.figure import Figure
from tui_transformer.later import each
from tui_transformer.nn import attention as nn
from tui_transformer.numbers import fixed, number
from tui_transformer.panels import Heatmap, Plot, Table, main, parted
from tui_transformer.pieces import Axis, Bar, Cell, Column, Line, Points, Rule, cell


def view(m: Library) -> Figure:
    """The books' answers; what is carried home, and what T does; cards and contents."""
    shelved = any(np.array_equal(m.shelf, shelf) for shelf in (SHELF, TIED))
    books, steps = parted(book_table(m), ("s/T",), "Scores over T", 22)
    return Figure(
        rows=(
            (books,),
            (content_table(m), main(temperature_plot(m))),
            (keys_map(m), values_map(m)),
            (steps,),
        ),
        says=says(m),
        formula=m.the("content").working(0),
        data="designed"
        + ", changed by you" * (not (shelved and np.array_equal(m.contents, CONTENTS))),
    )


def says(m: Library) -> str:
    """Say what this lookup amounts to."""
    if m.swap_values:
        return f"Contents swapped: {moved(m)}."
    tied = [title for title, s in zip(TITLES, m.scores, strict=True) if s == m.scores[m.best]]
    if m.lookup == "hard":
        which = f"the first of {len(tied)} equals," if len(tied) > 1 else "the best fit,"
        return f"Hard: {m.pick}, {which} gives everything."
    if len(tied) == len(TITLES):
        return "All six fit equally well: each gives 1/6."
    share = written(m.scaled, m.best)
    if len(tied) > 1:
        return f"{len(tied)} books fit best: each gives {share}."
    if m.weights[m.best] > 0.99:
        return f"T = {number(m.temperature, 3)}: {m.pick} gives {share} of it all."
    if float(np.ptp(m.weights)) < 0.01:
        apart = number(float(np.ptp(m.scaled)), 3)
        return f"T = {number(m.temperature, 3)}: all s/T within {apart}, each gives about 1/6."
    return f"{m.pick} fits best and gives {share}."


def moved(m: Library) -> str:
    """Say what the swap changes most of what is carried home."""
    before, now = m.turned, m.content
    i = int(np.argmax(np.abs(now - before)))
    return f"{PARTS[i]} {fixed(before[i], 3)} → {fixed(now[i], 3)}"


def lead(m: Library) -> float:
    """How much more the best book scores than the next."""
    return float(m.scores[m.best] - max(np.delete(m.scores, m.best)))


# ── tables ─────────────────────────────────────────────────────────────────────────────


def book_table(m: Library) -> Table:
    """One row per book: how much it gives, why, and what."""
    columns = (
        Column("book", "key"),
        Column("gives", "output", bar=True),
        Column("weight", "output"),
        Column("s=q·k", short="s"),
        Column("s/T"),
        *(Column(part, "value", short=part[:3]) for part in PARTS),
    )
    swapped = ", two contents swapped ⇄" if m.swap_values else ""
    return Table(
        f"Six books answer one query{swapped}",
        columns,
        each(partial(book_row, m), range(len(TITLES))),
        row=m.best,
        key="books",
    )


def book_row(m: Library, j: int) -> tuple[Cell, ...]:
    """The numbers of one book; where it holds another's content, a mark says so."""
    weight = m.the("weights")[j]
    mark = " ⇄" if m.swap_values and j in (3, 4) else ""
    return (
        Cell(TITLES[j] + mark, "text", role="key", key=TITLES[j]),
        Cell(Bar(float(weight.value)), role="output"),
        weight_cell(weight, m.scaled, j)
        if m.lookup == "soft"
        else cell(weight, "integer", role="output"),
        cell(m.the("scores")[j], decimals=2),
        cell(m.the("scaled")[j], decimals=2),
        *(Cell(float(v), decimals=1, role="value") for v in m.values[j]),
    )


def content_table(m: Library) -> Table:
    """What is carried home now, with the switch turned, and from the average book."""
    columns = (Column("", "value"), Column("now", "output"), Column("if ⇄"), Column("mean"))
    rows = each(partial(content_row, m), range(len(PARTS)))
    return Table("What you carry home", columns, rows, width=30)


def content_row(m: Library, part: int) -> tuple[Cell, ...]:
    """One part of it."""
    return (
        Cell(PARTS[part], "text", role="value"),
        cell(m.the("content")[part], decimals=3, role="output"),
        cell(m.the("turned")[part], decimals=3),
        cell(m.the("average")[part], decimals=3),
    )


# ── pictures ───────────────────────────────────────────────────────────────────────────


def temperature_plot(m: Library) -> Plot:
    """Every book's weight over T: from one takes all to all the same."""
    t = np.geomspace(0.01, 100, 81)
    curves = nn.weights(m.scores / t[:, None])
    others = (j for j in range(len(TITLES)) if j != m.best)
    soft = m.lookup == "soft"
    here = Points(np.full(len(TITLES), m.temperature), m.weights, "output")
    return Plot(
        "Dictionary … average",
        (
            Rule(1 / len(TITLES), label="1/6"),
            *(Line(t, curves[:, j], "muted") for j in others),
            Line(t, curves[:, m.best], "key", m.pick if soft else f"{m.pick}, soft"),
            Rule(m.temperature, upright=True, role="cursor", label=f"T={number(m.temperature, 3)}"),
            here,
        ),
        Axis("T", 0.01, 100, log=True),
        Axis("", 0, 1),
        height=7,
        width=22,
    )


def keys_map(m: Library) -> Heatmap:
    """The query above all cards: multiply down, add across."""
    return Heatmap(
        "Query q above the cards (keys)",
        np.vstack([m.query, m.shelf]),
        ("q", *TITLES),
        SUBJECTS,
        low=0,
        high=1,
        decimals=1,
        row=m.best + 1,
        row_role="key",
        height=8,
        width=28,
    )


def values_map(m: Library) -> Heatmap:
    """What is in the books: the only panel that the swap touches, and no score reads it."""
    titles = tuple(
        f"{title} ⇄" if m.swap_values and j in (3, 4) else title for j, title in enumerate(TITLES)
    )
    return Heatmap(
        "Contents (values)",
        m.values,
        titles,
        PARTS,
        low=0,
        high=1,
        decimals=1,
        row=m.best,
        row_role="value",
        row_keys=TITLES,
        height=8,
        width=28,
    )
