"""The panels of the sorter's screen, all lit for the same place, and their workings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.figure import Bar, Cell, Column, Heatmap, Table, Token, Tokens
from tui_transformer.nn.sorting import LENGTH, LETTERS, PLAN
from tui_transformer.numbers import subscript
from tui_transformer.working import Working, dot, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.sorter import Sorter


def names(m: Sorter) -> tuple[str, ...]:
    """Name the places: the letter that is read there, with its number."""
    return tuple(f"{x}{subscript(at)}" for at, x in enumerate(m.read))


# ── what it reads, and where it looks ──────────────────────────────────────────────────


def line(m: Sorter) -> Tokens:
    """The six letters and those given out, shaded by how much the chosen place looks at them."""
    shares = [*m.row, *[0.0] * (LENGTH + m.steps - m.places)]
    every = zip(m.letters + m.output, shares, strict=True)
    return Tokens(
        "Six letters in, then out; shaded by where ▸ looks",
        tuple(
            Token(letter, strength=float(w), note="out" if at >= LENGTH else "in")
            for at, (letter, w) in enumerate(every)
        ),
        token=m.at,
        token_control="position",
        height=2,
    )


def square(m: Sorter) -> Heatmap:
    """Who looks at whom in the chosen head."""
    return Heatmap(
        "Attention: query ↓ key →",
        m.attention[m.head],
        names(m),
        names(m),
        "sequential",
        0.0,
        1.0,
        "probability",
        row=m.at,
        row_control="position",
        working=partial(share_working, m),
        height=12,
        width=28,
    )


def share_working(m: Sorter, query: int, key: int) -> Working:
    """Show how one share of attention comes about: a softmax over what the place may see."""
    w, places = float(m.attention[m.head, query, key]), names(m)
    if key > query:
        return Working("a later letter: the causal mask makes it exactly 0", "0", w, "attention")
    terms = [f"exp({n(fit(m, query, at))})" for at in range(query + 1)]
    return Working(
        f"{places[query]} → {places[key]} = e^z / Σ e^z, z = q·k/√{PLAN.d_model // PLAN.heads}",
        f"{terms[key]} / {total(terms)}",
        w,
        "attention",
    )


def fit(m: Sorter, query: int, key: int) -> float:
    """Score how well a place's key fits another's query, q·k/√d."""
    q, k = m.trace.kept["q"][m.head, query], m.trace.kept["k"][m.head, key]
    return float(q @ k / np.sqrt(len(q)))


def row_table(m: Sorter) -> Table:
    """The chosen row of attention in numbers."""
    columns = (Column("key", "key"), Column("", "output", bar=True), Column("weight", "output"),
               Column("z=q·k/√16"))  # fmt: skip
    rows = tuple(row_of(m, key) for key in range(m.at + 1))
    return Table("The row of ▸", columns, rows, width=30)


def row_of(m: Sorter, key: int) -> tuple[Cell, ...]:
    """One letter that the chosen place may see."""
    w, z = float(m.row[key]), fit(m, m.at, key)
    q, k = m.trace.kept["q"][m.head, m.at], m.trace.kept["k"][m.head, key]
    return (
        Cell(names(m)[key], "text", role="key"),
        Cell(Bar(w), role="output"),
        Cell(w, "probability", 4, "output", working=lambda: share_working(m, m.at, key)),
        Cell(z, decimals=3, working=lambda: Working(
            f"z = q({names(m)[m.at]})·k({names(m)[key]}) / √{len(q)}",
            f"{dot(q, k)} / sqrt({len(q)})", z, "attention")),
    )  # fmt: skip


def by_letter(m: Sorter) -> Table:
    """How much of the chosen row goes to each letter, wherever it stands."""
    columns = (Column("key", "key"), Column("share", "output"), Column("each"), Column("seen"),
               Column("", "output", bar=True))  # fmt: skip
    rows = tuple(letter_row(m, letter) for letter in LETTERS)
    return Table("What ▸ takes, by letter", columns, rows, width=26)


def letter_row(m: Sorter, letter: str) -> tuple[Cell, ...]:
    """What one letter gets in all, how often it is seen, and what each of it gets."""
    found = [at for at in range(m.at + 1) if m.read[at] == letter]
    weights = [float(m.row[at]) for at in found]
    share, count = float(np.sum(weights)), len(found)
    added = total(map(n, weights)) if weights else "0"
    each = Cell(share / count, "probability", 3, working=lambda: Working(
        f"the share of {letter} / how many", f"{added} / {count}", share / count, "attention",
    )) if count else Cell("–", "text", role="muted")  # fmt: skip
    return (
        Cell(letter, "text", role="key"),
        Cell(share, "probability", 3, "output", working=lambda: Working(
            f"the shares of every {letter}, added", added, share, "attention")),
        each,
        Cell(count, "integer"),
        Cell(Bar(share), role="output"),
    )  # fmt: skip
