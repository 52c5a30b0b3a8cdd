"""What `xor` claims: its sentences, and its explanation."""

import math
from functools import cache

import numpy as np

from tests.claims.book import State, close, opened, shown
from tests.claims.corners import CORNERS, best
from tests.claims.two_layers import (
    WANTED,
    answers,
    learned,
    mean_loss,
    network,
    right,
    shown_loosely,
    trained,
)
from tests.claims.xor_values import xor

# ── sentences ──────────────────────────────────────────────────────────────────────────


def said(s: State, listed: str) -> None:
    """Four outputs in a row."""
    for text, y in zip(listed.split(", "), answers(s), strict=True):
        shown(text, y)


def scored(s: State, score: str, loss: str) -> None:
    """How many are right, and the mean loss."""
    assert s.controls.solution == "trained" and int(score) == right(s)
    shown(loss, mean_loss(s))


def steepest(s: State, slope: str) -> None:
    """The largest part of the gradient, by differences."""
    found = network(s).gradient()
    if found:
        shown_loosely(slope, max(map(abs, found.values())))


@xor.says("No hidden layer: the least-squares plane is 0.5 everywhere; 2 of 4, loss ln 2.")
def no_layer(s: State) -> None:
    fit = np.linalg.lstsq(np.column_stack([CORNERS, np.ones(4)]), np.array(WANTED), rcond=None)[0]
    close(fit, [0, 0, 0.5], 1e-12)
    assert s.values.outputs == [0.5] * 4 and right(s) == 2
    assert math.isclose(mean_loss(s), math.log(2))


@xor.says("Weights by hand, {units}: {listed}; {score} of 4.")
def by_hand(s: State, units: str, listed: str, score: str) -> None:
    said(s, listed)
    n = s.controls.hidden
    assert units == ("1 unit" if n == 1 else f"{n} units")
    assert int(score) == right(s) == (3 if n == 1 else 4)
    assert not any(any(unit) for unit in network(s).units[2:])


def folded(s: State) -> None:
    """01 and 10 on one spot, and all four right."""
    h = [network(s).hidden(x) for x in CORNERS]
    assert h[1] == h[2] and len(h[0]) == 2 and right(s) == 4


def one_unit(s: State) -> None:
    """It only rises with x₀ + x₁, and gets three."""
    y = answers(s)
    assert s.controls.hidden == 1 and right(s) == 3 == best("xor")
    assert y[0] < y[1] == y[2] < y[3]


@xor.says("Random weights: {score} of 4, loss {loss}. Press space: gradient descent begins.")
def untrained(s: State, score: str, loss: str) -> None:
    assert s.controls.steps == 0
    scored(s, score, loss)


@xor.says("Step {at}: 4 of 4, loss {loss}.")
def solved(s: State, at: str, loss: str) -> None:
    assert int(at) == s.controls.steps > 0
    scored(s, "4", loss)
    if s.controls.activation == "relu" or s.controls.hidden > 1:
        start = network(s.changed(steps=0))
        assert [start.hidden(x) for x in CORNERS] != s.values.hidden


@xor.says("Step {at}: {score} of 4, loss {loss}. Every unit is shut for all four: only b can move.")
def all_shut(s: State, at: str, score: str, loss: str) -> None:
    assert int(at) == s.controls.steps
    scored(s, score, loss)
    net = network(s)
    assert not any(h for x in CORNERS for h in net.hidden(x))
    assert all(slope == 0 for (unit, _), slope in net.gradient().items() if unit >= 0)


@xor.says("Nearly at rest: {score} of 4, loss {loss}, largest slope {slope}. Another seed?")
def at_rest(s: State, score: str, loss: str, slope: str) -> None:
    scored(s, score, loss)
    steepest(s, slope)
    assert float(slope) <= 0.001


@xor.says("Step {at}: {score} of 4, loss {loss}. The largest slope of the loss is {slope}.")
def going_on(s: State, at: str, score: str, loss: str, slope: str) -> None:
    assert int(at) == s.controls.steps
    scored(s, score, loss)
    steepest(s, slope)


@xor.says("After {steps} steps one line parts the moved points: {listed}, loss {loss}.")
def found(s: State, steps: str, listed: str, loss: str) -> None:
    assert int(steps) == s.controls.steps
    said(s, listed)
    scored(s, "4", loss)


@xor.says("Seed {seed} rests at {score} of 4: {listed}; the largest slope of the loss is {slope}.")
def rests(s: State, seed: str, score: str, listed: str, slope: str) -> None:
    assert int(seed) == s.controls.seed and int(score) == right(s) < 4
    said(s, listed)
    steepest(s, slope)


@xor.says("Step 0 had {before} of 4, step {steps} has 4: {listed}, loss {loss}.")
def quickly(s: State, before: str, steps: str, listed: str, loss: str) -> None:
    assert int(before) == right(s.changed(steps=0)) < 4
    assert int(steps) == s.controls.steps <= 20
    said(s, listed)
    scored(s, "4", loss)


# ── the explanation ────────────────────────────────────────────────────────────────────


@xor.tells("XOR is 1 where exactly one of two inputs is 1. Its two ●s face each other")
def what_xor_is() -> None:
    assert [int(sum(x) == 1) for x in CORNERS] == WANTED
    for kind in (0, 1):
        (a, b) = (x for x, want in zip(CORNERS, WANTED, strict=True) if want == kind)
        assert all(p != q for p, q in zip(a, b, strict=True))


@xor.tells(
    "so do its two ○s: [no straight line](neuron) parts them. Fitted by least squares, a "
    "lone linear unit can only shrug: 0.5 everywhere."
)
def a_lone_unit() -> None:
    assert best("xor") == 3
    no_layer(opened("tfx xor solution=linear"))


@xor.tells("Put two units between input and output")
def two_units() -> None:
    s = opened("tfx xor solution=designed")
    assert s.controls.hidden == 2 == len(s.values.hidden[0])


@xor.tells("It holds the same four points")
def four_points() -> None:
    labels = [
        sorted(" ".join(m.labels[0] for m in plane.marks if getattr(m, "labels", ())).split())
        for plane in opened("tfx xor solution=designed").figure.rows[0]
    ]
    assert labels == [["00", "01", "10", "11"]] * 2


@xor.tells("01 and 10 lie on top of each other, and a straight line does the rest.")
def on_top() -> None:
    folded(opened("tfx xor solution=designed"))


@xor.tells("Set `hidden` to 1: one unit only rises, and cannot come back down for 11.")
def up_only() -> None:
    one_unit(opened("tfx xor solution=designed hidden=1"))


@xor.tells("lowering the mean [cross-entropy](softmax) of the four answers")
def lowering() -> None:
    run = [opened(f"tfx xor solution=trained steps={k}").values.loss for k in range(0, 300, 20)]
    assert run == sorted(run, reverse=True)


@cache
def many(hidden: int) -> int:
    return int(learned(trained(hidden, "relu", 0.3, range(100), 2000)[0]).sum())


@xor.tells(
    "From 100 seeds, 2000 steps of rate 0.3 teach two ReLU units XOR 29 times, four 71 times, "
    "eight 96 times."
)
def how_often() -> None:
    assert [many(hidden) for hidden in (2, 4, 8)] == [29, 71, 96]
