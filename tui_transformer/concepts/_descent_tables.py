"""The tables of the concept `descent`, with the working of every number in them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tui_transformer.figure import Bar, Cell, Column, Role, Table
from tui_transformer.nn.optimizers import ROUNDING, Adam, long_run_factor, swings
from tui_transformer.nn.surfaces import Point, Quadratic, slope_wanted
from tui_transformer.working import Working, n

if TYPE_CHECKING:
    from tui_transformer.concepts.descent import Descent

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
        Column("−1…1", bar=True),
        Column("1−ηλ"),
        *([Column("|z|")] if both else []),
        Column(fate_of),
        *([] if m.surface == "rosenbrock" else [Column("u now")]),
        Column("λ"),
    ]
    rows = tuple(axis_row(m, i, both) for i in range(2))
    return Table(axes_title(m), tuple(columns), rows)


def axes_title(m: Descent) -> str:
    """Say whose multipliers the table shows: 1 − ηλ is plain gd's alone."""
    if m.surface == "rosenbrock":
        whose = {"gd": "", "adam": ", not Adam's"}.get(m.optimizer, f", |z| {m.optimizer}'s")
        return f"Near (1, 1): 1 − ηλ is plain gd's{whose}"
    if m.optimizer == "gd":
        return "Every step multiplies each axis by 1 − ηλ"
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
    rate, mode = m.learning_rate, m.rule.characteristic(m.ground.curvature[i])
    cells = [
        Cell(axis_names(m)[i], "text", role=role),
        Cell(Bar(min(max(multiplier, -1.5), 1.5), -1.5, 1.5, marks=(-1.0, 1.0)), role=role),
        Cell(
            multiplier,
            decimals=4,
            role=role,
            working=lambda: Working(
                f"1 − η·λ{i + 1}", f"1 - {n(rate)}*{n(curvature)}", multiplier, "multipliers"
            ),
        ),
    ]
    if both and mode:
        cells.append(
            Cell(
                long_run_factor(*mode), decimals=4, role=role, working=lambda: factor_working(m, i)
            )
        )
    cells.append(Cell(long_run(*mode) if both and mode else fate(multiplier), "text"))
    if isinstance(m.ground, Quadratic):
        cells.append(
            Cell(place_working(m, i).value, decimals=4, working=lambda: place_working(m, i))
        )
    cells.append(
        Cell(
            curvature,
            decimals=3,
            working=(lambda: curvature_working(m, i)) if curvature != m.curvature[i] else None,
        )
    )
    return tuple(cells)


def factor_working(m: Descent, i: int) -> Working:
    """Show the long-run factor of one axis under momentum or Nesterov."""
    mode = m.rule.characteristic(m.ground.curvature[i]) or (0.0, 0.0)
    beta, step = n(m.momentum), f"{n(m.learning_rate)}*{n(m.ground.curvature[i])}"
    if m.optimizer == "momentum":
        trace, product, written = f"(1 + {beta} - {step})", beta, "z² − (1 + β − ηλ)z + β = 0"
    else:
        trace, product = f"((1 + {beta})*(1 - {step}))", f"({beta}*(1 - {step}))"
        written = "z² − (1 + β)(1 − ηλ)z + β(1 − ηλ) = 0"
    if mode[0] * mode[0] < 4 * mode[1]:
        return Working(
            f"|z| = √D, complex roots of {written}",
            f"sqrt({product})",
            long_run_factor(*mode),
            "status",
        )
    return Working(
        f"larger |z| of {written}",
        f"(abs({trace}) + sqrt({trace}*{trace} - 4*{product})) / 2",
        long_run_factor(*mode),
        "status",
    )


def place_working(m: Descent, i: int) -> Working:
    """Show where the last point lies on one of the surface's own axes."""
    assert isinstance(m.ground, Quadratic)
    (x, y), (c, s) = m.path[-1].tolist(), m.ground.turn
    u = m.ground.axes(x, y)[i]
    if not m.rotation:
        return Working(f"u{i + 1} = {NAMES[i]}", n((x, y)[i]), u, "path")
    if i == 0:
        return Working("u1 = x·cos + y·sin", f"{n(c)}*{n(x)} + {n(s)}*{n(y)}", u, "path")
    return Working("u2 = y·cos − x·sin", f"{n(c)}*{n(y)} - {n(s)}*{n(x)}", u, "path")


