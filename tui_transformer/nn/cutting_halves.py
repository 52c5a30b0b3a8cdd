"""Cut wires of an encoder–decoder, and say who wrote a logit: as `cutting` does of one stack.

A wire has its half before it: e1.0 and e1.ffn in the encoder; d1.0, d1.x0 (cross-attention) and
d1.ffn in the decoder. What the encoder says reaches a logit through cross-attention alone: its
wires have no share of their own.
"""

from collections.abc import Iterable, Iterator

from tui_transformer.arrays import Array
from tui_transformer.nn import cutting
from tui_transformer.nn.cutting import CROSS, FFN, HEADS, Wire, Writer, head_rows, reader
from tui_transformer.nn.encoder_decoder import EncoderDecoder, Pass, Weights
from tui_transformer.nn.transformer import pick

PARTS = {HEADS: "attention", CROSS: "cross"}


def cut(
    plan: EncoderDecoder, w: Weights, wires: Iterable[Wire], met: Pass | None = None
) -> dict[str, Array]:
    """Cut wires: the weights of the model without them; `met` is a pass that means are of."""

    def writers(wire: Wire) -> Iterator[Writer]:
        reads = wire.half == "e"
        layer = f"{'encoder' if reads else 'decoder'}_{wire.layer}."
        carried = _carried(met, wire) if met else {}
        for kind in (HEADS,) if reads else (HEADS, CROSS):
            part = layer + PARTS[kind]
            yield Writer(kind, f"{part}.w_o", f"{part}.b_o", carried.get(kind))
        part = f"{layer}feed_forward"
        yield Writer(FFN, f"{part}.w_2", f"{part}.b_2", carried.get(FFN))

    return cutting.without(w, wires, writers, plan.d_model // plan.heads)


def _carried(met: Pass, wire: Wire) -> dict[str, Array]:
    """What was carried in the layer of a wire, by kind."""
    if wire.half == "e":
        kept = met.encoded[wire.layer].kept
        return {HEADS: kept["found"], FFN: kept["hidden"]}
    layer = met.decoded[wire.layer]
    return {HEADS: layer.own.found, CROSS: layer.crossed.found, FFN: layer.hidden}


def contributions(
    plan: EncoderDecoder, w: Weights, run: Pass, at: int, token: int
) -> dict[str, float]:
    """Say who wrote a logit of one row: shares of the decoder's parts, which add up to it."""
    e = w["embedding"][token]  # [d]
    share = reader(w["norm.gain"] * e * run.final.scale[at])
    shares = {
        "embedding": share(w["embedding"][run.target[at]]),
        "position": share(w["target_position"][at]),
    }
    biases = float(w["norm.bias"] @ e)
    for i, layer in enumerate(run.decoded):
        own = pick(w, f"decoder_{i}")
        for kind, looked in ((HEADS, layer.own), (CROSS, layer.crossed)):
            w_o = own[f"{PARTS[kind]}.w_o"]
            for head in range(plan.heads):
                rows = head_rows(plan.d_model // plan.heads, head)
                found = looked.found[at, rows] @ w_o[rows]  # [d]
                shares[str(Wire(i, f"{kind}{head}", half="d"))] = share(found)
            biases += share(own[f"{PARTS[kind]}.b_o"])
        hidden = layer.hidden[at] @ own["feed_forward.w_2"]  # [d]
        shares[str(Wire(i, FFN, half="d"))] = share(hidden)
        biases += share(own["feed_forward.b_2"])
    return shares | {"biases": biases}


def components(plan: EncoderDecoder) -> int:
    """Say how many `contributions` there are, without running anything."""
    return 3 + plan.decoders * (2 * plan.heads + 1)  # heads of both kinds, and their block
