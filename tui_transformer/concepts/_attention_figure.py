"""The panels of the attention screen, and how each of their numbers comes about."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts._softmax_row import (
    TINY,
    from_log,
    power_symbol,
    powers,
    share_cell,
    share_working,
)
from tui_transformer.figure import (
    Axis,
    Bar,
    Cell,
    Column,
    Heatmap,
    Line,
    Plot,
    Points,
    Role,
    Rule,
    Table,
)
from tui_transformer.nn import attention as nn
from tui_transformer.nn.softmax import entropy
from tui_transformer.working import Working, dot, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.attention import Attention

MEANING = {"s": "s = q·k", "z": "z = q·k/√d"}


def role(m: Attention, scaled: bool) -> Role:
    """Tell the row that counts from the other one."""
    return "output" if scaled == m.scaled else "muted"


KEYS = ("divided", "undivided")  # what the two rows are, whichever of them counts


def titles(m: Attention) -> tuple[str, str]:
    """Name both rows, the one that counts marked by more than its colour."""
    return f"{'○●'[m.scaled]} ÷√{len(m.q)}", f"{'●○'[m.scaled]} ÷1"


def share(m: Attention, j: int, scaled: bool) -> Cell:
    """One key's weight in one of the rows."""
    letter = "sz"[scaled]
    return share_cell(m.inputs[scaled], j, letter, role(m, scaled), MEANING[letter])


def selected_working(m: Attention) -> Working:
    """Show how the selected key's weight comes about."""
    letter = "sz"[m.scaled]
    return share_working(m.inputs[m.scaled], m.selected, letter, MEANING[letter])


def key_table(m: Attention) -> Table:
    """One row per key: its weight in both rows, and the way from score to weight."""
    bars = (
        column
        for title, scaled, key in zip(titles(m), (True, False), KEYS, strict=True)
        for column in (
            Column(title, role(m, scaled), bar=True, key=key),
            Column("weight", role(m, scaled)),
        )
    )
    columns = (
        Column("key", "key"),
        *bars,
        Column("s=q·k"),
        Column(f"z=s/√{len(m.q)}", key="z"),
        Column(power_symbol(m.inputs[m.scaled], "sz"[m.scaled]), key="e"),
    )
    rows = tuple(key_row(m, j) for j in range(len(m.k)))
    return Table(
        "One query asks every key (● is what counts)",
        columns,
        rows,
        row=m.selected,
        row_control="selected",
    )


def key_row(m: Attention, j: int) -> tuple[Cell, ...]:
    """The numbers of one key."""
    s, z = float(m.scores[j]), float(m.scaled_scores[j])
    expression, exponent = powers(m.inputs[m.scaled])[j]
    e = math.exp(exponent)
    bars = (
        cell
        for scaled in (True, False)
        for cell in (Cell(Bar(float(m.rows[scaled][j])), role=role(m, scaled)), share(m, j, scaled))
    )
    return (
        Cell(f"k{j}", "text", role="key"),
        *bars,
        Cell(
            s,
            decimals=2,
            working=lambda: Working(f"s{j} = q·k{j} = Σ qᵢ·k{j}ᵢ", dot(m.q, m.k[j]), s, "scores"),
        ),
        Cell(
            z,
            decimals=3,
            working=lambda: Working(
                f"z{j} = s{j}/√d", f"{n(s)}/sqrt({len(m.q)})", z, "scaled_scores"
            ),
        ),
        Cell(from_log(exponent), "text")
        if e < TINY
        else Cell(
            e,
            decimals=4 if e < 1e4 else 2,
            working=lambda: Working(
                power_symbol(m.inputs[m.scaled], f"{'sz'[m.scaled]}{j}"),
                f"exp({expression})",
                e,
                "weights",
            ),
        ),
    )


def summary(m: Attention) -> Table:
    """What dividing changes, in numbers: both rows side by side."""
    names = ("largest", "entropy", "ln n", "slope", "mean sq.", "expected")
    rows = zip(names, summary_column(m, True), summary_column(m, False), strict=True)
    return Table(
        "What dividing changes",
        (Column(""), *(Column(title, key=k) for title, k in zip(titles(m), KEYS, strict=True))),
        tuple((Cell(name, "text"), *cells) for name, *cells in rows),
        width=29,
    )


