"""A published model, whoever published it: embed, go through the blocks, read the stream.

    tokens → embed → block 0 → … → block L−1 → read → · tableᵀ + bias → scores of words

What differs between families (names of tensors, where the norms stand, whether the future is
masked) is in `gpt2` and `bert`; the blocks are those of `transformer`. Shapes: t tokens,
d channels, V entries in the vocabulary. Weights stay where they are, mapped from the file;
they are computed with in float32 unless the file has float64.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn import transformer
from tui_transformer.nn.attention import causal_mask
from tui_transformer.nn.published.safetensors import BadFile, Tensors
from tui_transformer.nn.transformer import Block


class Source(NamedTuple):
    """Where a weight of a block lies: in which tensor, whether turned, from which column on."""

    tensor: str
    turned: bool = False
    first: int = 0


@dataclass(frozen=True, eq=False)
class Network(ABC):
    """Weights by name, and the plan that they were trained for; `prefix` begins every name."""

    tensors: Tensors
    prefix: str
    block: Block
    layers: int
    vocabulary: int
    context: int

    family = ""
    causal = False
    has_head = True

    @abstractmethod
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Name every tensor that it needs, as the file does, with its shape."""

    @abstractmethod
    def embed(self, tokens: Array) -> Array:
        """Make the stream that enters the first block, integers [t] → [t, d]."""

    @abstractmethod
    def sources(self, layer: int) -> dict[str, Source]:
        """Say where each weight of one block lies, by the names that `transformer` knows."""

    def weights(self, layer: int) -> dict[str, Array]:
        """Find the weights of one block, each as `transformer` takes it: a matrix is [in, out]."""
        shapes, found = self.block.shapes(), {}
        for name, source in self.sources(layer).items():
            x = self.get(source.tensor)
            x = x.T if source.turned else x
            found[name] = x[..., source.first : source.first + shapes[name][-1]]
        return found

    @abstractmethod
    def read(self, stream: Array) -> Array:
        """Bring a stream into the form that the table is multiplied with, [..., d] → [..., d]."""

    @property
    @abstractmethod
    def table_name(self) -> str:
        """The tensor that holds the vector of every entry of the vocabulary, by its whole name."""

    def table(self) -> Array:
        """The vector of every entry of the vocabulary, as the output reads it, [V, d]."""
        return self.whole(self.table_name)

    def bias(self) -> Array | None:
        """What is added to every score, [V]; None where nothing is."""
        return None

    def get(self, name: str) -> Array:
        """Look a tensor up by its name without the prefix, in a type to compute with."""
        return self.whole(self.prefix + name)

    def whole(self, name: str) -> Array:
        """Look a tensor up by its whole name, in a type to compute with."""
        x = self.tensors[name]
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
    and the queries and keys of every layer, L × [h, t, d/h]."""

    tokens: Array
    streams: tuple[Array, ...]
    queries: tuple[Array, ...]
    keys: tuple[Array, ...]


def forward(network: Network, tokens: Array, causal: bool) -> Run:
    """Send tokens through, integers [t]; `causal` hides from each what comes after it.

    Raises BadFile where numbers come out that are not finite: the file is damaged.
    """
    with np.errstate(all="ignore"):  # what overflows is noticed at the end
        x = network.embed(tokens)  # [t, d]
        mask = causal_mask(len(tokens)) if causal else None
        streams, queries, keys = [x], [], []
        for layer in range(network.layers):
            trace = transformer.forward(network.block, network.weights(layer), x, mask)
            x = trace.output
            streams.append(x)
            # The rest of a trace would be hundreds of megabytes in the largest model.
            queries.append(np.array(trace.kept["q"]))
            keys.append(np.array(trace.kept["k"]))
    finite(*streams, *queries, *keys)
    return Run(tokens, tuple(streams), tuple(queries), tuple(keys))


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
        found: Array = read @ network.table().T  # [n, V]
        found = found if bias is None else found + bias
    finite(found)
    return found


# ── what is known about a model beside its tensors ─────────────────────────────────────

ACTIVATIONS = {
    "gelu": "gelu",
    "gelu_new": "gelu_tanh",
    "gelu_pytorch_tanh": "gelu_tanh",
    "gelu_fast": "gelu_tanh",
    "relu": "relu",
    "silu": "silu",
    "swish": "silu",
}
LARGEST_EPSILON = 1.0


def activation(config: Mapping[str, Any], key: str, usual: str) -> str:
    """Look the activation up that a configuration names; raises BadFile for an unknown one."""
    named = config.get(key, usual)
    if not isinstance(named, str) or named not in ACTIVATIONS:
        raise BadFile(f"its config.json names an activation not known here: {named!s:.20}")
    return ACTIVATIONS[named]


def epsilon(config: Mapping[str, Any], key: str, usual: float) -> float:
    """Look up what a norm adds to the variance; raises BadFile for what makes no sense."""
    value = config.get(key, usual)
    if type(value) not in (int, float) or not 0 < value <= LARGEST_EPSILON:
        raise BadFile(f"the {key} in its config.json makes no sense")
    return float(value)


def heads(config: Mapping[str, Any], key: str, d: int, usual: int = 0) -> int:
    """Look up the number of heads; raises BadFile where it does not divide the channels."""
    value = config.get(key, usual)
    if type(value) is not int or value < 1:
        raise BadFile("nothing beside it says how many heads it has: config.json is missing")
    if d % value:
        raise BadFile(f"the heads in its config.json do not divide {d:,} channels")
    return value


def agrees(config: Mapping[str, Any], key: str, found: int) -> None:
    """Make sure that a configuration speaks of the file it lies beside; raises BadFile."""
    if key in config and config[key] != found:
        raise BadFile(f"its config.json has {key} {config[key]!s:.20}, the file has {found:,}")


def matrix(tensors: Tensors, name: str) -> tuple[int, int]:
    """Say how large a matrix is; raises BadFile where it is none, or an empty one."""
    shape = tensors.shape(name)
    if len(shape) != 2 or 0 in shape:
        raise BadFile(f"it lacks the tensor {name:.60}, or it is no matrix")
    return shape[0], shape[1]


def count_layers(tensors: Tensors, start: str) -> int:
    """Count the layers by the names that begin so and go on with a number; raises BadFile."""
    begun = (name.removeprefix(start) for name in tensors if name.startswith(start))
    numbers = {part for name in begun if (part := name.partition(".")[0])}
    if not numbers or numbers != {str(i) for i in range(len(numbers))}:
        raise BadFile("its layers are not numbered from 0 without gaps")
    return len(numbers)
