"""A published model, whoever published it: embed, go through the blocks, read the stream.

    tokens → embed → block 0 → … → block L−1 → read → · tableᵀ + bias → scores of words

What differs between families (names of tensors, where the norms stand, whether the future is
masked) has a file for each; the blocks are those of `transformer` and of `decoder_block`. Shapes:
t tokens, d channels, V entries in the vocabulary. Weights stay where they are, mapped from the
file; they are computed with in float32 unless the file has float64.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator, Mapping
from functools import cache

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn import decoder_block, grouped, transformer
from tui_transformer.nn.decoder_block import DecoderBlock
from tui_transformer.nn.published.safetensors import BadFile, Tensors
from tui_transformer.nn.published.sources import Layer, Source
from tui_transformer.nn.transformer import Block
from tui_transformer.records import dataclass

_KEPT = 2**22  # bytes
AT_ONCE = 8192  # entries of a vocabulary that are widened at once


@dataclass(frozen=True, eq=False)
class Network(ABC):
    """Weights by name, and the plan that they were trained for; `prefix` begins every name."""

    tensors: Tensors
    prefix: str
    block: Block | DecoderBlock
    layers: int
    vocabulary: int
    context: int

    family = ""
    causal = False
    has_head = True
    window = 0  # how many tokens one sees, itself included; 0: all
    read_as = "norm(stream)"  # what the table is multiplied with

    @abstractmethod
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Name every tensor that it needs, as the file does, with its shape."""

    @abstractmethod
    def embed(self, tokens: Array, first: int = 0) -> Array:
        """Make the stream that enters the first block, integers [t] from a place on → [t, d]."""

    @abstractmethod
    def sources(self, layer: int) -> dict[str, Source]:
        """Say where each weight of one block lies, by the names that `transformer` knows."""

    def weights(self, layer: int) -> Mapping[str, Array]:
        """The weights of one block, each found when it is asked for."""
        return Layer(self.get, self.sources(layer), self.block.shapes())

    def passed(
        self, layer: int, x: Array, old: tuple[Array, Array] | None, causal: bool
    ) -> tuple[Array, Array, Array, Array]:
        """Send new vectors through one block: what comes out, their queries, all keys and values.

        `old` are the keys and values of what was read before, as `decoder_block` has them.
        """
        w = self.weights(layer)
        if isinstance(self.block, DecoderBlock) or old is not None:
            done = decoder_block.forward(self.decoder, w, x, old, causal)
            return done.output, done.q, done.k, done.v
        mask = grouped.window_mask(len(x), len(x)) if causal else None
        trace = transformer.forward(self.block, w, x, mask)
        # The rest of a trace would be hundreds of megabytes in the largest model.
        q, k, v = (np.array(trace.kept[part]) for part in "qkv")
        return trace.output, q, k, v

    def opened(self, layer: int, x: Array, causal: bool) -> dict[str, Array]:
        """Send a stream through one block, and keep what came about in it.

        `found` is what the heads found, `hidden` what the feed-forward network holds, `output`
        what comes out: [t, …] each.
        """
        w = self.weights(layer)
        with np.errstate(all="ignore"):
            if isinstance(self.block, DecoderBlock):
                passed = decoder_block.forward(self.block, w, x, None, causal)
                return {**passed.kept, "output": passed.output}
            trace = transformer.forward(self.block, w, x, self.mask(len(x), causal))
        return {**trace.kept, "output": trace.output}

    @property
    def decoder(self) -> DecoderBlock:
        """Its block as `decoder_block` goes through it, a part of the text at a time."""
        if isinstance(self.block, DecoderBlock):
            return self.block
        b = self.block
        return DecoderBlock(
            b.d_model,
            b.heads,
            b.heads,
            b.d_model // b.heads,
            b.d_ff,
            norm="layer",
            activation=b.activation,
            epsilon=b.epsilon,
            gated=False,
            biases=frozenset("qkvo12"),
        )

    def mask(self, places: int, causal: bool) -> Array | None:
        """Say what each of so many places may see; None where that is everything."""
        return grouped.window_mask(places, places, self.window) if causal else None

    @abstractmethod
    def read(self, stream: Array) -> Array:
        """Bring a stream into the form that the table is multiplied with, [..., d] → [..., d]."""

    @property
    def last_norm(self) -> tuple[str, ...]:
        """The tensors of the norm that is read through, by whole name: gain, and bias if any."""
        return ()

    @property
    @abstractmethod
    def table_name(self) -> str:
        """The tensor that holds the vector of every entry of the vocabulary, by its whole name."""

    def table(self) -> Iterator[Array]:
        """The vectors of all entries of the vocabulary, as the output reads them, [V, d].

        In several parts, [some, d] each, where they would have to be widened at once.
        """
        if self.tensors.is_at_hand(self.table_name):
            yield self.whole(self.table_name)
            return
        for start in range(0, self.vocabulary, AT_ONCE):
            yield self.rows(self.table_name, slice(start, start + AT_ONCE))

    def bias(self) -> Array | None:
        """What is added to every score, [V]; None where nothing is."""
        return None

    def get(self, name: str) -> Array:
        """Look a tensor up by its name without the prefix, in a type to compute with."""
        return self.whole(self.prefix + name)

    def whole(self, name: str) -> Array:
        """Look a tensor up by its whole name, in a type to compute with."""
        return self.tensors.wide(name)

    def rows(self, name: str, at: Array | slice) -> Array:
        """Look some rows of a tensor up by its whole name, and only these."""
        x = self.tensors.rows(name, at)
        return x if x.dtype in (np.float32, np.float64) else x.astype(np.float32)

    def parameter_count(self) -> int:
        """Count the numbers that it computes with."""
        return sum(int(np.prod(shape)) for shape in self.shapes().values())

    def checked(self) -> Network:
        """Make sure that every tensor is there in its size; raises BadFile."""
        for name, shape in self.shapes().items():
            found = self.tensors.shape(self.prefix + name)
            if self.prefix + name not in self.tensors:
                raise BadFile(f"it lacks the tensor {name:.60}")
            if found != shape:
                raise BadFile(f"{name:.60} is {_sides(found)} where {_sides(shape)} is needed")
            if not self.tensors.is_real(self.prefix + name):
                raise BadFile("its weights are whole numbers, packed in a way not read here")
        return self


