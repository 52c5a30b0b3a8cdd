"""The tables of the concept `logits`."""

import math
from collections.abc import Iterator
from functools import partial

import numpy as np

from tui_transformer.concepts.logits.model import CLASSES, Logits
from tui_transformer.later import Later, each
from tui_transformer.numbers import probability
from tui_transformer.panels import Table
from tui_transformer.pieces import Bar, Cell, Column, Role, cell
from tui_transformer.terms import Operand

DIGITS_LOST = 1e-4  # a plain form that is off by more than this share has run out of digits


def written(m: Logits, i: int) -> str:
    """Write a probability; where the float nearest to it is 1, by what it lacks."""
    p = m.probabilities
    return f"1−{probability(float(p[1 - i]))}" if p[i] == 1 else probability(float(p[i]))


def plain_error(m: Logits) -> float:
    """How far the plain form is off, as a share of the right probability."""
    if m.naive_probabilities is None:
        return math.inf
    right = m.probabilities
    return float(np.max(np.abs(m.naive_probabilities - right) / right))


def class_table(m: Logits) -> Table:
    """One row per class: from the score to its share."""
    columns = (
        Column("class"),
        Column("z", "input"),
        Column("p", "output"),
        Column("p", "output", bar=True, rank=2),
        Column("−ln p"),
    )
    rows = each(partial(class_row, m), range(2))
    return Table("From score to share", columns, rows, row=CLASSES.index(m.label))


def class_row(m: Logits, i: int) -> tuple[Cell, ...]:
    """What one class comes to."""
    return (
        name_cell(m, i),
        cell(m.the("z")[i], decimals=3, role="input"),
        share_cell(m, i),
        Cell(Bar(m.the("probabilities")[i].value), role="output"),
        cell(m.the("prices")[i], decimals=4),
    )


def name_cell(m: Logits, i: int) -> Cell:
    """A class by name; the right one says so."""
    right = CLASSES[i] == m.label
    text = CLASSES[i] + (" right" if right else "")
    return Cell(text, "text", role="target" if right else "plain", key=CLASSES[i])


def share_cell(m: Logits, i: int) -> Cell:
    """A probability; where its float is 1, by what it lacks."""
    p = m.the("probabilities")[i]
    if p.value == 1:
        return Cell(written(m, i), "text", role="output")
    return cell(p, "probability", role="output")


def both_ways_table(m: Logits) -> Table:
    """One row per class: the careful way, and the plain one."""
    columns = (
        Column("class"),
        Column("p", "output"),
        Column("plain p"),
        Column("plain e^z"),
        Column("z−max", rank=0),
        Column("e^(z−max)"),
    )
    rows = each(partial(both_ways_row, m), range(2))
    title = "Carefully (p) and as it stands (plain)"
    return Table(title, columns, rows, row=CLASSES.index(m.label))


def both_ways_row(m: Logits, i: int) -> tuple[Cell, ...]:
    """One class, both ways."""
    return (
        name_cell(m, i),
        share_cell(m, i),
        plain_cell(m, i),
        power_cell(m, i),
        cell(m.the("lowered")[i], decimals=3),
        cell(m.the("lowered_powers")[i]),
    )


def plain_cell(m: Logits, i: int) -> Cell:
    """What the plain form gives: a number, or a word on why there is none."""
    if m.naive_probabilities is None:
        return Cell("overflow" if m.powers.max() > 0 else "0/0", "text", role="bad")
    if m.naive_probabilities[i] == 1:
        other = float(m.naive_probabilities[1 - i])
        return Cell(f"1−{probability(other)}" if other else "1, too much", "text")
    return cell(m.the("naive_probabilities")[i], "probability")


def power_cell(m: Logits, i: int) -> Cell:
    """e^z as it stands: a number, or what became of it."""
    e = m.the("powers")[i]
    if math.isinf(e.value):
        return Cell("∞ overflow", "text", role="bad")
    return cell(e, decimals=4) if e.value else Cell("0 underflow", "text", role="bad")


def whole_table(m: Logits) -> Table:
    """Log-odds, odds, entropy, cost, and what the plain form gets wrong."""
    names = {
        "log-odds": "log_odds",
        "odds": "odds",
        "entropy": "entropy",
        f"−ln p({m.label})": "cross_entropy",
    }

    def rows() -> Iterator[tuple[Cell, ...]]:
        for name, what in names.items():
            yield Cell(name, "text", key=name.split("(")[0]), small(m.one(what))
        yield Cell("plain off", "text"), off_cell(m)

    return Table(
        "The whole guess",
        (Column(""), Column(m.precision, key="number")),
        Later(rows, len(names) + 1),
        width=25,
    )


def pull_table(m: Logits) -> Table:
    """The gradient at the right class's score, by both penalties."""

    def rows() -> Iterator[tuple[Cell, ...]]:
        for i, name in enumerate(("−ln p", "½(1 − p)²")):
            slope = m.the("pulls")[i]
            bar = Cell(Bar(abs(slope.value)), role="gradient")
            yield Cell(name, "text"), small(slope, "gradient"), bar

    columns = (
        Column("penalty"),
        Column("gradient", "gradient"),
        Column("", "gradient", bar=True),
    )
    return Table("How hard the right score is pulled", columns, Later(rows, 2))


def small(x: Operand, role: Role = "plain") -> Cell:
    """Show a number; a small one in powers of ten, with four digits."""
    return cell(x, decimals=4 if 0 < abs(x.value) < 5e-5 else 6, role=role)


def off_cell(m: Logits) -> Cell:
    """How far the plain probabilities are off."""
    if m.plain_off is None:
        return Cell("no number", "text", role="bad")
    return small(m.one("plain_off"), "bad" if plain_error(m) > DIGITS_LOST else "plain")
