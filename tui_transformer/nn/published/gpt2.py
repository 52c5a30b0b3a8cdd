"""GPT-2 as it was published, by the names of its tensors: four sizes, one plan.

    wte, wpe → h.0 … h.L−1 (ln_1, attn, ln_2, mlp; pre-LN) → ln_f → · wteᵀ

Radford et al., Language Models are Unsupervised Multitask Learners (2019), §2.3. Matrices are
[in, out], with q, k and v side by side in one, as the original code has them. All names may
begin with "transformer."; masks that some files store (attn.bias) are not read. A head of its
own, lm_head.weight, takes the embedding's place where the file has one.
"""

from collections.abc import Mapping
from typing import Any

from tui_transformer.arrays import Array
from tui_transformer.nn.norms import layer_norm
from tui_transformer.nn.published import config as known
from tui_transformer.nn.published.pretrained import Network
from tui_transformer.nn.published.safetensors import BadFile, Tensors
from tui_transformer.nn.published.sources import Source
from tui_transformer.nn.transformer import Block
from tui_transformer.records import dataclass

EMBEDDING, PLACES, HEAD = "wte.weight", "wpe.weight", "lm_head.weight"
PREFIX = "transformer."
NORMS = {"norm_1": "ln_1", "norm_2": "ln_2"}
LINEAR = {
    "attention.{}_o": "attn.c_proj",
    "feed_forward.{}_1": "mlp.c_fc",
    "feed_forward.{}_2": "mlp.c_proj",
}
HEADS = {768: 12, 1024: 16, 1280: 20, 1600: 25}  # by channels: the four sizes, 64 to a head
OTHERWISE = ("scale_attn_by_inverse_layer_idx", "add_cross_attention")  # not computed here


def is_one(tensors: Tensors) -> bool:
    """Say whether tensors have GPT-2's names."""
    return EMBEDDING in tensors or PREFIX + EMBEDDING in tensors


@dataclass(frozen=True, eq=False)
class Gpt2(Network):
    """A GPT-2 of any size."""

    family = "GPT-2"
    causal = True

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Name what a file of this family has, with the shapes."""
        d, f = self.block.d_model, self.block.d_ff
        shapes: dict[str, tuple[int, ...]] = {
            EMBEDDING: (self.vocabulary, d),
            PLACES: (self.context, d),
        }
        for layer in range(self.layers):
            h = f"h.{layer}."
            for norm in NORMS.values():
                shapes |= {f"{h}{norm}.weight": (d,), f"{h}{norm}.bias": (d,)}
            sides = {"attn.c_attn": (d, 3 * d), "attn.c_proj": (d, d)}
            sides |= {"mlp.c_fc": (d, f), "mlp.c_proj": (f, d)}
            for name, side in sides.items():
                shapes |= {f"{h}{name}.weight": side, f"{h}{name}.bias": side[1:]}
        return shapes | {"ln_f.weight": (d,), "ln_f.bias": (d,)}

    def embed(self, tokens: Array, first: int = 0) -> Array:
        """Add the vectors of the tokens and of their places."""
        words, places = self.given(tokens, first)
        return words + places

    def given(self, tokens: Array, first: int = 0) -> tuple[Array, Array]:
        """Look up the vectors of the tokens, and those of their places: [t, d] each."""
        places = self.get(PLACES)[first : first + len(tokens)]
        return self.rows(self.prefix + EMBEDDING, tokens), places

    def sources(self, layer: int) -> dict[str, Source]:
        """Name the tensors of a block; q, k and v lie side by side in one."""
        h, d = f"h.{layer}.", self.block.d_model
        found = {}
        for ours, theirs in NORMS.items():
            found[f"{ours}.gain"] = Source(f"{h}{theirs}.weight")
            found[f"{ours}.bias"] = Source(f"{h}{theirs}.bias")
        for letter, name in (("w", "weight"), ("b", "bias")):
            for ours, theirs in LINEAR.items():
                found[ours.format(letter)] = Source(f"{h}{theirs}.{name}")
            for i, part in enumerate("qkv"):
                found[f"attention.{letter}_{part}"] = Source(f"{h}attn.c_attn.{name}", first=i * d)
        return found

    def read(self, stream: Array) -> Array:
        """Norm the stream as the last norm does."""
        gain, bias = self.get("ln_f.weight"), self.get("ln_f.bias")
        return layer_norm(stream, gain, bias, self.block.epsilon).y

    @property
    def last_norm(self) -> tuple[str, ...]:
        """Gain and bias of the last norm."""
        return self.prefix + "ln_f.weight", self.prefix + "ln_f.bias"

    @property
    def table_name(self) -> str:
        """The head's own matrix, or the embedding where the two are one."""
        return HEAD if HEAD in self.tensors else self.prefix + EMBEDDING

    def parameter_count(self) -> int:
        """Count the head too, where it has weights of its own."""
        own_head = self.vocabulary * self.block.d_model if HEAD in self.tensors else 0
        return super().parameter_count() + own_head


def load(tensors: Tensors, config: Mapping[str, Any]) -> Gpt2:
    """Read a model by its tensors and its config.json (which may be empty); raises BadFile."""
    prefix = PREFIX if PREFIX + EMBEDDING in tensors else ""
    other = config.get("model_type", "gpt2") != "gpt2" or any(map(config.get, OTHERWISE))
    if other or config.get("scale_attn_weights", True) is not True:
        raise BadFile("its config.json describes a relative of GPT-2 that computes differently")
    vocabulary, d = known.matrix(tensors, f"{prefix}{EMBEDDING}")
    context, _ = known.matrix(tensors, f"{prefix}wpe.weight")
    layers = known.count_layers(tensors, f"{prefix}h.")
    known.agrees(config, "n_layer", layers)
    known.agrees(config, "n_embd", d)
    known.agrees(config, "vocab_size", vocabulary)
    known.agrees(config, "n_positions", context)
    _, d_ff = known.matrix(tensors, f"{prefix}h.0.mlp.c_fc.weight")
    block = Block(
        d,
        known.heads(config, "n_head", d, HEADS.get(d, 0)),
        d_ff,
        activation=known.activation(config, "activation_function", "gelu_new"),
        epsilon=known.epsilon(config, "layer_norm_epsilon", 1e-5),
    )
    network = Gpt2(tensors, prefix, block, layers, vocabulary, context)
    if HEAD in tensors and (tensors.shape(HEAD) != (vocabulary, d) or not tensors.is_real(HEAD)):
        raise BadFile("its output head does not fit its vocabulary")
    network.checked()
    return network
