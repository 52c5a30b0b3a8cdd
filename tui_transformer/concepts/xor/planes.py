"""The two planes of `xor`: what the network says over the inputs, and where these come to lie."""

import math
from collections.abc import Iterator
from functools import cache

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.xor.model import Xor
from tui_transformer.concepts.xor.tables import GLYPHS
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.geometry.lines import line_in_square
from tui_transformer.nn.made_up.xor import CORNERS, NAMES, TARGETS
from tui_transformer.nn.shallow import Shallow, forward
from tui_transformer.numbers import number
from tui_transformer.panels import Field
from tui_transformer.pieces import Axis, Line, Mark, Points

LOW, HIGH = -0.5, 1.5  # what the input plane shows of both inputs
SAMPLES = 61  # of both planes along each side


def input_plane(m: Xor) -> Field:
    """The output over the inputs; where it crosses ½; and where each hidden unit folds."""
    y = m.answers(samples()).reshape(SAMPLES, SAMPLES)
    return Field(
        "Inputs",
        y,
        Axis("x₀", LOW, HIGH),
        Axis("x₁", LOW, HIGH),
        (*fold_lines(m), *corner_marks(m, CORNERS)),
        low=0.0,
        high=1.0,
        levels=() if m.net is None else (0.5,),
        legend="output",
        height=11,
        width=24,
    )


@cache
def samples() -> Array:
    """The points at which the input plane is asked, [n, 2]."""
    side = np.linspace(LOW, HIGH, SAMPLES)
    x1, x2 = np.meshgrid(side, side)
    return np.stack([x1.ravel(), x2.ravel()], axis=1)


def fold_lines(m: Xor) -> Iterator[Line]:
    """Where each hidden unit's sum is 0: there relu bends, and tanh is steepest."""
    if m.net is None:
        return
    label = "fold"
    for w1, w2, c in zip(*m.net.W, m.net.c, strict=True):
        ends = line_in_box((w1, w2), c, (LOW, HIGH), (LOW, HIGH))
        if ends:
            yield Line(ends[0], ends[1], "muted", label, dim=True)
            label = ""


def hidden_plane(m: Xor) -> Field:
    """The same four points where the hidden layer sends them, and the line between them."""
    if m.net is None:
        return unmoved(m)
    if m.fold < 1:
        return on_the_way(m, m.net)
    net, spots = m.net, laid(m.net, m.corners.h)
    horizontal, vertical = limits(spots)
    across, up = weights_of(net)
    u, v = (np.linspace(*ends, SAMPLES) for ends in (horizontal, vertical))
    score = across * u + up * v[:, np.newaxis] + net.b
    output = ACTIVATIONS["sigmoid"].f(score) if m.solution == "trained" else score
    middle = 0.0 if m.solution == "trained" else 0.5
    line = line_in_box((across, up), net.b - middle, horizontal, vertical)
    edge = places(m, square())
    marks: list[Mark] = [Line(edge[:, 0], edge[:, 1], "muted", dim=True)]
    if line:
        marks.append(Line(*line, "plain", "output ½"))
    return Field(
        "Hidden layer",
        output,
        Axis("h0", *horizontal),
        Axis(vertical_name(net), *vertical),
        (*marks, *corner_marks(m, spots)),
        low=0.0,
        high=1.0,
        legend="output",
        height=11,
        width=24,
    )


def on_the_way(m: Xor, net: Shallow) -> Field:
    """The points part of the way there, where no output belongs to a place yet."""
    moved = laid(net, m.corners.h)
    horizontal, vertical = limits(moved)
    there = (CORNERS, moved), (square(), places(m, square()))
    spots, edge = (x + m.fold * (end - x) for x, end in there)
    return Field(
        "Hidden layer",
        np.full((2, 2), 0.5),
        Axis("h0", *horizontal),
        Axis(vertical_name(net), *vertical),
        (Line(edge[:, 0], edge[:, 1], "muted", dim=True), *corner_marks(m, spots)),
        low=0.0,
        high=1.0,
        legend=f"moved {number(m.fold)} of the way",
        height=11,
        width=24,
    )


def unmoved(m: Xor) -> Field:
    """Without a hidden layer the points stay where they are."""
    return Field(
        "Hidden layer",
        np.full((2, 2), 0.5),
        Axis("x₀", LOW, HIGH),
        Axis("x₁", LOW, HIGH),
        tuple(corner_marks(m, CORNERS)),
        low=0.0,
        high=1.0,
        legend="no layer: unmoved",
        height=11,
        width=24,
    )


