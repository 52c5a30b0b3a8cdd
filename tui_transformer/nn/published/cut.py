"""A published model without some of its wires: the same network over a few changed tensors.

As in `nn.cutting`: a cut head's rows of W_o are 0, so are those of W_2 of a feed-forward network,
and their biases stay; a cut block adds nothing. Only the tensors that wires write through are
copied; all others stay in the file. Where a model has no biases, a mean needs one: there is one
then, 0 in every block but that of the wire.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn import cutting
from tui_transformer.nn.cutting import PARTS, Wire, Writer
from tui_transformer.nn.decoder_block import DecoderBlock
from tui_transformer.nn.published.pretrained import Network, Run
from tui_transformer.nn.published.safetensors import Entry, Tensors

LAST = "o2"  # the letters of the matrices that write into the stream


@dataclass(frozen=True, eq=False)
class Changed(Tensors):
    """The tensors of a file or of several, some of them changed in memory."""

    original: Tensors
    changed: Mapping[str, Array]

    def __getitem__(self, name: str) -> Array:
        found = self.changed.get(name)
        return self.original[name] if found is None else found

    def wide(self, name: str) -> Array:
        """An array in a type to compute with."""
        found = self.changed.get(name)
        return self.original.wide(name) if found is None else found

    def is_at_hand(self, name: str) -> bool:
        """Say whether an array can be computed with as it is."""
        return name in self.changed or self.original.is_at_hand(name)

    def rows(self, name: str, at: Array | slice) -> Array:
        """Some rows of a matrix."""
        return self.changed[name][at] if name in self.changed else self.original.rows(name, at)


def without(
    network: Network, wires: Iterable[Wire], run: Run | None = None, causal: bool = True
) -> Network:
    """Cut wires of a model, and give the model without them.

    `run` is one of the whole model; wires that leave their mean need it, and leave that over its
    places.
    """
    wires = tuple(wires)
    if not wires:
        return network
    plain, changed = _with_biases(network)
    for layer in sorted({wire.layer for wire in wires}):
        own = [wire for wire in wires if wire.layer == layer]
        means = run is not None and any(wire.mean for wire in own)
        kept = plain.opened(layer, run.streams[layer], causal) if run and means else {}

        def writers(wire: Wire, kept: Mapping[str, Array] = kept) -> Iterator[Writer]:
            return (Writer(kind, w, b, kept.get(source)) for kind, w, b, source in PARTS)

        before = dict(plain.weights(layer))
        after = cutting.without(before, own, writers, _d_head(plain))
        for name, source in plain.sources(layer).items():
            if after[name] is not before[name]:
                x = after[name].astype(before[name].dtype, copy=False)
                changed[plain.prefix + source.tensor] = x.T if source.turned else x
    return _over(plain, changed)


def _d_head(network: Network) -> int:
    block = network.block
    return block.d_head if isinstance(block, DecoderBlock) else block.d_model // block.heads


def _with_biases(network: Network) -> tuple[Network, dict[str, Array]]:
    """Give the last matrix of attention and of the feed-forward network a bias where it has none.

    Also names the tensors that are new; they are 0, and change nothing.
    """
    block = network.block
    if not isinstance(block, DecoderBlock) or block.biases.issuperset(LAST):
        return network, {}
    biased = replace(network, block=replace(block, biases=block.biases | set(LAST)))
    nothing: Array = np.zeros(block.d_model, network.weights(0)["attention.w_o"].dtype)
    names = (
        network.prefix + source.tensor
        for layer in range(network.layers)
        for source in biased.sources(layer).values()
    )
    new = {name: nothing for name in names if name not in network.tensors}
    return _over(biased, new), new


def _over(network: Network, changed: Mapping[str, Array]) -> Network:
    """The network with some tensors changed, or new."""
    tensors = network.tensors
    new = {name: Entry("F32", x.shape, 0, 0) for name, x in changed.items() if name not in tensors}
    return replace(
        network, tensors=Changed({**tensors.table, **new}, tensors.data, tensors, changed)
    )
