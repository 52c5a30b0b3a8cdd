"""The pictures of the concept `embeddings`, and the sentence over them."""

from __future__ import annotations

from functools import partial

import numpy as np

import tui_transformer.concepts.embeddings.workings  # noqa: F401  (it tells the model why)
from tui_transformer.arrays import Array
from tui_transformer.concepts._real_model_places import MINILM
from tui_transformer.concepts.embeddings.model import Embeddings
from tui_transformer.concepts.embeddings.rows import SAMPLES
from tui_transformer.concepts.embeddings.says import asked, says, written
from tui_transformer.figure import (
    Axis,
    Bar,
    Cell,
    Column,
    Figure,
    Heatmap,
    Line,
    Panel,
    Plot,
    Points,
    Role,
    Table,
    Words,
    cell,
    each,
    main,
)
from tui_transformer.nn.made_up.sentences import QUESTIONS
from tui_transformer.numbers import count, share
from tui_transformer.terms import Working

LANDMARKS = 9  # words that show where the others lie
LABELLED = 4  # neighbours that have their name on the map
COMPANY = 8  # words that are listed as a word's company


def view(m: Embeddings) -> Figure:
    """What lies near, and where; the lookup; word − minus + plus; the company, or sentences."""
    rows: list[tuple[Panel, ...]] = [
        (main(plane(m)), main(near_table(m))),
        (lookup(m),),
        (answer_table(m), company_table(m) if m.table_of_words.company else trained(m)),
    ]
    if m.source == "published" and m.problem is None:
        rows.insert(1, (sentences(m), context_table(m)) if m.runs else (sentences(m),))
    if m.asked:
        rows.append((question_table(m),))
    rows.append((number_table(m),))
    return Figure(
        tuple(rows),
        says(m),
        m.the("neighbours").working(0, 1) if m.near else m.one("one_hot_difference").why(),
        data(m),
    )


def data(m: Embeddings) -> str:
    """Say where the numbers come from."""
    if m.source == "prose-model":
        return "trained: the model that writes"
    if m.source == "published" and m.problem is None:
        return f"published: {MINILM}"
    return "designed, counted" if m.text in SAMPLES else "yours, counted"


def short(m: Embeddings, row: int) -> str:
    """Write a word where little room is."""
    return written(m.table_of_words.words[row], 12)


# ── what lies near ─────────────────────────────────────────────────────────────────────


def plane(m: Embeddings) -> Plot:
    """All rows on the plane that keeps most of them: the word, its nearest, and words far off."""
    near = m.near[:LABELLED]
    far = [row for row in apart(m.map, m.at, LANDMARKS) if row not in (m.at, *near)]
    x, y = np.full((2, 3 * len(m.map)), np.nan)
    x[::3], y[::3] = m.map.T
    x[1::3], y[1::3] = m.map.T
    return Plot(
        f"Map: {share(m.variance_kept)} of the variance",
        (
            Line(x, y, "muted"),
            named_points(m, [m.at], "output", "◆"),
            named_points(m, near, "key", "●"),
            named_points(m, far, "muted", "○"),
        ),
        Axis("direction 0"),
        Axis("1"),
        key="map",
        height=10,
        width=30,
    )


def named_points(m: Embeddings, rows: list[int], role: Role, marker: str) -> Points:
    """Some words with their names."""
    x, y = m.map[rows].T
    return Points(x, y, role, marker=marker, labels=tuple(short(m, row) for row in rows))


def apart(points: Array, first: int, most: int) -> list[int]:
    """Pick points that lie far from one another: each time the one farthest from those before."""
    found = [first]
    away = np.full(len(points), np.inf)
    while len(found) < min(most, len(points)):
        away = np.minimum(away, np.hypot(*(points - points[found[-1]]).T))
        found.append(int(np.argmax(np.round(away, 9))))
    return found


def near_table(m: Embeddings) -> Table:
    """The nearest words, with how near they are."""
    columns = (Column("word", "key"), Column("cosine"), Column("", bar=True))
    rows = each(lambda k: near_row(m, k), range(len(m.near)))
    return Table(f"Nearest to {short(m, m.at)}", columns, rows, key="nearest", width=22)


def near_row(m: Embeddings, k: int) -> tuple[Cell, ...]:
    """One of the nearest."""
    cosine = m.the("neighbours")[k, 1]
    return (
        Cell(short(m, m.near[k]), "text", role="key"),
        cell(cosine, decimals=3),
        Cell(bar(float(cosine.value), m.cosines[m.near[0]]), role="key"),
    )


def bar(cosine: float, best: float) -> Bar:
    """How near something is, of the nearest; nothing where it points away."""
    return Bar(max(cosine, 0.0), 0, best if best > 0 else 1.0)


# ── the lookup ─────────────────────────────────────────────────────────────────────────


def lookup(m: Embeddings) -> Heatmap:
    """The word's row between its neighbours in the table, and what one-hot times table gives."""
    last = len(m.table) - 1
    first = min(max(m.at - 1, 0), max(last - 2, 0))
    rows = list(range(first, min(first + 3, last + 1)))
    names = tuple(f"{int(row == m.at)}· {short(m, row)}" for row in rows)

    def why(r: int, c: int) -> Working:
        if r < len(rows):
            return m.the("table").working(rows[r], c)
        return m.the("product").working(c)

    return Heatmap(
        f"One-hot · table of {count(len(m.table))} × {m.table.shape[1]}",
        np.vstack([m.table[rows], m.product]),
        (*names, "Σ = row"),
        tuple(map(str, range(m.table.shape[1]))),
        scale="diverging",
        row=rows.index(m.at),
        row_keys=(*("before", "here", "after")[: len(rows)], "sum"),
        working=why,
        key="lookup",
        height=6,
        width=50,
    )


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
    able = [q for q in QUESTIONS if all(w in m.table_of_words.words for w in q)]
    return Table(
        f"{hits} of {all_of_them} land on a given word",
        columns,
        each(partial(question_row, m), able),
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
    rows = each(partial(company_row, m), [row for row in order if weighed[row] > 0])
    return Table(f"Company of {short(m, m.at)}", columns, rows, key="company", width=26)


def company_row(m: Embeddings, row: int) -> tuple[Cell, ...]:
    """One word that keeps it company."""
    weighed = m.the("weighed")[m.at, row]
    return (
        Cell(short(m, row), "text", role="input"),
        cell(m.the("counts")[m.at, row], "integer"),
        cell(weighed, decimals=3),
        Cell(Bar(float(weighed.value), 0, float(np.max(m.weighed[m.at]))), role="input"),
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
