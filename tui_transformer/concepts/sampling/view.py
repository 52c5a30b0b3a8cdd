"""The pictures of the concept `sampling`, and the sentence over them."""

import math
from collections.abc import Sequence
from functools import partial

import numpy as np

import tui_transformer.concepts.sampling.workings  # noqa: F401  (it tells the model why)
from tui_transformer.arrays import Array
from tui_transformer.concepts.sampling.model import PROMPT, Sampling
from tui_transformer.figure import Figure
from tui_transformer.later import OneByOne
from tui_transformer.nn import sampling
from tui_transformer.numbers import number, probability
from tui_transformer.panels import Others, Plot, Table, Words, main
from tui_transformer.pieces import Axis, Bar, Cell, Column, Line, Points, Role, Rule, cell
from tui_transformer.terms import Operand

LATEST = 12  # words of the sentence that are shown


def view(m: Sampling) -> Figure:
    """A row per token from logit to count; the cumulated shares with the top-p line."""
    return Figure(
        rows=((token_table(m),), (sung(m),), (main(cumulated(m)), drawn_shares(m))),
        says=says(m),
        formula=m.the("filtered_probabilities").working(int(np.argmax(m.logits))),
        data=f"yours; draws random (seed {m.seed})",
    )


def says(m: Sampling) -> str:
    """Say how many tokens are left to choose from."""
    kept, k = len(m.kept), len(m.logits)
    if m.temperature == 0:
        equals = int(np.sum(m.logits == max(m.logits)))
        first = called(m, int(np.argmax(m.logits)))
        if equals > 1:
            return f"Greedy: of {equals} equals the first, {first}, every time."
        return f"Greedy: always {first}."
    t, none = number(m.temperature), int(np.sum(m.probabilities == 0))
    if none:
        return f"T = {t} leaves {none} of {k} tokens less than a float can hold."
    if kept < k:
        dropped = np.delete(m.probabilities, m.kept)
        share = chance(float(np.sum(m.probabilities[m.kept])), dropped, 3)
        left = f"{kept} of {k} tokens are left; together they had {share}."
        if kept == 1:
            left = f"Only {called(m, m.kept[0])} of {k} tokens is left; it had {share}."
        return left
    if np.ptp(m.logits) == 0:
        return f"All {k} logits are equal: each token has 1/{k}."
    return f"T = {t}: all {k} tokens may come. {m.draws} drawn: {song(m, 6) or 'none'}."


def called(m: Sampling, i: int) -> str:
    """Name a token in a sentence."""
    name = m.place("logits", i)
    return f"token {name}" if name.isdecimal() else name


def song(m: Sampling, most: int) -> str:
    """The last of the words that were drawn."""
    drawn = [m.place("logits", i) for i in m.drawn[max(m.draws - most, 0) : m.draws]]
    return " ".join([*["…"] * (m.draws > most), *drawn])


def sung(m: Sampling) -> Words:
    """The sentence that the draws have made so far: its end, where it is long."""
    return Words("What was drawn", (" ".join([PROMPT, song(m, LATEST), "_"]),))


def chance(p: float, left: Array, decimals: int = 4) -> str:
    """Write a probability; one that is 1 to all digits of a float, by what the others have."""
    rest = math.fsum(left)
    return f"1−{probability(rest)}" if p >= 1 and rest else probability(min(p, 1.0), decimals)


def token_table(m: Sampling) -> Table:
    """One row per token."""
    columns = (
        Column("token"),
        Column("drawn with", "output", bar=True, short="drawn"),
        Column("", "output"),
        Column("p"),
        Column("z", "input", rank=2),
        Column("count", "target"),
        Column("kept"),
    )
    rows = OneByOne(partial(token_row, m), range(len(m.logits)))
    return Table(
        "From logits to the next token",
        columns,
        rows,
        row=m.token,
        of=f"{len(m.logits)} tokens",
        others=Others(m.filtered_probabilities, partial(together, m)),
    )


def together(m: Sampling, places: Sequence[int]) -> tuple[Cell | None, ...]:
    """What the tokens that have no room get together."""
    p, q = (math.fsum(shares[[*places]]) for shares in (m.probabilities, m.filtered_probabilities))
    return (
        Cell(Bar(q), role="output"),
        Cell(q, "probability", 4, "output"),
        Cell(p, "probability", 4),
        None,
        Cell(int(np.sum(m.counts[[*places]])), "integer", role="target"),
    )


def token_row(m: Sampling, i: int) -> tuple[Cell, ...]:
    """The numbers of one token."""
    p, q = m.the("probabilities")[i], m.the("filtered_probabilities")[i]
    kept = "✓" if q.value else "out" if p.value else "–"
    return (
        Cell(
            m.place("logits", i) + (" next" if i == m.token else ""),
            "text",
            role="plain" if q.value else "muted",
            key=m.place("logits", i),
        ),
        Cell(Bar(q.value), role="output"),
        chance_cell(q, np.delete(m.filtered_probabilities, i), "output"),
        chance_cell(p, np.delete(m.probabilities, i)),
        Cell(float(m.logits[i]), decimals=2, role="input"),
        cell(m.the("counts")[i], "integer", role="target"),
        Cell(kept, "text", role="good" if q.value else "muted"),
    )


def chance_cell(p: Operand, left: Array, role: Role = "plain") -> Cell:
    """Show a probability; as text where it is 1 to all digits of a float and yet is not 1."""
    text = chance(p.value, left)
    if text.startswith("1−"):
        return Cell(text, "text", role=role)
    return cell(p, "probability", 4, role)


def cumulated(m: Sampling) -> Plot:
    """How the shares add up from the most probable token on, with the line that top-p draws."""
    keep = sampling.top_k(m.probabilities, m.top_k)
    left = np.where(keep, m.probabilities, 0.0)
    order = sampling.ranking(left)
    ends = np.cumsum(left[order]) / np.sum(left)
    places = np.arange(1, len(ends) + 1)
    kept = np.isin(order, m.kept)
    return Plot(
        "Shares, added up",
        (
            Rule(m.top_p, role="target", label="top-p"),
            Line(places, ends, "muted"),
            Points(places[kept], ends[kept], "good", "kept", "●"),
            Points(places[~kept], ends[~kept], "muted", "dropped", "○"),
        ),
        Axis("tokens", 0.5, len(ends) + 0.5),
        Axis("share", 0, 1.05),
        height=8,
        width=25,
    )


def drawn_shares(m: Sampling) -> Plot:
    """How the most probable token's share of the draws settles."""
    best = int(np.argmax(m.filtered_probabilities))
    q = float(m.filtered_probabilities[best])
    at = np.arange(1, m.draws + 1)
    share = np.cumsum(m.drawn[:-1] == best) / at if m.draws else at.astype(float)
    return Plot(
        f"Share of {called(m, best)} drawn",
        (Rule(q, role="output", label="its probability"), Line(at, share, "target")),
        Axis("draws", 0, max(m.draws, 10)),
        Axis("", 0, 1.05),
        height=8,
        width=25,
        key="share",
    )
