"""The tasks of the concept `descent`, and what they say when they are solved."""

from typing import Any

import numpy as np

from tui_transformer.concept import Challenge
from tui_transformer.concepts.descent.model import Descent
from tui_transformer.concepts.descent.says import factors, leader
from tui_transformer.nn.made_up.surfaces import Quadratic
from tui_transformer.numbers import number

PLAIN = 199  # steps that plain gd takes to 0.001 where κ = 200, at its best rate for it, 0.0978


def _from_the_start(m: Descent, **changes: Any) -> bool:
    """Whether surface, curvature, rotation and start are the opening ones, but for a change."""
    ground = ("surface", "curvature", "rotation", "start")
    return m.state(*ground) == type(m)(**changes).state(*ground)


def seen_diverging(m: Descent) -> str:
    """Say which curvature the rate was too large for."""
    curvature = m.ground.curvature[leader(m)]
    return (
        f"λ = {number(curvature, 3)} is multiplied by {number(factors(m)[leader(m)], 3)} a step: "
        f"η = 0.18 is past 2/λ = {number(2 / curvature, 3)}."
    )


def seen_careful(m: Descent) -> str:
    """Say how long the careful rate took."""
    return (
        f"η = {number(m.learning_rate, 3)} took {first_below(m)} steps, 0.18 took 20: "
        "smaller is not better."
    )


def seen_direction(m: Descent) -> str:
    """Say that the way down leads to the minimum from an axis."""
    assert isinstance(m.ground, Quadratic)
    u1, u2 = m.ground.axes(*m.path[-1].tolist())
    return (
        f"{number(m.angle_to_minimum or 0.0, 2)}° off at u1 = {number(u1, 3)}, "
        f"u2 = {number(u2, 3)}: from an axis the way down leads there."
    )


def seen_speed(m: Descent) -> str:
    """Say what the memory of past gradients was worth."""
    return f"{m.optimizer} took {first_below(m)} steps; plain gd's best rate takes {PLAIN}."


def first_below(m: Descent) -> int:
    """Count the steps until the loss was first below 0.001."""
    return int(np.flatnonzero(m.losses < 0.001)[0])


TASKS = (
    Challenge(
        "make the loss 100 times larger by plain gd, the learning rate untouched",
        lambda m: (
            m.status == "diverging"
            and m.optimizer == "gd"
            and m.surface == "bowl"
            and m.learning_rate == 0.18
            and m.losses[-1] > 100 * m.losses[0]
        ),
        {"curvature": (1.0, 12.0), "steps": 20},
        hint="η < 2/λmax has two sides.",
        seen=seen_diverging,
    ),
    Challenge(
        "get the loss below 0.001 by plain gd, η ≤ 0.05: at 0.18 it took 20 steps",
        lambda m: (
            m.optimizer == "gd"
            and m.learning_rate <= 0.05
            and _from_the_start(m)
            and m.losses[-1] < 0.001
        ),
        {"learning_rate": 0.05, "steps": 61},
        hint="Only the clock can help.",
        seen=seen_careful,
    ),
    Challenge(
        "turn the bowl; stand 0.5 out where it is steep, −∇f within 1° of the minimum",
        lambda m: (
            m.surface == "bowl"
            and m.status != "diverging"
            and m.rotation > 0
            and m.curvature[1] >= 2 * m.curvature[0]
            and abs(m.places[-1, 1]) >= 0.5
            and m.angle_to_minimum is not None
            and m.angle_to_minimum < 1
        ),
        {"rotation": 45.0, "start": (-1.0, 1.0)},
        hint="Stand on the steep axis of the bowl.",
        seen=seen_direction,
    ),
    Challenge(
        "below 0.001 in 60 steps where κ = 200, from 1, 1: plain gd needs about 200",
        lambda m: (
            m.optimizer != "gd"
            and m.steps <= 60
            and _from_the_start(m, curvature=(0.1, 20.0))
            and m.losses[-1] < 0.001
        ),
        {
            "curvature": (0.1, 20.0),
            "optimizer": "momentum",
            "momentum": 0.75,
            "learning_rate": 0.17,
            "steps": 55,
        },
        hint="Let the flat axis gather speed.",
        seen=seen_speed,
    ),
)
