"""The panels of `positions` that compare two orders of the same words."""

from functools import partial

import numpy as np

from tui_transformer.concepts.positions.model import Positions
from tui_transformer.later import each
from tui_transformer.panels import Heatmap, Table
from tui_transformer.pieces import Bar, Cell, Column, cell
from tui_transformer.text import shorten


def moved_most(m: Positions, at: int | None) -> int:
    """Say in which dimension a pair's output moved most; the first for a word without a pair."""
    return 0 if at is None else int(np.argmax(m.gaps[at]))


def name(m: Positions, place: int) -> str:
    """Name the word at a place of the first order."""
    return shorten(m.first.words[place], 12)


def orders(m: Positions) -> Table:
    """What attention gives each word in both orders, matched word by word."""
    columns = (
        Column("word", "input"),
        Column("gap", "output"),
        Column("", "output", bar=True),
        Column("this order", short="this"),
        Column("other order", short="other"),
        Column("number", short="dim"),
        Column("place"),
        Column("→"),
    )
    partner = {here: at for at, (here, _) in enumerate(m.pairs)}
    reach = max(m.order_difference or 0.0, 1e-6)
    rows = each(
        lambda place: order_row(m, place, partner.get(place), reach), range(len(m.first.words))
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
    gap, there = m.the("differences")[at], m.pairs[at][1]
    return (
        word,
        cell(gap, decimals=4, role="output"),
        Cell(Bar(gap.value, 0.0, reach), role="output"),
        here,
        output_cell(m, 1, there, column),
        dimension,
        Cell(place, "integer"),
        Cell(there, "integer"),
    )


def output_cell(m: Positions, order: int, place: int, column: int) -> Cell:
    """Show one number of a word's output."""
    return cell(m.the("reading")["output", order, place, column], decimals=4)


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
        working=partial(m.the("reading").working, "weights", order),
        height=8,
        width=24,
    )
