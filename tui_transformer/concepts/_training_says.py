"""What a training run shows at a step, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.nn.gpt import UNASKED
from tui_transformer.numbers import count, probability

if TYPE_CHECKING:
    from tui_transformer.concepts.training import Training

FOUND = 0.5  # the share of attention from which a head has found where answers stand
FOUND_RULE = 0.5  # the share of unseen sums from which it is no list any more
PARTED = 0.5  # nats between the two losses that call for a word
RECENT = 25  # batches whose mean loss is compared with validation


def says(m: Training) -> str:
    """Say where the run stands, and what that means."""
    loss, chance = f"{m.validation_loss:.2f}", f"{m.lesson.chance:.2f}"
    if m.taken < m.steps:
        return f"After step {count(m.taken)} a number grew beyond float32: the run ends there."
    if not m.steps:
        return f"Random weights: loss {loss}; guessing evenly costs {chance}. Space trains."
    step = f"Step {count(m.steps)}: loss {loss}"
    share = float(np.max(m.stripe))
    right, asked = unseen(m)
    here = float(np.mean(m.loss[-RECENT:]))
    if m.validation_loss - here > PARTED:
        return f"{step} on the unseen, {here:.2f} on batches: learnt by heart."
    if m.task == "modular-addition" and m.accuracy > FOUND_RULE:
        return f"{step}; {right} of {asked} unseen sums right: a rule, not a list."
    if np.any(m.lesson.aims) and share > FOUND:
        layer, head = (int(i) for i in np.unravel_index(np.argmax(m.stripe), m.stripe.shape))
        where = f"layer {layer + 1} head {head} pays {probability(share, 2)}"
        return f"{step}; {where} of its attention to the answers."
    if m.task == "induction" and m.validation_loss < 0.95 * m.lesson.chance:
        return f"{step}. It knows which letters there are, not which is next."
    return f"{step} (guessing {chance}); {right} of {asked} right."


def unseen(m: Training) -> tuple[str, str]:
    """Count the right answers among those that training never shows, and all of them."""
    asked = int(np.sum(m.lesson.check[1] != UNASKED))
    return count(round(m.accuracy * asked)), count(asked)
