"""The pictures of the concept `rotary`: two hands, the score by distance, and every hand."""

import math
from collections.abc import Iterator
from functools import partial

import numpy as np

import tui_transformer.concepts.rotary.workings  # noqa: F401  (it tells the model why)
from tui_transformer.concepts.rotary.model import FARTHEST, Rotary
from tui_transformer.figure import Figure
from tui_transformer.later import each
from tui_transformer.numbers import count, number
from tui_transformer.panels import Plot, Table, Words, main, parted
from tui_transformer.pieces import Arrow, Axis, Cell, Column, Line, Mark, Points, Role, Rule, cell

Ends = tuple[tuple[float, float], tuple[float, float], Role]  # before, after, and whose it is


def view(m: Rotary) -> Figure:
    """Two hands and the angle between them; the score at every distance; all hands in numbers."""
    turned, angles = parted(hand_table(m), ("q", "k", "θ", "once round"), "How far each turned", 26)
    angles, rates = parted(angles, ("θ", "once round"), "How fast hands turn", 26)
    return Figure(
        rows=(
            (main(hands(m)), by_distance(m)),
            (turned,),
            (angles, rates),
            (turned_table(m),),
            (definitions(m),),
        ),
        says=says(m),
        formula=m.one("score").why(),
        data=f"random (seed {m.seed})",
    )


def says(m: Rotary) -> str:
    """Say where both stand, how far apart, and what they score."""
    apart = "at one place" if not m.distance else f"{count(abs(m.distance))} apart"
    scaled = f"{m.scaling}, factor {number(m.factor, 3)}; " if m.scales else ""
    places = f"q at {count(m.query_place)}, k at {count(m.key_place)}, {apart}"
    return f"{scaled}{places}: q·k = {number(m.score, 4)}."


# ── pictures ───────────────────────────────────────────────────────────────────────────


def hands(m: Rotary) -> Plot:
    """The chosen pair of numbers as two hands, before (dim) and after they were turned."""
    ends: dict[str, Ends] = {
        "q": (m.hand(m.query), m.hand(m.query_rotated), "query"),
        "k": (m.hand(m.key), m.hand(m.key_rotated), "key"),
    }
    reach = 1.15 * max(math.hypot(*before) for before, _, _ in ends.values())
    return Plot(
        f"Hand {m.pair}, turned",
        tuple(hand_marks(ends)),
        Axis("", -reach, reach),
        Axis("", -reach, reach),
        height=11,
        width=24,
        key="hand",
    )


def hand_marks(ends: dict[str, Ends]) -> Iterator[Mark]:
    """Each hand where it was drawn and where it is, and the circle that it goes."""
    around = np.linspace(0, 2 * math.pi, 73)
    for name, (before, after, role) in ends.items():
        length = math.hypot(*before)
        yield Line(length * np.cos(around), length * np.sin(around), "muted", dim=True)
        yield Arrow(0, 0, *before, role, dim=True)
        yield Arrow(0, 0, *after, role, name)


def by_distance(m: Rotary) -> Plot:
    """What the same query and key score, the farther the key lies behind."""
    marks: list[Mark] = [
        Rule(0),
        Line(np.arange(FARTHEST + 1), m.score_by_distance, "output"),
    ]
    if 0 <= m.distance <= FARTHEST:
        marks.append(Points([m.distance], [m.score], "output", "here"))
    return Plot(
        "q·k by distance",
        tuple(marks),
        Axis("places apart", 0, FARTHEST),
        Axis(""),
        height=8,
        width=24,
    )


# ── tables ─────────────────────────────────────────────────────────────────────────────


def hand_table(m: Rotary) -> Table:
    """Every hand: how far both have turned, what is between, and what it adds to the score."""
    columns = (
        Column("hand"),
        Column("apart", "output"),
        Column("to q·k", "output"),
        Column("q", "query"),
        Column("k", "key"),
        Column("θ"),
        Column("once round", short="round"),
    )
    rows = each(partial(hand_row, m), range(m.d_head // 2))
    return Table(
        "Radians turned",
        columns,
        rows,
        row=m.pair,
        row_control="pair",
        of=f"{m.d_head // 2} hands",
        width=40,
    )


def hand_row(m: Rotary, i: int) -> tuple[Cell, ...]:
    """One hand."""
    return (
        Cell(f"{i}", "text", role="output" if i == m.pair else "plain"),
        cell(m.the("apart")[i], decimals=3, role="output"),
        cell(m.the("pair_scores")[i], decimals=3, role="output"),
        cell(m.the("angles")[i], decimals=3, role="query"),
        cell(m.the("key_angles")[i], decimals=3, role="key"),
        cell(m.the("rates")[i], decimals=4),
        cell(m.the("wavelengths")[i], decimals=1),
    )


def turned_table(m: Rotary) -> Table:
    """Every number of the query and the key, before and after."""
    columns = (
        Column("number"),
        Column("hand"),
        Column("q"),
        Column("q turned", "query"),
        Column("k"),
        Column("k turned", "key"),
    )
    rows = each(partial(turned_row, m), range(m.d_head))
    return Table("q and k: before, after", columns, rows)


def turned_row(m: Rotary, j: int) -> tuple[Cell, ...]:
    """One number of both."""
    return (
        Cell(f"{j}", "text"),
        Cell(j % (m.d_head // 2), "integer"),
        Cell(float(m.query[j]), decimals=3),
        cell(m.the("query_rotated")[j], decimals=3, role="query"),
        Cell(float(m.key[j]), decimals=3),
        cell(m.the("key_rotated")[j], decimals=3, role="key"),
    )


def definitions(m: Rotary) -> Words:
    """What everything drawn is."""
    return Words(
        "How it is made",
        (
            "Hand i is the numbers i and i + d/2, as published models pair them; at place p it is "
            "turned by p·θ, θ = base^(−2i/d). q and k are drawn; a score here is q·k, without √d.",
            "linear: every θ is divided by the factor. ntk: base·factor^(d/(d − 2)) instead of the "
            "base, so that the last hand is slower by the factor, and the first as fast as before.",
        ),
    )
