"""The pictures of the concept `neuron`, and the sentence under them."""

import itertools
from collections.abc import Iterator

import numpy as np

from tui_transformer.concepts.neuron import workings
from tui_transformer.concepts.neuron.model import CORNERS, Neuron
from tui_transformer.concepts.neuron.tables import GLYPHS, corner_table, step_table
from tui_transformer.figure import Figure
from tui_transformer.nn.geometry.lines import line_in_square, weighted_sum
from tui_transformer.numbers import number, probability
from tui_transformer.panels import Field, Plot, main, parted
from tui_transformer.pieces import Arrow, Axis, Line, Mark, Points, Rule

REACH = 3.0  # the picture shows −3..3 in both directions
SAMPLES = 81  # of the plane along each side
# What the ends of the colour scale mean: fixed, so that a steeper neuron looks steeper.
SHADES, UNBOUNDED = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}, (-6.0, 6.0)


def view(m: Neuron) -> Figure:
    """The plane beside the truth table; the gate with this z, and the steps to it."""
    corners, sums = parted(corner_table(m), ("z", "y"), "Sums at the corners", 22)
    return Figure(
        rows=((main(plane(m)), corners), (gate(m), step_table(m)), (sums,)),
        says=says(m),
        formula=workings.whole(m),
        data="yours",
    )


def says(m: Neuron) -> str:
    """Say where the line runs, and what it gets right."""
    if m.inputs == "exam":
        study, sleep = (number(float(x)) for x in m.x)
        y = probability(m.y, 3) if m.activation == "sigmoid" else number(m.y, 3)
        return f"Study {study} h and sleep {sleep} h beyond the usual: to pass gets y = {y}."
    score = f"{m.task.upper()}: {m.right} of 4"
    if not np.any(m.w):
        rest = f"every point is class {int(m.b > 0)}." if m.right is None else f"{score} right."
        return f"w = 0: no line. z = b = {number(m.b)} everywhere; {rest}"
    away = "far" if m.boundary_distance is None else number(m.boundary_distance, 3)
    if m.right is not None:
        return f"{score} right. The line runs {away} from 0."
    ends = itertools.product((-REACH, REACH), repeat=2)
    if len({weighted_sum(m.w, end, m.b) > 0 for end in ends}) == 1:
        return f"The line runs {away} from 0, off the picture: all here is class {int(m.b > 0)}."
    return f"The line runs {away} from 0. At x the sum is {number(m.z, 3)}."


def plane(m: Neuron) -> Field:
    """y at every point, with the line, w, the task's inputs and the probe."""
    side = np.linspace(-REACH, REACH, SAMPLES)
    with np.errstate(under="ignore"):
        z = m.w[0] * side[np.newaxis, :] + m.w[1] * side[:, np.newaxis] + m.b
    low, high = SHADES.get(m.activation, UNBOUNDED)
    return Field(
        "y over the plane",
        m.phi.f(z),
        Axis(m.letter("x", 0), -REACH, REACH),
        Axis(m.letter("x", 1), -REACH, REACH),
        (*line_marks(m), probe_mark(m), *(corner_marks(m) if m.targets else ())),
        "diverging" if low < 0 else "sequential",
        low,
        high,
        sets="x",
        legend="y",
        height=11,
        width=25,
    )


def line_marks(m: Neuron) -> Iterator[Mark]:
    """The line and the arrow, as far as they are in the picture."""
    ends = line_in_square(m.w, m.b, REACH)
    if ends:
        (x0, y0), (x1, y1) = ends
        yield Line([x0, x1], [y0, y1], "plain", "z = 0")
    longest = max(abs(float(w)) for w in m.w)
    if longest > 0:
        share = min(1.0, 0.9 * REACH / longest)
        yield Arrow(
            0,
            0,
            share * float(m.w[0]),
            share * float(m.w[1]),
            "second",
            "w" if share == 1 else "w, cut short",
        )


def corner_marks(m: Neuron) -> Iterator[Points]:
    """The task's four inputs, each drawn as the class that it should get."""
    for wanted, marker in enumerate(GLYPHS):
        chosen = [i for i in range(4) if m.targets and m.targets[i] == wanted]
        wrong = tuple("" if m.task_outputs[i] == wanted else "!" for i in chosen)
        yield Points(
            [CORNERS[i][0] for i in chosen],
            [CORNERS[i][1] for i in chosen],
            "target",
            marker=marker,
            labels=wrong,
        )


def probe_mark(m: Neuron) -> Points:
    """The input looked at; drawn before the task's inputs, so that it never hides one."""
    return Points([float(m.x[0])], [float(m.x[1])], "cursor", marker="◆", labels=("x",))


def gate(m: Neuron) -> Plot:
    """The curve of φ with this z on it; the task's inputs lie on it too."""
    sums = m.task_sums if m.targets else ()
    reach = max(6.0, 1.1 * max(abs(z) for z in (m.z, *sums)))
    z = np.linspace(-reach, reach, 241)
    inputs = (
        Points([s], [float(m.phi.f(s))], "target", marker=GLYPHS[wanted])
        for s, wanted in zip(sums, m.targets or (), strict=True)
    )
    return Plot(
        "φ, with this z on it",
        (
            Line(z, m.phi.f(z), "first", f"φ = {m.activation}"),
            Rule(0.0, upright=True, label="the line: z = 0"),
            *inputs,
            Points([m.z], [m.y], "cursor", "x", marker="◆"),
        ),
        Axis("z", -reach, reach),
        Axis("y"),
        width=25,
    )