def shows_all(net: Shallow) -> bool:
    """Whether the first two hidden units are all that the output looks at."""
    return not np.any(net.w[2:])


def vertical_name(net: Shallow) -> str:
    """Name the vertical axis: the second unit, or what all units but the first add up to."""
    if shows_all(net):
        return "h1" if len(net.w) > 1 else "no h1"
    return f"w·h, h1 to h{len(net.w) - 1}"


def weights_of(net: Shallow) -> tuple[float, float]:
    """How much the output takes of each axis of the hidden picture."""
    if shows_all(net):
        return float(net.w[0]), float(net.w[1]) if len(net.w) > 1 else 0.0
    return float(net.w[0]), 1.0


def places(m: Xor, x: Array) -> Array:
    """Where points of the input plane lie in the hidden picture, [n, 2] → [n, 2]."""
    assert m.net is not None
    return laid(m.net, forward(m.net, x, m.phi, settled=True).h)


def laid(net: Shallow, h: Array) -> Array:
    """Where points lie there, by what the units say to them, [n, h] → [n, 2].

    With two units at work these are their answers. With more, a picture has too few
    directions: the vertical one is then what units 2, 3, … add to the output together, so
    that the line drawn is still exactly where the output is ½.
    """
    if not shows_all(net):
        return np.stack([h[:, 0], h[:, 1:] @ net.w[1:]], axis=1)
    return np.stack([h[:, 0], h[:, 1] if h.shape[1] > 1 else np.zeros(len(h))], axis=1)


def limits(spots: Array) -> list[tuple[float, float]]:
    """Choose both axes around the way of the points, on halves: they seldom move in training."""
    low, high = np.minimum(np.min(spots, axis=0), 0), np.maximum(np.max(spots, axis=0), 1)
    return [
        (math.floor(2 * a - 0.5) / 2, math.ceil(2 * b + 0.5) / 2)
        for a, b in zip(low, high, strict=True)
    ]


@cache
def square() -> Array:
    """The outline of the unit square in the input plane, [n, 2]."""
    t = np.linspace(0, 1, 13)
    sides = [
        np.stack([t, 0 * t]),
        np.stack([0 * t + 1, t]),
        np.stack([1 - t, 0 * t + 1]),
        np.stack([0 * t, 1 - t]),
    ]
    return np.concatenate(sides, axis=1).T


def line_in_box(
    w: tuple[float, float], b: float, across: tuple[float, float], up: tuple[float, float]
) -> tuple[list[float], list[float]] | None:
    """Find where w·x + b = 0 enters and leaves a box: its xs and ys, or None."""
    middle = [(low + high) / 2 for low, high in (across, up)]
    half = [(high - low) / 2 for low, high in (across, up)]
    shifted = b + w[0] * middle[0] + w[1] * middle[1]
    ends = line_in_square((w[0] * half[0], w[1] * half[1]), shifted, 1.0)
    if ends is None:
        return None
    xs, ys = ([middle[i] + half[i] * end[i] for end in ends] for i in (0, 1))
    return xs, ys


def corner_marks(m: Xor, spots: Array) -> Iterator[Points]:
    """The four inputs by the class that they should get; those on one spot share a label."""
    reach = float(np.ptp(spots)) or 1.0
    groups: list[list[int]] = []
    for i in range(4):
        near = [g for g in groups if math.dist(spots[g[0]], spots[i]) < 0.04 * reach]
        if near:
            near[0].append(i)
        else:
            groups.append([i])
    for group in groups:
        yield corner_mark(m, group, spots)


def corner_mark(m: Xor, group: list[int], spots: Array) -> Points:
    """One spot with the inputs that lie on it; ! where one of them gets the wrong class."""
    wanted = {int(TARGETS[i]) for i in group}
    marker = GLYPHS[wanted.pop()] if len(wanted) == 1 else "◐"
    wrong = any(m.classes[i] != TARGETS[i] for i in group)
    label = " ".join(NAMES[i] for i in group) + ("!" if wrong else "")
    return Points(
        [float(spots[group[0], 0])],
        [float(spots[group[0], 1])],
        "target",
        marker=marker,
        labels=(label,),
    )
