"""The pictures of the concept `logits`, and the sentence under them."""

import math
from collections.abc import Callable

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.logits import tables
from tui_transformer.concepts.logits.model import CLASSES, Logits
from tui_transformer.concepts.logits.workings import sigmoid_working
from tui_transformer.figure import Figure
from tui_transformer.nn.activations import sigmoid
from tui_transformer.numbers import number, probability
from tui_transformer.panels import Plot, main
from tui_transformer.pieces import Axis, Columns, Line, Points, Rule

OFFSETS = np.linspace(-1000, 1000, 201)
LN2 = math.log(2)
DOUBLINGS = 6  # powers of two that the odds are drawn against
EVERY = 5  # of these offsets, every so many is tried with the plain form


def view(m: Logits) -> Figure:
    """Odds and σ; the whole guess; how hard it teaches; and last what breaks, both ways."""
    return Figure(
        rows=(
            (tables.class_table(m),),
            (main(odds_plot(m)), main(sigmoid_plot(m))),
            (tables.pull_table(m),),
            (pull_plot(m), tables.whole_table(m)),
            (tables.both_ways_table(m),),
            (offset_plot(m),),
        ),
        says=says(m),
        formula=sigmoid_working(m),
        data="yours",
    )


# ── the sentence ───────────────────────────────────────────────────────────────────────


def says(m: Logits) -> str:
    """Say what this state shows: lost evidence, a broken recipe, lost digits, or the verdict."""
    rarer = int(np.argmin(m.probabilities[::-1])) ^ 1  # dog where they are equal
    p, small = f"p({CLASSES[rarer]})", tables.written(m, rarer)
    if m.relu_first and m.raw[0] - m.raw[1] != m.z[0] - m.z[1]:
        before, now = number(float(m.raw[0] - m.raw[1]), 4), number(m.log_odds, 4)
        return f"After ReLU: log-odds {before} became {now}, {p} {small}."
    if m.naive_probabilities is None:
        return says_broken(m, f"{p} is {small}.")
    plain = probability(float(m.naive_probabilities[rarer]))
    if tables.plain_error(m) > tables.DIGITS_LOST and plain != small:
        return f"The plain form ran out of digits: {p} {plain}; it is {small}."
    if m.relu_first and np.any(m.raw < 0):
        return "ReLU made both scores 0; they were equal before, and are."
    if m.relu_first:
        return f"After ReLU: no score was below 0, {p} is {small}."
    exact = m.replace(offset=0.0, precision="float64")
    if (number(m.log_odds), small) != (number(exact.log_odds), tables.written(exact, rarer)):
        held, gap = number(float(m.raw[0]), 9), number(m.log_odds, 7)
        return f"{m.precision} rounds z_cat to {held}: the gap is {gap}, {p} {small}."
    if m.offset:
        gap = number(m.log_odds)
        return f"{number(m.offset)} added to both: log-odds {gap}, {p} {small}."
    return says_verdict(m)


def says_broken(m: Logits, result: str) -> str:
    """Say how the plain form failed."""
    if m.powers.max() == 0:
        return f"Plain, both e^z are 0: 0/0; {result}"
    power = f"e^{number(float(m.z.max()), 5)}" if np.isinf(m.powers.max()) else "Σ e^z"
    return f"{power} overflows {m.precision}; {result}"


def says_verdict(m: Logits) -> str:
    """Say what two scores as they are amount to."""
    right = CLASSES.index(m.label)
    if m.probabilities[right] < 0.5:
        p, cost = tables.written(m, right), number(m.cross_entropy, 5)
        return f"Wrong: p({m.label}) is only {p}, which costs −ln p = {cost} nats."
    scores = f"cat {number(float(m.z[0]))}, dog {number(float(m.z[1]))}"
    return f"{scores}: p(cat) {tables.written(m, 0)}, p(dog) {tables.written(m, 1)}."


# ── plots ──────────────────────────────────────────────────────────────────────────────


