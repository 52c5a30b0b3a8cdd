"""The panels of the positions screen, and how each of their numbers comes about."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from tui_transformer.concepts._positions_orders import gap_working, name
from tui_transformer.figure import (
    Axis,
    Cell,
    Column,
    Heatmap,
    Line,
    Plot,
    Points,
    Role,
    Rule,
    Table,
)
from tui_transformer.nn.positions import offset_similarity, rotate
from tui_transformer.numbers import number
from tui_transformer.working import Working, dot, n

if TYPE_CHECKING:
    from tui_transformer.concepts.positions import Positions

OFFSETS = (0, 1, 2, 3, 5, 8, 16, 32, 64, 128)
Array = np.ndarray[Any, Any]
WAVES: tuple[Role, ...] = ("first", "second", "third")


# ── how numbers come about ─────────────────────────────────────────────────────────────


def angle(m: Positions, p: int, pair: int) -> str:
    """Write the angle of a pair of dimensions at a place."""
    return f"{p}/{n(m.base)}**({2 * pair}/{m.d_model})"


def encoding_working(m: Positions, p: int, dimension: int) -> Working:
    """Show how one number of an encoding comes about."""
    wave, shown = ("sin", "2i") if dimension % 2 == 0 else ("cos", "2i+1")
    x = float(m.encoding[p, dimension])
    if m.scheme == "none":
        return Working("scheme none: nothing is added and nothing turned", "0", x, "encoding")
    name = "PE(p, {})" if m.scheme == "sinusoidal" else f"{wave} of the turn"
    return Working(
        f"{name.format(shown)} = {wave}(p / base^(2i/d)), p = {p}, i = {dimension // 2}",
        f"{wave}({angle(m, p, dimension // 2)})",
        x,
        "encoding",
    )


def score_working(m: Positions, p: int, j: int) -> Working:
    """Show what two encodings score."""
    return Working(
        f"PE({p})·PE({j}) = Σ PE({p})ᵢ·PE({j})ᵢ",
        dot(m.encoding[p], m.encoding[j]),
        float(m.encoding[p] @ m.encoding[j]),
        "similarity",
    )


def formula(m: Positions) -> Working:
    """Show the wave at the chosen place; without positions, what order does all the same."""
    if m.scheme == "none" and len(m.pairs):
        return gap_working(m, int(np.argmax(m.differences)))
    return encoding_working(m, m.position, min(2, m.d_model - 2))


def neighbours(m: Positions) -> str:
    """Say that two neighbouring places score what any two neighbours score."""
    here = (
        (m.position, m.position + 1) if m.position + 1 < m.length else (m.position - 1, m.position)
    )
    there = (0, 1) if here[0] else (1, 2)
    pair = turned(m, *here) if m.scheme == "rotary" else m.encoding[list(here)]
    score = number(float(np.dot(*pair)), 4)
    if m.length == 2:
        return f"The two places score {score}"
    if m.scheme == "rotary":
        return f"q·k at {here[0]}, {here[1]} is {score}, as at {there[0]}, {there[1]}"
    return f"PE({here[0]})·PE({here[1]}) = {score} = PE({there[0]})·PE({there[1]})"


# ── places and waves ───────────────────────────────────────────────────────────────────


def encodings(m: Positions) -> Heatmap:
    """Every place's numbers: fast waves at the left, slow ones at the right."""
    return Heatmap(
        "Places down; sin, cos, sin, cos, … across",
        m.encoding,
        tuple(str(p) for p in range(m.length)),
        tuple(str(i) for i in range(m.d_model)),
        "diverging",
        -1.0,
        1.0,
        row=m.position,
        row_role="cursor",
        row_control="position",
        working=partial(encoding_working, m),
        height=7,
        width=40,
    )


