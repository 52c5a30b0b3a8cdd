"""What a transformer is made of, counted: parameters by part, and operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["decoder", "encoder", "encoder-decoder"]


@dataclass(frozen=True)
class Design:
    """The sizes of a transformer, as its paper gives them, and which parts it has.

    `small` counts biases, norms and learned positions too. An encoder-decoder has `layers`
    blocks of either kind, and its decoders a second, crossing attention. `extras` are parts
    that only some models have: name and arithmetic over {d}.
    """

    layers: int
    d_model: int
    heads: int
    d_ff: int
    vocabulary: int
    context: int
    tied: bool = True
    small: bool = True
    kind: Kind = "decoder"
    learned_positions: bool = True
    final_norm: bool = True
    extras: tuple[tuple[str, str], ...] = ()

    @property
    def blocks(self) -> int:
        """How many blocks there are, each with its feed-forward network."""
        return self.layers * (2 if self.kind == "encoder-decoder" else 1)

    @property
    def attentions(self) -> int:
        """How many attention layers there are."""
        return self.layers * (3 if self.kind == "encoder-decoder" else 1)

    @property
    def caches(self) -> int:
        """How many of them keep their keys and values while the model writes."""
        return {"decoder": 1, "encoder": 0, "encoder-decoder": 2}[self.kind] * self.layers


@dataclass(frozen=True)
class Part:
    """A part of the ledger: its formula, and the same with the design's numbers."""

    symbols: str
    arithmetic: str


def ledger(m: Design) -> dict[str, Part]:
    """Write the number of parameters of every part as arithmetic that anyone can redo."""
    d, f = m.d_model, m.d_ff
    rows = {
        "token embedding": Part("V·d", f"{m.vocabulary}*{d}"),
        "attention": Part("attentions·4d²", f"{m.attentions}*4*{d}**2"),
        "feed-forward": Part("blocks·2·d·d_ff", f"{m.blocks}*2*{d}*{f}"),
    }
    if m.small:
        rows["attention"] = Part("attentions·(4d² + 4d)", f"{m.attentions}*(4*{d}**2 + 4*{d})")
        rows["feed-forward"] = Part(
            "blocks·(2·d·d_ff + d_ff + d)", f"{m.blocks}*(2*{d}*{f} + {f} + {d})"
        )
        if m.learned_positions:
            rows["positions"] = Part("context·d", f"{m.context}*{d}")
        # One norm for each attention and each feed-forward network.
        norms = m.attentions + m.blocks + int(m.final_norm)
        rows["norms"] = Part("norms·2d", f"{norms}*2*{d}")
    if not m.tied:
        rows["output head"] = Part("V·d", f"{m.vocabulary}*{d}")
    extras = {name: Part(rule.format(d="d"), rule.format(d=d)) for name, rule in m.extras}
    return rows | {name: Part(_written(p.symbols), p.arithmetic) for name, p in extras.items()}


def _written(rule: str) -> str:
    return rule.replace("**2", "²").replace("*", "·")


def forward_flops(m: Design) -> str:
    """Write the operations of one token at full context, a multiply-add as two.

    2 for every weight of the projections and feed-forward matrices; for looking 4·n·d, q·k and
    the weighted sum over n positions; at the end 2·V·d for the logits. As Kaplan et al. (2020),
    table 1, where looking counts q·k alone. Of an encoder-decoder: a pair of tokens, one that
    is read and one that is written.
    """
    d = m.d_model
    weights = f"{m.attentions}*8*{d}**2 + {m.blocks}*4*{d}*{m.d_ff}"
    return f"{weights} + {m.attentions}*4*{m.context}*{d} + 2*{m.vocabulary}*{d}"


# BERT adds token types, a norm after the embeddings and a pooler; DistilBERT has neither types
# nor pooler.
_BERT_EXTRAS = (("token types", "2*{d}"), ("embedding norm", "2*{d}"), ("pooler", "{d}**2 + {d}"))


def _bert(layers: int, d: int, heads: int, extras: tuple[tuple[str, str], ...]) -> Design:
    return Design(
        layers, d, heads, 4 * d, 30522, 512, kind="encoder", final_norm=False, extras=extras
    )


def _gpt2(layers: int, d: int, heads: int) -> Design:
    return Design(layers, d, heads, 4 * d, 50257, 1024)


DESIGNS: dict[str, Design] = {
    "gpt2": _gpt2(12, 768, 12),
    "gpt2-medium": _gpt2(24, 1024, 16),
    "gpt2-large": _gpt2(36, 1280, 20),
    "gpt2-xl": _gpt2(48, 1600, 25),
    "bert-base": _bert(12, 768, 12, _BERT_EXTRAS),
    "bert-large": _bert(24, 1024, 16, _BERT_EXTRAS),
    "distilbert": _bert(6, 768, 12, _BERT_EXTRAS[1:2]),
    "transformer-base": Design(
        6,
        512,
        8,
        2048,
        37000,
        512,
        kind="encoder-decoder",
        learned_positions=False,
        final_norm=False,
    ),
    "gpt3": Design(96, 12288, 96, 49152, 50257, 2048, tied=False, small=False),
    "sorter": Design(3, 48, 3, 192, 3, 11),
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
    "gpt3": "Brown et al., 2020, table 2.1; matrices only, head untied",
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
    # 600 steps of 64 lines of 11
    "sorter": (600 * 64 * 11, "training/sorter.py"),
}
