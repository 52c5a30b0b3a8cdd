"""The sizes of models that others have published, each with its source."""

from collections.abc import Callable

from tui_transformer.nn.ledger import Design, Part, norm

# BERT adds token types, a norm after the embeddings and a pooler; DistilBERT has neither types
# nor pooler.


def _token_types(m: Design) -> Part:
    return Part("2·d", 2 * m.d_model)


def _pooler(m: Design) -> Part:
    if m.biases != "all":
        return Part("d²", m.d_model**2)
    return Part("d² + d", m.d_model**2 + m.d_model)


_BERT_EXTRAS: tuple[tuple[str, Callable[[Design], Part]], ...] = (
    ("token types", _token_types),
    ("embedding norm", norm),
    ("pooler", _pooler),
)


def _bert(layers: int, d: int, heads: int, parts: slice) -> Design:
    return Design(
        layers,
        d,
        heads,
        4 * d,
        30522,
        512,
        kv_heads=heads,
        kind="encoder",
        final_norm=False,
        extras=_BERT_EXTRAS[parts],
    )


def _gpt2(layers: int, d: int, heads: int) -> Design:
    return Design(layers, d, heads, 4 * d, 50257, 1024, kv_heads=heads)


def _llama(
    layers: int,
    d: int,
    heads: int,
    kv_heads: int,
    d_ff: int,
    vocabulary: int,
    context: int,
    tied: bool = False,
    biases: str = "none",
    experts: int = 1,
    active_experts: int = 1,
) -> Design:
    """Lay a model out as Llama is: RMS norms, rotary positions, gated networks, no biases."""
    return Design(
        layers,
        d,
        heads,
        d_ff,
        vocabulary,
        context,
        kv_heads=kv_heads,
        tied=tied,
        ffn="gated",
        norm="rms",
        positions="rotary",
        biases=biases,
        experts=experts,
        active_experts=active_experts,
    )


DESIGNS: dict[str, Design] = {
    "gpt2": _gpt2(12, 768, 12),
    "gpt2-medium": _gpt2(24, 1024, 16),
    "gpt2-large": _gpt2(36, 1280, 20),
    "gpt2-xl": _gpt2(48, 1600, 25),
    "bert-base": _bert(12, 768, 12, slice(3)),
    "bert-large": _bert(24, 1024, 16, slice(3)),
    "distilbert": _bert(6, 768, 12, slice(1, 2)),
    "transformer-base": Design(
        6,
        512,
        8,
        2048,
        37000,
        512,
        kv_heads=8,
        positions="sinusoidal",
        kind="encoder-decoder",
        final_norm=False,
    ),
    "t5-base": Design(
        12,
        768,
        12,
        3072,
        32128,
        512,
        kv_heads=12,
        norm="rms",
        positions="relative",
        biases="none",
        kind="encoder-decoder",
    ),
    "gpt3": Design(
        96,
        12288,
        96,
        49152,
        50257,
        2048,
        kv_heads=96,
        tied=False,
        biases="none",
        matrices_only=True,
    ),
    "llama-2-7b": _llama(32, 4096, 32, 32, 11008, 32000, 4096),
    "llama-3-8b": _llama(32, 4096, 32, 8, 14336, 128256, 8192),
    "mistral-7b": _llama(32, 4096, 32, 8, 14336, 32000, 32768),
    "mixtral-8x7b": _llama(32, 4096, 32, 8, 14336, 32000, 32768, experts=8, active_experts=2),
    "qwen2-7b": _llama(28, 3584, 28, 4, 18944, 152064, 131072, biases="qkv"),
    "smollm2-135m": _llama(30, 576, 9, 3, 1536, 49152, 8192, tied=True),
    "sorter": Design(3, 48, 3, 192, 3, 11, kv_heads=3),
}
SOURCES: dict[str, str] = {
    "gpt2": "Radford et al., 2019; released weights",
    "gpt2-medium": "Radford et al., 2019; released weights",
    "gpt2-large": "Radford et al., 2019; released weights",
    "gpt2-xl": "Radford et al., 2019; released weights",
    "bert-base": "Devlin et al., 2018; released weights, uncased",
    "bert-large": "Devlin et al., 2018; released weights, uncased",
    "distilbert": "Sanh et al., 2019; released weights, uncased",
    "transformer-base": "Vaswani et al., 2017, table 3, context assumed; it says 65 million",
    "t5-base": "Raffel et al., 2020; released config, context as in training",
    "gpt3": "Brown et al., 2020, table 2.1; matrices only, head untied",
    "llama-2-7b": "Touvron et al., 2023 (Llama 2), and its released config",
    "llama-3-8b": "Grattafiori et al., 2024 (Llama 3), and its released config",
    "mistral-7b": "Jiang et al., 2023, v0.1; its window of 4,096 is not counted in the cache",
    "mixtral-8x7b": "Jiang et al., 2024 (Mixtral), table 1, and its released config",
    "qwen2-7b": "Yang et al., 2024 (Qwen2), table 1, and its released config",
    "smollm2-135m": "Ben Allal et al., 2025 (SmolLM2); released config",
    "sorter": "this program's own model that sorts letters, 2026",
}
ASSUMED_TOKENS = 300_000_000_000
# How many tokens each was trained on, where that is published, and where it is.
TOKENS: dict[str, tuple[int, str]] = {
    # 256 sequences, 900,000 steps of 128 tokens and 100,000 of 512
    "bert-base": (256 * (900_000 * 128 + 100_000 * 512), "appendix A.2"),
    "bert-large": (256 * (900_000 * 128 + 100_000 * 512), "appendix A.2"),
    # about 25,000 tokens to read and 25,000 to write, 100,000 times: counted in pairs
    "transformer-base": (25_000 * 100_000, "section 5, in pairs"),
    "gpt3": (300_000_000_000, "table 2.1"),
    "llama-2-7b": (2_000_000_000_000, "table 1"),
    "llama-3-8b": (15_000_000_000_000, "its model card: over 15 trillion"),
    "qwen2-7b": (7_000_000_000_000, "table 1"),
    "smollm2-135m": (2_000_000_000_000, "its model card"),
    # 600 steps of 64 lines of 11
    "sorter": (600 * 64 * 11, "training/sorter.py"),
}
