"""What a transformer is made of, counted: parameters by part, and operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Kind = Literal["decoder", "encoder", "encoder-decoder"]


class Part(NamedTuple):
    """A part of the ledger: its formula, and how many numbers it has."""

    symbols: str
    size: Any


class Extra(NamedTuple):
    """A part that only some models have: its name, its formula, and its size as d gives it."""

    name: str
    symbols: str
    size: Callable[[Any], Any]


@dataclass(frozen=True)
class Design:
    """The sizes of a transformer, as its paper gives them, and which parts it has.

    `small` counts biases, norms and learned positions too. An encoder-decoder has `layers`
    blocks of either kind, and its decoders a second, crossing attention.
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
    extras: tuple[Extra, ...] = ()

    @property
    def blocks(self) -> Any:
        """How many blocks there are, each with its feed-forward network."""
        return self.layers * 2 if self.kind == "encoder-decoder" else self.layers

    @property
    def attentions(self) -> Any:
        """How many attention layers there are."""
        return self.layers * 3 if self.kind == "encoder-decoder" else self.layers

    @property
    def norms(self) -> Any:
        """One for each attention and each feed-forward network, and often one at the end."""
        norms = self.attentions + self.blocks
        return norms + 1 if self.final_norm else norms

    @property
    def caches(self) -> Any:
        """How many attentions keep their keys and values while the model writes."""
        if self.kind == "encoder":
            return 0
        return self.layers * 2 if self.kind == "encoder-decoder" else self.layers


def ledger(m: Design) -> dict[str, Part]:
    """Count the parameters of every part.

    The sizes may be whatever can be multiplied and added, and the counts are the same.
    """
    d, f = m.d_model, m.d_ff
    rows = {
        "token embedding": Part("V·d", m.vocabulary * d),
        "attention": Part("attentions·4d²", m.attentions * 4 * d**2),
        "feed-forward": Part("blocks·2·d·d_ff", m.blocks * 2 * d * f),
    }
    if m.small:
        rows["attention"] = Part("attentions·(4d² + 4d)", m.attentions * (4 * d**2 + 4 * d))
        rows["feed-forward"] = Part("blocks·(2·d·d_ff + d_ff + d)", m.blocks * (2 * d * f + f + d))
        if m.learned_positions:
            rows["positions"] = Part("context·d", m.context * d)
        rows["norms"] = Part("norms·2d", m.norms * 2 * d)
    if not m.tied:
        rows["output head"] = Part("V·d", m.vocabulary * d)
    return rows | {extra.name: Part(extra.symbols, extra.size(d)) for extra in m.extras}


def forward_flops(m: Design) -> Any:
    """Count the operations of one token at full context, a multiply-add as two.

    2 for every weight of the projections and feed-forward matrices; for looking 4·n·d, q·k and
    the weighted sum over n positions; at the end 2·V·d for the logits. As Kaplan et al. (2020),
    table 1, where looking counts q·k alone. Of an encoder-decoder: a pair of tokens, one that
    is read and one that is written. The sizes may be whatever can be multiplied and added.
    """
    d = m.d_model
    weights = m.attentions * 8 * d**2 + m.blocks * 4 * d * m.d_ff
    return weights + m.attentions * 4 * m.context * d + 2 * m.vocabulary * d


# BERT adds token types, a norm after the embeddings and a pooler; DistilBERT has neither types
# nor pooler.
_BERT_EXTRAS = (
    Extra("token types", "2·d", lambda d: 2 * d),
    Extra("embedding norm", "2·d", lambda d: 2 * d),
    Extra("pooler", "d² + d", lambda d: d**2 + d),
)


def _bert(layers: int, d: int, heads: int, extras: tuple[Extra, ...]) -> Design:
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