def sigmoid_plot(m: Logits) -> Plot:
    """p(cat) over the log-odds, with this pair on it."""
    reach = max(8.0, 1.2 * abs(m.log_odds))
    x = np.linspace(-reach, reach, 241)
    return Plot(
        "p(cat) = σ(log-odds)",
        (
            Rule(0.5),
            Rule(0.0, upright=True, label="torn"),
            Line(x, sigmoid(x), "first"),
            Points(
                [m.log_odds],
                [float(m.probabilities[0])],
                "output",
                marker="◆",
                labels=(number(m.log_odds, 5),),
            ),
        ),
        Axis("log-odds", -reach, reach),
        Axis("p(cat)", 0, 1),
        height=8,
        width=25,
    )


def odds_plot(m: Logits) -> Plot:
    """The odds as a curve between doublings: the last six powers of two, and this pair."""
    last = math.ceil(m.log_odds / LN2 - 1e-9)
    steps = np.arange(last - DOUBLINGS + 1, last + 1)
    x = np.linspace(LN2 * steps[0], LN2 * last, 121)
    return Plot(
        "Odds: +0.693 is ×2",
        (
            Columns(LN2 * steps, 2.0**steps, "second"),
            Line(x, np.exp(x), "first"),
            Points([m.log_odds], [m.odds], "output", marker="◆", labels=(number(m.odds, 3),)),
        ),
        Axis("log-odds", LN2 * (steps[0] - 0.5), LN2 * (last + 0.5)),
        Axis("p_cat/p_dog", 0, 1.1 * 2.0**last),
        height=8,
        width=25,
    )


def pull_plot(m: Logits) -> Plot:
    """How hard both penalties pull the right class's score, over how far it is ahead."""
    ahead = m.log_odds if m.label == "cat" else -m.log_odds
    reach = max(8.0, 1.2 * abs(ahead))
    x = np.linspace(-reach, reach, 241)
    wrong = sigmoid(-x)
    pulls = -np.asarray(m.pulls, float)
    return Plot(
        "Pull on the right score, by penalty",
        (
            Rule(0.0, upright=True, label="torn"),
            Line(x, wrong, "first", "−ln p"),
            Line(x, wrong * wrong * sigmoid(x), "second", "½(1 − p)²"),
            Points([ahead, ahead], pulls, "output", marker="◆"),
        ),
        Axis("ahead by", -reach, reach),
        Axis("|gradient|", 0, 1.05),
        height=8,
    )


def offset_plot(m: Logits) -> Plot:
    """The log-odds at every offset, computed both ways in this precision."""
    careful, plain = sweep(m, lambda z: z[:, 0] - z[:, 1]), sweep(m, plain_log_odds)
    reach = 1.15 * max(1.0, float(np.max(np.abs(careful))))
    low, high = (0.0, reach) if m.cat >= m.dog else (-reach, 0.0)
    return Plot(
        "Log-odds at every offset, both ways",
        (
            Rule(m.offset, upright=True, role="cursor", label="offset"),
            Line(OFFSETS, careful, "output", "carefully"),
            Points(OFFSETS[::EVERY], plain[::EVERY], "second", "plain", marker="○"),
        ),
        Axis("offset", -1000, 1000),
        Axis("ln(p_cat/p_dog)", low, high),
        height=8,
    )


def sweep(m: Logits, use: Callable[[Array], Array]) -> Array:
    """Compute something of the logits at every offset, `use` being [offsets, 2] → [offsets]."""
    kind = m.raw.dtype.type
    z = np.array([m.cat, m.dog], kind) + OFFSETS.astype(kind)[:, np.newaxis]
    return use(np.maximum(z, kind(0)) if m.relu_first else z)


def plain_log_odds(z: Array) -> Array:
    """Take the log-odds from the plain form's probabilities; NaN where it gives none."""
    with np.errstate(all="ignore"):
        e = np.exp(z)
        p = e / np.sum(e, axis=1, keepdims=True)
        odds = np.log(p[:, 0] / p[:, 1])
    return np.where(np.isfinite(odds), odds, np.nan)
