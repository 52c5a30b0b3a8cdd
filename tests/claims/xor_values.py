"""The values of `xor`, each worked out by other means."""

import math

import numpy as np

from tests.claims.book import Claims, State, close
from tests.claims.corners import CORNERS
from tests.claims.two_layers import (
    WANTED,
    Net,
    answers,
    losses,
    mean_loss,
    network,
    right,
)

xor = Claims(
    "xor",
    examples=(
        "tfx xor solution=designed activation=tanh hidden=1",
        "tfx xor solution=designed hidden=5",
        "tfx xor solution=designed activation=tanh hidden=3 fold=0.4",
        "tfx xor solution=trained activation=tanh steps=60",
        "tfx xor solution=trained activation=tanh hidden=3 seed=2 steps=7",
        "tfx xor solution=trained hidden=3 seed=268 steps=200",  # at rest, and learns it later
        "tfx xor solution=trained hidden=1 seed=2 steps=3",
        "tfx xor solution=trained hidden=1 seed=2 steps=1500",
        "tfx xor solution=trained learning_rate=2 seed=5 steps=90",
    ),
    random=25,
)


# ── values ─────────────────────────────────────────────────────────────────────────────


@xor.oracle("outputs", "accuracy", "hidden")
def passing_forward(s: State) -> None:
    v = s.values
    close(v.outputs, answers(s), 1e-12, least=1e-14)
    assert v.accuracy == right(s) / 4
    rows = s.table("The four inputs")
    further = s.controls.solution != "linear" and len(v.hidden[0]) > 3
    rest = s.table("Hidden units from the fourth on") if further else {}
    assert rows["all"]["class"] == f"{right(s)} of 4"
    if s.controls.solution == "linear":
        assert v.hidden is None
    else:
        close(v.hidden, [network(s).hidden(x) for x in CORNERS], 1e-12, least=1e-14)
    for i, name in enumerate(("00", "01", "10", "11")):
        assert rows[name]["output"] == v.outputs[i] and rows[name]["want"][-1] == str(WANTED[i])
        got = int(v.outputs[i] > 0.5)
        assert rows[name]["class"] == "○●"[got] + f" {got}" + " !" * (got != WANTED[i])
        found = rows[name] | rest.get(name, {})
        units = [found[f"h{j}"] for j in range(len(v.hidden[i]))] if v.hidden else []
        assert units == (v.hidden[i] if v.hidden else [])


@xor.oracle("loss")
def the_price(s: State) -> None:
    mean = mean_loss(s)
    rows, prices = s.table("The four inputs"), losses(s)
    for name, one in zip(("00", "01", "10", "11", "all"), (*prices, mean), strict=True):
        cell = rows[name]["−ln p"]
        assert (cell == "none") if one is None else math.isclose(cell, one, abs_tol=1e-12)
    if mean is None:
        assert s.values.loss is None
    else:
        close(s.values.loss, mean, 1e-12, least=1e-14)
    (plot,) = (p for p in s.figure.panels if p.title == "Loss over steps")
    drawn = [mark for mark in plot.marks if getattr(mark, "marker", "") == "◆"]
    ruled = [mark.at for mark in plot.marks if getattr(mark, "label", "").startswith("by hand: ")]
    if s.controls.solution == "trained":  # what is drawn is the loss of what is shown
        assert drawn[0].y[0] == s.values.loss and not ruled
    else:
        assert not drawn and ruled in ([], [s.values.loss])


@xor.oracle("outputs")
def where_the_weights_come_from(s: State) -> None:
    """By hand as in the book; drawn; or one step of gradient descent from the step before."""
    c = s.controls
    if c.solution == "linear":  # least squares: what is left over is at right angles to x₀, x₁, 1
        rest = [0.5 - want for want in WANTED]
        for column in ([p for p, _ in CORNERS], [q for _, q in CORNERS], [1] * 4):
            assert math.fsum(a * b for a, b in zip(rest, column, strict=True)) == 0
        return
    net = network(s)
    assert len(net.units) == c.hidden
    if c.solution == "designed":
        if c.activation == "relu":  # Goodfellow, Bengio & Courville (2016), section 6.1
            book = ((1, 1, 1, 0), (-2, 1, 1, -1))[: c.hidden]
            assert net.units[:2] == book and net.b == 0
        assert not any(any(unit) for unit in net.units[2:])
    elif c.steps == 0:
        rng = np.random.default_rng(c.seed)
        W, shifts, w = (rng.normal(size=n) for n in ((2, c.hidden), c.hidden, c.hidden))
        assert net == Net(tuple(zip(w, *W, shifts, strict=True)), 0.0, c.activation)
    else:
        before = network(s.changed(steps=c.steps - 1))
        for (unit, part), slope in before.gradient().items():
            was, now = (n.b if unit < 0 else n.units[unit][part] for n in (before, net))
            assert math.isclose((was - now) / c.learning_rate, slope, rel_tol=1e-5, abs_tol=2e-9)
