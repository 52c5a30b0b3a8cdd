"""The pictures of the concept `heads`: what each head looks at, and the sentence over them."""

from functools import partial

import numpy as np

import tui_transformer.concepts.heads.workings  # noqa: F401  (it tells the model why)
from tui_transformer.concepts.heads import tables
from tui_transformer.concepts.heads.model import Heads
from tui_transformer.figure import Figure
from tui_transformer.numbers import count, number, probability
from tui_transformer.panels import Heatmap, Tokens, main
from tui_transformer.pieces import Token
from tui_transformer.text import shorten

SQUARES = 8  # so many heads are drawn


def view(m: Heads) -> Figure:
    """What each head looks at, what they write, and why it costs no parameter."""
    squares = [square(m, head) for head in m.shown(SQUARES)]
    return Figure(
        rows=(
            tuple(map(main, squares[:4])),
            (tables.heads_table(m),),
            *((tuple(squares[4:]),) if squares[4:] else ()),
            (tables.blocks(m),),
            (tables.writings(m),),
            *(((tables.losses(m),),) if m.ablate >= 0 else ()),
            (tables.cuts(m),),
            (sentence(m),),
            tables.matrices(m),
        ),
        says=says(m),
        formula=m.one("parameter_count").why(),
        data=data(m),
    )


def data(m: Heads) -> str:
    """Say where the numbers come from."""
    if m.weights == "random":
        return f"random (seed {m.seed})"
    return f"designed q, k; rest random (seed {m.seed})"


def says(m: Heads) -> str:
    """Say what the heads cost, or what the one that is off takes away."""
    note = f"{m.split.note} " if m.split.note else ""
    parameters, word = count(m.parameter_count), m.name(m.query)
    if m.ablate >= 0:
        lost, rest = number(m.lengths[m.ablate], 3), number(m.keeps[m.query], 3)
        label = "" if m.label(m.ablate) == "random" else f" ({m.label(m.ablate)})"
        return f"{note}Head {m.ablate}{label} off: “{word}” loses {lost}, keeps {rest}."
    heads = "1 head" if m.heads == 1 else f"{m.heads} heads"
    if m.split.empty:
        return f"{note}{heads}, {parameters} parameters."
    cut = f"{heads} × {m.d_head} {'channel' if m.d_head == 1 else 'channels'}"
    if m.blurred:
        return f"{note}{cut}: {parameters} parameters; {blurs(m)}."
    if len(m.tokens) == 1:
        return f"{note}{cut}, over one word: {parameters} parameters."
    sight = "words so far" if m.causal else f"all {len(m.tokens)} words"
    each = "over" if m.heads == 1 else "each over"
    return f"{note}{cut}, {each} {sight}: {parameters} parameters."


def blurs(m: Heads) -> str:
    """Name the head that finds the same word, if it blurs, or else the one that blurs most."""
    short = {head: job.short for head, job in enumerate(m.layer.jobs) if job is not None}
    words = [head for head in m.blurred if short[head] == "same word"]
    head = words[0] if words else min(m.blurred, key=lambda head: m.shares[head])
    return f"“{short[head]}” blurs: {probability(m.shares[head], 2)} right"


# ── attention ──────────────────────────────────────────────────────────────────────────


def square(m: Heads, head: int) -> Heatmap:
    """Whom each word looks at in one head; what it looks for stands over it, and what ▸ finds."""
    words = tuple(shorten(word, 16) for word in m.tokens)
    found = words[int(np.argmax(m.attention[head][m.query]))] if words else ""
    return Heatmap(
        f"{head} {title(m, head)}".replace(" ~", "~") + f": {found}" * bool(found),
        m.attention[head],
        words,
        words,
        high=1.0,
        style="probability",
        row=m.query,
        row_control="query",
        working=partial(m.the("attention").working, head),
        height=9,
        width=12,
        key=f"head {head}",
    )


def title(m: Heads, head: int) -> str:
    """Say in a word or two what a head does."""
    job = m.layer.jobs[head]
    if job is None:
        return "random"
    if job.hidden(m.causal):
        return f"({job.short})"
    return f"~{job.short}" if head in m.blurred else job.short


def sentence(m: Heads) -> Tokens:
    """The words; under each, the heads that look at it most from the chosen one."""
    rows = m.attention[:, m.query]
    favourites: dict[int, list[str]] = {}
    for head in m.shown(SQUARES):
        favourites.setdefault(int(np.argmax(rows[head])), []).append(str(head))
    mean = rows.mean(axis=0)
    return Tokens(
        "Where ▸ looks; below it the strongest head",
        tuple(
            Token(word, strength=float(mean[at]), note=" ".join(favourites.get(at, [])))
            for at, word in enumerate(m.tokens)
        ),
        token=m.query,
        token_control="query",
        height=2,
    )
