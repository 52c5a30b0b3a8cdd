"""The panels of a file of attention: where one head looks, one row, and all heads at a glance."""

from collections.abc import Callable

import numpy as np

import tui_transformer.concepts.view.workings  # noqa: F401  (it tells the model why)
from tui_transformer.arrays import Array
from tui_transformer.concepts.view import finder
from tui_transformer.concepts.view.how import HOW
from tui_transformer.concepts.view.model import View
from tui_transformer.concepts.view.says import numbers, says
from tui_transformer.figure import Figure
from tui_transformer.later import each
from tui_transformer.numbers import count
from tui_transformer.panels import Heatmap, Panel, Table, Tokens, Words, main
from tui_transformer.pieces import Bar, Cell, Column, Style, Token, cell
from tui_transformer.terms import Working
from tui_transformer.text import ending, shorten, visible


def view(m: View) -> Figure:
    """A window of the file, or how one is made where none is open."""
    return figure(m) if m.found else nothing(m)


def figure(m: View) -> Figure:
    """Everything about a file that could be read."""
    odd = numbers(m)  # asked once, for it may read whole columns
    texts: tuple[tuple[Panel, ...], ...] = ((text(m),),) if m.called else ()
    return Figure(
        rows=(
            *texts,
            (main(square(m, odd)), row_table(m, odd)),
            (same_look(m, odd), on_first(m, odd)),
            *finder.table(m),
            (about(m),),
        ),
        says=says(m, odd),
        formula=m.the("sums").working(m.query - m.first),
        data=f"{ending(visible(m.file), 24)}, a file of yours",
    )


def nothing(m: View) -> Figure:
    """What to do where no file is open, or where it cannot be read."""
    said = m.problem or "no file is open; name one as file, or: tfx view attention.npz"
    said = f"{said.rstrip('.')}."
    return Figure(
        rows=((Words("Four lines save such a file, with transformers and NumPy", HOW),),),
        says=f"{said[:1].upper()}{said[1:]}",
        formula=m.the("sums").working(0),
        data="no file is open",
    )


# ── one head ───────────────────────────────────────────────────────────────────────────


def readable(names: list[str]) -> tuple[str, ...]:
    """Give a space a visible cell and an end to what is long."""
    return tuple(shorten(name.replace(" ", "␣"), 20) for name in names)


def text(m: View) -> Tokens:
    """The keys in sight, shaded by how much the chosen query looks at each."""
    keys = m.keys
    strengths = np.nan_to_num(m.row[keys.start : keys.stop].astype(float), posinf=1, neginf=0)
    every = zip(readable(m.key_names), np.clip(strengths, 0, 1), strict=True)
    return Tokens(
        "The tokens in sight, shaded by where ▸ looks",
        tuple(Token(name, strength=float(w)) for name, w in every),
        token=m.query - keys.start if m.query in keys else None,
        token_control="query",
        token_first=keys.start,
        height=2,
        key="text",
    )


def shares(odd: str) -> tuple[float | None, float | None, Style]:
    """The ends of the colours, and how numbers are written: those of shares, if they are."""
    return (None, None, "number") if odd else (0.0, 1.0, "probability")


def square(m: View, odd: str) -> Heatmap:
    """The window in sight of the chosen head."""
    low, high, style = shares(odd)
    names = readable(m.key_names)
    return Heatmap(
        "Attention: query ↓ key →",
        m.attention,
        readable(m.query_names),
        names,
        "sequential",
        low,
        high,
        style,
        row=m.query - m.first,
        row_control="query",
        row_first=m.first,
        working=m.the("attention").working,
        height=12,
        width=min(9 + 2 * len(names), 34),
        row_keys=tuple(map(str, m.queries)),
        key="attention",
    )


def row_table(m: View, odd: str) -> Table:
    """The chosen row: all of it, or its largest numbers in the order of the keys."""
    keys = m.size[3]
    shown = range(keys)
    title = "The row of ▸"
    if keys > m.rows:
        order = np.argsort(np.nan_to_num(-m.row.astype(float), nan=np.inf), kind="stable")
        shown = sorted(int(key) for key in order[: m.rows])  # type: ignore[assignment]
        title = f"The row of ▸, its {len(shown)} largest of {count(keys)}"
    _, high, style = shares(odd)

    def row(key: int) -> tuple[Cell, ...]:
        x = m.the("row")[key]
        (name,) = readable(m.names(range(key, key + 1), keys))
        bar = Cell(Bar(float(x.value)), role="output") if high else Cell("", "text")
        return (
            Cell(name, "text", role="key", key=str(key)),
            cell(x, style, 3, "output"),
            bar,
        )

    columns = (Column("key", "key"), Column("weight", "output"), Column("", "output", bar=True))
    lit = list(shown).index(m.favourite) if m.favourite in shown else None
    return Table(title, columns, each(row, shown), lit, width=22, key="row")


# ── all heads at once ──────────────────────────────────────────────────────────────────


def same_look(m: View, odd: str) -> Heatmap:
    """How much the chosen query looks at its favourite in every head there is."""
    name = readable(m.names(range(m.favourite, m.favourite + 1), m.size[3]))[0]
    title = f"All heads: ▸ looks at {shorten(name, 9)}"
    return heads(
        m, odd, title, m.every_favourite, m.the("every_favourite").working, str(m.favourite)
    )


def on_first(m: View, odd: str) -> Heatmap:
    """How much the chosen query looks at the first key, where many heads park."""
    title = "All heads: ▸ looks at the first key"
    return heads(m, odd, title, m.every_first, m.the("every_first").working, "first")


def heads(
    m: View, odd: str, title: str, values: Array, working: Callable[[int, int], Working], key: str
) -> Heatmap:
    """One number for every head: layers downwards, heads across."""
    layers, across = values.shape
    low, high, style = shares(odd)
    return Heatmap(
        title,
        values,
        tuple(str(layer + 1) for layer in range(layers)),
        tuple(str(head) for head in range(across)),
        "sequential",
        low,
        high,
        style,
        row=m.layer - 1,
        column=m.head,
        row_role="plain",
        column_role="plain",
        row_control="layer",
        row_first=1,
        column_control="head",
        working=working,
        height=min(layers + 2, 14),
        width=27,
        key=f"heads {key}",
    )


def about(m: View) -> Words:
    """What the file holds, and which part of it is in sight."""
    shape = " × ".join(map(count, m.attention_array.shape))
    others = len(m.arrays) - 1
    more = f"; {others} more array{'s' * (others > 1)} in the file" if others else ""
    queries, keys = m.queries, m.keys
    return Words(
        "The file",
        (
            f"{shorten(visible(m.attention_array.name), 40)}: {shape} of {m.kind}{more}.",
            f"In sight: queries {queries[0]}–{queries[-1]} of {count(m.size[2])}, "
            f"keys {keys[0]}–{keys[-1]} of {count(m.size[3])}.",
        ),
        key="file",
    )