def _sides(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{side:,}" for side in shape[:4]) or "one number"


@dataclass(frozen=True, eq=False)
class Run:
    """What is kept of the way: the stream before the first block and after each, L+1 × [t, d],
    and the queries, keys and values of every layer, L × [h, t, d/h] (keys and values: g heads).

    The keys and values are what a text goes on with: the cache.
    """

    tokens: Array
    streams: tuple[Array, ...]
    queries: tuple[Array, ...]
    keys: tuple[Array, ...]
    values: tuple[Array, ...]

    def first(self, count: int) -> Run:
        """The run of the first tokens alone: where none sees what comes later, it is the same."""
        if count == len(self.tokens):
            return self
        parts = (self.queries, self.keys, self.values)
        cut = (tuple(x[:, :count] for x in part) for part in parts)
        return Run(self.tokens[:count], tuple(x[:count] for x in self.streams), *cut)

    @property
    def cache_bytes(self) -> int:
        """What the keys and values take: 2·L·g·d/h numbers for every token."""
        return sum(x.nbytes for x in (*self.keys, *self.values))


def forward(network: Network, tokens: Array, causal: bool, old: Run | None = None) -> Run:
    """Send tokens through, integers [t]; `causal` hides from each what comes after it.

    With the run of an `old` text they are its continuation, and only they are computed. Raises
    BadFile where numbers come out that are not finite: the file is damaged.
    """
    way = by_layers(network, tokens, causal, old)
    while True:
        try:
            next(way)
        except StopIteration as end:
            return end.value


def by_layers(
    network: Network, tokens: Array, causal: bool, old: Run | None = None
) -> Generator[int, None, Run]:
    """Send tokens through a layer at a time: yields how many are done, and returns the run."""
    before = len(old.tokens) if old else 0
    _keep_memory()
    with np.errstate(all="ignore"):  # what overflows is noticed at the end
        x = network.embed(tokens, before)  # [t, d]
    streams, queries, keys, values = [x], [], [], []
    for layer in range(network.layers):
        yield layer
        kept = (old.keys[layer], old.values[layer]) if old else None
        with np.errstate(all="ignore"):
            x, q, k, v = network.passed(layer, x, kept, causal)
        streams.append(x)
        queries.append(q)
        keys.append(k)
        values.append(v)
    finite(*streams, *queries, *keys)
    if old:
        tokens = np.concatenate([old.tokens, tokens])
        streams = [np.concatenate(both) for both in zip(old.streams, streams, strict=True)]
        queries = [np.concatenate(both, 1) for both in zip(old.queries, queries, strict=True)]
    return Run(tokens, tuple(streams), tuple(queries), tuple(keys), tuple(values))


@cache
def _keep_memory() -> None:
    """Have what is freed kept for what comes next: to take memory anew costs more than to fill it.

    Linux's allocator keeps as much as twice the largest block that was ever given back.
    """
    np.empty(_KEPT, np.uint8)


def again(network: Network, run: Run, first: int, causal: bool) -> Run:
    """Send a text on from one block, in a network that is another from there on.

    What came before the block `first` is taken from the run. Raises BadFile as `forward` does.
    """
    x, streams = run.streams[first], list(run.streams[: first + 1])
    parts = [list(part[:first]) for part in (run.queries, run.keys, run.values)]
    with np.errstate(all="ignore"):
        for layer in range(first, network.layers):
            x, *made = network.passed(layer, x, None, causal)
            streams.append(x)
            for part, one in zip(parts, made, strict=True):
                part.append(one)
    finite(*streams, *parts[0], *parts[1])
    queries, keys, values = map(tuple, parts)
    return Run(run.tokens, tuple(streams), queries, keys, values)


def finite(*arrays: Array) -> None:
    """Make sure that all numbers are; raises BadFile."""
    if not all(np.all(np.isfinite(x)) for x in arrays):
        raise BadFile("it holds numbers that are not finite, or grow beyond all bounds")


def scores(network: Network, read: Array) -> Array:
    """Score every entry of the vocabulary, [n, d] as `read` makes them → [n, V].

    Raises BadFile as `forward` does.
    """
    bias = network.bias()
    with np.errstate(all="ignore"):
        # The long side first: a few rows times a wide matrix take half as long again.
        found = np.concatenate([part @ read.T for part in network.table()])  # [V, n]
        found = np.ascontiguousarray(found.T)  # [n, V]
        found = found if bias is None else found + bias
    finite(found)
    return found
