"""
A **query** is a list of numbers that says what is wanted; a **key**, equally long, says
what is on offer. Their [dot product](dot-product) is the score s: large where both point
the same way. [Softmax](softmax) turns the scores of all keys into weights that add up to
1, and the weights decide how much of each key's [value](values) is taken.

Between score and softmax stands a division by √d, where d is how many numbers a vector
has. A score is a sum of d products. If the parts have mean 0 and variance 1, every
product has variance 1, and so the sum has variance d: at d = 64 a score of ±8 is
ordinary, and e^8 is 2,981. Left alone, one key takes nearly everything, softmax turns
flat, and hardly any gradient comes back through it. Divided by √d, the variance is 1 at
every d.

Set `source` to random and switch `scaled` off: the row marked ● collapses onto one key.
Then try other seeds; the draw decides how hard it falls.

*Often misread:* that √d makes the weights add up to 1, or changes who wins. Softmax does
the first in any case, and dividing never changes the order: √d is a temperature. It
expects parts of variance 1; give the query larger ones and even the divided row
collapses.

The workings subtract the largest score from each exponent: it cancels, and nothing can
overflow. Next: every word asks at once, in [self-attention](self-attention).
"""

import math
from dataclasses import dataclass

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.controls import (
    Array,
    Matrix,
    Vector,
    choice,
    integer,
    matrix,
    seed,
    toggle,
    vector,
)
from tui_transformer.figure import (
    Axis,
    Bar,
    Cell,
    Column,
    Figure,
    Heatmap,
    Line,
    Panel,
    Plot,
    Points,
    Rule,
    Table,
)
from tui_transformer.model import Model, derived, value
from tui_transformer.nn import attention as nn
from tui_transformer.nn.softmax import entropy, log_softmax, log_sum_exp
from tui_transformer.numbers import number, probability
from tui_transformer.text import and_list
from tui_transformer.working import Working, dot, n, total

MOST_KEYS, MOST_DIMENSIONS = 16, 512
KEYS = ((1.0, 0.0, 1.0, 0.0), (1.0, 0.0, 0.0, 1.0), (0.0, 1.0, 0.0, 1.0), (-1.0, 0.0, -1.0, 0.0))


@dataclass(frozen=True, eq=False)
class Attention(Model):
    """One query, several keys, and the weights it gives them with √d and without."""

    source: str = choice("hand", "hand", "random", help="Your own query and keys, or ones drawn "
                                                        "from a standard normal.")
    scaled: bool = toggle(True, help="Divide the scores by √d before softmax?")
    query: Vector = vector((1.0, 0.0, 1.0, 0.0), -20, 20, 0.5, length=(2, 64),
                           help="What is wanted (source hand).")
    keys: Matrix = matrix(KEYS, -20, 20, 0.5, rows=(2, MOST_KEYS),
                          columns=("len(query)", "len(query)"),
                          help="What is on offer, one key a row (source hand).")
    dimension: int = integer(64, 1, MOST_DIMENSIONS, log=True,
                             help="How many numbers a drawn vector has (source random).")
    count: int = integer(8, 2, MOST_KEYS, help="How many keys are drawn (source random).")
    selected: int = integer(0, 0, "(len(keys) if source == 'hand' else count) - 1",
                            help="The key whose fraction is written out.")
    seed: int = seed()

    @value
    def scores(self) -> Array:
        """The dot product of the query with each key, [n]."""
        return nn.scores(self.q[None], self.k, scaled=False)[0]

    @value
    def scaled_scores(self) -> Array:
        """The scores divided by √d, whether or not softmax gets to see them, [n]."""
        return nn.scores(self.q[None], self.k)[0]

    @value
    def weights(self) -> Array:
        """How the query's attention is shared out, [n]; adds up to 1."""
        return self.rows[self.scaled]

    @value
    def entropy(self) -> float:
        """How widely the attention is spread, in nats; near 0 it all sits on one key."""
        return float(entropy(self.weights))

    @value
    def max_entropy(self) -> float:
        """The entropy of equal weights: ln n."""
        return math.log(len(self.k))

    @derived
    def drawn(self) -> Array:
        """A query and the keys as standard normal numbers, [1 + 16, 512].

        A smaller d or fewer keys take the first of them, so changing one changes nothing else.
        """
        shape = (1 + MOST_KEYS, MOST_DIMENSIONS)
        return np.random.default_rng(self.seed).standard_normal(shape)

    @derived
    def q(self) -> Array:
        """The query in use, [d]."""
        return self.query if self.source == "hand" else self.drawn[0, : self.dimension]

    @derived
    def k(self) -> Array:
        """The keys in use, [n, d]."""
        hand = self.source == "hand"
        return self.keys if hand else self.drawn[1 : 1 + self.count, : self.dimension]

    @derived
    def rows(self) -> tuple[Array, Array]:
        """The weights without and with √d; `scaled` picks one of them."""
        return nn.weights(self.scores), nn.weights(self.scaled_scores)

    @derived
    def top(self) -> int:
        """The key with the largest score."""
        return int(np.argmax(self.scores))


