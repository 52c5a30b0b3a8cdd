"""The pictures of the concept `positions`, and the sentence under them."""

import math
from collections.abc import Iterator
from functools import partial

import numpy as np

import tui_transformer.concepts.positions.workings  # noqa: F401  (it tells the model why)
from tui_transformer.arrays import Array
from tui_transformer.concepts.positions.learned import number_table, numbers
from tui_transformer.concepts.positions.model import SAME, Positions
from tui_transformer.concepts.positions.tables import attention_map, name, orders
from tui_transformer.figure import Figure
from tui_transformer.later import Later, each
from tui_transformer.nn.positions import offset_similarity, rotate
from tui_transformer.numbers import many, number
from tui_transformer.panels import Heatmap, Plot, Table, main
from tui_transformer.pieces import Axis, Cell, Column, Line, Mark, Points, Role, Rule, cell
from tui_transformer.terms import Working

OFFSETS = (0, 1, 2, 3, 5, 8, 16, 32, 64, 128)
WIDE = 8  # numbers a place has, from which on the encodings alone fill a page
WAVES: tuple[Role, ...] = ("first", "second", "third")
NONE = Cell("–", "text", role="muted")


def view(m: Positions) -> Figure:
    """The waves, what two places score, and what order does to a layer that reads words."""
    scores, learned = similarities(m), m.scheme == "learned"
    return Figure(
        rows=(
            (main(encodings(m)),),
            (main(scores) if m.d_model < WIDE else scores, numbers(m) if learned else waves(m)),
            (orders(m),),
            (distances(m), number_table(m) if learned else wave_table(m)),
            (attention_map(m, 0), attention_map(m, 1)),
        ),
        says=says(m),
        formula=formula(m),
        data=f"yours, {'trained, ' * learned}random (seed {m.seed})",
    )


def says(m: Positions) -> str:
    """Say what order does in this state, and what two neighbouring places score."""
    note = m.first.note or m.second.note
    short, whole = about_order(m)
    return f"{note} {short}" if note else whole


def about_order(m: Positions) -> tuple[str, str]:
    """Say what order does: in few words, where a note stands before them, and in more."""
    backwards = "; empty `shuffled` to read yours backwards."
    if m.order_difference is None:
        return "No word in common.", f"No word in common, so no gap{backwards}"
    gap = number(m.order_difference, 2)
    if not m.same_words:
        said = f"Not the same words (gap {gap})"
        return f"{said}.", f"{said}{backwards}"
    if not m.reordered:
        said = "Both sentences are in the same order"
        return f"{said}.", f"{said}: their outputs cannot differ."
    if m.scheme == "none" and m.causal:
        return (
            f"The mask alone tells order (gap {gap}).",
            f"The causal mask alone tells order: outputs move by up to {gap}.",
        )
    if m.order_difference <= SAME:
        return (
            "No order seen: the same outputs.",
            f"No order seen: each word gets the same output in both, within {gap}.",
        )
    moved = f"order moves outputs by up to {gap}."
    return f"O{moved[1:]}", f"{neighbours(m)}; {moved}"


def neighbours(m: Positions) -> str:
    """Say what the marked place and its neighbour score: that all do is for people to find."""
    here = (
        (m.position, m.position + 1) if m.position + 1 < m.length else (m.position - 1, m.position)
    )
    score = number(float(m.products[here]), 4)
    if m.length == 2:
        return f"The two places score {score}"
    if m.scheme == "rotary":
        return f"q·k at {here[0]}, {here[1]} is {score}"
    if m.scheme == "learned":
        score = number(float(m.products[here]), 2)
        return f"Places {here[0]}·{here[1]} score {score} and {elsewhere(m, here[0])}"
    return f"PE({here[0]})·PE({here[1]}) = {score}"


def elsewhere(m: Positions, p: int) -> str:
    """Say what two other neighbours score: of learned places, not the same."""
    other = 0 if p else 1
    score = number(float(m.products[other, other + 1]), 2)
    return f"{other}·{other + 1} score {score}"


def formula(m: Positions) -> Working:
    """Show the wave at the chosen place; without positions, what order does all the same."""
    if m.scheme == "none" and len(m.pairs):
        return m.the("differences").working(int(np.argmax(m.differences)))
    return m.the("encoding").working(m.position, min(2, m.d_model - 2))


# ── places and waves ───────────────────────────────────────────────────────────────────


def encodings(m: Positions) -> Heatmap:
    """Every place's numbers: fast waves at the left, slow ones at the right."""
    reach = 0.5 if m.scheme == "learned" else 1.0  # learned numbers are small, but for some
    return Heatmap(
        "Places down; learned numbers across"
        if m.scheme == "learned"
        else "Places down; sin, cos, sin, cos, … across",
        m.encoding,
        tuple(str(p) for p in range(m.length)),
        tuple(str(i) for i in range(m.d_model)),
        "diverging",
        -reach,
        reach,
        key="places",
        row=m.position,
        row_role="cursor",
        row_control="position",
        working=m.the("encoding").working,
        height=7,
        width=40,
    )


