"""The pictures of a training run: the loss, where a head looks, what it answers."""

from functools import partial

import numpy as np

import tui_transformer.concepts.training.workings  # noqa: F401  (it tells the model why)
from tui_transformer.arrays import Array
from tui_transformer.concepts._wrote import neurons, wrote
from tui_transformer.concepts.training import answers
from tui_transformer.concepts.training.model import Training
from tui_transformer.concepts.training.says import says
from tui_transformer.figure import Figure
from tui_transformer.later import LaterArray, each
from tui_transformer.nn.cutting import components
from tui_transformer.numbers import fixed
from tui_transformer.panels import Heatmap, Others, Plot, Table, main
from tui_transformer.pieces import Axis, Bar, Cell, Column, Line, Mark, Rule, cell

ENDS = (100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)  # where the axis of steps may end
DRAWN = 300  # points of a curve; more could not be told apart


def view(m: Training) -> Figure:
    """The loss, the attention of a head, the answers, and the numbers behind them."""
    plan, best = m.course.plan, answers.shown(m, m.highest)
    return Figure(
        rows=(
            (main(loss_plot(m)), main(square(m))),
            (answers.guesses(m),),
            *(((answers.writing(m),),) if m.task == "own-text" else ()),
            (heads_table(m), norm_plot(m)),
            (gap_table(m),),
            (answers.prices(m),),
            (wrote(m, f"{best}, asked last", components(plan)), neurons(m, best, plan.block.d_ff)),
        ),
        says=says(m),
        formula=m.one("probe_loss").why(),
        data=f"{'yours' if m.task == 'own-text' else 'random'}, trained (seed {m.seed})",
    )


# ── the curves ─────────────────────────────────────────────────────────────────────────


def thinned(values: Array) -> tuple[Array, Array]:
    """Take every so many steps of a curve: → steps counted from 1, values."""
    stride = -(-len(values) // DRAWN) or 1
    return np.arange(1, len(values) + 1)[::stride], values[::stride]


def steps_axis(m: Training) -> Axis:
    """An axis that holds still while the curve grows."""
    return Axis("step", 0, next((end for end in ENDS if end >= m.taken), ENDS[-1]))


def loss_plot(m: Training) -> Plot:
    """The loss of every batch, the loss on what is never trained on, and what guessing costs."""
    steps, losses = [one.step for one in m.checks], [one.loss for one in m.checks]
    marks: list[Mark] = [
        Rule(m.lesson.chance, role="muted", label="guessing"),
        Line(*thinned(m.loss), "first", "batches"),
        Line(steps, losses, "second", "unseen"),
    ]
    top = max(float(np.max(m.loss, initial=0.0)), *losses, m.lesson.chance)
    high = 1.1 * m.lesson.chance if top < 1.1 * m.lesson.chance else top
    return Plot(
        f"Loss in nats · gap {fixed(m.gap, 2)}",
        tuple(marks),
        steps_axis(m),
        Axis("", 0, high),
        height=11,
        width=34,
        key="Loss in nats",
    )


def gap_table(m: Training) -> Table:
    """What the unseen costs more than what training draws from, with every unit in its place."""
    rows = (
        ("never shown", "validation_loss"),
        ("as training draws", "practice_loss"),
        ("gap", "gap"),
    )
    return Table(
        "The gap, asked without dropout",
        (Column(""), Column("nats", "output")),
        each(lambda row: (Cell(row[0], "text"), cell(m.one(row[1]), decimals=4)), rows),
        width=25,
    )


def norm_plot(m: Training) -> Plot:
    """How long the gradient was at each step."""
    marks: tuple[Mark, ...] = (
        Rule(1.0, role="muted", label="clipped above"),
        Line(*thinned(np.maximum(m.gradient_norm, 1e-6)), "gradient", "‖∇‖"),
    )
    return Plot(
        "Length of the gradient", marks, steps_axis(m), Axis("", log=True), height=8, width=25
    )


# ── attention ──────────────────────────────────────────────────────────────────────────


def places(m: Training) -> tuple[str, ...]:
    """Name the places of the probe by their tokens."""
    return tuple(answers.shown(m, i) for i in m.lesson.probe[0][0].tolist())


def square(m: Training) -> Heatmap:
    """Who looks at whom in the head that is shown."""
    layer, head = m.shown
    names = places(m)
    return Heatmap(
        f"Head {layer + 1}.{head}: query ↓ key →",
        m.attention[layer, head],
        names,
        names,
        "sequential",
        0.0,
        1.0,
        "probability",
        working=partial(m.the("attention").working, layer, head),
        height=11,
        width=42 if len(names) == 24 else 26,  # of 24 each has a column, and numbers, at 80×24
        key="attention",
    )


def heads_table(m: Training) -> Table:
    """How much of its attention every head pays to where the answer stands."""
    columns = (Column("layer.head"), Column("", "output", bar=True), Column("share", "output"))
    rows = each(partial(_head_row, m), range(m.layers * m.heads))
    return Table(
        _looked_for(m),
        columns,
        rows,
        row=m.shown[0] * m.heads + m.shown[1],
        of=f"{m.layers * m.heads} heads",
        others=Others(LaterArray(lambda: m.stripe.ravel(), (m.layers * m.heads,))),
        width=25,
    )


def _head_row(m: Training, at: int) -> tuple[Cell, ...]:
    """The share of one head."""
    layer, head = divmod(at, m.heads)
    share = m.the("stripe")[layer, head]
    return (
        Cell(f"{layer + 1}.{head}", "text"),
        Cell(Bar(share.value), role="output"),
        cell(share, "probability", 3, "output"),
    )


def _looked_for(m: Training) -> str:
    if not np.any(m.lesson.aims):
        return "Largest share, on average"
    return "Look at the two terms" if m.task == "modular-addition" else "Attention on the answer"
