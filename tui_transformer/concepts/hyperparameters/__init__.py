"""
**Hyperparameters** are what is decided before training starts and never learned: how many
blocks, how wide the vectors, how many heads. Everything on this screen follows from them.

A block holds about 12·d² weights where *d_ff* is four times *d_model*, as it usually is: double
both, and it is four times the size. *layers* only adds. *heads* are free: they share the same d
columns, so their number changes no count at all. And in a small model most of the parameters may
be nothing but the embedding, one vector for each word of the *vocabulary*.

Open a published model with *preset* and change a number: everything else stays, an encoder
remains an encoder. (*custom* starts from GPT-2.) Press b on one model, choose another, and
every cell shows the difference. A model that writes keeps keys and values of what came before, its
**KV cache**; an encoder reads all at once and keeps none.

*Often misread:* that DistilBERT has a smaller hidden size than BERT. Its vectors are as wide, 768;
it has half the layers.

Three more decide how training goes and add no parameter. The **learning rate** is the size
of a step, as in [the bowl](descent). The **batch** is how many sequences vote on each step:
more are steadier and take more memory; once through all of them is an **epoch**.
**Dropout** silences a random share of the units, so that none is relied upon. Try them in
[training](training); the 12·d² come from [the block](block).
"""

from dataclasses import replace

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.hyperparameters.model import CUSTOM, SIZES, Hyperparameters
from tui_transformer.concepts.hyperparameters.view import view
from tui_transformer.nn.ledger import DESIGNS
from tui_transformer.numbers import count, share

__all__ = ["CONCEPT", "CUSTOM", "SIZES", "Hyperparameters", "view"]


def only_heads_differ(m: Hyperparameters) -> bool:
    """Say whether this is GPT-2 medium in everything but its heads."""
    medium = DESIGNS["gpt2-medium"]
    return m.heads != medium.heads and replace(m.design, heads=medium.heads) == medium


def only_layers_halved(m: Hyperparameters) -> bool:
    """Say whether this is BERT-base with half of its layers."""
    bert = DESIGNS["bert-base"]
    return 2 * m.layers == bert.layers and replace(m.design, layers=bert.layers) == bert


CONCEPT = Concept(
    Hyperparameters,
    view,
    presets={name: {"preset": name} for name in list(DESIGNS)[:9]},
    groups={
        "tokens": {"vocabulary": "V", "context": "n"},
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