def summary_column(m: Attention, scaled: bool) -> list[Cell]:
    """The numbers that belong to one row of weights."""
    largest, *others = sorted((float(w) for w in m.rows[scaled]), reverse=True)
    s, d, letter = [float(x) for x in m.inputs[scaled]], len(m.q), "sz"[scaled]
    terms = [f"{n(w)}*log({n(w)})" for w in (largest, *others) if w > 0]
    random = "where all parts are independent, of mean 0 and variance 1"
    workings = (
        Working("H = −Σ w·ln w", f"-{total(terms)}", float(entropy(m.rows[scaled])), "entropy"),
        Working("ln n", f"log({len(m.k)})", m.max_entropy, "max_entropy"),
        Working(
            f"∂w/∂{letter} = w·(1−w) of the largest; 1−w is the sum of the others",
            f"{n(largest)}*({total(map(n, others))})",
            largest * math.fsum(others),
            "weights",
        ),
        Working(
            f"mean of {letter}²",
            f"({dot(s, s)}) / {len(s)}",
            math.fsum(x * x for x in s) / len(s),
            "scaled_scores" if scaled else "scores",
        ),
        Working(f"Var(q·k/√d) = d/√d² {random}", f"{d} / sqrt({d})**2", 1.0)
        if scaled
        else Working(f"Var(q·k) = d·1·1 {random}", f"{d}*1*1", float(d)),
    )
    return [
        share(m, m.top, scaled),
        *(
            Cell(w.value, decimals=4 if at < 3 else 2, working=partial(lambda w: w, w))
            for at, w in enumerate(workings)
        ),
    ]


def divisor_plot(m: Attention) -> Plot:
    """Every key's weight over what the scores are divided by: from one takes all to equal."""
    root = math.sqrt(len(m.q))
    c = np.geomspace(0.5, 4 * root, 80)
    with np.errstate(under="ignore"):
        curves = nn.weights(m.scores / c[:, None])
    others = (j for j in range(len(m.k)) if j != m.selected)
    return Plot(
        "Weights by divisor",
        (
            *(Line(c, curves[:, j], "muted") for j in others),
            Rule(1.0, upright=True, label="÷1"),
            Rule(root, upright=True, label=f"÷√{len(m.q)}"),
            Line(c, curves[:, m.selected], "key", f"k{m.selected}"),
            Points(np.full(len(m.k), root if m.scaled else 1.0), m.weights, "output"),
        ),
        Axis("divided by", 0.5, 4 * root, log=True),
        Axis("weight", 0, 1),
        height=7,
        width=22,
    )


def spread_plot(m: Attention) -> Plot:
    """The scores of this draw at every d: sums of random products spread as √d."""
    d = np.arange(1, m.drawn.shape[1] + 1)
    walks = np.cumsum(m.drawn[0] * m.drawn[1 : 1 + m.count], axis=1)
    others = (j for j in range(m.count) if j != m.selected)
    return Plot(
        "Why √d: every dimension adds a random product",
        (
            *(Line(d, walks[j], "muted") for j in others),
            Line(d, np.sqrt(d), "target", "±√d"),
            Line(d, -np.sqrt(d), "target"),
            Line(d, walks[m.selected], "key", f"k{m.selected}"),
            Rule(m.dimension, upright=True, role="cursor", label=f"d = {m.dimension}"),
            Points(np.full(m.count, m.dimension), m.scores, "output"),
        ),
        Axis("d", 0, len(d)),
        Axis("s = q·k"),
        height=9,
    )


def vectors(m: Attention) -> Heatmap:
    """The query above its keys; a score is the sum of products down the columns."""
    both = np.vstack([m.q, m.k])
    reach = float(np.max(np.abs(both))) or 1.0
    return Heatmap(
        "Query q above its keys: multiply down, add across",
        both,
        ("q", *(f"k{j}" for j in range(len(m.k)))),
        tuple(str(i + 1) for i in range(len(m.q))),
        "diverging",
        -reach,
        reach,
        row=m.selected + 1,
        row_role="key",
        height=len(both) + 2,
    )
