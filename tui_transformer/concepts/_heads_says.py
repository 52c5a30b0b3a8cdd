"""The one sentence on the heads screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts._heads_figure import name
from tui_transformer.numbers import count, number, probability

if TYPE_CHECKING:
    from tui_transformer.concepts.heads import Heads


def says(m: Heads) -> str:
    """Say what the heads cost, or what the one that is off takes away."""
    note = f"{m.split.note} " if m.split.note else ""
    parameters, word = count(m.parameter_count), name(m, m.query)
    if m.ablate >= 0:
        lost, rest = (number(x, 3) for x in lengths(m))
        label = "" if m.label(m.ablate) == "random" else f" ({m.label(m.ablate)})"
        return f"{note}Head {m.ablate}{label} off: “{word}” loses {lost}, keeps {rest}."
    heads = "1 head" if m.heads == 1 else f"{m.heads} heads"
    if m.split.empty:
        return f"{note}{heads}, still {parameters} parameters."
    cut = f"{heads} × {m.d_head} {'channel' if m.d_head == 1 else 'channels'}"
    if m.blurred:
        return f"{note}{cut}: still {parameters} parameters; {blurs(m)}."
    if len(m.tokens) == 1:
        return f"{note}{cut}, over one word: still {parameters} parameters."
    sight = "words so far" if m.causal else f"all {len(m.tokens)} words"
    each = "over" if m.heads == 1 else "each over"
    return f"{note}{cut}, {each} {sight}: still {parameters} parameters."


def blurs(m: Heads) -> str:
    """Name the head that finds the same word, if it blurs, or else the one that blurs most."""
    short = {head: job.short for head, job in enumerate(m.layer.jobs) if job is not None}
    words = [head for head in m.blurred if short[head] == "same word"]
    head = words[0] if words else min(m.blurred, key=lambda head: m.shares[head])
    return f"“{short[head]}” blurs: {probability(m.shares[head], 2)} right"


def lengths(m: Heads) -> tuple[float, float]:
    """Measure what the chosen word loses with the head that is off, and what it keeps."""
    lost, rest = m.written[m.ablate], m.output[m.query]
    return float(np.linalg.norm(lost)), float(np.linalg.norm(rest))
