"""The lists of `embeddings`: answers and questions, a word's company, a word in two sentences."""

from functools import partial

import numpy as np

from tui_transformer.concepts.embeddings.model import Embeddings
from tui_transformer.concepts.embeddings.says import asked, written
from tui_transformer.later import each, each_with
from tui_transformer.numbers import count
from tui_transformer.panels import Table, Words
from tui_transformer.pieces import Bar, Cell, Column, cell

COMPANY = 8  # words that are listed as a word's company


def short(m: Embeddings, row: int) -> str:
    """Write a word where little room is."""
    return written(m.table_of_words.words[row], 12)


def bar(cosine: float, best: float) -> Bar:
    """How near something is, of the nearest; nothing where it points away."""
    return Bar(max(cosine, 0.0), 0, best if best > 0 else 1.0)


# ── word − minus + plus ────────────────────────────────────────────────────────────────


def answer_table(m: Embeddings) -> Table:
    """What lies nearest to word − minus + plus; whether the given words may answer."""
    columns = (Column("word", "output"), Column("cosine"), Column("given"), Column("", bar=True))
    rows = each(lambda k: answer_row(m, k), range(len(m.answers)))
    struck = "the three struck" if m.exclude else "all words"
    return Table(f"{asked(m)}: {struck}", columns, rows, key="answers", width=28)


def answer_row(m: Embeddings, k: int) -> tuple[Cell, ...]:
    """One of the answers."""
    cosine, row = m.the("analogy")[k, 1], m.answers[k]
    return (
        Cell(short(m, row), "text", role="output"),
        cell(cosine, decimals=3),
        Cell("given" if row in m.given else "", "text", role="bad"),
        Cell(bar(float(cosine.value), m.answer_cosines[m.answers[0]]), role="output"),
    )


def question_table(m: Embeddings) -> Table:
    """The questions that can be asked of this table, with the given words and without them."""
    hits, all_of_them = m.landed
    columns = (
        Column("asked"),
        Column("people say"),
        Column("nearest"),
        Column("", rank=2),
        Column("struck"),
    )
    return Table(
        f"{hits} of {all_of_them} land on a given word",
        columns,
        each(partial(question_row, m), m.questions),
        key="questions",
        width=48,
    )


def question_row(m: Embeddings, question: tuple[str, str, str, str]) -> tuple[Cell, ...]:
    """One question: what all words answer, and what is left when the given ones are struck."""
    minus, plain, plus, right = question
    given = (minus, plain, plus)
    nearest, best = m.solved(given, struck=False), m.solved(given, struck=True)
    return (
        Cell(f"{plain} − {minus} + {plus}", "text"),
        Cell(right, "text", role="muted"),
        Cell(nearest, "text", role="bad" if nearest in given else "good"),
        Cell("given" if nearest in given else "", "text", role="bad"),
        Cell(best, "text", role="good" if best == right else "plain"),
    )


# ── where it comes from ────────────────────────────────────────────────────────────────


def company_table(m: Embeddings) -> Table:
    """The words that stand near the word more often than by chance."""
    weighed = m.weighed[m.at]
    order = np.argsort(-np.round(weighed, 12), kind="stable")[:COMPANY].tolist()
    columns = (Column("near it", "input"), Column("times"), Column("PPMI"), Column("", bar=True))
    near = [row for row in order if weighed[row] > 0]
    rows = each_with(lambda: float(np.max(weighed)), partial(company_row, m), near)
    return Table(f"Company of {short(m, m.at)}", columns, rows, key="company", width=26)


def company_row(m: Embeddings, most: float, row: int) -> tuple[Cell, ...]:
    """One word that keeps it company."""
    weighed = m.the("weighed")[m.at, row]
    return (
        Cell(short(m, row), "text", role="input"),
        cell(m.the("counts")[m.at, row], "integer"),
        cell(weighed, decimals=3),
        Cell(Bar(float(weighed.value), 0, most), role="input"),
    )


def trained(m: Embeddings) -> Words:
    """How a table came about that nobody counted."""
    n, k = m.table.shape
    if m.source == "prose-model":
        lines = (
            f"{count(n)} tokens, {k} numbers each: trained together with all the other weights "
            "of the model, by the same gradient.",
            "␣ is the space before a word.",
        )
    else:
        lines = (
            f"Of the encoder's table the rows of {count(n)} words of the text, {k} numbers each: "
            "trained together with its layers.",
            "The word is compared where it stands in both sentences.",
        )
    return Words("How it came about", lines, width=26)


def sentences(m: Embeddings) -> Words:
    """The two sentences that are read."""
    missing = () if m.runs else (f"{short(m, m.at)} does not stand in both.",)
    return Words("Two sentences", (m.sentence, m.other, *missing), width=26)


def context_table(m: Embeddings) -> Table:
    """The word here against the word there: one row in the table, another vector in each place."""
    rows = each(partial(context_row, m), range(len(m.in_context)))
    columns = (Column("after"), Column("cosine"), Column("", bar=True))
    return Table("Here against there", columns, rows, width=26)


def context_row(m: Embeddings, layer: int) -> tuple[Cell, ...]:
    """How alike the word is in both sentences after a layer."""
    cosine = m.the("in_context")[layer]
    return (
        Cell(f"layer {layer}" if layer else "its place", "text"),
        cell(cosine, decimals=3),
        Cell(Bar(max(float(cosine.value), 0.0)), role="output"),
    )


def number_table(m: Embeddings) -> Table:
    """Numbers that stand nowhere else."""
    names = {
        "|one-hot·E − row|": "one_hot_difference",
        "variance on the map": "variance_kept",
        "here against there": "contextual_cosine",
    }
    known = [name for name, of in names.items() if getattr(m, of) is not None]
    rows = each(lambda name: (Cell(name, "text"), cell(m.one(names[name]))), known)
    return Table("In numbers", (Column(""), Column("")), rows, width=30)
