"""The pictures of the concept `logits`, and the sentence under them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.figure import (
    Array,
    Axis,
    Bar,
    Cell,
    Column,
    Figure,
    Line,
    Plot,
    Points,
    Rule,
    Table,
)
from tui_transformer.nn.activations import ACTIVATIONS, sigmoid
from tui_transformer.numbers import number, probability
from tui_transformer.working import Working, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.logits import Logits

NAMES = ("cat", "dog")
# How well arithmetic in float64 agrees with what was computed in each precision.
WITHIN = {"float32": 1e-5, "float64": 1e-9}
DIGITS_LOST = 1e-4  # a plain form that is off by more than this share has run out of digits
OFFSETS = np.linspace(-1000, 1000, 201)
EVERY = 5  # of these offsets, every so many is tried with the plain form


def view(m: Logits) -> Figure:
    """From logits to probabilities both ways; σ; every offset; the whole guess."""
    return Figure(
        rows=((class_table(m),), (sigmoid_plot(m), whole_table(m)), (offset_plot(m),)),
        says=says(m),
        formula=sigmoid_working(m),
        data="yours",
    )


# ── the sentence ───────────────────────────────────────────────────────────────────────


def says(m: Logits) -> str:
    """Say what this state shows: lost evidence, a broken recipe, lost digits, or the verdict."""
    dog = written(m, 1)
    if m.relu_first and np.any(m.raw < 0):
        before, now = number(float(m.raw[0] - m.raw[1]), 4), number(m.log_odds, 4)
        return f"ReLU threw evidence away: log-odds {before} became {now}, p(dog) {dog}."
    if m.naive_probabilities is None:
        if m.powers.max() > 0:
            return (f"e^{number(float(m.z.max()), 5)} overflows {m.precision}; with the maximum "
                    f"taken off, p(dog) is {dog}.")
        return f"Plain, both e^z are 0: 0/0. With the maximum taken off, p(dog) is {dog}."
    if plain_error(m) > DIGITS_LOST:
        plain = probability(float(m.naive_probabilities[1]))
        return f"The plain form ran out of digits: p(dog) {plain}; it is {dog}."
    if m.relu_first:
        return f"ReLU changed nothing: no score is below 0. p(cat) {written(m, 0)}, p(dog) {dog}."
    if number(m.log_odds) != number(m.cat - m.dog):
        return (f"Rounding: {m.precision} holds {number(float(m.raw[0]), 7)}, so the gap is "
                f"{number(m.log_odds, 7)}, p(dog) {dog}.")
    if m.offset:
        return (f"{number(m.offset)} added to both: log-odds still {number(m.log_odds)}, "
                f"p(dog) still {dog}.")
    minus = "+" if m.z[1] < 0 else "−"
    return (f"Log-odds {number(float(m.z[0]))} {minus} {number(abs(float(m.z[1])))} = "
            f"{number(m.log_odds)}: p(cat) {written(m, 0)}, p(dog) {dog}.")


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


# ── arithmetic ─────────────────────────────────────────────────────────────────────────


def shown(m: Logits, symbols: str, expression: str, amount: float, of: str) -> Working:
    """Make a working that holds to what the precision allows."""
    return Working(symbols, expression, amount, of, WITHIN[m.precision])


def z(m: Logits, i: int) -> str:
    """Write a logit as softmax gets it."""
    return n(float(m.z[i]))


def lowered(m: Logits, i: int) -> str:
    """Write a logit with the largest subtracted."""
    return f"{z(m, i)} - {n(float(m.z.max()))}"


def logit_working(m: Logits, i: int) -> Working:
    """Show how offset and ReLU make the logit that softmax gets."""
    kind = m.raw.dtype.type
    both = f"{n(float(kind((m.cat, m.dog)[i])))} + {n(float(kind(m.offset)))}"
    symbols = f"z = {NAMES[i]} + offset"
    return shown(m, f"max(0, {symbols[4:]})" if m.relu_first else symbols,
                 f"max(0, {both})" if m.relu_first else both, float(m.z[i]), "log_odds")


def probability_working(m: Logits, i: int) -> Working:
    """Show a probability with the largest logit subtracted."""
    exponentials = total(f"exp({lowered(m, j)})" for j in range(2))
    return shown(m, f"p({NAMES[i]}) = e^(z − max) / Σ e^(z − max)",
                 f"exp({lowered(m, i)}) / {exponentials}", float(m.probabilities[i]),
                 "probabilities")


def sigmoid_working(m: Logits) -> Working:
    """Show that a class's probability is σ of the difference; of the one that is not nearly 1."""
    right = NAMES.index(m.label)
    this = 1 - right if m.probabilities[right] == 1 else right
    difference = f"{z(m, this)} - {z(m, 1 - this)}"
    return shown(m, f"p({NAMES[this]}) = σ(z_{NAMES[this]} − z_{NAMES[1 - this]}), σ(x) = 1/(1 + e^−x)",
                 f"1 / (1 + exp(-({difference})))", float(m.probabilities[this]), "probabilities")


