"""Llama and those built like it: Mistral, Qwen2, Qwen3, SmolLM (which is a Llama by name, too).

    embed_tokens → layers.0 … layers.L−1 (pre-norm) → norm → · lm_headᵀ, or embed_tokensᵀ if tied

    input_layernorm → self_attn (q_proj k_proj v_proj o_proj) → + x
    post_attention_layernorm → mlp (down_proj(silu(gate_proj) · up_proj)) → +

RMS norms, rotary positions, shared keys. Touvron et al. (2023), Jiang et al. (2023), Yang et al.
(2024, Qwen2: biases of q, k and v; 2025, Qwen3: norms of each head's q and k). Matrices are
[out, in]. All names but the head's may begin with "model.".
"""

from collections.abc import Mapping
from typing import Any

from tui_transformer.arrays import Array
from tui_transformer.nn import decoder_block
from tui_transformer.nn.decoder_block import DecoderBlock
from tui_transformer.nn.published import config as known
from tui_transformer.nn.published.pretrained import Network
from tui_transformer.nn.published.safetensors import BadFile, Tensors
from tui_transformer.nn.published.sources import Source
from tui_transformer.records import dataclass

EMBEDDING, HEAD, LAST = "embed_tokens.weight", "lm_head.weight", "norm.weight"
PREFIX = "model."
NAMES = {"llama": "Llama", "mistral": "Mistral", "qwen2": "Qwen2", "qwen3": "Qwen3"}
LINEAR = {
    "attention.{}_q": "self_attn.q_proj",
    "attention.{}_k": "self_attn.k_proj",
    "attention.{}_v": "self_attn.v_proj",
    "attention.{}_o": "self_attn.o_proj",
    "feed_forward.{}_gate": "mlp.gate_proj",
    "feed_forward.{}_1": "mlp.up_proj",
    "feed_forward.{}_2": "mlp.down_proj",
}
GAINS = {
    "norm_1.gain": "input_layernorm",
    "norm_2.gain": "post_attention_layernorm",
    "attention.norm_q.gain": "self_attn.q_norm",
    "attention.norm_k.gain": "self_attn.k_norm",
}


def is_one(tensors: Tensors) -> bool:
    """Say whether tensors have Llama's names."""
    return EMBEDDING in tensors or PREFIX + EMBEDDING in tensors


@dataclass(frozen=True, eq=False)
class Llama(Network):
    """A Llama of any size, or a relative: `called` says which."""

    block: DecoderBlock
    called: str
    tied: bool

    causal = True

    @property
    def family(self) -> str:  # type: ignore[override]
        """What the family is called."""
        return self.called

    @property
    def window(self) -> int:  # type: ignore[override]
        """How many tokens one sees, itself included; 0: all."""
        return self.block.window

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Name what a file of this family has, with the shapes."""
        d, block = self.block.d_model, self.block.shapes()
        shapes: dict[str, tuple[int, ...]] = {EMBEDDING: (self.vocabulary, d), LAST: (d,)}
        for layer in range(self.layers):
            for ours, source in self.sources(layer).items():
                shapes[source.tensor] = block[ours][::-1]
        return shapes

    def sources(self, layer: int) -> dict[str, Source]:
        """Name the tensors of a block; the file has its matrices as [out, in]."""
        start, found = f"layers.{layer}.", {}
        for ours in self.block.shapes():
            if ours in GAINS:
                found[ours] = Source(f"{start}{GAINS[ours]}.weight")
                continue
            part, _, rest = ours.partition(".")
            letter, _, which = rest.partition("_")
            theirs = LINEAR[f"{part}.{{}}_{which}"]
            weight = letter == "w"
            found[ours] = Source(f"{start}{theirs}.{'weight' if weight else 'bias'}", weight)
        return found

    def embed(self, tokens: Array, first: int = 0) -> Array:
        """Look the tokens up; places come in where heads turn."""
        return self.rows(self.prefix + EMBEDDING, tokens)

    def read(self, stream: Array) -> Array:
        """Norm the stream as the last norm does."""
        return decoder_block.rms(stream, self.get(LAST), self.block.epsilon)

    @property
    def last_norm(self) -> tuple[str, ...]:
        """The gain of the last norm, which takes no mean off."""
        return (self.prefix + LAST,)

    @property
    def table_name(self) -> str:
        """The head's own matrix, or the embedding where the two are one."""
        return self.prefix + EMBEDDING if self.tied else HEAD

    def parameter_count(self) -> int:
        """Count the head too, where it has weights of its own."""
        own_head = 0 if self.tied else self.vocabulary * self.block.d_model
        return super().parameter_count() + own_head


