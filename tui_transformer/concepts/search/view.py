"""The pictures of the concept `search`: where was tried, what it gave, and what may be better."""

from collections.abc import Iterator
from functools import partial

import numpy as np

import tui_transformer.concepts.search.workings  # noqa: F401  (it tells the model why)
from tui_transformer.concepts.search import runs
from tui_transformer.concepts.search.model import METHODS, Search
from tui_transformer.concepts.search.says import says
from tui_transformer.figure import Figure
from tui_transformer.later import Later, each
from tui_transformer.nn.search import values
from tui_transformer.panels import Field, Panel, Plot, Table, Words, main
from tui_transformer.pieces import Axis, Bar, Cell, Column, Line, Mark, Points, Rule, cell
from tui_transformer.terms import Working

RATES = 10.0 ** (runs.RATE[0] + (runs.RATE[1] - runs.RATE[0]) * values(runs.FINE))


def view(m: Search) -> Figure:
    """The two knobs as a plane, the scores above the first, and the three ways side by side."""
    rows: list[tuple[Panel, ...]] = [(main(plane(m)), main(above(m))), (ways(m),)]
    if m.foreseen is not None and m.next is not None:
        rows.append((next_table(m),))
    if m.made and m.runs == "xor":
        rows.append((luck(m),))
    rows.append((tries(m),) if m.made else (measured(m),))
    if m.foreseen is not None:
        rows.append((shades(m, "The surface that no search knows", surface=True),))
    if m.made:
        rows.append((measured(m),))
    return Figure(tuple(rows), says(m), formula(m), data(m))


def formula(m: Search) -> Working:
    """The score of the last try."""
    if m.made:
        return m.the("scores").working(m.made - 1)
    return m.the("distinct").working(0)


def data(m: Search) -> str:
    """Say where the numbers come from."""
    if m.runs == "xor":
        return f"trained (seed {m.seed})"
    return f"designed, random (seed {m.seed})" if m.made else "designed"


# ── the plane of both knobs ────────────────────────────────────────────────────────────


def plane(m: Search) -> Field:
    """Where was tried, on what each place is expected to gain, or on what is really there."""
    return shades(m, "Where was tried", surface=m.method != "bayesian")


def shades(m: Search, title: str, surface: bool) -> Field:
    """A shade for every place, and the tries on it."""
    if surface:
        heights, high, legend = m.surface, 1.0, "score"
    elif m.acquisition is None:
        heights, high, legend = np.zeros((runs.FINE, runs.FINE)), 0.1, "may gain"
    else:
        heights, high, legend = m.acquisition, max(float(np.max(m.acquisition)), 1e-9), "may gain"
    return Field(
        title,
        heights.T,
        Axis("log₁₀ η", *runs.RATE),
        Axis("log₁₀ λ", *runs.DECAY),
        tuple(spots(m)),
        low=0.0,
        high=high,
        legend=legend,
        height=10,
        width=24,
    )


def spots(m: Search) -> Iterator[Mark]:
    """The tries, the best of them, and where a forecast goes next."""
    x, y = np.log10(m.tried).T
    if m.made:
        yield Points(x, y, "first", "tried", marker="●")
        yield Points(
            x[m.winner : m.winner + 1], y[m.winner : m.winner + 1], "good", "best", marker="★"
        )
    if m.foreseen is not None and m.next is not None:
        at, up = np.log10(runs.settings(m.next[None])).T
        yield Points(at, up, "cursor", "next", marker="◇")


# ── the scores above the knob that matters ─────────────────────────────────────────────


def above(m: Search) -> Plot:
    """Every score over its learning rate; with a forecast, that as well."""
    return Plot(
        "Score by learning rate η",
        tuple(scored(m)),
        Axis("η", float(RATES[0]), float(RATES[-1]), log=True),
        Axis("", 0, 1),
        height=10,
        width=24,
    )


def scored(m: Search) -> Iterator[Mark]:
    """The forecast along the row of the next try, then the tries."""
    if m.expected is not None and m.unsure is not None and m.next is not None:
        row = round(float(m.next[1]) * (runs.FINE - 1))
        mean, off = m.expected[:, row], m.unsure[:, row]
        yield Line(RATES, np.clip(mean + off, 0, 1), "muted", "unsure", dim=True)
        yield Line(RATES, np.clip(mean - off, 0, 1), "muted", dim=True)
        yield Line(RATES, np.clip(mean, 0, 1), "second", "expected")
    if m.made:
        yield Points(m.tried[:, 0], m.scores, "first", "try", marker="●")
        best = m.winner
        yield Points(
            m.tried[best : best + 1, 0], m.scores[best : best + 1], "good", "best", marker="★"
        )
    yield Rule(0.5, label="guessing")


# ── tables ─────────────────────────────────────────────────────────────────────────────