def price_working(m: Logits, i: int) -> Working:
    """Show −ln p without taking the logarithm of something that is nearly 1."""
    apart = float(m.z[1 - i]) - float(m.z[i])
    return shown(m, f"−ln p({NAMES[i]}) = ln(1 + e^x), x = z_{NAMES[1 - i]} − z_{NAMES[i]}",
                 ACTIVATIONS["softplus"].worked(apart, f"({z(m, 1 - i)} - {z(m, i)})"),
                 float(m.prices[i]), "cross_entropy")


def power_working(m: Logits, i: int) -> Working:
    """Show e^z as it stands; floats near 0 are coarse, so that agreement is coarse there too."""
    e = float(m.powers[i])
    coarse = float(np.finfo(m.powers.dtype).smallest_subnormal) / e
    return Working(f"e^z_{NAMES[i]}", f"exp({z(m, i)})", e, "naive_probabilities",
                   max(WITHIN[m.precision], coarse))


def plain_working(m: Logits, i: int, p: float) -> Working:
    """Show the plain form with the floats that it has."""
    e = [n(float(x)) for x in m.powers]
    return shown(m, f"p({NAMES[i]}) = e^z / Σ e^z, as it stands", f"{e[i]} / ({e[0]} + {e[1]})",
                 p, "naive_probabilities")


# ── panels ─────────────────────────────────────────────────────────────────────────────


def class_table(m: Logits) -> Table:
    """One row per class: the careful way, then the plain one."""
    columns = (Column("class"), Column("p", "output"), Column("plain p"), Column("z", "input"),
               Column("plain e^z"), Column("p", "output", bar=True), Column("−ln p"),
               Column("z−max"), Column("e^(z−max)"))
    return Table("Carefully (p) and as it stands (plain)", columns,
                 tuple(class_row(m, i) for i in range(2)), row=NAMES.index(m.label))


def class_row(m: Logits, i: int) -> tuple[Cell, ...]:
    """The numbers of one class."""
    p, below = float(m.probabilities[i]), float(m.z[i] - m.z.max())
    e = float(np.exp(m.z[i] - m.z.max()))
    right = NAMES[i] == m.label
    return (
        Cell(NAMES[i] + (" right" if right else ""), "text", role="target" if right else "plain"),
        Cell(written(m, i), "text", role="output") if p == 1 else
        Cell(p, "probability", role="output", working=lambda: probability_working(m, i)),
        plain_cell(m, i),
        Cell(float(m.z[i]), decimals=3, role="input", working=lambda: logit_working(m, i)),
        power_cell(m, i),
        Cell(Bar(p), role="output"),
        Cell(float(m.prices[i]), decimals=4, working=lambda: price_working(m, i)),
        Cell(below, decimals=3, working=lambda: shown(
            m, "z − max", lowered(m, i), below, "probabilities")),
        Cell(e, decimals=6, working=lambda: shown(
            m, "e^(z − max)", f"exp({lowered(m, i)})", e, "probabilities")),
    )


def plain_cell(m: Logits, i: int) -> Cell:
    """What the plain form gives: a number, or a word on why there is none."""
    if m.naive_probabilities is None:
        return Cell("overflow" if m.powers.max() > 0 else "0/0", "text", role="bad")
    p = float(m.naive_probabilities[i])
    if p == 1:
        other = float(m.naive_probabilities[1 - i])
        return Cell(f"1−{probability(other)}" if other else "1, too much", "text")
    return Cell(p, "probability", working=partial(plain_working, m, i, p))


def power_cell(m: Logits, i: int) -> Cell:
    """e^z as it stands: a number, or what became of it."""
    e = float(m.powers[i])
    if math.isinf(e):
        return Cell("∞ overflow", "text", role="bad")
    if e == 0:
        return Cell("0 underflow", "text", role="bad")
    return Cell(e, decimals=4, working=partial(power_working, m, i))


