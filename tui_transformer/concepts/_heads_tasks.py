"""What there is to do on the heads screen, and what is seen once it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concept import Challenge
from tui_transformer.concepts import _heads_figure as panels
from tui_transformer.numbers import count, number

if TYPE_CHECKING:
    from tui_transformer.concepts.heads import Heads


def loudest(m: Heads) -> int:
    """The head that writes most into the chosen word."""
    return int(np.argmax(np.sum(m.written**2, axis=1)))


def what_was_lost(m: Heads) -> str:
    """Say how much the loudest head wrote, and the next."""
    second, first = sorted(np.linalg.norm(m.written, axis=1))[-2:]
    return (
        f"Head {m.ablate} would write {number(first, 3)} into “{panels.name(m, m.query)}”, "
        f"the next one {number(second, 3)}."
    )


def found(m: Heads) -> float:
    """How much of its attention the head for the same word has there; all where there is none."""
    job = m.layer.jobs[2] if m.heads > 2 else None
    return m.shares[2] if job and job.kind == "word" else 1.0


def starved(m: Heads) -> bool:
    """Say whether the head for the same word fails, in a sentence where 16 channels will do."""
    return m.d_head < 16 and len(m.tokens) <= 32 and found(m) < 0.9


CHALLENGES = (
    Challenge(
        "cut the same 64 channels into 16 heads, and find how many parameters that costs",
        lambda m: m.heads == 16 and m.d_model == 64 and m.parameter_count == 16_640,
        {"heads": 16},
        keys="down down right right",
        hint="Move `heads`; the number to watch stands in the sentence on top.",
        seen=lambda m: (
            f"16 heads × 4 channels: {count(m.parameter_count)} parameters, "
            "4·64² + 4·64, as any number of heads."
        ),
    ),
    Challenge(
        "switch off the head that writes most into the chosen word",
        lambda m: m.heads > 1 and m.ablate == loudest(m),
        {"ablate": 1},
        hint="The table of heads says how long each one's writing is.",
        seen=what_was_lost,
    ),
    Challenge(
        "starve the head that finds the same word: less than 0.9 of its attention there",
        starved,
        {"heads": 32},
        hint="It tells words apart by its channels. Leave it fewer of them.",
        seen=lambda m: (
            f"With {m.d_head} channels “same word” finds it with {number(found(m), 2)}; "
            "other words look like it."
        ),
    ),
)