def ways(m: Search) -> Table:
    """The three ways after as many tries: what they have looked at, and what they found."""
    columns = (
        Column("way"),
        Column("tries"),
        Column("η’s"),
        Column("λ’s"),
        Column("best", "good"),
        Column("", "good", bar=True),
    )
    return Table(
        "Different values tried, and the best score",
        columns,
        each(partial(way_row, m), METHODS),
        row=METHODS.index(m.method),
        width=44,
    )


def way_row(m: Search, method: str) -> tuple[Cell, ...]:
    """One way; the numbers of the one that is chosen say how they came about."""
    if method == m.method:
        counts = [cell(m.the("distinct")[k], "integer") for k in (0, 1)]
        best = cell(m.the("best")[2], decimals=4, role="good") if m.made else none()
        way = m
    else:
        way = m.replace(method=method)
        counts = [Cell(count, "integer") for count in way.distinct]
        best = Cell(way.best[2], decimals=4) if way.best else none()
    top = way.best[2] if way.best else 0.0
    return (
        Cell(method, "text"),
        Cell(way.made, "integer"),
        *counts,
        best,
        Cell(Bar(top), role="good"),
    )


def none() -> Cell:
    """Nothing yet."""
    return Cell("–", "text", role="muted")


def next_table(m: Search) -> Table:
    """Where the forecast goes next, and why."""
    rows = Later(lambda: tuple(next_rows(m)), 4 if m.made >= runs.DRAWN_FIRST else 1)
    return Table("The next try", (Column(""), Column("", "cursor", key="next")), rows, width=24)


def next_rows(m: Search) -> Iterator[tuple[Cell, ...]]:
    """Its learning rate; and, where it was not drawn, what is expected there."""
    assert m.next is not None
    i, j = (round(float(place) * (runs.FINE - 1)) for place in m.next)
    yield Cell("η", "text"), Cell(float(runs.settings(m.next[None])[0, 0]), decimals=3)
    if m.made >= runs.DRAWN_FIRST:
        yield Cell("expected μ", "text"), cell(m.the("expected")[i, j], decimals=4)
        yield Cell("off by σ", "text"), cell(m.the("unsure")[i, j], decimals=4)
        yield Cell("may gain", "text"), cell(m.the("acquisition")[i, j], decimals=4)


def luck(m: Search) -> Table:
    """The winner's setting from other starts."""
    columns = (Column("start"), Column("score"), Column("", "good", bar=True))
    rows = Later(lambda: tuple(luck_rows(m)), 4)
    return Table("The best setting from other starts", columns, rows, width=44)


def luck_rows(m: Search) -> Iterator[tuple[Cell, ...]]:
    """What it scored when it won, and what from the others."""
    assert m.elsewhere is not None
    found = (
        ("as it won", m.the("best")[2]),
        (f"mean of {runs.OTHERS} others", m.one("elsewhere_mean")),
        ("lowest", m.the("elsewhere")[int(np.argmin(m.elsewhere))]),
        ("highest", m.the("elsewhere")[int(np.argmax(m.elsewhere))]),
    )
    for name, score in found:
        bar = Cell(Bar(float(score.value)), role="good")
        yield Cell(name, "text"), cell(score, decimals=4), bar


def tries(m: Search) -> Table:
    """Every try with its setting and its score."""
    columns = (
        Column("try"),
        Column("η"),
        Column("λ"),
        Column("score", "output"),
        Column("", "output", bar=True),
    )
    return Table(
        "Try by try",
        columns,
        each(partial(try_row, m), range(m.made)),
        row=m.winner,
        width=44,
    )


def try_row(m: Search, t: int) -> tuple[Cell, ...]:
    """One try."""
    return (
        Cell(f"{t + 1}", "text"),
        cell(m.the("tried")[t, 0], decimals=3),
        cell(m.the("tried")[t, 1], decimals=3),
        cell(m.the("scores")[t], decimals=4, role="output"),
        Cell(Bar(float(m.scores[t])), role="output"),
    )


def measured(m: Search) -> Words:
    """The definition of everything drawn."""
    run = (
        f"A try trains XOR, 4 tanh units, {runs.STEPS} steps from the seed’s start. Score: "
        "e^−loss, the mean (geometric) probability of the right answer; guessing gives 0.5."
        if m.runs == "xor"
        else "A try reads the height of a surface drawn by hand: a narrow ridge along η, and a "
        "rise of at most 0.02 along λ."
    )
    return Words(
        "How it is measured",
        (
            run,
            "η is the learning rate, 0.001 to 10; λ the weight decay, 10⁻⁶ to 10⁻³: each step "
            "also takes η·λ of every weight away.",
            f"The forecast is a Gaussian process, exact: two places {runs.PRIOR.length:g} of a "
            f"side apart are alike by e^−½, scores lie {runs.PRIOR.height:g} around their mean.",
            f"What a place may gain: the mean of what comes out above the best. {runs.FINE} × "
            f"{runs.FINE} places are compared; the most promising is tried next.",
        ),
    )
