"""What a transformer is made of, counted: parameters by part, and operations."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Design:
    """The sizes of a transformer, as its paper gives them.

    `small` counts biases, norms and learned positions too. `decoders` are blocks with a second,
    crossing attention. `extras` are parts that only some models have, by name.
    """

    layers: int
    d_model: int
    heads: int
    d_ff: int
    vocabulary: int
    context: int
    tied: bool = True
    small: bool = True
    learned_positions: bool = True
    final_norm: bool = True
    decoders: int = 0
    extras: tuple[tuple[str, str], ...] = ()  # name, arithmetic over d


def ledger(m: Design) -> dict[str, str]:
    """Write the number of parameters of every part as arithmetic that anyone can redo."""
    d, f, blocks = m.d_model, m.d_ff, m.layers + m.decoders
    s = int(m.small)
    rows = {
        "token embedding": f"{m.vocabulary}*{d}",
        "attention": f"{blocks + m.decoders}*(4*{d}**2 + {s}*4*{d})",
        "feed-forward": f"{blocks}*(2*{d}*{f} + {s}*({f} + {d}))",
    }
    if m.small:
        if m.learned_positions:
            rows["positions"] = f"{m.context}*{d}"
        norms = 2 * blocks + m.decoders + int(m.final_norm)
        rows["norms"] = f"{norms}*2*{d}"
    if not m.tied:
        rows["output head"] = f"{m.vocabulary}*{d}"
    return rows | dict(m.extras)


def forward_flops(m: Design) -> str:
    """Write the operations of one token at full context, a multiply-add as two.

    Per block 2 per weight of the four d×d projections and the two d×d_ff ones, and 4·n·d for
    q·k and the weighted sum over n positions; at the end 2·V·d for the logits. Kaplan et al.
    (2020), table 1.
    """
    d, blocks = m.d_model, m.layers + m.decoders
    projections = f"{blocks + m.decoders}*8*{d}**2 + {blocks}*4*{d}*{m.d_ff}"
    looking = f"{blocks + m.decoders}*4*{m.context}*{d}"
    return f"{projections} + {looking} + 2*{m.vocabulary}*{d}"


# Every published model with its source. BERT adds token types, a norm after the embeddings and a
# pooler; DistilBERT has neither types nor pooler.
_BERT_EXTRAS = (("token types", "2*{d}"), ("embedding norm", "2*{d}"), ("pooler", "{d}**2 + {d}"))


def _bert(layers: int, d: int, heads: int, extras: tuple[tuple[str, str], ...]) -> Design:
    return Design(
        layers,
        d,
        heads,
        4 * d,
        30522,
        512,
        final_norm=False,
        extras=tuple((name, rule.format(d=d)) for name, rule in extras),
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
        6, 512, 8, 2048, 37000, 512, learned_positions=False, final_norm=False, decoders=6
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
    "transformer-base": "Vaswani et al., 2017, table 3; the paper rounds to 65 million",
    "gpt3": "Brown et al., 2020, table 2.1; matrices only, head untied",
    "sorter": "this program's own model that sorts letters, 2026",
}
