"""GPT-NeoX by the names of its tensors, and Pythia, which is one in many sizes.

    embed_in → layers.0 … layers.L−1 → final_layer_norm → · embed_outᵀ

    x + attention(input_layernorm(x)) + mlp(post_attention_layernorm(x))

Attention and feed-forward read the same stream, side by side, and only a part of a head's
channels turns. Black et al., GPT-NeoX-20B (2022), §2.1; Biderman et al., Pythia (2023). Matrices
are [out, in]; q, k and v of head 0 lie in one, then those of head 1, and so on.
"""

from collections.abc import Mapping
from typing import Any

from tui_transformer.arrays import Array
from tui_transformer.nn.decoder_block import DecoderBlock
from tui_transformer.nn.norms import layer_norm
from tui_transformer.nn.published import config as known
from tui_transformer.nn.published.pretrained import Network
from tui_transformer.nn.published.safetensors import BadFile, Tensors
from tui_transformer.nn.published.sources import Source
from tui_transformer.records import dataclass

EMBEDDING, HEAD, LAST = "embed_in.weight", "embed_out.weight", "final_layer_norm"
PREFIX = "gpt_neox."
NORMS = {"norm_1": "input_layernorm", "norm_2": "post_attention_layernorm"}
LINEAR = {
    "attention.{}_o": "attention.dense",
    "feed_forward.{}_1": "mlp.dense_h_to_4h",
    "feed_forward.{}_2": "mlp.dense_4h_to_h",
}
JOINT = "attention.query_key_value"


def is_one(tensors: Tensors) -> bool:
    """Say whether tensors have GPT-NeoX's names."""
    return EMBEDDING in tensors or PREFIX + EMBEDDING in tensors


@dataclass(frozen=True, eq=False)
class NeoX(Network):
    """A GPT-NeoX of any size; `tied` where the embedding is the head as well."""

    block: DecoderBlock
    tied: bool

    family = "GPT-NeoX"
    causal = True

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Name what a file of this family has, with the shapes."""
        d, f = self.block.d_model, self.block.d_ff
        shapes: dict[str, tuple[int, ...]] = {EMBEDDING: (self.vocabulary, d)}
        norms = [LAST]
        for layer in range(self.layers):
            start = f"layers.{layer}."
            norms += [start + name for name in NORMS.values()]
            sides = {JOINT: (3 * d, d), "attention.dense": (d, d)}
            sides |= {"mlp.dense_h_to_4h": (f, d), "mlp.dense_4h_to_h": (d, f)}
            for name, side in sides.items():
                shapes[f"{start}{name}.weight"] = side
                if "attention" not in name or "q" in self.block.biases:
                    shapes[f"{start}{name}.bias"] = side[:1]
        return shapes | {f"{norm}.{part}": (d,) for norm in norms for part in ("weight", "bias")}

    def sources(self, layer: int) -> dict[str, Source]:
        """Name the tensors of a block; q, k and v of each head lie side by side in one."""
        start, size, found = f"layers.{layer}.", self.block.d_head, {}
        for ours, theirs in NORMS.items():
            found[f"{ours}.gain"] = Source(f"{start}{theirs}.weight")
            found[f"{ours}.bias"] = Source(f"{start}{theirs}.bias")
        for letter, name in (("w", "weight"), ("b", "bias")):
            weight = letter == "w"
            for ours, theirs in LINEAR.items():
                found[ours.format(letter)] = Source(f"{start}{theirs}.{name}", weight)
            for i, part in enumerate("qkv"):
                joint = Source(f"{start}{JOINT}.{name}", weight, i * size, size, 3 * size)
                found[f"attention.{letter}_{part}"] = joint
        return {ours: source for ours, source in found.items() if ours in self.block.shapes()}

    def embed(self, tokens: Array, first: int = 0) -> Array:
        """Look the tokens up; places come in where heads turn."""
        return self.rows(self.prefix + EMBEDDING, tokens)

    def read(self, stream: Array) -> Array:
        """Norm the stream as the last norm does."""
        gain, bias = self.get(f"{LAST}.weight"), self.get(f"{LAST}.bias")
        return layer_norm(stream, gain, bias, self.block.epsilon).y

    @property
    def last_norm(self) -> tuple[str, ...]:
        """Gain and bias of the last norm."""
        return f"{self.prefix}{LAST}.weight", f"{self.prefix}{LAST}.bias"

    @property
    def table_name(self) -> str:
        """The head's own matrix, or the embedding where the two are one."""
        return self.prefix + EMBEDDING if self.tied else HEAD

    def parameter_count(self) -> int:
        """Count the head too, where it has weights of its own."""
        own_head = 0 if self.tied else self.vocabulary * self.block.d_model
        return super().parameter_count() + own_head


def load(tensors: Tensors, config: Mapping[str, Any]) -> NeoX:
    """Read a model by its tensors and its config.json; raises BadFile."""
    if config.get("model_type") != "gpt_neox":
        raise BadFile("its config.json describes a relative of GPT-NeoX that is not read here")
    prefix = PREFIX if PREFIX + EMBEDDING in tensors else ""
    vocabulary, d = known.matrix(tensors, prefix + EMBEDDING)
    layers = known.count_layers(tensors, f"{prefix}layers.")
    known.agrees(config, "num_hidden_layers", layers)
    known.agrees(config, "hidden_size", d)
    known.agrees(config, "vocab_size", vocabulary)
    d_ff, _ = known.matrix(tensors, f"{prefix}layers.0.mlp.dense_h_to_4h.weight")
    heads = known.heads(config, "num_attention_heads", d)
    context = known.whole(config, "max_position_embeddings", 2048)
    block = DecoderBlock(
        d,
        heads,
        heads,
        d // heads,
        d_ff,
        norm="layer",
        activation=known.activation(config, "hidden_act", "gelu"),
        epsilon=known.epsilon(config, "layer_norm_eps", 1e-5),
        gated=False,
        parallel=known.said(config, "use_parallel_residual", True),
        rotary=known.rotary(config, d // heads, context, 0.25),
        biases=frozenset("qkvo12" if known.said(config, "attention_bias", True) else "12"),
    )
    tied = known.said(config, "tie_word_embeddings", False)
    network = NeoX(tensors, prefix, block, layers, vocabulary, context, tied)
    if not tied and (tensors.shape(HEAD) != (vocabulary, d) or not tensors.is_real(HEAD)):
        raise BadFile("it lacks an output head of its size, embed_out.weight")
    network.checked()
    return network
