"""What the heads of the concept `heads` do and write, what one takes away, and what they cost."""

from functools import partial

import numpy as np

from tui_transformer.concepts.heads.model import ROWS, Heads
from tui_transformer.later import each
from tui_transformer.panels import Heatmap, Table, Tokens
from tui_transformer.pieces import Bar, Cell, Column, Token, cell

WORDS = 14  # rows in the table of losses


def heads_table(m: Heads) -> Table:
    """What each head does, how well, how widely it looks and how much it writes."""
    columns = (
        Column("head"),
        Column("looks at"),
        Column("there", "target"),
        Column("top z"),
        Column("H", "output"),
        Column("writes", "value"),
        Column("uses"),
    )
    rows = [head_row(m, head) for head in m.listed]
    if m.heads > ROWS:
        rest = Cell(f"{m.heads - ROWS} more", "text", role="muted")
        rows.append((Cell("…", "text", role="muted"), rest, *[Cell("", "text")] * 5))
    title = "Heads: weight there, top z of ▸, mean entropy H"
    return Table(title, columns, tuple(rows), width=44)


def head_row(m: Heads, head: int) -> tuple[Cell, ...]:
    """The numbers of one head."""
    off, promised = head == m.ablate, head in m.shares
    return (
        Cell(
            f"{head} off" if off else str(head),
            "text",
            role="bad" if off else "plain",
            key=str(head),
        ),
        Cell(m.label(head), "text"),
        cell(m.the("shares")[head], "probability", 4, "target")
        if promised
        else Cell("–", "text", role="muted"),
        cell(m.the("top")[head], decimals=2),
        cell(m.the("entropies")[head], decimals=2, role="output"),
        cell(m.the("lengths")[head], decimals=3, role="value"),
        cell(m.the("uses")[head], "integer"),
    )


# ── writing ────────────────────────────────────────────────────────────────────────────


def blocks(m: Heads) -> Tokens:
    """The heads' columns side by side, each with the rows of W_O that read them."""
    listed = m.listed
    tokens = [
        Token(
            f" {head} off " if head == m.ablate else f" head {head} ",
            group=head,
            note=f"{m.layer.own(head).start}–{m.layer.own(head).stop - 1}"
            if m.d_head > 1
            else str(head),
        )
        for head in listed
    ]
    if m.heads > len(listed):
        tokens.append(Token(f" … {m.heads - len(listed)} more ", group=len(listed)))
    return Tokens("Channels of each head = its rows of W_O", tuple(tokens), height=2)


def writings(m: Heads) -> Heatmap:
    """What each head adds to the chosen word's output; the rows that are on add up to it."""
    names = [f"{head} off" if head == m.ablate else f"head {head}" for head in m.listed]
    rest = [*([f"{len(m.others)} more"] if m.others else []), "b_O", "output"]
    return Heatmap(
        f"Added up for {m.name(m.query)}: every head writes to all",
        m.added,
        (*names, *rest),
        m.channels,
        "diverging",
        working=m.the("added").working,
        height=min(len(m.added) + 2, 12),
        width=44,
        key="added up",
        row_keys=(*(f"head {head}" for head in m.listed), *rest),
    )


def losses(m: Heads) -> Table:
    """What the head that is off takes from every word; of many words, from those it hits most."""
    hit = np.sort(np.argsort(-m.losses, kind="stable")[:WORDS]).tolist()
    return Table(
        "What the head that is off takes from each word",
        (Column("word"), Column("loses", "value"), Column("", "value", bar=True), Column("keeps")),
        each(partial(loss_row, m), hit),
        row=hit.index(m.query) if m.query in hit else None,
        width=44,
    )


def loss_row(m: Heads, at: int) -> tuple[Cell, ...]:
    """What one word loses."""
    loses = m.the("losses")[at]
    return (
        Cell(f"{at} {m.name(at)}", "text", role="query" if at == m.query else "plain"),
        cell(loses, decimals=3, role="value"),
        Cell(Bar(loses.value, 0.0, float(m.losses.max()) or 1.0), role="value"),
        cell(m.the("keeps")[at], decimals=3, role="value"),
    )


# ── parameters ─────────────────────────────────────────────────────────────────────────


def cuts(m: Heads) -> Table:
    """The same parameters, cut in other ways."""
    columns = (
        Column("heads"),
        Column("d_head"),
        Column("parameters", "target"),
        Column("q,k,v of one"),
        Column("W_O"),
        Column("weights h·n²"),
    )
    rows = each(partial(cut_row, m), range(len(m.cuts)))
    title = "The same parameters, however they are cut"
    return Table(title, columns, rows, row=m.cuts.index(m.heads), width=44)


def cut_row(m: Heads, at: int) -> tuple[Cell, ...]:
    """What one way of cutting costs."""
    numbers = (
        cell(x, "integer", role="target" if i == 1 else "plain")
        for i, x in enumerate(m.the("costs").row(at))
    )
    return Cell(m.cuts[at], "integer", key=str(m.cuts[at])), *numbers


def matrices(m: Heads) -> tuple[Heatmap, ...]:
    """The matrices that are cut into heads; drawn entries are faint beside designed ones."""
    weights = m.layer.weights
    return tuple(
        Heatmap(
            f"{letter}, cut by columns",
            matrix,
            m.channels,
            m.channels,
            "diverging",
            decimals=1,
            height=10,
            width=24,
        )
        for letter, matrix in (("W_q", weights.w_q), ("W_k", weights.w_k))
    )
