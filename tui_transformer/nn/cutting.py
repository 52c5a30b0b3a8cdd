"""Cut wires of a trained transformer: what breaks without a head, and who wrote a logit.

A wire is a head, a feed-forward network or a whole block. Cutting changes weights alone, so that
the pass itself stays the one of nn/gpt.py: a cut head's rows of W_o count as 0, so do the rows of
W_2 of a feed-forward network; their biases stay, since no head and no hidden unit owns them. A
cut block adds nothing, biases included. Instead of nothing a wire may carry its mean over what
the whole model met elsewhere (Michel, Levy & Neubig, Are sixteen heads really better than one?,
2019; Wang et al., Interpretability in the wild, 2022, for the mean).

Layers are counted from 0 here and from 1 where people write them; heads from 0 in both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.gpt import Gpt, Pass, Weights, block_weights

FFN, BLOCK = "ffn", "block"
PARTS = (("attention", "w_o", "b_o", "found"), ("feed_forward", "w_2", "b_2", "hidden"))


@dataclass(frozen=True, order=True)
class Wire:
    """What is cut: a head by its number, FFN or BLOCK, of one layer; `mean` leaves its mean."""

    layer: int
    part: int | str
    mean: bool = False

    def __str__(self) -> str:
        """As people write it: 1.0, 1.ffn, 1, each with :mean where that is left."""
        place = "" if self.part == BLOCK else f".{self.part}"
        return f"{self.layer + 1}{place}{':mean' if self.mean else ''}"


def read(word: str) -> Wire:
    """Read one wire as people write it; raises ValueError where it is none."""
    place, colon, left = word.partition(":")
    layer, dot, part = place.partition(".")
    numbers = (layer, part) if dot and part != FFN else (layer,)
    if not all(x.isascii() and x.isdecimal() and len(x) < 5 for x in numbers):
        raise ValueError(word)
    if (colon and left != "mean") or int(layer) < 1:
        raise ValueError(word)
    return Wire(int(layer) - 1, (int(part) if part != FFN else FFN) if dot else BLOCK, bool(colon))


def head_rows(plan: Gpt, head: int) -> slice:
    """The rows of W_o that a head writes through."""
    size = plan.d_model // plan.heads
    return slice(head * size, (head + 1) * size)


def cut(plan: Gpt, w: Weights, wires: Iterable[Wire], met: Pass | None = None) -> dict[str, Array]:
    """Cut wires: the weights of the model without them.

    `met` is a pass of the whole model, over whatever the means are taken of; wires that leave
    their mean need it.
    """
    wires = tuple(wires)
    whole = {wire.layer for wire in wires if wire.part == BLOCK}  # the rest of these is gone too
    changed = dict(w)
    for wire in wires:
        if wire.layer in whole and wire.part != BLOCK:
            continue
        for part, matrix, bias, source in PARTS:
            rows = _rows(plan, wire, part)
            if rows is None:
                continue
            name, its_bias = (f"block_{wire.layer}.{part}.{end}" for end in (matrix, bias))
            if wire.mean and met is not None:
                carried = met.traces[wire.layer].kept[source][..., rows]  # [..., t, kept]
                left = np.mean(carried.reshape(-1, carried.shape[-1]), axis=0) @ w[name][rows]
                changed[its_bias] = changed[its_bias] + left
            elif wire.part == BLOCK:
                changed[its_bias] = np.zeros_like(w[its_bias])
            changed[name] = changed[name].copy()
            changed[name][rows] = 0
    return changed


def _rows(plan: Gpt, wire: Wire, part: str) -> slice | None:
    """Which rows of a part's last matrix a wire writes through; None where it is another part."""
    if wire.part == BLOCK:
        return slice(None)
    if part == "feed_forward":
        return slice(None) if wire.part == FFN else None
    return head_rows(plan, int(wire.part)) if wire.part != FFN else None


def contributions(plan: Gpt, w: Weights, run: Pass, at: int, token: int) -> dict[str, float]:
    """Say who wrote a logit: a share for every component, which add up to it.

    The stream is a sum, and the head reads it linearly once the last norm's scale is held:
    logit = Σ_c ((c − mean c)·gain / σ + …)·e, where σ = √(variance + ε) is that of the whole
    stream. What no component owns, the biases of the blocks and of the norm, is one entry.
    """
    e = w["embedding"][token]  # [d]
    reads = w["norm.gain"] * e * run.final.scale[at]  # [d]

    def share(part: Array) -> float:
        return float(np.dot(part - np.mean(part), reads))

    shares = {
        "embedding": share(w["embedding"][run.tokens[at]]),
        "position": share(w["position"][at]),
    }
    biases = float(np.dot(w["norm.bias"], e))
    for layer, trace in enumerate(run.traces):
        own = block_weights(w, layer)
        for head in range(plan.heads):
            rows = head_rows(plan, head)
            found = trace.kept["found"][at, rows] @ own["attention.w_o"][rows]  # [d]
            shares[str(Wire(layer, head))] = share(found)
        hidden = trace.kept["hidden"][at] @ own["feed_forward.w_2"]  # [d]
        shares[str(Wire(layer, FFN))] = share(hidden)
        biases += share(own["attention.b_o"] + own["feed_forward.b_2"])
    return shares | {"biases": biases}
