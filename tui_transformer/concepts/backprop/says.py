"""The sentence of the concept `backprop`: what the node that was just reached did."""

import math

from tui_transformer.concepts.backprop.model import Backprop
from tui_transformer.numbers import number


def says(m: Backprop) -> str:
    """Say what this state shows."""
    if m.step == 0:
        count = len(m.names)
        return f"{count} nodes, still empty. Press . and values go up; then gradients come down."
    if m.step < 0 or (m.down and not math.isfinite(m.value_out)):
        return says_nudge(m)
    return says_down(m, m.names[-m.down]) if m.down else says_up(m, m.names[m.up - 1])


def says_up(m: Backprop, name: str) -> str:
    """Say how a node got its value."""
    start, x = f"Up {m.up} of {len(m.names)}: ", m.forward[name]
    if not math.isfinite(x):
        return f"{start}{name} = {m.operation(name)} has no finite value; change a leaf."
    if not m.parts[name]:
        return f"{start}{name} is {short(x)}, as it was set."
    if m.up == len(m.names):
        return f"The top: {name} = {m.operation(name)} = {short(x)}. Now gradients come down."
    return f"{start}{name} = {m.operation(name)} = {short(x)}."


def says_down(m: Backprop, name: str) -> str:
    """Say how a node got its gradient."""
    start, x = f"Down {m.down} of {len(m.names)}: ", m.backward[name]
    if not math.isfinite(x):
        return f"{start}{name} has no finite gradient; change a leaf."
    if not m.uses[name]:
        return f"{start}{name} moves as itself, so its gradient is 1."
    if len(m.uses[name]) > 1:
        return f"{start}{len(m.uses[name])} ways meet at {name} and add up to {short(x)}."
    ((user, k),) = m.uses[name]
    above, own = short(m.backward[user]), short(m.slopes[user][k])
    return f"{start}{name} gets {above} from {user}, times the slope {own}: {short(x)}."


def says_nudge(m: Backprop) -> str:
    """Say what the gradient promised, and what came."""
    end = m.names[-1]
    if not all(map(math.isfinite, (m.value_out, m.predicted, m.actual))):
        return f"{end} or what becomes of it has no finite value here; change a leaf."
    sign = "−" if m.delta < 0 else "+"
    return (
        f"{m.nudge} {sign} {short(abs(m.delta))}: its gradient takes {end} from "
        f"{short(m.value_out)} to {short(m.predicted)}; really {short(m.actual)}."
    )


def short(x: float) -> str:
    """Write a number in a sentence; no probability, so nearly 1 may be 1."""
    return "1" if f"{x:.3g}" == "1" else number(x, 3)
