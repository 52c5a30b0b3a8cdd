"""The pictures of the screen `approximation`: target and fit, what a hinge buys, each hinge."""

from collections.abc import Iterator

import numpy as np

import tui_transformer.concepts.approximation.workings  # noqa: F401  (it tells the model why)
from tui_transformer.arrays import Array
from tui_transformer.concepts.approximation import tables
from tui_transformer.concepts.approximation.model import EXACT, Approximation, missed
from tui_transformer.figure import Figure
from tui_transformer.numbers import number
from tui_transformer.panels import Plot, main
from tui_transformer.pieces import Axis, Line, Mark, Points, Rule

COUNTS = np.arange(1, 65)
BEYOND = 1.25  # how much of the world outside the interval is shown
SAMPLES = 400


def view(m: Approximation) -> Figure:
    """Target and fit beside what a hinge buys; the hinges; each in numbers; every target."""
    return Figure(
        rows=(
            (main(fit_plot(m)),),
            (hinge_plot(m), error_plot(m)),
            (tables.summary(m),),
            (tables.targets_table(m),),
            (tables.hinge_table(m),),
        ),
        says=says(m),
        formula=m.one("output").why(),
        data="designed, not learned",
    )


def says(m: Approximation) -> str:
    """Say how near this many hinges come to this target."""
    count = "1 hinge" if m.hinges == 1 else f"{m.hinges} hinges"
    if m.is_by_hand:
        return says_by_hand(m)
    if m.max_error < EXACT:
        return f"{count}: the target is met everywhere on the interval."
    worst, rms = number(round(m.max_error, 9), 3), number(m.rms_error, 3)
    return f"{count}: the worst miss is {worst}, the rms {rms}."


def says_by_hand(m: Approximation) -> str:
    """Say how the hinge that was set by hand compares with the built-in fit."""
    worst, built = number(round(m.max_error, 9), 3), number(round(m.built_in_worst, 9), 3)
    verdict = "a tie"
    if m.max_error < m.built_in_worst - EXACT:
        verdict = "beaten"
    elif m.max_error > m.built_in_worst + EXACT:
        verdict = "not beaten"
    return f"Hinge {m.hinge} by hand: the worst miss is {worst}; built-in {built}: {verdict}."


def curve(m: Approximation, low: float, high: float) -> tuple[Array, Array]:
    """Sample the target; where it jumps, it is broken."""
    x = np.linspace(low, high, SAMPLES)
    jumps = m.f.breaks_within(low, high) if m.f.jump else []
    x = np.sort(np.concatenate([x, *([j - 1e-9, j, j + 1e-9] for j in jumps)]))
    y = np.where(np.isin(x, jumps), np.nan, m.f.f(x))
    return x, y


def fit_plot(m: Approximation) -> Plot:
    """Target and fit, and what happens to both outside the interval."""
    d, end = m.domain, BEYOND * m.domain
    bends = np.array([-end, *m.bends, end])
    met = m.bends if m.hinges <= 20 else np.empty(0)
    yours = [i for i in (m.hinge,) if i is not None]
    return Plot(
        "Target and fit",
        (
            Rule(-d, upright=True),
            Rule(d, upright=True, label="end"),
            Line(*curve(m, -end, end), "target", m.target),
            Line(bends, m.sum(bends), "first", "fit"),
            *built_in_line(m, end),
            Points(met, m.sum(met), "first", marker="•"),
            Points(m.knots[yours], m.sum(m.knots[yours]), "output", marker="◇"),
            Points([m.x], [m.output], "cursor", marker="◆", labels=("x",)),
        ),
        Axis("x", -end, end),
        Axis(""),
        height=10,
        width=30,
    )


def built_in_line(m: Approximation, end: float) -> Iterator[Line]:
    """The fit as it was before a hinge was set by hand."""
    if m.is_by_hand:
        bends = np.array([-end, *m.built_in.knots, end])
        yield Line(bends, m.built_in(bends), "muted", "built-in", dim=True)


def error_plot(m: Approximation) -> Plot:
    """What every number of hinges misses, on log–log axes: a power of n is a straight line."""
    every = [missed(m.target, m.domain, int(count)) for count in COUNTS]
    worst, rms = (np.array(a) for a in ([e.worst for e in every], [e.rms for e in every]))
    seen = worst > EXACT
    here = m.max_error if m.max_error > EXACT else np.nan
    low = float(min(worst[seen].min(), rms[rms > EXACT].min())) / 2
    return Plot(
        "Miss by hinges",
        (
            *guide(m, worst),
            Line(COUNTS[rms > EXACT], rms[rms > EXACT], "second", "rms"),
            Line(COUNTS[seen], worst[seen], "first", "max"),
            Rule(m.hinges, upright=True),
            Points([m.hinges], [here], "cursor", marker="◆"),
        ),
        Axis("hinges", 1, 64, log=True),
        Axis("", low, 2 * float(worst.max()), log=True),
        height=10,
        width=21,
    )


def guide(m: Approximation, worst: Array) -> Iterator[Mark]:
    """The line to compare with: half the jump, or the power of n that smoothness promises."""
    if m.f.jump:
        yield Rule(m.f.jump / 2, role="target", label="½")
    elif m.target == "absolute":
        yield Line(COUNTS, m.domain / COUNTS, "muted", "1/n")
    else:
        yield Line(COUNTS[7:], worst[-1] * (64 / COUNTS[7:]) ** 2, "muted", "1/n²")


def hinge_plot(m: Approximation) -> Plot:
    """Every hinge by itself, from its knot to the end of the interval."""
    first = {
        sign: next((i for i, a in enumerate(m.weights) if np.sign(a) == sign), -1)
        for sign in (1, -1)
    }
    lines = (
        Line(
            [t, m.domain],
            [0.0, a * (m.domain - t)],
            "first" if a > 0 else "second",
            ("up" if a > 0 else "down") if i in first.values() else "",
        )
        for i, (t, a) in enumerate(zip(m.knots, m.weights, strict=True))
        if a != 0
    )
    return Plot(
        "The hinges, one by one",
        (Rule(0.0), *lines, Points(m.knots, np.zeros(m.hinges), "output", marker="•")),
        Axis("x", -BEYOND * m.domain, BEYOND * m.domain),
        Axis("aᵢ·ReLU"),
        height=6,
        width=30,
    )
