"""
A transformer learns before your eyes, from random numbers: press `space`. Every step: guess
the next token in 32 new sequences, price the guesses ([cross-entropy](softmax)), carry the blame
back through every weight, move each a little ([gradient descent](descent)).

The first task has one trick to find. Random letters repeat after a while; in the second round all
can be known, if one looks up *what came after this letter last time*. The loss sinks to a
plateau: the model knows which letters there are, not which is next. Then it drops, and at once
a stripe appears in [attention](attention): each letter looks at the one *after its earlier twin*.
That is an **induction head**. It needs two [layers](block): the first tells each letter who stood
before it, the second searches for that. With one layer there is no stripe. `x` cuts the head: at
step 325, 51 of 645 answers stay right, 48 with `cut=1`. `,` steps back: the same seed gives the
same curve.

Now preset 5. Sums modulo 23 are first learnt by heart, and unseen ones stay wrong, confidently. A
while later they come right: a rule needs smaller weights, and `weight_decay` draws the matrices
of the blocks towards 0. Without it (preset 6) the list stays, and unseen sums cost 2 nats more
than shown ones. **Dropout** (preset 7) hides numbers at random: the gap closes to half a nat.

*Often misread:* a flat loss as "it has stopped learning"; and a low training loss as
understanding.
"""

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.training.model import Training, ahead
from tui_transformer.concepts.training.says import unseen
from tui_transformer.concepts.training.view import view
from tui_transformer.numbers import count, number, probability

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


CONCEPT = Concept(
    Training,
    view,
    clock="steps",
    groups={
        "model": {"layers": "l", "heads": "h", "d_model": "d", "context": "n"},
        "learning": {
            "batch": "b",
            "learning_rate": "η",
            "dropout": "dropout",
            "weight_decay": "decay",
            "optimizer": "",
            "warmup": "warmup",
        },
        "show": {"show_layer": "layer", "show_head": "head"},
    },
    ahead=ahead,
    presets={
        "find the trick": {},
        "one layer only": {"layers": 1},
        "copy": {"task": "copy", "context": 16},
        "sort": {"task": "sort", "context": 16},
        "sums: list, then rule": GROKKING,
        "sums: a list for ever": GROKKING | {"weight_decay": 0.0},
        "sums, with dropout": GROKKING | {"weight_decay": 0.0, "dropout": 0.2},
        "a text of yours": {"task": "own-text", "context": 24},
        "far too fast": {"learning_rate": 0.3},
    },
    challenges=(
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
            "see a stripe: a head with half of its attention where the answer stands",
            lambda m: (
                m.steps > 0
                and not m.cut
                and m.task in ("induction", "copy", "sort")
                and np.max(m.stripe) > 0.5
            ),
            {"task": "copy", "context": 8, "learning_rate": 0.01, "steps": 200},
            hint="The drop of the loss and the stripe come together.",
            seen=lambda m: (
                f"Layer {m.found[0] + 1} head {m.found[1]} puts {probability(np.max(m.stripe), 3)} "
                "of its attention where the answers stand; the loss is "
                f"{number(m.validation_loss, 3)}."
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
    ),
)