def sigmoid_plot(m: Logits) -> Plot:
    """p(cat) over the log-odds, with this pair on it."""
    reach = max(8.0, 1.2 * abs(m.log_odds))
    x = np.linspace(-reach, reach, 241)
    return Plot(
        "p(cat) = σ(z_cat − z_dog)",
        (Rule(0.5), Rule(0.0, upright=True, label="torn"), Line(x, sigmoid(x), "first"),
         Points([m.log_odds], [float(m.probabilities[0])], "output", marker="◆",
                labels=(number(m.log_odds, 5),))),
        Axis("log-odds", -reach, reach), Axis("p(cat)", 0, 1), height=8, width=25)


def whole_table(m: Logits) -> Table:
    """The numbers that belong to both classes together."""
    rows = ((Cell(label, "text"), cell) for label, cell in whole_rows(m))
    return Table("The whole guess", (Column(""), Column(m.precision)), tuple(rows), width=25)


def whole_rows(m: Logits) -> Iterator[tuple[str, Cell]]:
    """Log-odds, odds, entropy, cost, and what the plain form gets wrong."""
    def worked(symbols: str, expression: str, amount: float, of: str) -> Cell:
        return Cell(amount, decimals=decimals(amount), working=lambda: shown(
            m, symbols, expression, amount, of))

    difference = f"{z(m, 0)} - {z(m, 1)}"
    yield "log-odds", worked("z_cat − z_dog = ln(p_cat / p_dog)", difference, m.log_odds,
                             "log_odds")
    if abs(m.log_odds) < 80:
        yield "odds", worked("e^(z_cat − z_dog) = p_cat / p_dog", f"exp({difference})",
                                     float(np.exp(m.z[0] - m.z[1])), "log_odds")
    p, prices = m.probabilities, m.prices
    yield "entropy", worked(
        "H = Σ p·(−ln p); ln 2 = 0.693 if torn",
        total(f"{n(float(a))}*{n(float(b))}" for a, b in zip(p, prices, strict=True)),
        m.entropy, "entropy")
    yield f"−ln p({m.label})", Cell(
        m.cross_entropy, decimals=decimals(m.cross_entropy),
        working=lambda: price_working(m, NAMES.index(m.label)))
    yield "plain off", off_cell(m)


def decimals(x: float) -> int:
    """Choose decimals so that a small number is written in powers of ten, with four digits."""
    return 4 if abs(x) < 5e-5 else 6


def off_cell(m: Logits) -> Cell:
    """How far the plain probabilities are off."""
    if m.naive_probabilities is None:
        return Cell("no number", "text", role="bad")
    plain, right = m.naive_probabilities, m.probabilities
    off = float(np.max(np.abs(plain - right)))
    pairs = ", ".join(f"abs({n(float(a))} - {n(float(b))})"
                      for a, b in zip(plain, right, strict=True))
    return Cell(off, decimals=decimals(off), role="bad" if plain_error(m) > DIGITS_LOST else "plain", working=lambda: shown(
        m, "max |plain p − p|", f"max({pairs})", off, "naive_probabilities"))


def offset_plot(m: Logits) -> Plot:
    """The log-odds at every offset, computed both ways in this precision."""
    careful, plain = sweep(m, lambda z: z[:, 0] - z[:, 1]), sweep(m, plain_log_odds)
    reach = 1.15 * max(1.0, float(np.max(np.abs(careful))))
    low, high = (0.0, reach) if m.cat >= m.dog else (-reach, 0.0)
    return Plot(
        "Log-odds at every offset, both ways",
        (Rule(m.offset, upright=True, role="cursor", label="offset"),
         Line(OFFSETS, careful, "output", "carefully"),
         Points(OFFSETS[::EVERY], plain[::EVERY], "second", "plain", marker="○")),
        Axis("offset", -1000, 1000), Axis("ln(p_cat/p_dog)", low, high), height=8)


def sweep(m: Logits, use: Callable[[Array], Array]) -> Array:
    """Compute something of the logits at every offset, `use` being [offsets, 2] → [offsets]."""
    kind = m.raw.dtype.type
    z = np.array([m.cat, m.dog], kind) + OFFSETS.astype(kind)[:, np.newaxis]
    return use(np.maximum(z, kind(0)) if m.relu_first else z)


def plain_log_odds(z: Array) -> Array:
    """Take the log-odds from the plain form's probabilities; NaN where it gives none."""
    with np.errstate(all="ignore"):
        e = np.exp(z)
        p = e / np.sum(e, axis=1, keepdims=True)
        odds = np.log(p[:, 0] / p[:, 1])
    return np.where(np.isfinite(odds), odds, np.nan)
