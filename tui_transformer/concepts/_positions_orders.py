"""The panels that compare two orders of the same words, and the workings of their numbers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.figure import Bar, Cell, Column, Heatmap, Table
from tui_transformer.text import shorten
from tui_transformer.working import Working, dot, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.positions import Positions


def moved_most(m: Positions, at: int | None) -> int:
    """Say in which dimension a pair's output moved most; the first for a word without a pair."""
    return 0 if at is None else int(np.argmax(m.gaps[at]))


def gap_working(m: Positions, at: int) -> Working:
    """Show how far a word's output moved, in the dimension where it moved most."""
    here, there = m.pairs[at]
    column = moved_most(m, at)
    a, b = (float(m.readings[i].output[place, column]) for i, place in ((0, here), (1, there)))
    return Working(
        f"|o here − o there| of {name(m, here)}, where it is largest: dimension {column}",
        f"abs({n(a)} - {n(b)})",
        float(m.differences[at]),
        "order_difference",
    )


def output_working(m: Positions, order: int, place: int, column: int) -> Working:
    """Show how a number of a word's output comes about: values, mixed by weight."""
    reading = m.readings[order]
    seen = place + 1 if m.causal else len(reading.words)
    return Working(
        f"o[{column}] = Σ w·v[{column}] over the words it sees",
        dot(reading.weights[place, :seen], reading.v[:seen, column]),
        float(reading.output[place, column]),
        "order_difference",
    )


def weight_working(m: Positions, order: int, query: int, key: int) -> Working:
    """Show how a word's attention to another comes about."""
    reading = m.readings[order]
    w = float(reading.weights[query, key])
    if m.causal and key > query:
        return Working("hidden by the causal mask", "0", w, "order_difference")
    seen = reading.scores[query, : query + 1] if m.causal else reading.scores[query]
    terms = [f"exp({n(s)})" for s in seen]
    return Working(
        "w = e^z / Σ e^z, z = q·k/√d", f"{terms[key]} / ({total(terms)})", w, "order_difference"
    )


def name(m: Positions, place: int) -> str:
    """Name the word at a place of the first order."""
    return shorten(m.first.words[place], 12)


def orders(m: Positions) -> Table:
    """What attention gives each word in both orders, matched word by word."""
    columns = (
        Column("word", "input"),
        Column("gap", "output"),
        Column("", "output", bar=True),
        Column("o here"),
        Column("o there"),
        Column("dim"),
        Column("place"),
        Column("→"),
    )
    partner = {here: at for at, (here, _) in enumerate(m.pairs)}
    reach = max(m.order_difference or 0.0, 1e-6)
    rows = tuple(
        order_row(m, place, partner.get(place), reach) for place in range(len(m.first.words))
    )
    lit = m.position if m.position < len(rows) else None
    return Table(
        "What attention gives each word, in both orders",
        columns,
        rows,
        row=lit,
        row_control="position",
    )


def order_row(m: Positions, place: int, at: int | None, reach: float) -> tuple[Cell, ...]:
    """The numbers of one word; dashes where the other sentence does not have it."""
    column = moved_most(m, at)
    word, dimension = Cell(name(m, place), "text", role="input"), Cell(column, "integer")
    here = output_cell(m, 0, place, column)
    if at is None:
        none = Cell("–", "text", role="muted")
        return word, none, none, here, none, dimension, Cell(place, "integer"), none
    gap, there = float(m.differences[at]), m.pairs[at][1]
    return (
        word,
        Cell(gap, decimals=4, role="output", working=lambda: gap_working(m, at)),
        Cell(Bar(gap, 0.0, reach), role="output"),
        here,
        output_cell(m, 1, there, column),
        dimension,
        Cell(place, "integer"),
        Cell(there, "integer"),
    )


def output_cell(m: Positions, order: int, place: int, column: int) -> Cell:
    """Show one number of a word's output."""
    return Cell(
        float(m.readings[order].output[place, column]),
        decimals=4,
        working=lambda: output_working(m, order, place, column),
    )


def attention_map(m: Positions, order: int) -> Heatmap:
    """Who attends to whom in one of the orders; the chosen word's row is lit in both."""
    reading, places = m.readings[order], dict(m.pairs)
    lit = (
        (m.position if m.position < len(reading.words) else None)
        if order == 0
        else places.get(m.position)
    )
    return Heatmap(
        f"Attention, {('this', 'other')[order]} order",
        reading.weights,
        reading.words,
        reading.words,
        "sequential",
        0.0,
        1.0,
        "probability",
        row=lit,
        row_control="" if order else "position",
        working=partial(weight_working, m, order),
        height=8,
        width=24,
    )