def view(m: Attention) -> Figure:
    """Both rows of weights, what √d changes, and the vectors they come from."""
    random = m.source == "random"
    why: tuple[tuple[Panel, ...], ...] = ((spread_plot(m),),) if random else ()
    return Figure(
        rows=((key_table(m),), (summary(m), divisor_plot(m)), *why, (vectors(m),)),
        says=says(m),
        formula=weight_working(m, m.selected, m.scaled),
        data=f"random, standard normal (seed {m.seed})" if random else "yours",
    )


def says(m: Attention) -> str:
    """Say what √d does to this very row."""
    d, name = len(m.q), f"k{m.top}"
    without, divided = (written(m, m.top, scaled) for scaled in (False, True))
    tied = np.flatnonzero(np.isclose(m.scores, m.scores[m.top], rtol=1e-12, atol=1e-12))
    if len(tied) == len(m.k):
        return f"All {len(m.k)} keys score the same, so each gets 1/{len(m.k)}: with √{d} or without."
    if len(tied) > 1:
        names = and_list([f"k{j}" for j in tied]) if len(tied) < 4 else f"{len(tied)} keys"
        return f"{names} tie: each gets {divided} divided by √{d}, {without} undivided."
    if d == 1:
        return f"d = 1: √1 is 1, so dividing changes nothing; {name} gets {divided}."
    if m.scaled and m.rows[True][m.top] > 0.99:
        return f"Even divided by √{d}, {name} takes {divided}: parts this large saturate."
    if m.scaled:
        return f"Divided by √{d}, {name} gets {divided} of the weight; undivided, {without}."
    collapsed = "Collapsed: without" if m.weights[m.top] > 0.95 else "Without"
    return f"{collapsed} √{d}, {name} takes {without}; divided by √{d}, {divided}."


# ── numbers and how they come about ────────────────────────────────────────────────────


def exponent(m: Attention, j: int, scaled: bool) -> str:
    """Write the exponent of one key, with the largest score taken out."""
    lowered = f"{n(m.scores[j])} - {n(m.scores[m.top])}"
    return f"({lowered})/sqrt({len(m.q)})" if scaled else lowered


def exponents(m: Attention, scaled: bool) -> str:
    """Write what softmax divides by."""
    return total(f"exp({exponent(m, j, scaled)})" for j in range(len(m.k)))


def symbol(j: int | str, scaled: bool) -> str:
    """Name the exponent of one key."""
    return f"(s{j}−max s)/√d" if scaled else f"s{j}−max s"


def weight_working(m: Attention, j: int, scaled: bool) -> Working:
    """Show how a weight comes about: a share of e^score."""
    return Working(
        f"w{j} = e^({symbol(j, scaled)}) / Σ e^({symbol('', scaled)}),  s = q·k",
        f"exp({exponent(m, j, scaled)}) / {exponents(m, scaled)}",
        float(m.rows[scaled][j]), "weights")


