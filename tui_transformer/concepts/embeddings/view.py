"""The pictures of the concept `embeddings`, and the sentence over them."""

import numpy as np

import tui_transformer.concepts.embeddings.workings  # noqa: F401  (it tells the model why)
from tui_transformer.arrays import Array
from tui_transformer.concepts._real_model_places import MINILM
from tui_transformer.concepts.embeddings import lists
from tui_transformer.concepts.embeddings.model import Embeddings
from tui_transformer.concepts.embeddings.rows import SAMPLES
from tui_transformer.concepts.embeddings.says import says
from tui_transformer.figure import Figure
from tui_transformer.later import each
from tui_transformer.numbers import count, share
from tui_transformer.panels import Heatmap, Panel, Plot, Table, main
from tui_transformer.pieces import Axis, Cell, Column, Line, Points, Role, cell
from tui_transformer.terms import Working

LANDMARKS = 9  # words that show where the others lie
LABELLED = 4  # neighbours that have their name on the map


def view(m: Embeddings) -> Figure:
    """What lies near, and where; the lookup; word − minus + plus; the company, or sentences."""
    rows: list[tuple[Panel, ...]] = [
        (main(plane(m)), main(near_table(m))),
        (lookup(m),),
        (
            lists.answer_table(m),
            lists.company_table(m) if m.table_of_words.company else lists.trained(m),
        ),
    ]
    if m.source == "published" and m.problem is None:
        rows.insert(
            1, (lists.sentences(m), lists.context_table(m)) if m.runs else (lists.sentences(m),)
        )
    if m.questions:
        rows.append((lists.question_table(m),))
    rows.append((lists.number_table(m),))
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
        Axis("direction 1"),
        key="map",
        height=10,
        width=30,
    )


def named_points(m: Embeddings, rows: list[int], role: Role, marker: str) -> Points:
    """Some words with their names."""
    x, y = m.map[rows].T
    return Points(x, y, role, marker=marker, labels=tuple(lists.short(m, row) for row in rows))


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
    others = f"{count(len(m.vocabulary) - 1)} words"
    title = f"Nearest to {lists.short(m, m.at)}"
    return Table(title, columns, rows, key="nearest", of=others, width=22)


def near_row(m: Embeddings, k: int) -> tuple[Cell, ...]:
    """One of the nearest."""
    cosine = m.the("neighbours")[k, 1]
    return (
        Cell(lists.short(m, m.near[k]), "text", role="key"),
        cell(cosine, decimals=3),
        Cell(lists.bar(float(cosine.value), m.cosines[m.near[0]]), role="key"),
    )


# ── the lookup ─────────────────────────────────────────────────────────────────────────


def lookup(m: Embeddings) -> Heatmap:
    """The word's row between its neighbours in the table, and what one-hot times table gives."""
    last = len(m.table) - 1
    first = min(max(m.at - 1, 0), max(last - 2, 0))
    rows = list(range(first, min(first + 3, last + 1)))
    names = tuple(f"{int(row == m.at)}· {lists.short(m, row)}" for row in rows)

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
