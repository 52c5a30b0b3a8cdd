"""The tables of the concept `descent`, with the working of every number in them."""

from dataclasses import replace
from functools import partial

from tui_transformer.concepts.descent.model import Descent
from tui_transformer.later import each
from tui_transformer.nn.made_up.surfaces import Quadratic
from tui_transformer.nn.optimizers import ROUNDING, long_run_factor, swings
from tui_transformer.panels import Table
from tui_transformer.pieces import Bar, Cell, Column, Role, cell

NAMES = ("x", "y")
_ROLES: tuple[Role, Role] = ("second", "third")  # of the two axes


# ── each axis a series of its own ──────────────────────────────────────────────────────


def fate(multiplier: float) -> str:
    """Say what multiplying by this again and again does."""
    if abs(multiplier) < ROUNDING:
        return "lands on 0"
    if abs(multiplier + 1) < ROUNDING:
        return "flips for ever"
    flips = "flips, " if multiplier < 0 else ""
    return f"{flips}{'grows' if abs(multiplier) > 1 else 'shrinks'}"


def long_run(trace: float, determinant: float) -> str:
    """Say what an axis does under a rule with momentum."""
    factor = long_run_factor(trace, determinant)
    way = "grows" if factor > 1 + ROUNDING else "shrinks" if factor < 1 - ROUNDING else "for ever"
    return f"swings, {way}" if swings(trace, determinant) else way


def axes_table(m: Descent) -> Table:
    """One row per axis: plain gd's multiplier as a gauge, and the factor of the rule at hand."""
    columns = [
        Column("axis"),
        Column("1−ηλ"),
        Column("−1…1", bar=True, rank=2),
        *([Column("|z|")] if has_factor(m) else []),
    ]
    rows = tuple(axis_row(m, i) for i in range(2))
    return Table(axes_title(m), tuple(columns), rows, key="axes")


def fates_table(m: Descent) -> Table:
    """One row per axis: how it curves, where the walker is on it, and what becomes of that."""
    both = has_factor(m)
    fate_of = "in the long run" if both else "so it" if m.optimizer == "gd" else "so gd"
    columns = [
        Column("axis"),
        Column("λ"),
        *([] if m.surface == "rosenbrock" else [Column("u now")]),
        Column(fate_of, key="fate"),
    ]
    rows = each(lambda i: fate_row(m, i), range(2))
    return Table("Axis by axis", tuple(columns), rows, width=30, key="fates")


def has_factor(m: Descent) -> bool:
    """Say whether the rule at hand multiplies by another number than plain gd, in the long run."""
    return m.optimizer in ("momentum", "nesterov")


def axes_title(m: Descent) -> str:
    """Say whose multipliers the table shows: 1 − ηλ is plain gd's alone."""
    if m.surface == "rosenbrock":
        whose = {"gd": "", "adam": ", not Adam"}.get(m.optimizer, f"; |z| in {m.optimizer}")
        return f"Near (1, 1), plain gd: 1 − ηλ{whose}"
    if m.optimizer == "gd":
        return "Each step multiplies: each axis by 1 − ηλ"
    if m.optimizer == "adam":
        return "1 − ηλ: plain gd; Adam rescales every step"
    return f"Each step multiplies: 1 − ηλ in gd, |z| in {m.optimizer}"


def axis_names(m: Descent) -> tuple[str, str]:
    """Name the two axes by what they are."""
    first, second = m.ground.curvature
    if m.surface == "rosenbrock":
        return "across", "along"
    if m.surface == "saddle":
        return "u1 up", "u2 down"
    if first == second:
        return "u1", "u2"
    return ("u1 flat", "u2 steep") if first < second else ("u1 steep", "u2 flat")


def axis_name(m: Descent, i: int) -> Cell:
    """Name an axis at the head of its row."""
    name = axis_names(m)[i]
    return Cell(name, "text", role=_ROLES[i], key=name.split()[0])


def axis_row(m: Descent, i: int) -> tuple[Cell, ...]:
    """What one axis is multiplied by."""
    role, multiplier = _ROLES[i], m.multipliers[i]
    both = has_factor(m)  # two numbers: the rest of the name stands at the curves of the loss
    name = axis_name(m, i)
    cells = [
        replace(name, content=str(name.content).split()[-1]) if both else name,
        cell(m.the("multipliers")[i], decimals=4, role=role),
        Cell(Bar(min(max(multiplier, -1.5), 1.5), -1.5, 1.5, marks=(-1.0, 1.0)), role=role),
    ]
    if both:
        cells.append(cell(m.the("factors")[i], decimals=4, role=role))
    return tuple(cells)


def fate_row(m: Descent, i: int) -> tuple[Cell, ...]:
    """What becomes of one axis."""
    curvature = m.ground.curvature[i]
    mode = m.rule.characteristic(curvature)
    set_by_hand = curvature == m.curvature[i]
    cells = [
        axis_name(m, i),
        cell(m.the("curvature" if set_by_hand else "curvatures")[i], decimals=3),
    ]
    if isinstance(m.ground, Quadratic):
        cells.append(cell(m.the("places")[len(m.points) - 1, i], decimals=4))
    cells.append(
        Cell(long_run(*mode) if has_factor(m) and mode else fate(m.multipliers[i]), "text")
    )
    return tuple(cells)


# ── the last point in numbers ──────────────────────────────────────────────────────────


def point_table(m: Descent) -> Table:
    """Where the walker stands, and the slope there."""
    return Table(
        f"After step {len(m.points) - 1}",
        (Column(""), Column("w", "first"), Column("∂f/∂w", "gradient")),
        each(partial(point_row, m), (0, 1)),
        width=22,
        key="walker",
    )


def point_row(m: Descent, i: int) -> tuple[Cell, ...]:
    """One coordinate, and the slope along it."""
    last = len(m.points) - 1
    return (
        Cell(NAMES[i], "text"),
        cell(m.the("path")[last, i], decimals=4, role="first")
        if last
        else Cell(float(m.path[0, i]), decimals=4, role="first"),
        cell(m.the("gradient")[i], decimals=4, role="gradient"),
    )
