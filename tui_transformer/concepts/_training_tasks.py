"""What there is to achieve by training, and how a run that finds a rule is set up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concept import Challenge
from tui_transformer.concepts._training_says import unseen
from tui_transformer.numbers import count, number, probability

if TYPE_CHECKING:
    from tui_transformer.concepts.training import Training

GROKKING = {
    "task": "modular-addition",
    "layers": 1,
    "heads": 4,
    "batch": 64,
    "learning_rate": 0.003,
    "weight_decay": 1.0,
    "warmup": 10,
}


def even(m: Training) -> float:
    """How often guessing evenly is right."""
    return float(np.exp(-m.lesson.chance))


def answered(m: Training) -> str:
    """Write how many answers of what training never shows are right."""
    right, asked = unseen(m)
    return f"{right} of {asked}"


CHALLENGES = (
    Challenge(
        "train until it is right on nine in ten of what it never saw, with any task",
        lambda m: m.steps > 0 and m.accuracy >= 0.9 and m.accuracy > 2 * even(m),
        {"task": "copy", "context": 8, "learning_rate": 0.01, "steps": 200},
        hint="`space` trains. Short sequences are learnt sooner.",
        seen=lambda m: (
            f"Step {count(m.steps)}: {answered(m)} answers that it was never shown are right; "
            f"guessing gets one in {round(1 / even(m))}."
        ),
    ),
    Challenge(
        "see a stripe: a head that gives half of its attention to where the answer stands",
        lambda m: (
            m.steps > 0 and m.task in ("induction", "copy", "sort") and np.max(m.stripe) > 0.5
        ),
        {"task": "copy", "context": 8, "learning_rate": 0.01, "steps": 200},
        hint="The drop of the loss and the stripe come together.",
        seen=lambda m: (
            f"Layer {m.found[0] + 1} head {m.found[1]} puts {probability(np.max(m.stripe), 3)} "
            f"of its attention where the answers stand; the loss is {number(m.validation_loss, 3)}."
        ),
    ),
    Challenge(
        "make it find the rule: right on three in four sums that it never saw",
        lambda m: m.task == "modular-addition" and m.accuracy >= 0.75,
        GROKKING | {"steps": 1000},
        hint="Preset 5, and patience beyond the step where the batches cost nothing.",
        seen=lambda m: (
            f"Step {count(m.steps)}: {answered(m)} sums that it was never shown are right."
        ),
    ),
)