def chosen(m: Positions) -> list[int]:
    """Pick a fast, a middle and a slow pair: the slow one rises from first place to last."""
    slow = int(np.argmin(np.abs(np.log(m.wavelengths / (4 * m.length)))))
    return sorted({0, slow // 2, slow})


def waves(m: Positions) -> Plot:
    """The sines of three pairs over the places, with the chosen place on them."""
    return Plot(
        f"{len(chosen(m))} of {many(m.d_model // 2, 'wave')}, by length",
        Later(lambda: wave_marks(m)),
        Axis("p", 0, m.length - 1),
        Axis("sin", -1, 1),
        height=8,
        width=24,
        key="some of the waves",
    )


def wave_marks(m: Positions) -> Iterator[Mark]:
    """The place, and each wave with its number there."""
    yield Rule(m.position, upright=True, role="cursor")
    for pair, role in zip(chosen(m), WAVES, strict=False):
        yield from wave(m, pair, role)


def wave(m: Positions, pair: int, role: Role) -> tuple[Line, Points]:
    """The sine of one pair, for a few waves around the chosen place: more would be a blot."""
    length = float(m.wavelengths[pair])
    p = np.linspace(
        max(0.0, m.position - 4 * length), min(m.length - 1.0, m.position + 4 * length), 300
    )
    height = float(m.scheme != "none")
    return (
        Line(p, height * np.sin(p * 2 * math.pi / length), role, f"{length:.0f}"),
        Points([m.position], [m.encoding[m.position, 2 * pair]], role),
    )


def similarities(m: Positions) -> Plot:
    """What the chosen place scores with every place, over the distance: one curve for all."""
    k = np.arange(m.length) - m.position
    fine = np.linspace(1 - m.length, m.length - 1, 401)
    if m.scheme == "rotary":
        words = m.readings[0]
        curve = rotate(np.tile(words.k[:1], (len(fine), 1)), fine, m.base) @ words.q[0]
        axis = f"q·k of “{name(m, 0)}”"
    else:
        curve = offset_similarity(fine, m.d_model, m.base) * (m.scheme == "sinusoidal")
        axis = "PE(p)·PE(p+k)"
    own = m.products[m.position]
    if m.scheme == "learned":
        fine, curve = k.astype(float), average(m, k)
    low, high = (
        min(0.0, *map(float, (curve.min(), own.min()))),
        max(0.0, *map(float, (curve.max(), own.max()))),
    )
    return Plot(
        "Score by distance k",
        (
            Line(fine, curve, "muted", "mean p" if m.scheme == "learned" else "any p"),
            Rule(0, upright=True, role="cursor"),
            Points(k, own, "output", f"p={m.position}"),
        ),
        Axis("k", 1 - m.length, m.length - 1),
        Axis(axis, low * 1.05, high * 1.05 or m.d_model / 2),
        height=8,
        width=24,
        key=f"{by_what(m)} by distance, drawn",
    )


def average(m: Positions, k: Array) -> Array:
    """What places k apart score on average, wherever both are: learned ones need not agree."""
    return np.array([float(np.mean(np.diagonal(m.products, int(apart)))) for apart in k])


def by_what(m: Positions) -> str:
    """Say what scores: queries and keys are no encodings."""
    return "q·k" if m.scheme == "rotary" else "PE"


def distances(m: Positions) -> Table:
    """The same distance from several places: the same score."""
    p, last = m.position, m.length - 1
    score = "other" if m.scheme == "learned" else "same"
    titles, title = (f"from {p}", "from 0", f"from {last}"), f"Same distance k, {score} score"
    if m.scheme == "rotary":
        titles, title = (*titles[:2], f"to {last}"), f"q·k of “{name(m, 0)}”, k places apart"
    named = zip(titles, ("p", "0", "last"), strict=True)
    columns = (Column("k"), *(Column(title, "output", key=key) for title, key in named))
    rows = each(partial(distance_row, m), [k for k in OFFSETS if k < m.length])
    return Table(title, columns, rows, width=29, key=f"{by_what(m)} by distance")


def distance_row(m: Positions, k: int) -> tuple[Cell, ...]:
    """What places k apart score: ahead, or back where the places end and it is the same."""
    rotary, last = m.scheme == "rotary", m.length - 1
    cells = [Cell(k, "integer", key=str(k))]
    for p in (m.position, 0, last - k if rotary else last):
        j = p + k if rotary or p + k < m.length else p - k
        score = cell(m.the("products")[p, j], decimals=3, role="output") if 0 <= j <= last else NONE
        cells.append(score)
    return tuple(cells)


def wave_table(m: Positions) -> Table:
    """The three waves in numbers, and the slowest one."""
    pairs = sorted({*chosen(m), m.d_model // 2 - 1})
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
        each(partial(wave_row, m), pairs),
        width=29,
        key="waves",
    )


def wave_row(m: Positions, i: int) -> tuple[Cell, ...]:
    """One wave: how long it is, and where it stands at the chosen place."""
    encoding = m.the("encoding")
    return (
        Cell(f"{2 * i},{2 * i + 1}", "text"),
        cell(m.the("wavelengths")[i], decimals=2),
        cell(encoding[m.position, 2 * i], decimals=4),
        cell(encoding[m.position, 2 * i + 1], decimals=4),
    )
