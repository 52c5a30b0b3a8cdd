"""The pictures of `generation`: the text, what may come next, and how open that is."""

import numpy as np

import tui_transformer.concepts.generation.workings  # noqa: F401  (it tells the model why)
from tui_transformer.concepts._wrote import neurons, wrote
from tui_transformer.concepts.generation import inside
from tui_transformer.concepts.generation.model import Generation
from tui_transformer.concepts.generation.says import label, quoted, says
from tui_transformer.figure import Figure
from tui_transformer.later import each
from tui_transformer.nn.cutting import components
from tui_transformer.nn.made_up.prose import PLAN
from tui_transformer.panels import Table, Tokens, Words, main, parted
from tui_transformer.pieces import Bar, Cell, Column, Style, Token, cell
from tui_transformer.text import visible

LONGEST = 1200  # characters of the text
SHOWN = 16  # rows of the table, and one for what is drawn if it is not among them


def view(m: Generation) -> Figure:
    """The text, what may come next, where the model looks, and what it keeps."""
    best = quoted(m, int(m.ranked[0]))
    coming, steps = parted(next_token(m), ("logit", "p at T"), "From logit to share", 30)
    return Figure(
        rows=(
            (main(story(m)),),
            (main(coming),),
            (inside.square(m), inside.row_table(m)),
            (whole(m),),
            (inside.places(m),),
            (steps,),
            (inside.costs(m), measures(m)),
            (inside.rules(m),),
            (wrote(m, best, components(PLAN)), neurons(m, best, PLAN.block.d_ff)),
        ),
        says=says(m),
        formula=m.the("drawn_with").working(m.coming),
        data=f"trained, on your prompt; draws random (seed {m.seed})",
    )


# ── the text ───────────────────────────────────────────────────────────────────────────


def story(m: Generation) -> Tokens:
    """What the model reads, in its tokens; what has fallen out is only counted."""
    gone, by_look = m.dropped_tokens, m.shade == "attention"
    shades = m.attention[m.head, -1].tolist() if by_look else chances(m)
    every = zip(m.token_strings[gone:], shades, strict=True)
    tokens = tuple(Token(spelled, strength=shade) for spelled, shade in every)
    lost = (Token(f"{gone} fell out"),) if gone else ()
    by = "where the last one looks" if by_look else "how likely each was"
    at = len(lost) + len(tokens) - 1
    title = f"The text, shaded by {by}"
    return Tokens(title, (*lost, *tokens), at, height=4, width=40, key="text")


def chances(m: Generation) -> list[float | None]:
    """List the probability that each token had; none where it was not asked."""
    return [None if x is None else float(np.exp(-x)) for x in m.prices[m.dropped_tokens :]]


def whole(m: Generation) -> Words:
    """The text as people read it, or the end of a long one."""
    end = m.text[-LONGEST:]
    cut = "…" if len(end) < len(m.text) else ""
    return Words("All of the text", (visible(cut + end) or "(nothing yet)",), width=40)


# ── what may come next ─────────────────────────────────────────────────────────────────


def next_token(m: Generation) -> Table:
    """The likeliest tokens, from logit to what they are drawn with; the lit one is drawn."""
    columns = (
        Column("next"),
        Column("drawn", "output", bar=True),
        Column("", "output"),
        Column("p, T = 1"),
        Column("rank"),
        Column("logit", "input"),
        Column("p at T"),
    )
    ranked = m.ranked.tolist()
    place = ranked.index(m.coming)
    shown = [*range(min(SHOWN, len(ranked))), *([place] if place >= SHOWN else [])]
    rows = each(lambda at: token_row(m, ranked[at], at + 1), shown)
    lit = shown.index(place)
    return Table("What may come next", columns, rows, lit, of=f"{len(m.ranked)} tokens", width=40)


def token_row(m: Generation, token: int, rank: int) -> tuple[Cell, ...]:
    """The numbers of one token, which so many are no less likely than."""
    q = m.the("drawn_with")[token]
    spelled = label(m.spelled(token)) + (" ◂" if token == m.coming else "")
    return (
        Cell(spelled, "text", role="plain" if q.value else "muted", key=f"{token}"),
        Cell(Bar(q.value), role="output"),
        cell(q, "probability", 3, "output"),
        cell(m.the("p")[token], "probability", 3),
        Cell(str(rank), "text", role="muted"),
        cell(m.the("logits")[token], decimals=2, role="input"),
        cell(m.the("warmed")[token], "probability", 3),
    )


def measures(m: Generation) -> Table:
    """How undecided it is, and what the text has cost so far."""
    rows: list[tuple[str, str, Style]] = [
        ("tokens that may come", "kept", "integer"),
        ("entropy, nats", "entropy", "number"),
        ("… as among", "as_among", "number"),
        ("… as drawn, nats", "drawn_entropy", "number"),
    ]
    if m.kept > 1:
        rows.append(("u of this draw", "uniform", "number"))
    if m.mean_price is not None:
        rows.append(("this text, nats", "mean_price", "number"))
    return Table(
        "How open it is",
        (Column("what"), Column("", "output")),
        each(lambda row: (Cell(row[0], "text"), cell(m.one(row[1]), row[2], 4, "output")), rows),
        width=25,
    )
