"""The text that is written, and the table of what may come next, with its workings."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts import _generation_network as network
from tui_transformer.figure import Bar, Cell, Column, Style, Table, Token, Tokens, Words
from tui_transformer.nn.prose import PLAN, Array
from tui_transformer.nn.softmax import entropy
from tui_transformer.text import shorten, visible
from tui_transformer.working import Working, dot, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.generation import Generation

LONGEST = 1200  # characters of the text
SHOWN = 7  # rows of the table, and one for what is drawn if it is not among them
MOST = math.log(PLAN.vocabulary)  # nats
COLDEST = -700.0  # e to anything less is 0 in a float


def label(spelled: str) -> str:
    """Write a token for a label, its space as ·."""
    return visible(shorten(spelled.replace(" ", "·"), 12)) or "(space)"


def quoted(m: Generation, token: int) -> str:
    """Write a token that may come next in a sentence or a formula."""
    return f"“{label(m.spelled(token)).removeprefix('·')}”"


# ── the text ───────────────────────────────────────────────────────────────────────────


def story(m: Generation) -> Tokens:
    """What the model reads, in its tokens; what has fallen out is only counted."""
    gone, by_look = m.dropped_tokens, m.shade == "attention"
    shades = m.attention[m.head, -1].tolist() if by_look else chances(m)
    every = zip(m.token_strings[gone:], shades, strict=True)
    tokens = tuple(Token(spelled, strength=shade) for spelled, shade in every)
    lost = (Token(f"…{gone} fell out"),) if gone else ()
    by = "where the last one looks" if by_look else "how likely each was"
    at = len(lost) + len(tokens) - 1
    title = f"The text, shaded by {by}"
    return Tokens(title, (*lost, *tokens), at, height=4, width=40, key="text")


def chances(m: Generation) -> list[float | None]:
    """List the probability that each token had; none where it was not asked."""
    asked = m.state_of_text.prices[m.dropped_tokens :]
    return [None if x is None else float(np.exp(-x)) for x in asked]


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
        Column("logit", "input"),
        Column("p at T"),
        Column("rank"),
    )
    best = m.ranked[:SHOWN].tolist()
    shown = best if m.coming in best else [*best, m.coming]
    rows = tuple(token_row(m, token) for token in shown)
    return Table("What may come next", columns, rows, shown.index(m.coming), width=40)


def token_row(m: Generation, token: int) -> tuple[Cell, ...]:
    """The numbers of one token."""
    q = float(m.drawn_with[token])
    mark = " ◂" if token == m.coming else ""
    return (
        Cell(label(m.spelled(token)) + mark, "text", role="plain" if q else "muted",
             key=f"{token}"),
        Cell(Bar(q), role="output"),
        Cell(q, "probability", 4, "output", working=partial(drawn_working, m, token)),
        Cell(float(m.p[token]), "probability", 4, working=partial(p_working, m, token)),
        Cell(float(m.logits[token]), decimals=2, role="input",
             working=partial(logit_working, m, token)),
        Cell(float(m.warmed[token]), "probability", 4, working=partial(warm_working, m, token)),
        Cell(str(int(np.flatnonzero(m.ranked == token)[0]) + 1), "text", role="muted"),
    )  # fmt: skip


def logit_working(m: Generation, token: int) -> Working:
    """Show a score: the last normed vector times the token's own embedding."""
    return Working(
        f"z{quoted(m, token)} = norm(stream)·embedding{quoted(m, token)}, {PLAN.d_model} channels",
        dot(m.state_of_text.step.final[-1], network.weights()["embedding"][token]),
        float(m.logits[token]),
        "top_tokens",
    )


def powers(z: Array, temperature: float) -> list[str]:
    """Write e^((z − max)/T) of every score; at temperature 0 all or nothing."""
    best, top = int(np.argmax(z)), float(np.max(z))
    if temperature == 0:
        return ["1" if i == best else "0" for i in range(len(z))]
    by = "" if temperature == 1 else f"/{n(temperature)}"
    return [
        "0" if (x - top) / temperature < COLDEST else f"exp(({n(x)} - {n(top)}){by})"
        for x in z.tolist()
    ]