def load(tensors: Tensors, config: Mapping[str, Any]) -> Llama:
    """Read a model by its tensors and its config.json; raises BadFile."""
    kind = config.get("model_type")
    if not isinstance(kind, str) or kind not in NAMES:
        raise BadFile(
            f"its config.json names a relative of Llama that is not read here: {kind!s:.20}"
        )
    prefix = PREFIX if PREFIX + EMBEDDING in tensors else ""
    vocabulary, d = known.matrix(tensors, prefix + EMBEDDING)
    layers = known.count_layers(tensors, f"{prefix}layers.")
    known.agrees(config, "num_hidden_layers", layers)
    known.agrees(config, "hidden_size", d)
    known.agrees(config, "vocab_size", vocabulary)
    context = known.whole(config, "max_position_embeddings", 2048)
    block = _block(tensors, config, prefix, kind, d, context)
    tied = known.said(config, "tie_word_embeddings", False)
    network = Llama(tensors, prefix, block, layers, vocabulary, context, NAMES[kind], tied)
    if not tied and (tensors.shape(HEAD) != (vocabulary, d) or not tensors.is_real(HEAD)):
        raise BadFile(
            "it lacks an output head of its size, lm_head.weight, and says it is not tied"
        )
    network.checked()
    known_ones = network.shapes()
    for name in tensors:
        own = name.removeprefix(prefix)
        if own.startswith("layers.") and name.endswith(".bias") and own not in known_ones:
            raise BadFile(f"only some of its layers have a bias: {own:.60}")
    return network


def _block(
    tensors: Tensors, config: Mapping[str, Any], prefix: str, kind: str, d: int, context: int
) -> DecoderBlock:
    """Make the plan of a block from what is said of it, and the biases that are there."""
    start = f"{prefix}layers.0."
    d_ff, _ = known.matrix(tensors, f"{start}mlp.up_proj.weight")
    heads = known.whole(config, "num_attention_heads", 1)
    kv_heads = known.whole(config, "num_key_value_heads", heads)
    if heads % kv_heads:
        raise BadFile(f"{kv_heads:,} heads of keys cannot be shared evenly by {heads:,}")
    size = known.whole(config, "head_dim", max(d // heads, 1))
    letters = {"q": "q_proj", "k": "k_proj", "v": "v_proj", "o": "o_proj"}
    places = {letter: f"self_attn.{name}" for letter, name in letters.items()}
    places |= {"gate": "mlp.gate_proj", "1": "mlp.up_proj", "2": "mlp.down_proj"}
    biases = (letter for letter, at in places.items() if f"{start}{at}.bias" in tensors)
    return DecoderBlock(
        d,
        heads,
        kv_heads,
        size,
        d_ff,
        activation=known.activation(config, "hidden_act", "silu"),
        epsilon=known.epsilon(config, "rms_norm_eps", 1e-6),
        head_norms=kind == "qwen3",
        window=_window(config, kind, context),
        rotary=known.rotary(config, size, context),
        biases=frozenset(biases),
    )


def _window(config: Mapping[str, Any], kind: str, context: int) -> int:
    """Look up how far back one sees; 0 where that is the whole text."""
    if kind == "llama" or config.get("sliding_window") is None:
        return 0
    if kind != "mistral" and not known.said(config, "use_sliding_window", False):
        return 0
    layers = config.get("layer_types") or ["sliding_attention"]
    if not isinstance(layers, list) or any(layer != "sliding_attention" for layer in layers):
        raise BadFile("some of its layers see a window and others all, which is not computed here")
    window = known.whole(config, "sliding_window", context)
    return window if window < context else 0
