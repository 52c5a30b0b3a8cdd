"""Cutting a block of the plain transformer: what it writes through is 0, what it left stays."""

from collections.abc import Sequence

import numpy as np

from tests.claims.plain_transformer import Run, Weights

Array = np.ndarray


def without(w: Weights, heads: int, layer: int, cut: str, met: Sequence[Run]) -> Weights:
    """A block's weights without what is cut of it, `1.0 2.ffn 3:mean`; layer counts from 0.

    `met` are the blocks of the whole model, over whose places a mean is taken.
    """
    words = [word for word in cut.split() if word.split(":")[0].split(".")[0] == str(layer + 1)]
    if not words:
        return w
    w = {**w, "attention.w_o": w["attention.w_o"].copy()}  # which is changed in its place
    whole = [word for word in words if "." not in word]
    for word in whole or words:
        place, _, mean = word.partition(":")
        part = place.partition(".")[2]
        every = range(heads) if not part else [int(part)] if part.isdecimal() else []
        size = len(w["attention.w_o"]) // heads
        if not part and not mean:
            w["attention.b_o"] = 0 * w["attention.b_o"]
            w["feed_forward.b_2"] = 0 * w["feed_forward.b_2"]
        for head in every:
            mine = slice(head * size, (head + 1) * size)
            if mean:
                left = met[layer].found[head].mean(axis=0) @ w["attention.w_o"][mine]
                w["attention.b_o"] = w["attention.b_o"] + left
            w["attention.w_o"][mine] = 0
        if part in ("", "ffn"):
            if mean:
                left = met[layer].hidden.mean(axis=0) @ w["feed_forward.w_2"]
                w["feed_forward.b_2"] = w["feed_forward.b_2"] + left
            w["feed_forward.w_2"] = 0 * w["feed_forward.w_2"]
    return w
