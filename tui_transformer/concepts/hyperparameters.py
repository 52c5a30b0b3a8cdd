"""
**Hyperparameters** are what is decided before training starts and never learned: how many blocks,
how wide the vectors, how many heads. A handful of numbers, and everything on this screen follows
from them, to the last parameter.

Turn *d_model* and watch: a block holds about 12·d² weights, so twice the width is four times the
size. *layers* only adds. *heads* are free: they share the same d columns, so their number changes
no count at all. And in a small model most of the parameters may be nothing but the embedding, one
vector for each word of the *vocabulary*.

Open a published model with *preset*; change one of its numbers and it is yours (custom). Press b
on one model, choose another, and every cell shows the difference.

*Often misread:* that DistilBERT has a smaller hidden size than BERT. Its vectors are as wide, 768;
it has half the layers.

Three more decide how training goes and add no parameter. The **learning rate** is the size of a
step, as in [the bowl](descent). The **batch** is how many sequences vote on each step: more are
steadier and take more memory. **Dropout** silences a random share of the units during training, so
that none is relied upon. You can try these in [training](training); where the 12·d² come from is
[the block](block).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from tui_transformer.concept import Challenge, Concept
from tui_transformer.controls import choice, integer, real, toggle
from tui_transformer.figure import Bar, Cell, Column, Figure, Table, Words
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.ledger import DESIGNS, SOURCES, Design, forward_flops, ledger
from tui_transformer.numbers import count
from tui_transformer.working import Working, evaluate, n, total

CUSTOM = "custom"
# The controls that a published model decides, by the names of its design.
DECIDED = {
    "layers": "layers",
    "d_model": "d_model",
    "heads": "heads",
    "d_ff": "d_ff",
    "vocabulary": "vocabulary",
    "context": "context",
    "tied": "tied",
    "biases": "small",
}


@dataclass(frozen=True, eq=False)
class Hyperparameters(Model):
    """The sizes of a transformer, by hand or from a published model."""

    preset: str = choice(
        "gpt2", CUSTOM, *DESIGNS, help="A published model; changing it makes it custom."
    )
    layers: int = integer(12, 1, 128, help="How many blocks stand on each other.")
    d_model: int = integer(768, 1, 16384, 16, help="How many numbers a position's vector has.")
    heads: int = integer(12, 1, 128, divides="d_model", help="How many ways to look at once.")
    d_ff: int = integer(3072, 1, 65536, log=True, help="How wide the feed-forward layer is.")
    vocabulary: int = integer(50257, 1, 262144, log=True, help="How many tokens there are.")
    context: int = integer(1024, 1, 131072, log=True, help="How many tokens it sees at once.")
    tied: bool = toggle(True, help="Read logits off with the embedding's own weights.")
    biases: bool = toggle(True, help="Count biases, norms and positions, not only matrices.")
    batch: int = integer(1, 1, 4096, log=True, help="How many sequences at once.")
    tokens_seen: int = integer(
        300_000_000_000, 1, 10**15, log=True, help="How many tokens it is trained on."
    )
    bytes_per_weight: float = real(4.0, 0.5, 8, 0.5, help="4 for float32, 2 for float16.")

    def __post_init__(self) -> None:
        """Hold the published numbers as long as a published model is chosen."""
        design = DESIGNS.get(self.preset)
        if design is not None:
            for control, size in DECIDED.items():
                object.__setattr__(self, control, getattr(design, size))
        super().__post_init__()

    def replace(self, **changes: Any) -> Self:
        """Changing a size of a published model makes it one's own."""
        touched = any(
            name in DECIDED and new != getattr(self, name) for name, new in changes.items()
        )
        return super().replace(**({"preset": CUSTOM} if touched else {}) | changes)

    @derived
    def design(self) -> Design:
        """The sizes as one record."""
        if self.preset != CUSTOM:
            return DESIGNS[self.preset]
        return Design(
            self.layers,
            self.d_model,
            self.heads,
            self.d_ff,
            self.vocabulary,
            self.context,
            self.tied,
            self.biases,
        )

    @derived
    def written(self) -> dict[str, str]:
        """The arithmetic of every part."""
        return ledger(self.design)

    @value
    def parameter_count(self) -> int:
        """How many numbers are learned: the sum of the ledger."""
        return sum(self.ledger.values())

    @value
    def ledger(self) -> dict[str, int]:
        """Parameters by part."""
        return {part: int(evaluate(arithmetic)) for part, arithmetic in self.written.items()}

    @value
    def weight_bytes(self) -> float:
        """What the weights take in memory."""
        return self.parameter_count * self.bytes_per_weight

    @value
    def kv_cache_bytes(self) -> float:
        """What the keys and values of a full context take: 2·layers·context·d·batch numbers."""
        blocks = self.design.layers + 2 * self.design.decoders
        return 2 * blocks * self.context * self.d_model * self.batch * self.bytes_per_weight

    @value
    def flops_per_token(self) -> int:
        """Operations for one token at full context, forwards; a multiply-add counts as two."""
        return int(evaluate(forward_flops(self.design)))

    @value
    def training_flops(self) -> int:
        """Operations of the whole training: once forwards, about twice that backwards."""
        return 3 * self.flops_per_token * self.tokens_seen


