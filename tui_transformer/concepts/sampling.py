"""
A language model ends in one score per token, and then somebody has to choose. Always taking the
highest (**greedy**, temperature 0) is safe and soon repeats itself. Drawing by the probabilities is
livelier, and now and then lands far out in the tail. The three controls here decide how far.

**Temperature** divides the logits before the softmax. Below 1 the favourite gains, above 1 the
others do; at 1 nothing changes. It never changes the *ranking*: turn it and see that no two bars
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

from dataclasses import dataclass

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.controls import Array, Vector, integer, real, seed, vector
from tui_transformer.figure import Axis, Bar, Cell, Column, Figure, Line, Plot, Points, Rule, Table
from tui_transformer.model import Model, derived, value
from tui_transformer.nn import sampling
from tui_transformer.numbers import number
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

    @derived
    def _filtered(self) -> tuple[Array, Array]:
        return sampling.filtered(self.probabilities, self.top_k, self.top_p)

    @value
    def kept(self) -> Array:
        """Places of the tokens that may be drawn, in the order of the logits."""
        return np.flatnonzero(self._filtered[0])

    @value
    def filtered_probabilities(self) -> Array:
        """Probability with which each token is drawn, [n]; 0 where it was dropped."""
        return self._filtered[1]

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
        return f"Greedy: token {int(np.argmax(m.logits))} every time."
    order = "T never changes the ranking"
    if kept < k:
        share = number(float(np.sum(m.probabilities[m.kept])), 3)
        return f"{kept} of {k} tokens are left; together they had {share}. {order}."
    if m.temperature == 1:
        return f"All {k} tokens may come, each with its own p. T = 1 changes nothing."
    change = "flatter" if m.temperature > 1 else "sharper"
    return f"T = {number(m.temperature)}: {change} than the logits say, yet {order.lower()[2:]}."


def weight(m: Sampling, i: int) -> str:
    """Write e^((z − max)/T); at temperature 0 all or nothing."""
    if m.temperature == 0:
        return "1" if i == int(np.argmax(m.logits)) else "0"
    top = float(np.max(m.logits))
    if (m.logits[i] - top) / m.temperature < -700:
        return "0"
    return f"exp(({n(m.logits[i])} - {n(top)})/{n(m.temperature)})"


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
    p, q = float(m.probabilities[i]), float(m.filtered_probabilities[i])
    kept = i in m.kept
    return (
        Cell(
            f"{i}" + (" next" if i == m.token else ""),
            "text",
            role="plain" if kept else "muted",
            key=f"{i}",
        ),
        Cell(Bar(q), role="output"),
        Cell(q, "probability", role="output", working=lambda: filtered_working(m, i)),
        Cell(p, "probability", working=lambda: probability_working(m, i)),
        Cell(float(m.logits[i]), decimals=2, role="input"),
        Cell(int(m.counts[i]), "integer", role="target"),
        Cell("✓" if kept else "dropped", "text", role="good" if kept else "muted"),
    )


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
    challenges=(
        Challenge(
            "leave exactly 2 tokens without using top-k",
            lambda m: len(m.kept) == 2 and m.top_k == 0,
            {"top_p": 0.6},
            hint="The token that crosses p is kept.",
        ),
        Challenge(
            "at top-p 0.9, make all six tokens stay with the temperature alone",
            lambda m: (
                m.top_p == 0.9
                and m.top_k == 0
                and len(m.kept) == len(m.logits) == 6
                and np.array_equal(m.logits, (3, 2.5, 2, 1, 0, -1))
            ),
            {"top_p": 0.9, "temperature": 5.0},
            hint="Flatter means more are needed.",
        ),
        Challenge(
            "with at least 500 draws, bring every count within 5 % of what is expected",
            lambda m: (
                m.draws >= 500
                and m.temperature > 0
                and all(
                    abs(c - m.draws * q) <= 0.05 * m.draws * q
                    for c, q in zip(m.counts, m.filtered_probabilities, strict=True)
                )
            ),
            {"draws": 10000, "top_k": 3},
            hint="More draws; and rare tokens take longest.",
        ),
    ),
    clock="draws",
)
