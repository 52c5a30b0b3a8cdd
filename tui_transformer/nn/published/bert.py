"""BERT and its relatives, by the names of their tensors: encoders that see all at once.

    words + places + kind of sentence → norm → layer.0 … layer.L−1 (post-LN) → vectors

Devlin et al., BERT (2019), §3; all-MiniLM-L6-v2 (Wang et al., MiniLM, 2020; then trained on
pairs of sentences, Reimers & Gurevych, Sentence-BERT, 2019) has the same tensors in a smaller
size. RoBERTa (Liu et al. 2019) counts its places from 2, DistilBERT (Sanh et al. 2019) has no
kinds of sentences and other names. Matrices are [out, in]. Old files say gamma and beta for a
norm's weight and bias.

Some files have the head that was trained to guess masked words; in those without one, a vector
is compared with the embeddings that went in.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.norms import layer_norm
from tui_transformer.nn.published import config as known
from tui_transformer.nn.published.pretrained import Network
from tui_transformer.nn.published.safetensors import BadFile, Tensors
from tui_transformer.nn.published.sources import Source
from tui_transformer.nn.transformer import Block
from tui_transformer.records import dataclass

EMBEDDING = "embeddings.word_embeddings.weight"
PLACES = "embeddings.position_embeddings.weight"
KINDS = "embeddings.token_type_embeddings.weight"
PREFIX = "bert."
LINEAR = (
    "attention.{}_q",
    "attention.{}_k",
    "attention.{}_v",
    "attention.{}_o",
    "feed_forward.{}_1",
    "feed_forward.{}_2",
)


@dataclass(frozen=True)
class Names:
    """What a family calls its tensors and its sizes; places are counted from `first` on.

    `linear` are the matrices in the order of LINEAR, `norms` the two of a block, `head` the
    matrix, the norm and the bias of what guesses masked words, `sizes` the keys of config.json
    for layers, channels, heads, activation.
    """

    family: str
    prefix: str
    start: str
    linear: tuple[str, ...]
    norms: tuple[str, str]
    head: tuple[str, str, str]
    sizes: tuple[str, str, str, str] = (
        "num_hidden_layers",
        "hidden_size",
        "num_attention_heads",
        "hidden_act",
    )
    kinds: bool = True
    first: int = 0


_BERT = Names(
    "BERT",
    PREFIX,
    "encoder.layer.",
    (
        "attention.self.query",
        "attention.self.key",
        "attention.self.value",
        "attention.output.dense",
        "intermediate.dense",
        "output.dense",
    ),
    ("attention.output.LayerNorm", "output.LayerNorm"),
    (
        "cls.predictions.transform.dense",
        "cls.predictions.transform.LayerNorm",
        "cls.predictions.bias",
    ),
)
FAMILIES = {
    "bert": _BERT,
    "roberta": replace(
        _BERT,
        family="RoBERTa",
        prefix="roberta.",
        head=("lm_head.dense", "lm_head.layer_norm", "lm_head.bias"),
        first=2,
    ),
    "distilbert": Names(
        "DistilBERT",
        "distilbert.",
        "transformer.layer.",
        (
            "attention.q_lin",
            "attention.k_lin",
            "attention.v_lin",
            "attention.out_lin",
            "ffn.lin1",
            "ffn.lin2",
        ),
        ("sa_layer_norm", "output_layer_norm"),
        ("vocab_transform", "vocab_layer_norm", "vocab_projector.bias"),
        ("n_layers", "dim", "n_heads", "activation"),
        kinds=False,
    ),
}


def is_one(tensors: Tensors) -> bool:
    """Say whether tensors have the names of BERT or of a relative."""
    return any(prefix + EMBEDDING in tensors for prefix in ("", *_prefixes()))


def _prefixes() -> tuple[str, ...]:
    return tuple(names.prefix for names in FAMILIES.values())


@dataclass(frozen=True, eq=False)
class Bert(Network):
    """A BERT of any size or kind; `norm_names` are what its norms call gain and bias."""

    block: Block
    names: Names
    norm_names: tuple[str, str]
    has_head: bool

    @property
    def family(self) -> str:  # type: ignore[override]
        """What the family is called."""
        return self.names.family

    @property
    def read_as(self) -> str:  # type: ignore[override]
        """What the table is multiplied with."""
        return "head(stream)" if self.has_head else "stream"

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Name what a file of this family has, with the shapes."""
        d, f = self.block.d_model, self.block.d_ff
        shapes: dict[str, tuple[int, ...]] = {
            EMBEDDING: (self.vocabulary, d),
            PLACES: (self.context + self.names.first, d),
        }
        if self.names.kinds:
            shapes[KINDS] = (self._kinds(), d)
        norms = ["embeddings.LayerNorm"]
        for layer in range(self.layers):
            start = f"{self.names.start}{layer}."
            norms += [start + name for name in self.names.norms]
            for ours, name in zip(LINEAR, self.names.linear, strict=True):
                side = {"feed_forward.{}_1": (f, d), "feed_forward.{}_2": (d, f)}.get(ours, (d, d))
                shapes |= {f"{start}{name}.weight": side, f"{start}{name}.bias": side[:1]}
        return shapes | {f"{norm}.{part}": (d,) for norm in norms for part in self.norm_names}

    def _kinds(self) -> int:
        """Count the kinds of sentences that it tells apart; only the first is used."""
        shape = self.tensors.shape(self.prefix + KINDS)
        return shape[0] if shape else 2

    def embed(self, tokens: Array, first: int = 0) -> Array:
        """Add words, places and the first kind of sentence, and norm the sum."""
        return self._norm("embeddings.LayerNorm", self.summed(tokens, first))

    def summed(self, tokens: Array, first: int = 0) -> Array:
        """Add words, places and the first kind of sentence, integers [t] → [t, d]."""
        first += self.names.first
        words = self.rows(self.prefix + EMBEDDING, tokens)  # [t, d]
        summed: Array = words + self.get(PLACES)[first : first + len(tokens)]
        return summed + self.get(KINDS)[0] if self.names.kinds else summed

    def _norm(self, name: str, x: Array) -> Array:
        gain, bias = (self.get(f"{name}.{part}") for part in self.norm_names)
        return layer_norm(x, gain, bias, self.block.epsilon).y

    def sources(self, layer: int) -> dict[str, Source]:
        """Name the tensors of a block; the file has its matrices as [out, in]."""
        start, found = f"{self.names.start}{layer}.", {}
        for ours, theirs in zip(("norm_1", "norm_2"), self.names.norms, strict=True):
            for part, name in zip(("gain", "bias"), self.norm_names, strict=True):
                found[f"{ours}.{part}"] = Source(f"{start}{theirs}.{name}")
        for ours, theirs in zip(LINEAR, self.names.linear, strict=True):
            found[ours.format("w")] = Source(f"{start}{theirs}.weight", turned=True)
            found[ours.format("b")] = Source(f"{start}{theirs}.bias")
        return found

    def read(self, stream: Array) -> Array:
        """Send the stream through the head, where there is one."""
        if not self.has_head:
            return stream
        dense, norm, _ = self.names.head
        w, b = (self.whole(f"{dense}.{part}") for part in ("weight", "bias"))
        gain, bias = (self.whole(f"{norm}.{part}") for part in self.norm_names)
        bent = ACTIVATIONS[self.head_bend].f(stream @ w.T + b)
        return layer_norm(bent, gain, bias, self.block.epsilon).y

    @property
    def head_bend(self) -> str:
        """What bends in the head: RoBERTa's is always GELU."""
        return "gelu" if self.names.family == "RoBERTa" else self.block.activation

    @property
    def table_name(self) -> str:
        """The embedding: the head shares its weights."""
        return self.prefix + EMBEDDING

    def bias(self) -> Array | None:
        """The head's bias."""
        return self.whole(self.names.head[2]) if self.has_head else None

    @property
    def bias_name(self) -> str:
        """The tensor of the head's bias."""
        return self.names.head[2]

    def head_shapes(self) -> dict[str, tuple[int, ...]]:
        """Name what the head needs, which never has a prefix."""
        d, (dense, norm, bias) = self.block.d_model, self.names.head
        norms = {f"{norm}.{part}": (d,) for part in self.norm_names}
        return (
            {f"{dense}.weight": (d, d), f"{dense}.bias": (d,)} | norms | {bias: (self.vocabulary,)}
        )

    def parameter_count(self) -> int:
        """Count the head too, where it has weights of its own."""
        extra = self.head_shapes() if self.has_head else {}
        return super().parameter_count() + sum(int(np.prod(side)) for side in extra.values())