def log_weight(m: Attention, j: int, scaled: bool) -> float:
    """The logarithm of a weight, which stays exact where the weight itself underflows."""
    return float(log_softmax(m.scaled_scores if scaled else m.scores)[j])


def written(m: Attention, j: int, scaled: bool) -> str:
    """Write a weight so that it is never 0 or 1, not even where a float can only be that."""
    w = float(m.rows[scaled][j])
    if w < 1e-300:
        return tiny(log_weight(m, j, scaled))
    if w <= 0.99999:
        return probability(w, 4)
    z = m.scaled_scores if scaled else m.scores
    return f"1−{tiny(float(log_sum_exp(np.delete(z, j)) - log_sum_exp(z)))}"


def tiny(log_x: float) -> str:
    """Write e^log_x in powers of ten, however small it is."""
    power = log_x / math.log(10)
    return f"{10 ** (power % 1):.1f}e{math.floor(power):+03d}"


def weight_cell(m: Attention, j: int, scaled: bool) -> Cell:
    """Show a weight; where it is too close to 0 or 1 for a float, as text."""
    w = float(m.rows[scaled][j])
    role = "output" if scaled == m.scaled else "muted"
    if w < 1e-300:
        return Cell(written(m, j, scaled), "text", role=role, working=lambda: Working(
            f"ln w{j} = {symbol(j, scaled)} − ln Σ e^({symbol('', scaled)}): w{j} itself underflows",
            f"{exponent(m, j, scaled)} - log({exponents(m, scaled)})",
            log_weight(m, j, scaled), "weights"))
    working = lambda: weight_working(m, j, scaled)  # noqa: E731
    if w > 0.99999:
        return Cell(written(m, j, scaled), "text", role=role, working=working)
    return Cell(w, "probability", 4, role=role, working=working)


# ── panels ─────────────────────────────────────────────────────────────────────────────


def titles(m: Attention) -> tuple[str, str]:
    """Name both rows, the one that counts marked by more than its colour."""
    marks = "○●" if m.scaled else "●○"
    return f"{marks[1]} ÷√{len(m.q)}", f"{marks[0]} ÷1"


def key_table(m: Attention) -> Table:
    """One row per key: its weight in both rows, and the way from score to weight."""
    divided, undivided = titles(m)
    with_role, without_role = ("output", "muted") if m.scaled else ("muted", "output")
    columns = (Column("key", "key"), Column(divided, with_role, bar=True),
               Column("weight", with_role), Column(undivided, without_role, bar=True),
               Column("weight", without_role), Column("s=q·k"), Column(f"s/√{len(m.q)}"),
               Column("e^((s−max)/√d)" if m.scaled else "e^(s−max)"))
    rows = tuple(key_row(m, j) for j in range(len(m.k)))
    return Table("One query asks every key: ● is the row that counts", columns, rows,
                 row=m.selected, row_control="selected")


def key_row(m: Attention, j: int) -> tuple[Cell, ...]:
    """The numbers of one key."""
    s, z, d = float(m.scores[j]), float(m.scaled_scores[j]), len(m.q)
    lowered = (z - float(m.scaled_scores[m.top])) if m.scaled else s - float(m.scores[m.top])
    power = math.exp(lowered)
    return (
        Cell(f"k{j}", "text", role="key"),
        *(cell for scaled in (True, False) for cell in (
            Cell(Bar(float(m.rows[scaled][j])), role="output" if scaled == m.scaled else "muted"),
            weight_cell(m, j, scaled))),
        Cell(s, decimals=2, working=lambda: Working(
            f"s{j} = q·k{j} = Σ qᵢ·k{j}ᵢ", dot(m.q, m.k[j]), s, "scores")),
        Cell(z, decimals=3, working=lambda: Working(
            f"s{j}/√d", f"{n(s)}/sqrt({d})", z, "scaled_scores")),
        Cell(tiny(lowered), "text") if power < 1e-300 else
        Cell(power, decimals=4, working=lambda: Working(
            f"e^({symbol(j, m.scaled)})", f"exp({exponent(m, j, m.scaled)})", power, "weights")),
    )