def p_working(m: Generation, token: int) -> Working:
    """Show what the model itself says: a softmax over the whole vocabulary."""
    terms = powers(m.logits, 1.0)
    return Working(
        f"p{quoted(m, token)} = e^(z − max) / Σ e^(z − max) over {len(terms)} tokens",
        f"{terms[token]} / {total(terms[i] for i in m.ranked)}",
        float(m.p[token]),
        "top_tokens",
    )


def warm_working(m: Generation, token: int) -> Working:
    """Show the same at the temperature."""
    terms = powers(m.logits, m.temperature)
    return Working(
        f"p{quoted(m, token)} at T = e^((z − max)/T) / Σ e^((z − max)/T)",
        f"{terms[token]} / {total(terms[i] for i in m.ranked)}",
        float(m.warmed[token]),
        "next_token",
    )


def drawn_working(m: Generation, token: int) -> Working:
    """Show what a token is drawn with: its share of those that are kept."""
    q = float(m.drawn_with[token])
    if not q:
        return Working(f"{quoted(m, token)} was dropped", "0", q, "next_token")
    kept = np.sort(m.warmed[m.drawn_with > 0])[::-1]
    return Working(
        f"drawn with = p{quoted(m, token)} at T / Σ p at T of the {m.kept} kept",
        f"{n(m.warmed[token])} / {total(map(n, kept))}",
        q,
        "next_token",
    )


# ── numbers of the whole ───────────────────────────────────────────────────────────────


def measures(m: Generation) -> Table:
    """How undecided it is, and what the text has cost so far."""
    asked = [x for x in m.state_of_text.prices if x is not None]
    rows = [
        measure("tokens that may come", m.kept, "integer", kept_working(m)),
        measure("entropy, nats", m.entropy, "number", entropy_working(m)),
        measure("… as among", float(np.exp(m.entropy)), "number", Working(
            "e^entropy: as undecided as among so many equal ones",
            f"exp({n(m.entropy)})", float(np.exp(m.entropy)), "entropy")),
        measure("… as drawn, nats", float(entropy(m.drawn_with)), "number", Working(
            "Σ −q ln q over what may be drawn", surprise(m.drawn_with),
            float(entropy(m.drawn_with)), "entropy")),
    ]  # fmt: skip
    if m.kept > 1:
        rows.append(measure("u of this draw", m.uniform, "number", draw_working(m)))
    if asked:
        mean = float(np.mean(asked))
        worked = Working("mean of −ln p over the tokens so far", f"{total(map(n, asked))} / "
                         f"{len(asked)}", mean, "log_probabilities")  # fmt: skip
        rows.append(measure("this text, nats", mean, "number", worked))
    return Table("How open it is", (Column("what"), Column("", "output")), tuple(rows), width=25)


def measure(what: str, amount: float, style: Style, working: Working) -> tuple[Cell, ...]:
    """One number with its name."""
    return Cell(what, "text"), Cell(amount, style, 4, "output", working=working)


def surprise(p: Array) -> str:
    """Write Σ −p ln p over what is possible at all."""
    return total(f"-{n(x)}*log({n(x)})" for x in np.sort(p[p > 0])[::-1].tolist())


def entropy_working(m: Generation) -> Working:
    """Show how undecided the model is."""
    return Working(
        f"Σ −p ln p over {PLAN.vocabulary} tokens; ln {PLAN.vocabulary} = {MOST:.3f} at the most",
        surprise(m.p),
        m.entropy,
        "entropy",
    )


def draw_working(m: Generation) -> Working:
    """Show what decides: a uniform number, and the token where the sum of shares passes it."""
    return Working(
        f"u from the seed, 0..1: going through the tokens by number, the sum of their shares "
        f"passes it at {quoted(m, m.coming)}",
        n(m.uniform),
        m.uniform,
        "next_token",
    )


def kept_working(m: Generation) -> Working:
    """Show how many tokens each of the three leaves out."""
    size = PLAN.vocabulary
    return Working("all tokens − those dropped", f"{size} - {size - m.kept}", m.kept, "kept")
