"""
A language model ends in one score per token, and then somebody has to choose. Always taking the
highest (**greedy**, temperature 0) is safe and soon repeats itself. Drawing by the probabilities is
livelier, and now and then lands far out in the tail. The three controls here decide how far.

**Temperature** divides the logits before the softmax. Below 1 the favourite gains, above 1 it
loses; at 1 nothing changes. It never changes the *ranking*: turn it and see that no two bars
swap places.

**Top-k** keeps the k most probable tokens and drops the rest. **Top-p** keeps as many as it takes
to reach the share p, and the token that crosses the line is kept. So its number varies: few where
the model is sure, many where it is not. Open *top-p 0.9*, then turn the temperature, and watch
how many stay.

The order matters and is this: temperature, top-k, top-p on what is left, and then what is kept is
stretched to add up to 1.

*Often misread:* that temperature 0 divides by zero. Nothing is divided; it means the limit, all of
the weight on the highest logit.

Play the clock to draw tokens one after another. The counts wander, then settle where the
probabilities are. The same seed draws the same tokens. Where the logits come from: any
[softmax](softmax) layer, such as the last one of a [model that writes](generation).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from tui_transformer.concept import Concept
from tui_transformer.concepts._sampling_tasks import TASKS
from tui_transformer.controls import Array, Vector, integer, real, seed, vector
from tui_transformer.figure import (
    Axis,
    Bar,
    Cell,
    Column,
    Figure,
    Line,
    Plot,
    Points,
    Role,
    Rule,
    Table,
)
from tui_transformer.model import Model, derived, value
from tui_transformer.nn import sampling
from tui_transformer.numbers import number, probability
from tui_transformer.working import Working, n, total


@dataclass(frozen=True, eq=False)
class Sampling(Model):
    """Logits, three ways to filter them, and a seeded draw."""

    logits: Vector = vector(
        (3.0, 2.5, 2.0, 1.0, 0.0, -1.0),
        -20,
        20,
        length=(2, 12),
        typical=(-3, 3),
        help="The raw score of each token.",
    )
    temperature: float = real(1.0, 0, 5, help="Divides the logits; 0 always takes the largest.")
    top_k: int = integer(0, 0, 12, help="Keep so many tokens; 0 keeps all.")
    top_p: float = real(1.0, 0.01, 1, step=0.01, help="Keep tokens up to this share; 1 keeps all.")
    seed: int = seed()
    draws: int = integer(0, 0, 10000, help="How many tokens have been drawn.")

    @value
    def probabilities(self) -> Array:
        """Probability of each token at this temperature, before anything is dropped, [n]."""
        return sampling.with_temperature(self.logits, self.temperature)

    @value
    def kept(self) -> Array:
        """Places of the tokens that may be drawn, in the order of the logits."""
        return np.flatnonzero(self.filtered_probabilities)

    @value
    def filtered_probabilities(self) -> Array:
        """Probability with which each token is drawn, [n]; 0 where it was dropped."""
        return sampling.filtered(self.probabilities, self.top_k, self.top_p)[1]

    @derived
    def drawn(self) -> Array:
        """The tokens drawn so far and the next one, [draws + 1]."""
        return sampling.draw(self.filtered_probabilities, self.seed, self.draws + 1)

    @value
    def counts(self) -> Array:
        """How often each token was drawn, [n]; they add up to `draws`."""
        return np.bincount(self.drawn[:-1], minlength=len(self.logits))

    @value
    def token(self) -> int:
        """The next token to be drawn."""
        return int(self.drawn[-1])

    def idle(self) -> Mapping[str, str]:
        """One token alone leaves nothing to filter and nothing to draw."""
        if self.temperature == 0:
            why = "T = 0 always takes the highest: raise temperature."
            return {"top_k": why, "seed": why}
        alone = "Only one token is left to draw: keep more of them."
        return {"seed": alone} if len(self.kept) == 1 else {}


def view(m: Sampling) -> Figure:
    """A row per token from logit to count; the cumulated shares with the top-p line."""
    return Figure(
        rows=((token_table(m),), (cumulated(m), drawn_shares(m))),
        says=says(m),
        formula=filtered_working(m, int(np.argmax(m.logits))),
        data=f"yours; draws random (seed {m.seed})",
    )


def says(m: Sampling) -> str:
    """Say how many tokens are left to choose from."""
    kept, k = len(m.kept), len(m.logits)
    if m.temperature == 0:
        equals = int(np.sum(m.logits == max(m.logits)))
        which = f"the first of {equals} equals, token" if equals > 1 else "token"
        return f"Greedy: {which} {int(np.argmax(m.logits))} every time."
    t, none = number(m.temperature), int(np.sum(m.probabilities == 0))
    if none:
        return f"T = {t} leaves {none} of {k} tokens less than a float can hold."
    if kept < k:
        dropped = np.delete(m.probabilities, m.kept)
        share = chance(float(np.sum(m.probabilities[m.kept])), dropped, 3)
        left = f"{kept} of {k} tokens are left; together they had {share}."
        if kept == 1:
            left = f"Only token {m.kept[0]} of {k} is left; it had {share}."
        return f"{left} T keeps the order."
    if np.ptp(m.logits) == 0:
        return f"All {k} logits are equal: each token has 1/{k}, and no T above 0 changes it."
    if m.temperature == 1:
        return f"All {k} tokens may come, each with its own p. T = 1 changes nothing."
    change = "flatter" if m.temperature > 1 else "sharper"
    return f"T = {t}: {change} than the logits say, yet never changes the ranking."


def chance(p: float, others: Array, decimals: int = 6) -> str:
    """Write a probability; one that is 1 to all digits of a float, by what the others have."""
    rest = math.fsum(others)
    return f"1−{probability(rest)}" if p >= 1 and rest else probability(min(p, 1.0), decimals)


def weight(m: Sampling, i: int) -> str:
    """Write e^((z − max)/T); at temperature 0 all or nothing."""
    if m.temperature == 0:
        return "1" if i == int(np.argmax(m.logits)) else "0"
    return f"exp(({n(m.logits[i])} - {n(np.max(m.logits))})/{n(m.temperature)})"


def probability_working(m: Sampling, i: int) -> Working:
    """Show how a probability comes about before anything is dropped."""
    every = total(weight(m, j) for j in range(len(m.logits)))
    return Working(
        f"p{i} = e^((z{i} − max z)/T) / Σ e^((z − max z)/T)",
        f"{weight(m, i)} / {every}",
        float(m.probabilities[i]),
        "probabilities",
    )


def filtered_working(m: Sampling, i: int) -> Working:
    """Show how the probability after filtering comes about."""
    q = float(m.filtered_probabilities[i])
    if i not in m.kept:
        return Working(f"token {i} was dropped", "0", q, "filtered_probabilities")
    p = m.probabilities
    return Working(
        f"p{i} / Σ p of the kept",
        f"{n(p[i])} / {total(n(p[j]) for j in m.kept)}",
        q,
        "filtered_probabilities",
    )


def token_table(m: Sampling) -> Table:
    """One row per token."""
    columns = (
        Column("token"),
        Column("drawn with", "output", bar=True),
        Column("", "output"),
        Column("p"),
        Column("z", "input"),
        Column("count", "target"),
        Column("kept"),
    )
    rows = tuple(token_row(m, i) for i in range(len(m.logits)))
    return Table("From logits to the next token", columns, rows, row=m.token)


def token_row(m: Sampling, i: int) -> tuple[Cell, ...]:
    """The numbers of one token."""
    p, q = m.probabilities, m.filtered_probabilities
    kept = "✓" if i in m.kept else "dropped" if p[i] else "no share"
    good = kept == "✓"
    return (
        Cell(
            f"{i}" + (" next" if i == m.token else ""),
            "text",
            role="plain" if good else "muted",
            key=f"{i}",
        ),
        Cell(Bar(float(q[i])), role="output"),
        chance_cell(q, i, "output", partial(filtered_working, m, i)),
        chance_cell(p, i, "plain", partial(probability_working, m, i)),
        Cell(float(m.logits[i]), decimals=2, role="input"),
        Cell(int(m.counts[i]), "integer", role="target"),
        Cell(kept, "text", role="good" if good else "muted"),
    )


def chance_cell(p: Array, i: int, role: Role, working: Callable[[], Working]) -> Cell:
    """Show a probability; as text where it is 1 to all digits of a float and yet is not 1."""
    text = chance(float(p[i]), np.delete(p, i))
    if text.startswith("1−"):
        return Cell(text, "text", role=role)
    return Cell(float(p[i]), "probability", role=role, working=working)


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
        f"Share of token {best} drawn",
        (Rule(q, role="output", label="its probability"), Line(at, share, "target")),
        Axis("draws", 0, max(m.draws, 10)),
        Axis("", 0, 1.05),
        height=8,
        width=25,
        key="share",
    )


CONCEPT = Concept(
    Sampling,
    view,
    presets={
        "everything": {},
        "greedy": {"temperature": 0.0},
        "sharper (T = 0.5)": {"temperature": 0.5},
        "flatter (T = 2)": {"temperature": 2.0},
        "top-k 3": {"top_k": 3},
        "top-p 0.9": {"top_p": 0.9},
        "top-p 0.9 when unsure": {"top_p": 0.9, "temperature": 5.0},
        "a thousand draws": {"draws": 1000},
    },
    challenges=TASKS,
    clock="draws",
)