def summary(m: Attention) -> Table:
    """What dividing changes, in numbers: both rows side by side."""
    divided, undivided = titles(m)
    both = (True, False)
    rows = (
        ("largest", *(weight_cell(m, m.top, scaled) for scaled in both)),
        ("entropy", *(entropy_cell(m, scaled) for scaled in both)),
        ("max: ln n", *(Cell(m.max_entropy, decimals=4, working=lambda: Working(
            "ln n", f"log({len(m.k)})", m.max_entropy, "max_entropy")) for _ in both)),
        ("slope", *(slope_cell(m, scaled) for scaled in both)),
        ("mean s²", *(square_cell(m, scaled) for scaled in both)),
        ("expected", *(expected_cell(m, scaled) for scaled in both)),
    )
    return Table("What dividing changes", (Column(""), Column(divided), Column(undivided)),
                 tuple((Cell(name, "text"), *cells) for name, *cells in rows), width=28)


def entropy_cell(m: Attention, scaled: bool) -> Cell:
    """How widely a row is spread."""
    w = [float(x) for x in m.rows[scaled] if x > 0]
    h = float(entropy(m.rows[scaled]))
    return Cell(h, decimals=4, working=lambda: Working(
        "H = −Σ w·ln w", f"-{total(f'{n(x)}*log({n(x)})' for x in w)}", h, "entropy"))


def slope_cell(m: Attention, scaled: bool) -> Cell:
    """How much the largest weight still answers to its score: what a gradient gets through."""
    largest, *rest = sorted((float(x) for x in m.rows[scaled]), reverse=True)
    slope = largest * math.fsum(rest)
    return Cell(slope, decimals=4, role="gradient", working=lambda: Working(
        "∂w/∂s of the largest (as softmax gets it) = w·(1−w), 1−w being the other weights",
        f"{n(largest)}*{total(map(n, rest))}", slope, "weights"))


def square_cell(m: Attention, scaled: bool) -> Cell:
    """The spread of these scores around 0."""
    s = [float(x) for x in (m.scaled_scores if scaled else m.scores)]
    mean = math.fsum(x * x for x in s) / len(s)
    return Cell(mean, decimals=3, working=lambda: Working(
        "mean of (s/√d)²" if scaled else "mean of s²",
        f"{dot(s, s)} / {len(s)}", mean, "scaled_scores" if scaled else "scores"))


def expected_cell(m: Attention, scaled: bool) -> Cell:
    """The spread to expect of random vectors."""
    d = len(m.q)
    return Cell(1.0 if scaled else float(d), decimals=3, working=lambda: Working(
        "Var(q·k/√d) = d/√d² where all parts have mean 0 and variance 1" if scaled else
        "Var(q·k) = d·Var(qᵢ)·Var(kᵢ) where all parts have mean 0 and variance 1",
        f"{d}/sqrt({d})^2".replace("^", "**") if scaled else f"{d}*1*1",
        1.0 if scaled else float(d)))


def divisor_plot(m: Attention) -> Plot:
    """Every key's weight over what its score is divided by: a slide from one to all."""
    root = math.sqrt(len(m.q))
    c = np.geomspace(0.5, 4 * root, 80)
    curves = nn.weights(m.scores / c[:, None])
    others = (j for j in range(len(m.k)) if j != m.selected)
    here = np.full(len(m.k), root if m.scaled else 1.0)
    return Plot(
        "Weights by divisor",
        (*(Line(c, curves[:, j], "muted") for j in others),
         Rule(1.0, upright=True, label="÷1"),
         Rule(root, upright=True, label=f"÷√{len(m.q)}"),
         Line(c, curves[:, m.selected], "key", f"k{m.selected}"),
         Points(here, m.weights, "output")),
        Axis("scores divided by", 0.5, 4 * root, log=True), Axis("weight", 0, 1), height=8,
    )