def load(tensors: Tensors, config: Mapping[str, Any]) -> Bert:
    """Read a model by its tensors and its config.json; raises BadFile."""
    kind = config.get("model_type", "bert")
    if not isinstance(kind, str) or kind not in FAMILIES:
        raise BadFile("its config.json describes a relative of BERT that computes differently")
    if config.get("position_embedding_type", "absolute") != "absolute":
        raise BadFile("its positions are relative, which is not computed here")
    names = FAMILIES[kind]
    prefix = names.prefix if names.prefix + EMBEDDING in tensors else ""
    vocabulary, d = known.matrix(tensors, f"{prefix}{EMBEDDING}")
    places, _ = known.matrix(tensors, f"{prefix}{PLACES}")
    if places <= names.first:
        raise BadFile(f"it has {places:,} places, and its first token stands at {names.first}")
    layers = known.count_layers(tensors, prefix + names.start)
    key_layers, key_d, key_heads, key_bend = names.sizes
    known.agrees(config, key_layers, layers)
    known.agrees(config, key_d, d)
    known.agrees(config, "vocab_size", vocabulary)
    known.agrees(config, "max_position_embeddings", places)
    if names.kinds:
        known.agrees(config, "type_vocab_size", known.matrix(tensors, prefix + KINDS)[0])
    d_ff, _ = known.matrix(tensors, f"{prefix}{names.start}0.{names.linear[4]}.weight")
    block = Block(
        d,
        known.heads(config, key_heads, d),
        d_ff,
        norm="post",
        activation=known.activation(config, key_bend, "gelu"),
        epsilon=known.epsilon(config, "layer_norm_eps", 1e-12),
    )
    old = f"{prefix}embeddings.LayerNorm.gamma" in tensors
    parts = ("gamma", "beta") if old else ("weight", "bias")
    context = places - names.first
    network = Bert(tensors, prefix, block, layers, vocabulary, context, names, parts, False)
    network.checked()
    return _with_head(network)


def _with_head(network: Bert) -> Bert:
    """Take the head too, where the file has all of it in the right sizes."""
    shapes, tensors = network.head_shapes(), network.tensors
    fits = (tensors.shape(name) == side and tensors.is_real(name) for name, side in shapes.items())
    return replace(network, has_head=all(fits))
