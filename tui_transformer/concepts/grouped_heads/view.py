"""The pictures of the concept `grouped-heads`: where heads look, whose keys, what is kept."""

from functools import partial

import tui_transformer.concepts.grouped_heads.workings  # noqa: F401  (it tells the model why)
from tui_transformer.concepts.grouped_heads.model import GroupedHeads
from tui_transformer.figure import Figure
from tui_transformer.later import each
from tui_transformer.numbers import count
from tui_transformer.panels import Heatmap, Table, Tokens, Words, main
from tui_transformer.pieces import Bar, Cell, Column, Token, cell
from tui_transformer.terms import Working
from tui_transformer.text import shorten


def view(m: GroupedHeads) -> Figure:
    """Where every head looks, what a text keeps, and whose keys are asked."""
    return Figure(
        rows=(
            (main(looks(m)),),
            (costs(m),),
            (shared(m),),
            (heads_table(m),),
            (square(m),),
            (definitions(),),
        ),
        says=says(m),
        formula=m.one("kv_cache_bytes").why(),
        data=f"random (seed {m.seed})",
    )


def many(number: int, name: str) -> str:
    """Write how many of something."""
    return f"{count(number)} {name}" + "s" * (number != 1)


def says(m: GroupedHeads) -> str:
    """Say who asks, whose keys there are, and what a text keeps."""
    note = f"{m.split.note} " if m.split.note else ""
    heads, sets = many(m.heads, "head"), many(m.kv_heads, "key head")
    return f"{note}{heads}, {sets}: {many(m.length, 'token')} keep {count(m.kv_cache_bytes)} bytes."


# ── pictures ───────────────────────────────────────────────────────────────────────────


def looks(m: GroupedHeads) -> Heatmap:
    """Whom the chosen word looks at, a row for each head, with the key head that it asks."""

    def working(head: int, j: int) -> Working:
        return m.the("attention").working(head, m.query, j)

    words = tuple(shorten(word, 16) for word in m.tokens)
    return Heatmap(
        f"Heads look from {m.query} “{m.name(m.query)}”",
        m.attention[:, m.query],
        tuple(f"q{head} k{group}" for head, group in enumerate(m.groups)),
        words,
        high=1.0,
        style="probability",
        row=m.selected,
        row_control="selected",
        working=working,
        row_keys=tuple(f"q{head}" for head in range(m.heads)),
        height=9,
        width=44,
        key="looks",
    )


def square(m: GroupedHeads) -> Heatmap:
    """Whom each word looks at in the chosen head."""
    words = tuple(shorten(word, 16) for word in m.tokens)
    return Heatmap(
        f"Head {m.selected}, asking key head {m.groups[m.selected]}",
        m.attention[m.selected],
        words,
        words,
        high=1.0,
        style="probability",
        row=m.query,
        row_control="query",
        working=partial(m.the("attention").working, m.selected),
        height=12,
        width=44,
        key="square",
    )


def shared(m: GroupedHeads) -> Tokens:
    """Every head in the colour of the keys that it asks."""
    tokens = tuple(
        Token(f" q{head} ", group=int(group), note=f"k{group}")
        for head, group in enumerate(m.groups)
    )
    return Tokens(
        "Whose keys each head asks", tokens, token=m.selected, token_control="selected", height=2
    )


# ── tables ─────────────────────────────────────────────────────────────────────────────


def costs(m: GroupedHeads) -> Table:
    """What a full text keeps with every number of key heads."""
    columns = (
        Column("key heads"),
        Column("cache bytes", "output"),
        Column("", "output", bar=True),
        Column("heads share one", short="share one"),
        Column("parameters", rank=2),
    )
    rows = each(partial(cost_row, m), range(len(m.options)))
    return Table(
        f"What {many(m.length, 'token')} keep",
        columns,
        rows,
        row=m.options.index(m.kv_heads),
        of=f"{len(m.options)} numbers of key heads",
        width=44,
        key="costs",
    )


def cost_row(m: GroupedHeads, at: int) -> tuple[Cell, ...]:
    """One number of key heads."""
    kept, weights = m.the("costs").row(at)
    return (
        Cell(m.options[at], "integer", key=f"{m.options[at]}"),
        cell(kept, "integer", role="output"),
        Cell(Bar(m.costs[at][0], 0.0, float(m.costs[-1][0])), role="output"),
        Cell(m.heads // m.options[at], "integer"),
        cell(weights, "integer"),
    )


def heads_table(m: GroupedHeads) -> Table:
    """Whose keys each head asks, and what it looks at most."""
    columns = (
        Column("head"),
        Column("key head", "key"),
        Column("looks most at"),
        Column("weight", "target"),
    )
    rows = each(partial(head_row, m), range(m.heads))
    title = f"From {m.query} “{m.name(m.query)}”"
    return Table(
        title, columns, rows, row=m.selected, row_control="selected", width=44, key="favourites"
    )


def head_row(m: GroupedHeads, head: int) -> tuple[Cell, ...]:
    """One head."""
    at = int(m.favourites[head])
    return (
        Cell(f"{head}", "text"),
        cell(m.the("groups")[head], "integer", role="key"),
        Cell(f"{at} {m.name(at)}", "text"),
        cell(m.the("top")[head], "probability", 4, "target"),
    )


def definitions() -> Words:
    """What everything drawn is."""
    return Words(
        "How it is made",
        (
            "Head i asks key head ⌊i / (heads / kv_heads)⌋, with a query of its own. Queries and "
            "keys are drawn, one for each place; no word sees a later one. Sharing differently "
            "draws no query anew, and key head 0 stays.",
            "Kept are a key and a value for each token, key head and layer; parameters are those "
            "of W_q, W_k, W_v and W_O in all layers, without biases.",
        ),
    )
