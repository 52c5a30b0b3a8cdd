"""
**Hyperparameters** are decided before training and never learned: how many blocks, how wide the
vectors, how many heads. Everything here follows from them.

A block of GPT-2 holds about 12·d² weights, as *d_ff* is four times *d_model*: double both, and
it is four times the size. *layers* only adds. Its *heads* are free: they share the same d
columns, so their number changes no count. A small model may be mostly embedding, one vector for
each word of the *vocabulary*.

Open a published model and change a number: everything else stays. (*custom* starts from GPT-2.)
Press b and choose another: every cell shows the difference.

A model that writes keeps keys and values of what came before, its **KV cache**. Llama 3 has fewer
*kv_heads* than heads: [four share each key](grouped-heads), and its cache is a quarter. Its
networks are [gated](gated), with three matrices, its *rms* norms have no bias, its
[rotary](rotary) positions cost nothing. With *experts*, of Mixtral's eight networks two work on a
token; memory holds all, maybe in [fewer bits](quantization).

*Often misread:* that DistilBERT has smaller vectors than BERT. Its vectors are as wide, 768;
it has half the layers.

Three more decide how training goes and add no parameter. The **learning rate** is the size
of a step, as in [the bowl](descent). The **batch** is how many sequences vote on each; once
through all is an **epoch**. **Dropout** silences a random share of the units. Try them in
[training](training); the 12·d² come from [the block](block).
"""

from dataclasses import replace

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.hyperparameters.model import CUSTOM, Hyperparameters
from tui_transformer.concepts.hyperparameters.view import view
from tui_transformer.nn.published.designs import DESIGNS
from tui_transformer.numbers import count, share

# What the digits open; `preset` walks through all.
SHOWN = (
    "gpt2",
    "bert-base",
    "distilbert",
    "transformer-base",
    "gpt3",
    "llama-2-7b",
    "llama-3-8b",
    "mixtral-8x7b",
)


def only_heads_differ(m: Hyperparameters) -> bool:
    """Say whether this is GPT-2 medium in everything but its heads."""
    medium = DESIGNS["gpt2-medium"]
    same = replace(m.design, heads=medium.heads, kv_heads=medium.kv_heads)
    return m.heads != medium.heads and m.design.plain_heads and same == medium


def only_layers_halved(m: Hyperparameters) -> bool:
    """Say whether this is BERT-base with half of its layers."""
    bert = DESIGNS["bert-base"]
    return 2 * m.layers == bert.layers and replace(m.design, layers=bert.layers) == bert


CONCEPT = Concept(
    Hyperparameters,
    view,
    presets={name: {"preset": name} for name in SHOWN},
    groups={
        "heads": {"heads": "h", "kv_heads": "kv", "d_head": "dₕ"},
        "d_ff": {"d_ff": "", "ffn": "", "experts": "E", "active_experts": "of"},
        "tokens": {"vocabulary": "V", "context": "n"},
        "parts": {"norm": "", "positions": ""},
        "tied, biases": {"tied": "", "biases": ""},
        "run": {"batch": "b", "tokens_seen": "seen", "bytes_per_weight": "B"},
    },
    challenges=(
        Challenge(
            "shrink GPT-2 below a million parameters, with d_ff still four times d_model",
            lambda m: (
                m.preset in ("gpt2", CUSTOM)
                and m.d_ff == 4 * m.d_model
                and m.parameter_count < 1_000_000
            ),
            {"d_model": 8, "d_ff": 32},
            hint="The vocabulary counts as well.",
            seen=lambda m: (
                f"{count(m.parameter_count)} parameters are left of 124,439,808, "
                f"token embedding: {share(m.ledger['token embedding'] / m.parameter_count)}."
            ),
        ),
        Challenge(
            "give GPT-2 medium another number of heads and see what that costs",
            only_heads_differ,
            {"preset": "gpt2-medium", "heads": 8},
            hint="Nothing at all.",
            seen=lambda m: (
                f"{m.heads} × {m.d_model // m.heads} numbers for 16 × 64: "
                f"{count(m.parameter_count)} parameters, as before."
            ),
        ),
        Challenge(
            "halve BERT-base's layers and keep all of its width: how much is left?",
            only_layers_halved,
            {"preset": "bert-base", "layers": 6},
            hint="Start from its preset.",
            seen=lambda m: (
                f"{m.layers} blocks instead of 12, each as wide, {m.d_model}: "
                f"{count(m.parameter_count)} parameters, not 109,482,240."
            ),
        ),
    ),
)
