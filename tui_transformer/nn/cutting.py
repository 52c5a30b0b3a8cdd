"""Cut wires of a trained transformer: what breaks without a head, and who wrote a logit.

A wire is a head, a feed-forward network, one of its neurons or a whole block. Cutting changes
weights alone, so that the pass itself stays the one of nn/gpt.py: a cut head's rows of W_o count
as 0, so do the rows of W_2 of a feed-forward network, or the one row that a neuron writes through;
their biases stay, since no head and no neuron owns them. A cut block adds nothing, biases
included. Instead of nothing a wire may carry its mean over what the whole model met elsewhere
(Michel, Levy & Neubig, Are sixteen heads really better than one?, 2019; Wang et al.,
Interpretability in the wild, 2022, for the mean).

Layers are counted from 0 here and from 1 where people write them; heads from 0 in both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.records import dataclass

if TYPE_CHECKING:  # the control that names wires is loaded with every concept, and needs no model
    from tui_transformer.nn.gpt import Gpt, Pass, Weights

FFN, BLOCK = "ffn", "block"
NEURON = f"{FFN}."  # and its number
WHOLE = slice(None)  # all rows of a matrix
HEADS, CROSS = "", "x"  # what stands before a head's number: nothing, or cross-attention's x
PARTS = (
    (HEADS, "attention.w_o", "attention.b_o", "found"),
    (FFN, "feed_forward.w_2", "feed_forward.b_2", "hidden"),
)


@dataclass(frozen=True)
class Wire:
    """What is cut: a head by its number, FFN or BLOCK, of one layer; `mean` leaves its mean.

    A neuron of the feed-forward network is ffn.0, ffn.1, … Where a model has two halves, `half` is
    e or d, and a head of cross-attention is x0, x1, …
    """

    layer: int
    part: int | str
    mean: bool = False
    half: str = ""

    def __str__(self) -> str:
        """As people write it: 1.0, 1.ffn, 1.ffn.7, 1, d1.x0, each with :mean where that is left."""
        place = "" if self.part == BLOCK else f".{self.part}"
        return f"{self.half}{self.layer + 1}{place}{':mean' if self.mean else ''}"

    @property
    def place(self) -> tuple[str, int, str]:
        """What it is of the model, whatever it leaves; in order, the half that reads first."""
        return "" if self.half == "e" else self.half, self.layer, str(self.part)

    @property
    def neuron(self) -> int | None:
        """Which neuron of the feed-forward network it is; None where it is another part."""
        part = str(self.part)
        return int(part.removeprefix(NEURON)) if part.startswith(NEURON) else None

    def head(self, kind: str) -> int | None:
        """Which head of HEADS or of CROSS it is; None where it is another part."""
        if kind == HEADS:
            return self.part if isinstance(self.part, int) else None
        part = str(self.part)
        return int(part[1:]) if kind == CROSS and part[:1] == CROSS else None


def read(word: str) -> Wire:
    """Read one wire as people write it; raises ValueError where it is none."""
    place, colon, left = word.partition(":")
    half = place[:1] if place[:1] in ("e", "d") else ""
    layer, dot, part = place.removeprefix(half).partition(".")
    kind = NEURON if part.startswith(NEURON) else CROSS if half == "d" and part[:1] == CROSS else ""
    number = part.removeprefix(kind)
    numbers = (layer, number) if dot and part != FFN else (layer,)
    if not all(x.isascii() and x.isdecimal() and len(x) < 6 for x in numbers):
        raise ValueError(word)
    if (colon and left != "mean") or int(layer) < 1:
        raise ValueError(word)
    if not dot or part == FFN:
        return Wire(int(layer) - 1, part or BLOCK, bool(colon), half)
    return Wire(int(layer) - 1, f"{kind}{int(number)}" if kind else int(number), bool(colon), half)


def head_rows(d_head: int, head: int) -> slice:
    """The rows of W_o that a head writes through."""
    return slice(head * d_head, (head + 1) * d_head)


@dataclass(frozen=True, eq=False)
class Writer:
    """What adds to the stream: HEADS, CROSS or FFN, the names of its last matrix and its bias,
    and what it carried where the whole model was met, [..., t, rows of the matrix]."""

    kind: str
    matrix: str
    bias: str
    carried: Array | None = None

    def rows(self, wire: Wire, d_head: int) -> slice | None:
        """Which rows of the matrix a wire writes through; None where it is another part."""
        if wire.part == BLOCK:
            return WHOLE
        if self.kind == FFN:
            one = wire.neuron
            return slice(one, one + 1) if one is not None else WHOLE if wire.part == FFN else None
        head = wire.head(self.kind)
        return None if head is None else head_rows(d_head, head)


def cut(plan: Gpt, w: Weights, wires: Iterable[Wire], met: Pass | None = None) -> dict[str, Array]:
    """Cut wires: the weights of the model without them.

    `met` is a pass of the whole model, over whatever the means are taken of; wires that leave
    their mean need it.
    """

    def writers(wire: Wire) -> Iterator[Writer]:
        kept = met.traces[wire.layer].kept if met else {}
        block = f"block_{wire.layer}."
        for kind, matrix, bias, source in PARTS:
            yield Writer(kind, block + matrix, block + bias, kept.get(source))

    return without(w, wires, writers, plan.d_model // plan.heads)


def without(
    w: Weights,
    wires: Iterable[Wire],
    writers: Callable[[Wire], Iterable[Writer]],
    d_head: int,
) -> dict[str, Array]:
    """Cut wires of any model; `writers` are those that write in the layer of a wire."""
    wires = tuple(wires)
    places = {wire.place for wire in wires}
    changed = dict(w)
    for wire in wires:
        if any((*wire.place[:2], whole) in places for whole in _contains(wire)):
            continue  # it went with that
        for writer in writers(wire):
            rows = writer.rows(wire, d_head)
            if rows is not None:
                _leave_out(changed, w, wire, writer, rows)
    return changed


def _contains(wire: Wire) -> tuple[str, ...]:
    """The parts of its layer that a wire is a part of."""
    return (FFN, BLOCK) if wire.neuron is not None else (BLOCK,) if wire.part != BLOCK else ()


def _leave_out(
    changed: dict[str, Array], w: Weights, wire: Wire, writer: Writer, rows: slice
) -> None:
    """Set some rows to 0, and the bias too where a block goes; or leave their mean in it."""
    if wire.mean and writer.carried is not None:
        carried = writer.carried[..., rows]  # [..., t, kept]
        left = np.mean(carried.reshape(-1, carried.shape[-1]), axis=0) @ w[writer.matrix][rows]
        changed[writer.bias] = changed[writer.bias] + left
    elif wire.part == BLOCK:
        changed[writer.bias] = np.zeros_like(w[writer.bias])
    changed[writer.matrix] = changed[writer.matrix].copy()
    changed[writer.matrix][rows] = 0


def contributions(plan: Gpt, w: Weights, run: Pass, at: int, token: int) -> dict[str, float]:
    """Say who wrote a logit: a share for every component, which add up to it.

    The stream is a sum, and the head reads it linearly once the last norm's scale is held:
    logit = Σ_c ((c − mean c)·gain / σ + …)·e, where σ = √(variance + ε) is that of the whole
    stream. What no component owns, the biases of the blocks and of the norm, is one entry.
    """
    from tui_transformer.nn.transformer import pick

    e = w["embedding"][token]  # [d]
    share = reader(w["norm.gain"] * e * run.final.scale[at])
    shares = {
        "embedding": share(w["embedding"][run.tokens[at]]),
        "position": share(w["position"][at]),
    }
    biases = float(np.dot(w["norm.bias"], e))
    for layer, trace in enumerate(run.traces):
        own = pick(w, f"block_{layer}")
        for head in range(plan.heads):
            rows = head_rows(plan.d_model // plan.heads, head)
            found = trace.kept["found"][at, rows] @ own["attention.w_o"][rows]  # [d]
            shares[str(Wire(layer, head))] = share(found)
        hidden = trace.kept["hidden"][at] @ own["feed_forward.w_2"]  # [d]
        shares[str(Wire(layer, FFN))] = share(hidden)
        biases += share(own["attention.b_o"] + own["feed_forward.b_2"])
    return shares | {"biases": biases}


def each_neuron(hidden: Array, w_2: Array, reads: Array, centred: bool = True) -> Array:
    """What a head reads of each neuron by a vector [d]: it writes its row of W_2, [d_ff].

    `centred` takes each row's mean off, as a layer norm does and an RMS norm does not.
    """
    rows = w_2 - np.mean(w_2, axis=1, keepdims=True) if centred else w_2
    return hidden * (rows @ reads)


def components(plan: Gpt) -> int:
    """Say how many `contributions` there are, without running anything."""
    return 3 + plan.layers * (plan.heads + 1)  # two embeddings, the biases; heads and their block


def reader(reads: Array) -> Callable[[Array], float]:
    """What a head reads of a part of the stream, [d], by a vector; the part's mean taken off."""
    return lambda part: float(np.dot(part - np.mean(part), reads))
