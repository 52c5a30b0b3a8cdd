"""BERT and its smaller relatives, by the names of their tensors: encoders that see all at once.

    words + places + kind of sentence → norm → layer.0 … layer.L−1 (post-LN) → vectors

Devlin et al., BERT (2019), §3; all-MiniLM-L6-v2 (Wang et al., MiniLM, 2020; then trained on
pairs of sentences, Reimers & Gurevych, Sentence-BERT, 2019) has the same tensors in a smaller
size. Matrices are [out, in]. Old files say gamma and beta for a norm's weight and bias.

Some files have the head that was trained to guess masked words (cls.predictions); in those
without one, a vector is compared with the embeddings that went in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.norms import layer_norm
from tui_transformer.nn.published import pretrained
from tui_transformer.nn.published.pretrained import Network, Source
from tui_transformer.nn.published.safetensors import BadFile, Tensors
from tui_transformer.nn.transformer import Block

EMBEDDING = "embeddings.word_embeddings.weight"
PREFIX = "bert."
HEAD = "cls.predictions."
PARTS = {
    "norm_1": "attention.output.LayerNorm",
    "norm_2": "output.LayerNorm",
}
LINEAR = {
    "attention.{}_q": "attention.self.query",
    "attention.{}_k": "attention.self.key",
    "attention.{}_v": "attention.self.value",
    "attention.{}_o": "attention.output.dense",
    "feed_forward.{}_1": "intermediate.dense",
    "feed_forward.{}_2": "output.dense",
}


def is_one(tensors: Tensors) -> bool:
    """Say whether tensors have BERT's names."""
    return EMBEDDING in tensors or PREFIX + EMBEDDING in tensors


@dataclass(frozen=True, eq=False)
class Bert(Network):
    """A BERT of any size; `norm_names` are what its norms call gain and bias."""

    norm_names: tuple[str, str]
    has_head: bool

    family = "BERT"

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Name what a file of this family has, with the shapes."""
        d, f = self.block.d_model, self.block.d_ff
        shapes: dict[str, tuple[int, ...]] = {
            EMBEDDING: (self.vocabulary, d),
            "embeddings.position_embeddings.weight": (self.context, d),
            "embeddings.token_type_embeddings.weight": (self._kinds(), d),
        }
        norms = ["embeddings.LayerNorm"]
        for layer in range(self.layers):
            start = f"encoder.layer.{layer}."
            norms += [start + name for name in PARTS.values()]
            for name in LINEAR.values():
                side = {"intermediate.dense": (f, d), "output.dense": (d, f)}.get(name, (d, d))
                shapes |= {f"{start}{name}.weight": side, f"{start}{name}.bias": side[:1]}
        return shapes | {f"{norm}.{part}": (d,) for norm in norms for part in self.norm_names}

    def _kinds(self) -> int:
        """Count the kinds of sentences that it tells apart; only the first is used."""
        shape = self.tensors.shape(f"{self.prefix}embeddings.token_type_embeddings.weight")
        return shape[0] if shape else 2

    def embed(self, tokens: Array) -> Array:
        """Add words, places and the first kind of sentence, and norm the sum."""
        words = self.get(EMBEDDING)[tokens]  # [t, d]
        places = self.get("embeddings.position_embeddings.weight")[: len(tokens)]
        first_kind = self.get("embeddings.token_type_embeddings.weight")[0]  # [d]
        return self._norm("embeddings.LayerNorm", words + places + first_kind)

    def _norm(self, name: str, x: Array) -> Array:
        gain, bias = (self.get(f"{name}.{part}") for part in self.norm_names)
        return layer_norm(x, gain, bias, self.block.epsilon).y

    def sources(self, layer: int) -> dict[str, Source]:
        """Name the tensors of a block; the file has its matrices as [out, in]."""
        start, found = f"encoder.layer.{layer}.", {}
        for ours, theirs in PARTS.items():
            for part, name in zip(("gain", "bias"), self.norm_names, strict=True):
                found[f"{ours}.{part}"] = Source(f"{start}{theirs}.{name}")
        for ours, theirs in LINEAR.items():
            found[ours.format("w")] = Source(f"{start}{theirs}.weight", turned=True)
            found[ours.format("b")] = Source(f"{start}{theirs}.bias")
        return found

    def read(self, stream: Array) -> Array:
        """Send the stream through the head, where there is one."""
        if not self.has_head:
            return stream
        w, b = (self._head(f"transform.dense.{part}") for part in ("weight", "bias"))
        gain, bias = (self._head(f"transform.LayerNorm.{part}") for part in self.norm_names)
        bent = ACTIVATIONS[self.block.activation].f(stream @ w.T + b)
        return layer_norm(bent, gain, bias, self.block.epsilon).y

    @property
    def table_name(self) -> str:
        """The embedding: the head shares its weights."""
        return self.prefix + EMBEDDING

    def bias(self) -> Array | None:
        """The head's bias."""
        return self._head("bias") if self.has_head else None

    def _head(self, name: str) -> Array:
        return self.whole(HEAD + name)

    def head_shapes(self) -> dict[str, tuple[int, ...]]:
        """Name what the head needs, which never has a prefix."""
        d = self.block.d_model
        norms = {f"transform.LayerNorm.{part}": (d,) for part in self.norm_names}
        dense = {"transform.dense.weight": (d, d), "transform.dense.bias": (d,)}
        return {HEAD + name: shape for name, shape in (dense | norms).items()} | {
            f"{HEAD}bias": (self.vocabulary,)
        }

    def parameter_count(self) -> int:
        """Count the head too, where it has weights of its own."""
        extra = self.head_shapes() if self.has_head else {}
        return super().parameter_count() + sum(int(np.prod(side)) for side in extra.values())


def load(tensors: Tensors, config: Mapping[str, Any]) -> Bert:
    """Read a model by its tensors and its config.json; raises BadFile."""
    prefix = PREFIX if PREFIX + EMBEDDING in tensors else ""
    if config.get("model_type", "bert") != "bert":
        raise BadFile("its config.json describes a relative of BERT that computes differently")
    if config.get("position_embedding_type", "absolute") != "absolute":
        raise BadFile("its positions are relative, which is not computed here")
    vocabulary, d = pretrained.matrix(tensors, f"{prefix}{EMBEDDING}")
    context, _ = pretrained.matrix(tensors, f"{prefix}embeddings.position_embeddings.weight")
    layers = pretrained.count_layers(tensors, f"{prefix}encoder.layer.")
    pretrained.agrees(config, "num_hidden_layers", layers)
    pretrained.agrees(config, "hidden_size", d)
    d_ff, _ = pretrained.matrix(tensors, f"{prefix}encoder.layer.0.intermediate.dense.weight")
    block = Block(
        d,
        pretrained.heads(config, "num_attention_heads", d),
        d_ff,
        norm="post",
        activation=pretrained.activation(config, "hidden_act", "gelu"),
        epsilon=pretrained.epsilon(config, "layer_norm_eps", 1e-12),
    )
    old = f"{prefix}embeddings.LayerNorm.gamma" in tensors
    names = ("gamma", "beta") if old else ("weight", "bias")
    network = Bert(tensors, prefix, block, layers, vocabulary, context, names, False)
    network.checked()
    return _with_head(network)


def _with_head(network: Bert) -> Bert:
    """Take the head too, where the file has all of it in the right sizes."""
    shapes, tensors = network.head_shapes(), network.tensors
    fits = (tensors.shape(name) == side and tensors.is_real(name) for name, side in shapes.items())
    return replace(network, has_head=all(fits))