def spread_plot(m: Attention) -> Plot:
    """The scores of this draw at every d: sums of random products spread as √d."""
    d = np.arange(1, MOST_DIMENSIONS + 1)
    walks = np.cumsum(m.drawn[0] * m.drawn[1 : 1 + m.count], axis=1)
    others = (j for j in range(m.count) if j != m.selected)
    return Plot(
        "Why √d: every added dimension adds a random product",
        (*(Line(d, walks[j], "muted") for j in others),
         Line(d, walks[m.selected], "key", f"k{m.selected}"),
         Line(d, np.sqrt(d), "target", "±√d"), Line(d, -np.sqrt(d), "target"),
         Rule(m.dimension, upright=True, role="cursor", label=f"d = {m.dimension}"),
         Points(np.full(m.count, m.dimension), m.scores, "output")),
        Axis("d", 0, MOST_DIMENSIONS), Axis("s = q·k"), height=9,
    )


def vectors(m: Attention) -> Heatmap:
    """The query above its keys; a score is the sum of products down the columns."""
    matrix = np.vstack([m.q, m.k])
    reach = float(np.max(np.abs(matrix))) or 1.0
    return Heatmap(
        "Query q and keys: multiply down, add across", matrix,
        ("q", *(f"k{j}" for j in range(len(m.k)))), tuple(str(i + 1) for i in range(len(m.q))),
        "diverging", -reach, reach, row=m.selected + 1, row_role="key",
        height=len(matrix) + 1,
    )


CONCEPT = Concept(
    Attention,
    view,
    presets={
        "four keys": {},
        "14 against 12": {"query": (2.0, 2.0, 2.0, 2.0),
                          "keys": ((4.0, 4.0, 4.0, 2.0), (3.0, 3.0, 3.0, 3.0))},
        "d = 64, divided by √64": {"source": "random"},
        "d = 64, collapsed": {"source": "random", "scaled": False},
        "d = 512, collapsed": {"source": "random", "scaled": False, "dimension": 512},
        "a longer key wins": {"keys": ((1.0, 0.0, 1.0, 0.0), (4.0, 4.0, 0.0, 0.0),
                                       (0.0, 1.0, 0.0, 1.0)), "selected": 1},
        "parts too large": {"query": (6.0, 0.0, 6.0, 0.0)},
        "asking for nothing": {"query": (0.0, 0.0, 0.0, 0.0)},
    },
    challenges=(
        Challenge("in random vectors of d = 64, make the row collapse: entropy below 0.1 nats",
                  lambda m: m.source == "random" and m.dimension == 64 and m.entropy < 0.1,
                  {"source": "random", "scaled": False}, keys="right down right",
                  hint="What is it that keeps the scores small? Switch it off."),
        Challenge("turn the query so that k2 gets more than 0.9, without touching a key",
                  lambda m: (m.source == "hand" and np.array_equal(m.keys, KEYS)
                             and m.weights[2] > 0.9),
                  {"query": (0.0, 5.0, 0.0, 5.0)}, hint="Ask for what k2 offers, and loudly."),
        Challenge("make two keys share the attention equally, with more than 0.9 between them",
                  lambda m: shared(m.weights) > 0.9,
                  {"query": (5.0, 0.0, 0.0, 0.0)},
                  hint="k0 and k1 differ in two places only; ask for what both have."),
    ),
)


def shared(weights: Array) -> float:
    """How much the two largest weights hold together, if they are equal; else nothing."""
    second, first = (float(w) for w in np.sort(weights)[-2:])
    return first + second if first - second < 1e-9 else 0.0
