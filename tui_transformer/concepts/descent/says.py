"""The sentence of the concept `descent`."""

import numpy as np

from tui_transformer.concepts.descent.model import Descent
from tui_transformer.nn.optimizers import ROUNDING, long_run_factor
from tui_transformer.numbers import number


def says(m: Descent) -> str:
    """Say what this state shows."""
    if not np.any(m.points[0].slope):
        return "The slope is exactly 0 here, so no rule ever moves; try another start."
    if m.ended:
        return says_ended(m)
    if m.steps == 0:
        return f"No step yet: the loss is {number(float(m.losses[0]), 3)}."
    if m.surface == "rosenbrock":
        return says_valley(m)
    if m.optimizer == "adam":
        return says_adam(m)
    return says_saddle(m) if m.surface == "saddle" else says_axes(m)


def says_ended(m: Descent) -> str:
    """Say where floating point ended, and why."""
    last = len(m.points) - 1
    ended = f"step {last + 1} leaves float range; it stays at {last}"
    if m.surface == "bowl" and m.optimizer == "gd":
        factor = factors(m)[leader(m)]
        return f"Diverged, {times(m, factor)} a step: {ended}."
    return f"Diverged: {ended}, loss {number(float(m.losses[-1]), 2)}."


# ── axis by axis ───────────────────────────────────────────────────────────────────────


def factors(m: Descent) -> dict[int, float]:
    """What multiplies each axis that moves: 1 − ηλ under plain gd, else the long-run |z|."""
    assert m.modes is not None
    if m.optimizer == "gd":
        return {i: m.multipliers[i] for i in m.modes}
    return {i: long_run_factor(*mode) for i, mode in m.modes.items()}


def leader(m: Descent) -> int:
    """The axis that decides in the end."""
    found = factors(m)
    return max(found, key=lambda i: (abs(found[i]), i))


def times(m: Descent, factor: float) -> str:
    """Write a factor; 1.002 is not 1, which would neither shrink nor grow."""
    digits = next((d for d in range(3, 10) if abs(float(f"{factor:.{d}g}")) != 1), 3)
    text = number(factor, digits)
    return f"×{text}" if m.optimizer == "gd" else f"|z| {text}"


def limit(m: Descent, curvature: float) -> tuple[str, float]:
    """From which η on the rule grows along an axis: the formula, and today's number."""
    beta = m.momentum
    return {
        "gd": ("2/λ", 2 / curvature),
        "momentum": ("2(1+β)/λ", 2 * (1 + beta) / curvature),
        "nesterov": ("2(1+β)/(λ+2βλ)", 2 * (1 + beta) / (curvature + 2 * beta * curvature)),
    }[m.optimizer]


def says_axes(m: Descent) -> str:
    """Say what each axis of a bowl is multiplied by, and which decides."""
    found, lead = factors(m), leader(m)
    name = {i: f"λ={number(m.ground.curvature[i], 3)}" for i in found}
    factor = {i: times(m, one) for i, one in found.items()}
    formula, rate = limit(m, m.ground.curvature[lead])
    if m.status == "diverging":
        return f"Diverging: {name[lead]} {factor[lead]}, η is past {formula} = {number(rate, 3)}."
    if abs(abs(found[lead]) - 1) < ROUNDING:
        return f"On the edge, η = {formula}: {name[lead]} flips sign for ever."
    if len(found) == 1:
        way = "straight to" if m.status == "converging" else "to and fro across"
        return f"Started on an axis: only {name[lead]} moves, {factor[lead]}, {way} the minimum."
    way = "Overshoots, yet converges" if m.status == "oscillating" else "Converges"
    if abs(abs(found[0]) - abs(found[1])) < 1e-6:
        return f"{way} at one pace: {name[0]} {factor[0]}, {name[1]} {factor[1]}."
    fast = 1 - lead
    return f"{way}; {name[lead]} is slower, {factor[lead]}; {name[fast]} {factor[fast]}."


def says_saddle(m: Descent) -> str:
    """Say whether the walker slides off."""
    found, lead = factors(m), leader(m)
    factor = times(m, found[lead])
    if lead == 1:
        return f"u2 {factor}: it slides off the saddle, and the loss falls without end."
    if m.status == "diverging":
        return f"Diverging along u1, {factor}: η is too large for λ1, and the loss rises."
    if abs(abs(found[0]) - 1) < ROUNDING:
        return "On the edge: u2 is exactly 0, and u1 flips sign for ever."
    return "u2 is exactly 0, so it settles on the saddle point: slope 0, no minimum."


# ── the rest ───────────────────────────────────────────────────────────────────────────


def short(x: float, digits: int) -> str:
    """Write a number with few digits, 0.9999 as 1: here nothing hangs on the difference."""
    return number(float(f"{x:.{digits}g}"), digits)


def says_adam(m: Descent) -> str:
    """Say how Adam evens out steep and flat in its last step."""
    here = len(m.points) - 1
    before, after = m.run.at(here - 1), m.run.at(here)
    moves, slopes = np.abs(after.state.weights - before.state.weights), np.abs(before.slope)
    x, y, along, up = (short(float(a), 2) for a in (*moves, *slopes))
    return f"Adam moved {x} in x, {y} in y, where the slopes were {along} and {up}."


def says_valley(m: Descent) -> str:
    """Say how far down Rosenbrock's valley the walker is."""
    first, last = (short(float(m.losses[i]), 3) for i in (0, -1))
    rate = number(2 / max(m.ground.curvature), 4)
    tail = (
        f"near (1, 1) gd needs η < {rate}"
        if m.optimizer == "gd"
        else f"({', '.join(number(float(x), 3) for x in m.path[-1])}), minimum (1, 1)"
    )
    return f"Loss {first} → {last} in {len(m.points) - 1} steps; {tail}."
