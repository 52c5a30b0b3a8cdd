"""The pictures of the concept `xor`: two planes, the loss, and every number with its working."""

import math

import numpy as np

import tui_transformer.concepts.xor.workings  # noqa: F401  (it tells the model why)
from tui_transformer.concepts.xor.model import Xor
from tui_transformer.concepts.xor.planes import hidden_plane, input_plane
from tui_transformer.concepts.xor.tables import corner_table, weight_table
from tui_transformer.figure import Figure
from tui_transformer.numbers import number
from tui_transformer.panels import Plot, main, parted
from tui_transformer.pieces import Axis, Line, Mark, Points, Rule

ENDS = (20, 50, 100, 200, 500, 1000, 2000)  # where the axis of steps may end
FEW = 3  # hidden units that stand beside what they lead to
STUCK = 1e-3  # a run whose largest gradient is smaller than this has come to rest


def view(m: Xor) -> Figure:
    """Both planes side by side; the numbers; the loss; the weights."""
    rest = [f"h{j}" for j in range(FEW, 0 if m.net is None else len(m.net.w))]
    corners, hidden = parted(corner_table(m), rest, "Hidden units from the fourth on", 30)
    return Figure(
        rows=(
            (main(input_plane(m)), main(hidden_plane(m))),
            (corners,),
            (loss_plot(m), weight_table(m)),
            *(((hidden,),) if rest else ()),
        ),
        says=says(m),
        formula=m.the("outputs").working(3),
        data=data(m),
    )


def data(m: Xor) -> str:
    """Say where the weights come from."""
    if m.solution == "trained" and m.steps == 0:
        return f"random (seed {m.seed})"
    return f"trained (seed {m.seed})" if m.solution == "trained" else "designed"


# ── the sentence ───────────────────────────────────────────────────────────────────────


def says(m: Xor) -> str:
    """Say what this state shows."""
    if m.solution == "linear":
        return "No hidden layer: the least-squares plane is 0.5 everywhere; 2 of 4, loss ln 2."
    if m.solution == "trained":
        return says_trained(m)
    units = f"{m.hidden} unit{'s' if m.hidden > 1 else ''}"
    return f"Weights by hand, {units}: {answers(m)}; {m.right} of 4."


def says_trained(m: Xor) -> str:
    """Say how far the training has come."""
    at, score = len(m.history) - 1, f"{m.right} of 4, loss {number(m.loss or 0.0, 3)}"
    if m.steps == 0:
        return f"Random weights: {score}. Press space: gradient descent begins."
    if m.right == 4:
        return f"Step {at}: {score}."
    if not np.any(m.hidden_layer):
        return f"Step {at}: {score}. Every unit is shut for all four: only b can move."
    if m.pull < STUCK:
        return f"Nearly at rest: {score}, largest slope {number(m.pull, 2)}. Another seed?"
    return f"Step {at}: {score}. The largest slope of the loss is {number(m.pull, 2)}."


def answers(m: Xor) -> str:
    """Write the four outputs."""
    return ", ".join(number(float(y), 3) for y in m.outputs)


# ── the loss ───────────────────────────────────────────────────────────────────────────


def loss_plot(m: Xor) -> Plot:
    """The loss step by step; without a run, the one that these weights have."""
    line = Rule(math.log(2), label="a line: ln 2")
    marks: tuple[Mark, ...] = (line,)
    end, high = ENDS[0], 1.0
    if m.solution == "trained":
        losses = np.array([state.loss for state in m.history])
        end = next(end for end in ENDS if end > m.steps or end == ENDS[-1])
        high = math.ceil(2 * max(1.0, float(np.max(losses)))) / 2
        marks = (
            line,
            Line(np.arange(len(losses)), losses, "first", "trained"),
            Points([len(losses) - 1], losses[-1:], "cursor", marker="◆"),
        )
    elif m.solution == "designed" and m.loss is not None:
        marks = (line, Rule(m.loss, role="cursor", label=f"by hand: {number(m.loss)}"))
    return Plot(
        "Loss over steps", marks, Axis("step", 0, end), Axis("nats", 0, high), height=9, width=24
    )
