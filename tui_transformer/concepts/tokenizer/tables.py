"""The tables of `tokenizer`: pairs, merges, sizes."""

from functools import partial

from tui_transformer.concepts.tokenizer.model import Tokenizer
from tui_transformer.later import each
from tui_transformer.numbers import count
from tui_transformer.panels import Table
from tui_transformer.pieces import Bar, Cell, Column, Style, cell
from tui_transformer.text import shorten

SHOWN_PAIRS = 10
SHOWN_MERGES = 12
WHOLE = 24  # characters of a symbol: four bytes by their numbers are whole


def pair_table(m: Tokenizer) -> Table:
    """The most frequent pairs; the first is merged next."""
    rows = tuple(pair_row(m, i) for i in range(min(len(m.leading), SHOWN_PAIRS)))
    none = ((Cell("none is left", "text", role="muted"),),)
    return Table(
        "Pairs: the first is next",
        (Column("pair"), Column("count", "output"), Column("", "output", bar=True)),
        rows or none,
        row=0 if rows else None,
        of=f"the {SHOWN_PAIRS} most frequent" if len(rows) == SHOWN_PAIRS else "",
    )


def pair_row(m: Tokenizer, i: int) -> tuple[Cell, ...]:
    """One pair and how often it can be merged."""
    left, right, times = m.leading[i]
    return (
        Cell(m.pair(left, right, WHOLE), "text"),
        cell(m.the("top_pairs")[i, 2], "integer", role="output"),
        Cell(Bar(times, 0, m.leading[0][2]), role="output"),
    )


def merge_table(m: Tokenizer) -> Table:
    """The latest merges, each with how often it happened."""
    last = len(m.made)
    rows = each(partial(merge_row, m), range(last, max(last - SHOWN_MERGES, 0), -1) or (0,))
    return Table(
        "Merges, newest first",
        (Column("#"), Column("merge"), Column("count", "output"), Column("makes")),
        rows,
        width=40,
    )


def merge_row(m: Tokenizer, number: int) -> tuple[Cell, ...]:
    """One merge that was made; the one before the first says that there is none."""
    if not number:
        return Cell("–", "text"), Cell("none yet", "text", role="muted")
    merge = m.made[number - 1]
    makes = len(m.learned.alphabet) + number - 1
    return (
        Cell(count(number), "text", role="muted"),
        Cell(m.pair(merge.left, merge.right, WHOLE), "text"),
        cell(m.the("merge_counts")[number - 1], "integer", role="output"),
        Cell(shorten(m.shown(makes), WHOLE), "text"),
    )


def size_table(m: Tokenizer) -> Table:
    """How much shorter the text became, and at what price in symbols."""
    numbers: list[tuple[str, str, Style]] = [
        ("tokens", "token_count", "integer"),
        ("vocabulary", "vocabulary_size", "integer"),
        ("symbols at first", "first_count", "integer"),
    ]
    if m.characters_per_token is not None:
        numbers.insert(1, ("characters/token", "characters_per_token", "number"))
    rows = each(lambda row: (Cell(row[0], "text"), cell(m.one(row[1]), row[2], 4)), numbers)
    return Table("What it buys", (Column("size"), Column("")), rows)
