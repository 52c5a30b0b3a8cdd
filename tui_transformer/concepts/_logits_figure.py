"""The pictures of the concept `logits`, and the sentence under them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts import _logits_plots as plots
from tui_transformer.concepts import _logits_workings as worked
from tui_transformer.concepts._logits_workings import NAMES
from tui_transformer.figure import (
    Bar,
    Cell,
    Column,
    Figure,
    Role,
    Table,
)
from tui_transformer.numbers import number, probability
from tui_transformer.working import Working, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.logits import Logits

DIGITS_LOST = 1e-4  # a plain form that is off by more than this share has run out of digits


def view(m: Logits) -> Figure:
    """From logits to probabilities both ways; σ; every offset; the whole guess."""
    return Figure(
        rows=((class_table(m),), (plots.sigmoid_plot(m), whole_table(m)), (plots.offset_plot(m),)),
        says=says(m),
        formula=worked.sigmoid_working(m),
        data="yours",
    )


# ── the sentence ───────────────────────────────────────────────────────────────────────


def says(m: Logits) -> str:
    """Say what this state shows: lost evidence, a broken recipe, lost digits, or the verdict."""
    rarer = int(np.argmin(m.probabilities[::-1])) ^ 1  # dog where they are equal
    p, small = f"p({NAMES[rarer]})", written(m, rarer)
    if m.relu_first and m.raw[0] - m.raw[1] != m.z[0] - m.z[1]:
        before, now = number(float(m.raw[0] - m.raw[1]), 4), number(m.log_odds, 4)
        return f"ReLU threw evidence away: log-odds {before} became {now}, {p} {small}."
    if m.naive_probabilities is None:
        return says_broken(m, f"{p} is {small}.")
    plain = probability(float(m.naive_probabilities[rarer]))
    if plain_error(m) > DIGITS_LOST and plain != small:
        return f"The plain form ran out of digits: {p} {plain}; it is {small}."
    if m.relu_first and np.any(m.raw < 0):
        return "ReLU made both scores 0; they were equal before, so nothing was lost."
    if m.relu_first:
        return f"ReLU changed nothing here: no score is below 0, {p} is still {small}."
    exact = m.replace(offset=0.0, precision="float64")
    if (number(m.log_odds), small) != (number(exact.log_odds), written(exact, rarer)):
        held, gap = number(float(m.raw[0]), 9), number(m.log_odds, 7)
        return f"{m.precision} rounds z_cat to {held}: the gap is {gap}, {p} {small}."
    if m.offset:
        gap = number(m.log_odds)
        return f"{number(m.offset)} added to both: log-odds still {gap}, {p} still {small}."
    return says_verdict(m)


def says_broken(m: Logits, result: str) -> str:
    """Say how the plain form failed."""
    if m.powers.max() == 0:
        return f"Plain, both e^z are 0: 0/0. With the maximum taken off, {result}"
    power = f"e^{number(float(m.z.max()), 5)}" if np.isinf(m.powers.max()) else "Σ e^z"
    return f"{power} overflows {m.precision}; with the maximum taken off, {result}"


def says_verdict(m: Logits) -> str:
    """Say what two scores as they are amount to."""
    right = NAMES.index(m.label)
    if m.probabilities[right] < 0.5:
        cost = number(m.cross_entropy, 5)
        return f"Wrong: p({m.label}) is only {written(m, right)}, which costs −ln p = {cost} nats."
    sign = "+" if m.z[1] < 0 else "−"
    gap = f"{number(float(m.z[0]))} {sign} {number(abs(float(m.z[1])))} = {number(m.log_odds)}"
    return f"Log-odds {gap}: p(cat) {written(m, 0)}, p(dog) {written(m, 1)}."


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


# ── panels ─────────────────────────────────────────────────────────────────────────────


def class_table(m: Logits) -> Table:
    """One row per class: the careful way, then the plain one."""
    columns = (
        Column("class"),
        Column("p", "output"),
        Column("plain p"),
        Column("z", "input"),
        Column("plain e^z"),
        Column("p", "output", bar=True),
        Column("−ln p"),
        Column("z−max"),
        Column("e^(z−max)"),
    )
    return Table(
        "Carefully (p) and as it stands (plain)",
        columns,
        tuple(class_row(m, i) for i in range(2)),
        row=NAMES.index(m.label),
    )


def class_row(m: Logits, i: int) -> tuple[Cell, ...]:
    """The numbers of one class."""
    p, below = float(m.probabilities[i]), float(m.z[i] - m.z.max())
    e = float(m.lowered_powers[i])
    right = NAMES[i] == m.label
    return (
        Cell(
            NAMES[i] + (" right" if right else ""),
            "text",
            role="target" if right else "plain",
            key=NAMES[i],
        ),
        Cell(written(m, i), "text", role="output")
        if p == 1
        else Cell(
            p, "probability", role="output", working=lambda: worked.probability_working(m, i)
        ),
        plain_cell(m, i),
        Cell(float(m.z[i]), decimals=3, role="input", working=lambda: worked.logit_working(m, i)),
        power_cell(m, i),
        Cell(Bar(p), role="output"),
        Cell(float(m.prices[i]), decimals=4, working=lambda: worked.price_working(m, i)),
        Cell(
            below,
            decimals=3,
            working=lambda: Working("z − max", worked.lowered(m, i), below, "probabilities"),
        ),
        Cell(
            e,
            decimals=6,
            working=lambda: Working("e^(z − max)", worked.power(m, i), e, "probabilities"),
        ),
    )


def plain_cell(m: Logits, i: int) -> Cell:
    """What the plain form gives: a number, or a word on why there is none."""
    if m.naive_probabilities is None:
        return Cell("overflow" if m.powers.max() > 0 else "0/0", "text", role="bad")
    p = float(m.naive_probabilities[i])
    if p == 1:
        other = float(m.naive_probabilities[1 - i])
        return Cell(f"1−{probability(other)}" if other else "1, too much", "text")
    return Cell(p, "probability", working=partial(worked.plain_working, m, i, p))


def power_cell(m: Logits, i: int) -> Cell:
    """e^z as it stands: a number, or what became of it."""
    e = float(m.powers[i])
    if math.isinf(e):
        return Cell("∞ overflow", "text", role="bad")
    if e == 0:
        return Cell("0 underflow", "text", role="bad")
    return Cell(e, decimals=4, working=partial(worked.power_working, m, i))


def whole_table(m: Logits) -> Table:
    """The numbers that belong to both classes together."""
    rows = ((Cell(name, "text", key=name.split("(")[0]), cell) for name, cell in whole_rows(m))
    return Table(
        "The whole guess", (Column(""), Column(m.precision, key="number")), tuple(rows), width=25
    )


def whole_rows(m: Logits) -> Iterator[tuple[str, Cell]]:
    """Log-odds, odds, entropy, cost, and what the plain form gets wrong."""

    def row(symbols: str, expression: str, amount: float, of: str) -> Cell:
        return Cell(
            amount,
            decimals=decimals(amount),
            working=lambda: Working(symbols, expression, amount, of),
        )

    difference = worked.apart(m, 0)
    yield "log-odds", row("z_cat − z_dog = ln(p_cat / p_dog)", difference, m.log_odds, "log_odds")
    symbols, odds = "e^(z_cat − z_dog) = p_cat / p_dog", worked.rounded(m, f"exp({difference})")
    yield "odds", row(symbols, odds, m.odds, "log_odds")
    pairs = zip(m.probabilities, m.prices, strict=True)
    products = (worked.rounded(m, f"{n(float(a))}*{n(float(b))}") for a, b in pairs)
    entropy = worked.rounded(m, total(products))
    yield "entropy", row("H = Σ p·(−ln p); ln 2 = 0.693 if torn", entropy, m.entropy, "entropy")
    yield (
        f"−ln p({m.label})",
        Cell(
            m.cross_entropy,
            decimals=decimals(m.cross_entropy),
            working=lambda: worked.price_working(m, NAMES.index(m.label)),
        ),
    )
    yield "plain off", off_cell(m)


def decimals(x: float) -> int:
    """Choose decimals so that a small number is written in powers of ten, with four digits."""
    return 4 if 0 < abs(x) < 5e-5 else 6


def off_cell(m: Logits) -> Cell:
    """How far the plain probabilities are off."""
    if m.naive_probabilities is None:
        return Cell("no number", "text", role="bad")
    plain, right = m.naive_probabilities, m.probabilities
    off = float(np.max(np.abs(plain - right)))
    pairs = ", ".join(
        f"abs({worked.rounded(m, f'{n(float(a))} - {n(float(b))}')})"
        for a, b in zip(plain, right, strict=True)
    )
    role: Role = "bad" if plain_error(m) > DIGITS_LOST else "plain"
    return Cell(
        off,
        decimals=decimals(off),
        role=role,
        working=lambda: Working("max |plain p − p|", f"max({pairs})", off, "naive_probabilities"),
    )
