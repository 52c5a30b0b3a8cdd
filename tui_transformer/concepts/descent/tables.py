"""The tables of the concept `descent`, with the working of every number in them."""

from functools import partial

from tui_transformer.concepts.descent.model import Descent
from tui_transformer.later import each
from tui_transformer.nn.made_up.surfaces import Quadratic
from tui_transformer.nn.optimizers import ROUNDING, long_run_factor, swings
from tui_transformer.panels import Table
from tui_transformer.pieces import Bar, Cell, Column, Role, cell

NAMES = ("x", "y")


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
    """One row per axis: plain gd's multiplier as a gauge, and what the rule at hand makes of it."""
    both = m.optimizer in ("momentum", "nesterov")
    fate_of = "in the long run" if both else "so it" if m.optimizer == "gd" else "so gd"
    columns = [
        Column("axis"),
        Column("1−ηλ"),
        Column("−1…1", bar=True),
        *([Column("|z|")] if both else []),
        Column(fate_of, key="fate"),
        *([] if m.surface == "rosenbrock" else [Column("u now")]),
        Column("λ"),
    ]
    rows = tuple(axis_row(m, i, both) for i in range(2))
    return Table(axes_title(m), tuple(columns), rows, key="axes")


def axes_title(m: Descent) -> str:
    """Say whose multipliers the table shows: 1 − ηλ is plain gd's alone."""
    if m.surface == "rosenbrock":
        whose = {"gd": "", "adam": ", not Adam's"}.get(m.optimizer, f", |z| {m.optimizer}'s")
        return f"Near (1, 1): 1 − ηλ is plain gd's{whose}"
    if m.optimizer == "gd":
        return "Each step multiplies: each axis by 1 − ηλ"
    if m.optimizer == "adam":
        return "1 − ηλ is plain gd's; Adam rescales every step"
    return f"1 − ηλ is plain gd's; |z| is {m.optimizer}'s"


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


def axis_row(m: Descent, i: int, both: bool) -> tuple[Cell, ...]:
    """The numbers of one axis."""
    role: Role = ("second", "third")[i]
    curvature, multiplier = m.ground.curvature[i], m.multipliers[i]
    mode = m.rule.characteristic(curvature)
    cells = [
        Cell(axis_names(m)[i], "text", role=role, key=axis_names(m)[i].split()[0]),
        cell(m.the("multipliers")[i], decimals=4, role=role),
        Cell(Bar(min(max(multiplier, -1.5), 1.5), -1.5, 1.5, marks=(-1.0, 1.0)), role=role),
    ]
    if both and mode:
        cells.append(cell(m.the("factors")[i], decimals=4, role=role))
    cells.append(Cell(long_run(*mode) if both and mode else fate(multiplier), "text"))
    if isinstance(m.ground, Quadratic):
        cells.append(cell(m.the("places")[len(m.points) - 1, i], decimals=4))
    set_by_hand = curvature == m.curvature[i]
    cells.append(cell(m.the("curvature" if set_by_hand else "curvatures")[i], decimals=3))
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
