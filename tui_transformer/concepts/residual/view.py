"""The panels of the residual screen: two journeys through the same layers, always both."""

from functools import partial

import numpy as np

import tui_transformer.concepts.residual.workings  # noqa: F401  (it tells the model why)
from tui_transformer.arrays import Array
from tui_transformer.concepts.residual.model import Residual
from tui_transformer.figure import Figure
from tui_transformer.later import each
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.numbers import number
from tui_transformer.panels import Plot, Table, Words, main
from tui_transformer.pieces import Axis, Cell, Column, Line, Role, Rule, cell
from tui_transformer.steps.residual_stack import WAYS

MOST_ROWS = 9  # layers that the table shows
ROLES: tuple[Role, Role] = ("second", "first")


def view(m: Residual) -> Figure:
    """Both gradients, both signals, what arrives, every few layers, and how it is measured."""
    return Figure(
        rows=(
            (main(curves(m, "gradient", "A gradient of 1, on its way back ←", 40, Rule(1.0))),),
            (curves(m, "forward", "Length of the signal, on its way →", 38),),
            (ends(m),),
            (layers(m),),
            (measured(m),),
        ),
        says=says(m),
        formula=m.the(f"gradient_norms_{WAYS[m.residual]}").working(0),
        data=f"random (seed {m.seed})",
    )


def says(m: Residual) -> str:
    """Say what is left of the gradient."""
    here = float(m.gradient_norms[0])
    back = f"{m.depth} layer{'' if m.depth == 1 else 's'} back"
    only = "exactly " if here == 0 else "only " if here < 0.01 else ""
    return f"{back}, a gradient of 1 is {only}{number(here, 3)}."


def names(m: Residual) -> tuple[str, str]:
    """Write one layer without the residual and with it, the one that counts marked ●."""
    f = "f(norm x)" if m.norm == "pre" else "f(x)"
    added = (f, f"x + {f}")
    norm = ("norm({})" if f.endswith(")") else "norm {}") if m.norm == "post" else "{}"
    written = (norm.format(each) for each in added)
    without, residual = (f"{'○●'[way == m.residual]} {text}" for way, text in enumerate(written))
    return without, residual


# ── curves ─────────────────────────────────────────────────────────────────────────────


def curves(m: Residual, of: str, title: str, width: int, *marks: Rule) -> Plot:
    """What is left of the gradient, or how long the signal is, without and with the residual."""
    both = [m.the(f"{of}_norms_{way}").values for way in WAYS]
    return Plot(
        title,
        (*lines(m, both), *marks),
        Axis("layer", 0, m.depth),
        limits(both),
        height=8,
        width=width,
    )


def lines(m: Residual, curves: list[Array]) -> tuple[Line, ...]:
    """Both curves; where one is exactly 0 it ends, and its label says so."""
    at = np.arange(m.depth + 1)
    drawn = (
        Line(at, np.where(y > 0, y, np.nan), ROLES[way], names(m)[way] + vanishing(y))
        for way, y in enumerate(curves)
    )
    return tuple(drawn)


def vanishing(y: Array) -> str:
    """Name the layers at which a curve is exactly 0, which no log axis can show."""
    zero = np.flatnonzero(y == 0)
    if not len(zero):
        return ""
    return f": 0 up to {zero[-1]}" if zero[0] == 0 else f": 0 from {zero[0]}"


def limits(curves: list[Array]) -> Axis:
    """A log axis on which both curves and at least a factor of 100 have room."""
    seen = np.concatenate([y[y > 0] for y in curves])
    low, high = float(np.min(seen)), float(np.max(seen))
    return Axis("", min(low, 0.1), max(high, 10.0), log=True)


# ── numbers ────────────────────────────────────────────────────────────────────────────


def norm_cell(m: Residual, of: str, way: bool, layer: int) -> Cell:
    """What is left of the gradient, or how long the signal is, at a layer."""
    return cell(m.the(f"{of}_norms_{WAYS[way]}")[layer], decimals=3, role=ROLES[way])


def ends(m: Residual) -> Table:
    """What arrives at either end, without the residual and with it."""
    columns = (
        Column("one layer"),
        Column("∂ arrives", "gradient"),
        Column("× each"),
        Column("‖x‖ ends"),
    )
    rows = each(partial(end_row, m), (True, False))
    return Table("What arrives", columns, rows, row=0 if m.residual else 1, width=44)


def end_row(m: Residual, way: bool) -> tuple[Cell, ...]:
    """What arrives through one of the two stacks."""
    each = m.the("factors")[int(way)]
    return (
        Cell(names(m)[way], "text", role=ROLES[way], key=WAYS[way]),
        norm_cell(m, "gradient", way, 0),
        cell(each, decimals=4) if each.value > 0 else Cell("none left", "text", role="muted"),
        norm_cell(m, "forward", way, m.depth),
    )


def layers(m: Residual) -> Table:
    """Gradient and signal every few layers, the end on top, as the gradient meets them."""
    columns = (
        Column("layer"),
        *(Column(f"∂ {names(m)[w]}", ROLES[w], key=f"∂ {WAYS[w]}") for w in (True, False)),
        *(Column(f"‖x‖ {names(m)[w][0]}", ROLES[w], key=f"x {WAYS[w]}") for w in (True, False)),
    )
    shown = sorted({round(at) for at in np.linspace(0, m.depth, MOST_ROWS)}, reverse=True)
    rows = each(partial(layer_row, m), shown)
    return Table("Layer by layer, from the end back", columns, rows, width=44)


def layer_row(m: Residual, layer: int) -> tuple[Cell, ...]:
    """Both gradients and both signals at a layer."""
    numbers = (
        norm_cell(m, of, way, layer) for of in ("gradient", "forward") for way in (True, False)
    )
    return Cell(f"{layer}", "text"), *numbers


def measured(m: Residual) -> Words:
    """The definition of everything drawn."""
    act = ACTIVATIONS[m.activation].name
    f = "x·W" if act == "identity" else f"{act}(x·W)"
    return Words(
        "How it is measured",
        (
            f"x(0) ~ N(0, 1), {m.width} numbers; every W ~ N(0, gain²/{m.width}); f(x) = {f}.",
            "Gradient: every output sends back one of length 1, by the chain rule, exactly; "
            "∂ is the root mean square of their lengths, ‖Jacobian‖ / √width.",
            "Signal: ‖x‖, the length of the vector itself.",
        ),
    )