def view(m: Hyperparameters) -> Figure:
    """The ledger as bars, what it costs, and where the numbers are from."""
    return Figure(
        rows=((ledger_table(m),), (costs(m), origin(m))),
        says=says(m),
        formula=total_working(m),
        data="yours" if m.preset == CUSTOM else f"published: {m.preset}",
    )


def says(m: Hyperparameters) -> str:
    """Say where most of the parameters are."""
    part = max(m.ledger, key=lambda name: m.ledger[name])
    share = m.ledger[part] / m.parameter_count
    return f"{count(m.parameter_count)} parameters, {share:.0%} of them {part}; heads cost nothing."


def total_working(m: Hyperparameters) -> Working:
    """Show how the parts add up."""
    return Working(
        "parameters = Σ of all parts",
        total(map(str, m.ledger.values())),
        m.parameter_count,
        "parameter_count",
    )


FORMULAS = {
    "token embedding": "V·d",
    "attention": "blocks·(4d² + 4d)",
    "feed-forward": "blocks·(2·d·d_ff + d_ff + d)",
    "positions": "context·d",
    "norms": "norms·2d",
    "output head": "V·d",
    "token types": "2·d",
    "embedding norm": "2·d",
    "pooler": "d² + d",
}


def ledger_table(m: Hyperparameters) -> Table:
    """One row per part, the largest bar for the largest part."""
    rows = tuple(
        (
            Cell(part, "text"),
            Cell(Bar(size / m.parameter_count), role="output"),
            Cell(
                size,
                "integer",
                role="output",
                working=Working(f"{part}: {FORMULAS[part]}", m.written[part], size, "ledger"),
            ),
            Cell(
                size / m.parameter_count,
                "probability",
                decimals=4,
                working=Working(
                    f"{part} / all",
                    f"{size} / {m.parameter_count}",
                    size / m.parameter_count,
                    "ledger",
                ),
            ),
        )
        for part, size in m.ledger.items()
    )
    whole = (
        Cell("all", "text", role="target"),
        Cell(Bar(1.0), role="target"),
        Cell(m.parameter_count, "integer", role="target", working=total_working(m)),
        Cell(1.0, "probability", decimals=4),
    )
    columns = (
        Column("part"),
        Column("share", "output", bar=True),
        Column("parameters", "output"),
        Column("share"),
    )
    return Table("The ledger", columns, (*rows, whole))


def costs(m: Hyperparameters) -> Table:
    """Memory and work, each with its working."""
    blocks = m.design.layers + 2 * m.design.decoders
    each = n(m.bytes_per_weight)
    rows = (
        (
            "weights, bytes",
            m.weight_bytes,
            "parameters · bytes each",
            f"{m.parameter_count}*{each}",
            "weight_bytes",
        ),
        (
            "kv cache, bytes",
            m.kv_cache_bytes,
            "2·layers·context·d·batch·bytes each",
            f"2*{blocks}*{m.context}*{m.d_model}*{m.batch}*{each}",
            "kv_cache_bytes",
        ),
        (
            "FLOPs a token",
            m.flops_per_token,
            "projections + looking + logits",
            forward_flops(m.design),
            "flops_per_token",
        ),
        (
            "FLOPs to train",
            m.training_flops,
            "3 · FLOPs a token · tokens seen",
            f"3*{m.flops_per_token}*{m.tokens_seen}",
            "training_flops",
        ),
        (
            "numbers a head",
            m.d_model / m.heads,
            "d / heads",
            f"{m.d_model}/{m.heads}",
            "parameter_count",
        ),
    )
    cells = tuple(
        (
            Cell(name, "text"),
            Cell(float(size), working=Working(f"{name}: {formula}", arithmetic, float(size), of)),
        )
        for name, size, formula, arithmetic, of in rows
    )
    return Table("What it costs", (Column(""), Column("")), cells, width=26)


def origin(m: Hyperparameters) -> Words:
    """Where the sizes are from."""
    source = SOURCES.get(m.preset, "your own numbers, laid out as in GPT-2")
    per_layer = count(12 * m.d_model**2 + 13 * m.d_model)
    return Words(
        "Where it is from",
        (source, "", f"A block with d_ff = 4d has 12d² + 13d = {per_layer} parameters."),
        width=24,
    )


CONCEPT = Concept(
    Hyperparameters,
    view,
    presets={name: {"preset": name} for name in list(DESIGNS)[:9]},
    challenges=(
        Challenge(
            "make a model of your own with fewer than a million parameters",
            lambda m: m.preset == CUSTOM and m.parameter_count < 1_000_000,
            {"preset": CUSTOM, "d_model": 8, "d_ff": 32},
            hint="The vocabulary counts as well.",
        ),
        Challenge(
            "give GPT-2 another number of heads and see what that costs",
            lambda m: (
                (m.layers, m.d_model, m.d_ff) == (12, 768, 3072)
                and m.heads != 12
                and m.vocabulary == 50257
            ),
            {"preset": CUSTOM, "heads": 4},
            hint="Nothing at all.",
        ),
        Challenge(
            "find the published model with half of BERT-base's layers and all of its width",
            lambda m: m.preset == "distilbert",
            {"preset": "distilbert"},
            hint="It is in the list of presets.",
        ),
    ),
)