def curvature_working(m: Descent, i: int) -> Working:
    """Show a curvature that was not set: the saddle's downward one, or Rosenbrock's at (1, 1)."""
    if m.surface == "saddle":
        return Working(
            "second derivative along u2",
            f"-{n(m.curvature[i])}",
            m.ground.curvature[i],
            "multipliers",
        )
    across = "(1002 + sqrt(602*602 + 4*400*400)) / 2"
    return Working(
        "λ of the second derivatives [802 −400; −400 200] at (1, 1)",
        across if i == 0 else f"400 / ({across})",
        m.ground.curvature[i],
        "multipliers",
    )


# ── the last point in numbers ──────────────────────────────────────────────────────────


def point_table(m: Descent) -> Table:
    """Where the walker stands, and the slope there."""
    rows = tuple(
        (
            Cell(name, "text"),
            Cell(
                float(m.path[-1][i]),
                decimals=4,
                role="first",
                working=partial(update_working, m, i) if len(m.points) > 1 else None,
            ),
            Cell(
                float(m.gradient[i]),
                decimals=4,
                role="gradient",
                working=partial(slope_working, m, i),
            ),
        )
        for i, name in enumerate(NAMES)
    )
    return Table(
        f"After step {len(m.points) - 1}",
        (Column(""), Column("w", "first"), Column("∂f/∂w", "gradient")),
        rows,
        width=22,
    )


def slope_working(m: Descent, i: int) -> Working:
    """Show one coordinate of the gradient at the last point."""
    x, y = m.path[-1].tolist()
    result = float(m.gradient[i])
    if not isinstance(m.ground, Quadratic):
        inner = f"({n(y)} - {n(x)}*{n(x)})"
        if i == 0:
            return Working(
                "∂f/∂x = −2(1 − x) − 400x(y − x²)",
                f"-2*(1 - {n(x)}) - 400*{n(x)}*{inner}",
                result,
                "gradient",
            )
        return Working("∂f/∂y = 200(y − x²)", f"200*{inner}", result, "gradient")
    (first, second), (u1, u2) = m.ground.curvature, m.ground.axes(x, y)
    c, s = m.ground.turn
    if not m.rotation:
        curvature, u = ((first, u1), (second, u2))[i]
        return Working(
            f"∂f/∂{NAMES[i]} = λ{i + 1}·{NAMES[i]}", f"{n(curvature)}*{n(u)}", result, "gradient"
        )
    along, up = f"({n(first)}*{n(u1)})", f"({n(second)}*{n(u2)})"
    if i == 0:
        return Working(
            "∂f/∂x = cos·λ1·u1 − sin·λ2·u2", f"{n(c)}*{along} - {n(s)}*{up}", result, "gradient"
        )
    return Working(
        "∂f/∂y = sin·λ1·u1 + cos·λ2·u2", f"{n(s)}*{along} + {n(c)}*{up}", result, "gradient"
    )


def update_working(m: Descent, i: int) -> Working:
    """Show how the last step moved one coordinate; before any step, how the first will."""
    here = max(len(m.points) - 1, 1)
    before, after = m.run.at(here - 1), m.run.at(here)
    g = n(slope_wanted(m.ground, m.rule, before)[i])
    w, v = n(before.state.weights[i]), n(before.state.velocity[i])
    rate, beta, t, name = n(m.learning_rate), n(m.momentum), after.state.step, NAMES[i]
    symbols, step = {
        "gd": (f"η·∂f/∂{name}", f"{rate}*{g}"),
        "momentum": ("η·(βv + ∂f)", f"{rate}*({beta}*{v} + {g})"),
        "nesterov": ("η·(βv + ∂f ahead)", f"{rate}*({beta}*{v} + {g})"),
        "adam": (
            "η·m̂/(√v̂ + ε)",
            f"{rate}*(({beta}*{v} + (1 - {beta})*{g}) / (1 - {beta}**{t}))"
            f" / {adam_spread(m.rule, before, i, g)}",
        ),
    }[m.optimizer]
    when = "" if len(m.points) > 1 else " (the first step to come)"
    return Working(
        f"{name} ← {name} − {symbols}{when}", f"{w} - {step}", float(after.state.weights[i]), "path"
    )


def adam_spread(rule: object, before: Point, i: int, g: str) -> str:
    """Write √v̂ + ε of Adam's next step."""
    if not isinstance(rule, Adam):
        return ""
    decay, square = n(rule.beta_square), n(before.state.square[i])
    return (
        f"(sqrt(({decay}*{square} + (1 - {decay})*({g}*{g}))"
        f" / (1 - {decay}**{before.state.step + 1})) + {n(rule.epsilon)})"
    )
