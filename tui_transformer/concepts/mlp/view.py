"""The pictures of the concept `mlp`: hinges and their sum, the loss, and the sentence."""

import math
from collections.abc import Iterator

import numpy as np

import tui_transformer.concepts.mlp.workings  # noqa: F401  (it tells the model why)
from tui_transformer.arrays import Array
from tui_transformer.concepts.mlp.model import Mlp
from tui_transformer.concepts.mlp.tables import (
    gradient_table,
    hinge_table,
    loss_table,
    tail_table,
)
from tui_transformer.figure import Figure
from tui_transformer.nn.geometry.lines import quotient
from tui_transformer.numbers import number
from tui_transformer.panels import Plot, main
from tui_transformer.pieces import Axis, Line, Mark, Points, Role, Rule
from tui_transformer.text import and_list

REACH = 3.0  # the picture shows −3..3
HEIGHTS = (1.0, 2.0, 3.0, 5.0)  # and these, times a power of ten, upwards
ROLES: tuple[Role, ...] = ("second", "third", "fourth")
ENDS = (10, 20, 50, 100, 200)  # where the axis of steps may end
NOTHING = 1e-16  # a loss below this is drawn at the bottom


def view(m: Mlp) -> Figure:
    """The curve beside its gradients; the hinges; both ends; the loss."""
    return Figure(
        rows=(
            (main(curve(m)), gradient_table(m)),
            (hinge_table(m), tail_table(m)),
            (loss_plot(m), loss_table(m)),
        ),
        says=says(m),
        formula=m.one("y").why(),
        data="yours" if m.steps == 0 else "trained from yours",
    )


# ── the sentence ───────────────────────────────────────────────────────────────────────


def says(m: Mlp) -> str:
    """Say what this state shows."""
    if "kink" in m.states:
        return says_kink(m)
    off = [i + 1 for i, z in enumerate(m.now.run.z[0]) if z < 0]
    if len(off) == len(m.states):
        return f"{start(m)}every hinge is off at x₀: {3 * len(off)} zeros; only c can learn."
    if "near" in m.states:
        near = hinges([i + 1 for i, state in enumerate(m.states) if state == "near"])
        return f"The difference steps across the kink of {near}: there it mixes two slopes."
    if m.bump:
        rest = f" {hinges(off).capitalize()} off: {3 * len(off)} zeros." if off else ""
        return f"{start(m)}a bump, 0 on both sides.{rest}"
    if off:
        return f"{start(m)}{hinges(off)} off at x₀: {3 * len(off)} zeros."
    return f"{start(m)}all hinges on."


def says_kink(m: Mlp) -> str:
    """Say that on a kink there are two slopes."""
    left, right = one_sided(m)
    at = [i + 1 for i, state in enumerate(m.states) if state == "kink"]
    if left == right:
        sums = and_list([f"z{i}" for i in at]) + (" are" if len(at) > 1 else " is")
        return f"{sums} exactly 0 at x₀; that relu′(0) = 0 is a convention."
    bent = hinges([i for i in at if m.now.net.W[0, i - 1]])
    return f"Kink of {bent}: slope {short(left)} or {short(right)}; relu′(0) = 0 is a convention."


def start(m: Mlp) -> str:
    """Begin the sentence with y."""
    return f"Step {m.steps}: y = {short(m.y)}; " if m.steps else f"y = {short(m.y)}; "


def short(x: float) -> str:
    """Write a number in a sentence; no probability, so nearly 1 may be 1."""
    return "1" if f"{x:.3g}" == "1" else number(x, 3)


def hinges(which: list[int]) -> str:
    """Name some hinges."""
    return f"hinge{'s' if len(which) > 1 else ''} {and_list([str(i) for i in which])}"


def one_sided(m: Mlp) -> tuple[float, float]:
    """The slope of y just left and just right of x₀."""
    slopes = [0.0, 0.0]
    for (w, _), v, z in zip(bend_places(m), m.now.net.w, m.now.run.z[0], strict=True):
        for side, sign in enumerate((-1, 1)):
            if z > 0 or (z == 0 and w * sign > 0):
                slopes[side] += float(v) * w
    return slopes[0], slopes[1]


def bend_places(m: Mlp) -> list[tuple[float, float | None]]:
    """Each hinge's w, and where it bends: −b/w, None if it never does."""
    net = m.now.net
    return [(float(w), quotient(-b, w)) for w, b in zip(net.W[0], net.c, strict=True)]


# ── the curve ──────────────────────────────────────────────────────────────────────────


def curve(m: Mlp) -> Plot:
    """Each hinge times its v, and their sum with c; kinks ◇, the point ◆ and the target ★."""
    at = sorted({*np.linspace(-REACH, REACH, 121).tolist(), m.x0, *inside(m)})
    x = np.array(at)
    with np.errstate(over="ignore", invalid="ignore"):
        parts = [
            w_v * np.maximum(0.0, w * x + b)
            for w, b, w_v in zip(m.now.net.W[0], m.now.net.c, m.now.net.w, strict=True)
        ]
        y = np.sum(parts, axis=0) + m.now.net.b
    kinks = [place for place in inside(m) if place in m.kinks]
    marks: list[Mark] = [
        Rule(0.0),
        *(
            Line(x, part, role, f"{i}")
            for i, (part, role) in enumerate(zip(parts, ROLES, strict=False), 1)
        ),
        Line(x, y, "output", "y"),
        Points(kinks, [float(y[at.index(place)]) for place in kinks], "plain", "kink", "◇"),
        Points([m.x0], [m.target], "target", marker="★", labels=("target",)),
        Points([m.x0], [m.y], "cursor", marker="◆", labels=("x₀",)),
    ]
    reach = height(m, y)
    return Plot(
        "Hinges and their sum",
        tuple(marks),
        Axis("x", -REACH, REACH),
        Axis("", -reach, reach),
        height=12,
        width=24,
    )


def inside(m: Mlp) -> Iterator[float]:
    """Where a hinge bends within the picture, or the sum does."""
    places = [*m.kinks, *(at for _, at in bend_places(m) if at is not None)]
    return (at for at in places if abs(at) <= REACH)


def height(m: Mlp, y: Array) -> float:
    """Choose how far up and down the picture reaches: the sum is in it, hinges may leave."""
    need = max(2.0, abs(m.y), abs(m.target), *np.abs(y[np.isfinite(y)]).tolist())
    power = 10.0 ** min(math.floor(math.log10(need)), 300)
    return next((power * h for h in HEIGHTS if power * h >= need), 10 * power)


def loss_plot(m: Mlp) -> Plot:
    """The loss over steps on a log axis; an exact 0 is drawn at its bottom."""
    losses = np.array([state.loss for state in m.history])
    shown = np.maximum(losses, NOTHING)
    end = next(end for end in ENDS if end > m.steps or end == ENDS[-1])
    high = 10.0 ** min(max(math.ceil(math.log10(np.max(shown))), 0), 308)
    low = 10.0 ** min(math.floor(math.log10(np.min(shown))), -3)
    return Plot(
        "Loss ½(y − target)²",
        (
            Line(np.arange(len(shown)), shown, "first"),
            Points(
                [len(shown) - 1],
                shown[-1:],
                "cursor",
                marker="◆",
                labels=("exactly 0" if losses[-1] == 0 else "",),
            ),
        ),
        Axis("step", 0, end),
        Axis("", low, high, log=True),
        height=8,
        width=24,
    )