def chosen(m: Positions) -> list[int]:
    """Pick a fast, a middle and a slow pair: the slow one rises from first place to last."""
    slow = int(np.argmin(np.abs(np.log(m.wavelengths / (4 * m.length)))))
    return sorted({0, slow // 2, slow})


def waves(m: Positions) -> Plot:
    """The sines of three pairs over the places, with the chosen place on them."""
    marks = [
        mark for pair, role in zip(chosen(m), WAVES, strict=False) for mark in wave(m, pair, role)
    ]
    return Plot(
        f"{len(chosen(m))} of {many(m.d_model // 2, 'wave')}",
        (Rule(m.position, upright=True, role="cursor"), *marks),
        Axis("p", 0, m.length - 1),
        Axis("sin", -1, 1),
        height=8,
        width=24,
        key="some of the waves",
    )


def many(number: int, noun: str) -> str:
    """Write a number of things: 1 wave, 2 waves."""
    return f"{number} {noun}{'s' * (number != 1)}"


def wave(m: Positions, pair: int, role: Role) -> tuple[Line, Points]:
    """The sine of one pair, for a few waves around the chosen place: more would be a blot."""
    length = float(m.wavelengths[pair])
    p = np.linspace(
        max(0.0, m.position - 4 * length), min(m.length - 1.0, m.position + 4 * length), 300
    )
    height = float(m.scheme != "none")
    return (
        Line(p, height * np.sin(p * 2 * math.pi / length), role, f"λ {length:.0f}"),
        Points([m.position], [m.encoding[m.position, 2 * pair]], role),
    )


def similarities(m: Positions) -> Plot:
    """What the chosen place scores with every place, over the distance: one curve for all."""
    k = np.arange(m.length) - m.position
    fine = np.linspace(1 - m.length, m.length - 1, 401)
    if m.scheme == "rotary":
        words = m.readings[0]
        curve = rotate(np.tile(words.k[:1], (len(fine), 1)), fine, m.base) @ words.q[0]
        keys = rotate(np.tile(words.k[:1], (m.length, 1)), np.arange(m.length), m.base)
        scores, axis = keys @ turned(m, m.position, m.position)[0], f"q·k of “{name(m, 0)}”"
    else:
        curve = offset_similarity(fine, m.d_model, m.base) * (m.scheme != "none")
        scores, axis = m.similarity, "PE(p)·PE(p+k)"
    low, high = min(0.0, float(curve.min())), max(0.0, float(curve.max()))
    return Plot(
        "Score by distance k",
        (
            Line(fine, curve, "muted", "any p"),
            Rule(0, upright=True, role="cursor"),
            Points(k, scores, "output", f"p = {m.position}"),
        ),
        Axis("k", 1 - m.length, m.length - 1),
        Axis(axis, low * 1.05, high * 1.05 or m.d_model / 2),
        height=8,
        width=24,
        key=f"{by_what(m)} by distance, drawn",
    )


def by_what(m: Positions) -> str:
    """Say what scores: queries and keys are no encodings."""
    return "q·k" if m.scheme == "rotary" else "PE"


def distances(m: Positions) -> Table:
    """The same distance from several places: the same score."""
    offsets = [k for k in OFFSETS if k < m.length]
    p, last = m.position, m.length - 1
    titles, title = (f"from {p}", "from 0", f"from {last}"), "Same distance k, same score"
    if m.scheme == "rotary":
        titles, title = (*titles[:2], f"to {last}"), f"q·k of “{name(m, 0)}”, k places apart"
        cells = [
            (turned_cell(m, p, k), turned_cell(m, 0, k), turned_cell(m, last - k, k))
            for k in offsets
        ]
    else:
        cells = [(score(m, p, k), score(m, 0, k), score(m, last, k)) for k in offsets]
    named = zip(titles, ("p", "0", "last"), strict=True)
    columns = (Column("k"), *(Column(title, "output", key=key) for title, key in named))
    each = zip(offsets, cells, strict=True)
    rows = tuple((Cell(k, "integer", key=str(k)), *row) for k, row in each)
    return Table(title, columns, rows, width=29, key=f"{by_what(m)} by distance")


def score(m: Positions, p: int, k: int) -> Cell:
    """Show what two encodings k apart score, looking ahead, or back where the places end."""
    j = p + k if p + k < m.length else p - k
    if j < 0:
        return Cell("–", "text", role="muted")
    return Cell(
        float(m.encoding[p] @ m.encoding[j]),
        decimals=3,
        role="output",
        working=lambda: score_working(m, p, j),
    )


def turned(m: Positions, p: int, j: int) -> tuple[Array, Array]:
    """Turn the first word's q to place p and its k to place j: at place 0 they are as they came."""
    words = m.readings[0]
    q, key = (rotate(x[:1], np.array([at]), m.base)[0] for x, at in ((words.q, p), (words.k, j)))
    return q, key


def turned_cell(m: Positions, p: int, k: int) -> Cell:
    """Show what the first word's q at p and k at p + k score, both really turned."""
    if p + k >= m.length:
        return Cell("–", "text", role="muted")
    q, key = turned(m, p, p + k)
    return Cell(
        float(q @ key),
        decimals=3,
        role="output",
        working=lambda: Working(
            f"q·k of “{name(m, 0)}”, q turned to place {p}, k to place {p + k}",
            dot(q, key),
            float(q @ key),
            "similarity",
        ),
    )


def wave_table(m: Positions) -> Table:
    """The three waves in numbers, and the slowest one."""
    pairs = sorted({*chosen(m), m.d_model // 2 - 1})
    rows = tuple(
        (
            Cell(f"{2 * i},{2 * i + 1}", "text"),
            Cell(
                float(m.wavelengths[i]),
                decimals=2,
                working=partial(
                    lambda i: Working(
                        f"λ = 2π·base^(2i/d), i = {i}",
                        f"2*{n(math.pi)}*{n(m.base)}**({2 * i}/{m.d_model})",
                        float(m.wavelengths[i]),
                        "wavelengths",
                    ),
                    i,
                ),
            ),
            *(
                Cell(
                    float(m.encoding[m.position, 2 * i + odd]),
                    decimals=4,
                    working=partial(encoding_working, m, m.position, 2 * i + odd),
                )
                for odd in (0, 1)
            ),
        )
        for i in pairs
    )
    at = f"at {m.position}" if m.scheme != "none" else "off"
    longest = "2π" if m.d_model == 2 else f"2π·base^({m.d_model - 2}/{m.d_model})"
    return Table(
        f"Waves up to {longest}",
        (
            Column("dims"),
            Column("λ"),
            Column(f"sin {at}", key="sin"),
            Column(f"cos {at}", key="cos"),
        ),
        rows,
        width=29,
        key="waves",
    )
