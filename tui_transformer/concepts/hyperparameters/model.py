"""What `hyperparameters` computes: all that follows from the sizes of a transformer."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from tui_transformer.controls import choice, integer, real, toggle
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.ledger import Design, Part, forward_flops, ledger, resting
from tui_transformer.nn.published.designs import ASSUMED_TOKENS, DESIGNS, TOKENS

CUSTOM = "custom"
# The controls that a design decides: what it calls its sizes and parts, they are called, too.
SIZES = (
    "layers",
    "d_model",
    "heads",
    "kv_heads",
    "d_head",
    "d_ff",
    "ffn",
    "experts",
    "active_experts",
    "vocabulary",
    "context",
    "norm",
    "positions",
    "tied",
    "biases",
)


def decided(declared: Any) -> Any:
    """Declare a control that the design decides: None until it is given by hand."""
    return dataclasses.field(default=None, metadata=declared.metadata)


@dataclass(frozen=True, eq=False)
class Hyperparameters(Model):
    """The sizes of a transformer: a published design, and what was changed of it by hand."""

    preset: str = choice(
        "gpt2", CUSTOM, *DESIGNS, help="Whose sizes and parts; what you change is all that changes."
    )
    layers: int = decided(integer(12, 1, 128, help="How many blocks stand on each other."))
    d_model: int = decided(
        integer(768, 1, 16384, 16, help="How many numbers a position's vector has.")
    )
    heads: int = decided(
        integer(12, 1, 128, divides="d_model", help="How many ways to look at once.")
    )
    kv_heads: int = decided(
        integer(12, 1, 128, divides="heads", help="How many of them have keys of their own.")
    )
    d_head: int = decided(
        integer(0, 0, 512, 8, help="How many numbers a head has; 0 is d_model / heads.")
    )
    d_ff: int = decided(
        integer(3072, 1, 65536, log=True, help="How wide the feed-forward layer is.")
    )
    ffn: str = decided(
        choice("plain", "plain", "gated", help="Two matrices, or a third that opens and shuts.")
    )
    experts: int = decided(
        integer(1, 1, 256, help="How many feed-forward networks a block chooses from.")
    )
    active_experts: int = decided(
        integer(1, 1, lambda m: m.experts, help="How many of them work on a token.")
    )
    vocabulary: int = decided(
        integer(50257, 1, 262144, log=True, help="How many tokens there are.")
    )
    context: int = decided(
        integer(1024, 1, 131072, log=True, help="How many tokens it sees at once.")
    )
    norm: str = decided(
        choice("layer", "layer", "rms", help="A layer norm has a gain and a bias, rms a gain.")
    )
    positions: str = decided(
        choice(
            "learned",
            "learned",
            "sinusoidal",
            "rotary",
            "relative",
            help="A vector a place, waves or turns for nothing, or 32 distances a head.",
        )
    )
    tied: bool = decided(toggle(True, help="Read logits off with the embedding's own weights."))
    biases: str = decided(
        choice(
            "all",
            "all",
            "qkv",
            "none",
            on="all",
            off="none",
            help="Which matrices have one: all, those of q, k and v, or none.",
        )
    )
    batch: int = integer(1, 1, 4096, log=True, help="How many sequences at once.")
    tokens_seen: int = decided(
        integer(ASSUMED_TOKENS, 1, 10**15, log=True, help="How many tokens it is trained on.")
    )
    bytes_per_weight: float = real(4.0, 0.5, 8, 0.5, help="4 for float32, 2 for float16.")

    def __post_init__(self) -> None:
        """Take what was not given from the design."""
        for control in (*SIZES, "tokens_seen"):
            if getattr(self, control) is None:
                object.__setattr__(self, control, self._published()[control])
        super().__post_init__()

    def _published(self) -> dict[str, Any]:
        """What the design says of each control that it decides.

        Where each of its heads has keys of its own, so has each of any other number of heads.
        """
        whose = self.whose
        sizes = {size: getattr(whose, size) for size in SIZES}
        if whose.kv_heads == whose.heads:
            sizes["kv_heads"] = self.heads
        return sizes | {"tokens_seen": TOKENS.get(self.preset, (ASSUMED_TOKENS, ""))[0]}

    def replace(self, **changes: Any) -> Self:
        """Another design brings all its sizes; a size changed by hand changes nothing else."""
        if changes.get("preset", self.preset) != self.preset:
            changes = dict.fromkeys(self._published()) | changes
        return super().replace(**self.along(changes))

    def along(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Heads that have keys of their own take these along."""
        follow = "heads" in changes and changes["heads"] and self.kv_heads == self.heads
        return ({"kv_heads": changes["heads"]} if follow else {}) | dict(changes)

    def assignments(self) -> dict[str, str]:
        """Write the design and what was changed of it; all, where that would pull others along."""
        published, every = self._published(), super().assignments()
        changed = {
            name: text
            for name, text in every.items()
            if name not in published or published[name] != getattr(self, name)
        }
        return changed if type(self)().parsed(changed).same(self) else every

    def idle(self) -> Mapping[str, str]:
        """What does not apply to this design."""
        idle = {}
        if self.design.kind == "encoder":
            idle["batch"] = "batch counts in the KV cache, and an encoder has none."
        if self.heads == 1:
            idle["kv_heads"] = "There is one head, so there is one with keys."
        if self.experts == 1:
            idle["active_experts"] = "A block has one network, and it works on every token."
        if self.whose.matrices_only:
            why = f"Of {self.preset} its paper counts the matrices alone."
            idle |= {"norm": why, "positions": why}
        return idle

    @derived
    def whose(self) -> Design:
        """The published design that this one starts from."""
        return DESIGNS.get(self.preset, DESIGNS["gpt2"])

    @derived
    def design(self) -> Design:
        """The sizes as one record; parts that no control changes are the published design's."""
        return dataclasses.replace(self.whose, **{size: getattr(self, size) for size in SIZES})

    @derived
    def published(self) -> bool:
        """Whether these are a published model's own sizes, as far as they apply."""
        idle = {size: getattr(self.whose, size) for size in SIZES if size in self.idle()}
        mine = dataclasses.replace(self.design, **idle)
        return self.preset != CUSTOM and mine == self.whose

    @derived
    def parts(self) -> dict[str, Part]:
        """Every part with its formula."""
        return ledger(self.design)

    @value
    def parameter_count(self) -> int:
        """How many numbers are learned: the sum of the ledger."""
        return sum(self.ledger.values())

    @value
    def active_parameter_count(self) -> int:
        """How many of them work on one token: all but the experts that the router leaves out."""
        return self.parameter_count - int(resting(self.design))

    @value
    def ledger(self) -> dict[str, int]:
        """Parameters by part."""
        return {name: int(part.size) for name, part in self.parts.items()}

    @value
    def weight_bytes(self) -> float:
        """What the weights take in memory."""
        return _whole(self.parameter_count * self.bytes_per_weight)

    @value
    def kv_cache_bytes(self) -> float | None:
        """What the keys and values of a full context take: 2·context·kv_heads·d_head·batch a cache.

        A decoder has a cache in each block; an encoder-decoder has two in each of its decoder's,
        for what is written and for what was read; an encoder has none, and this is None.
        """
        if not self.design.caches:
            return None
        numbers = 2 * self.design.caches * self.context * self.design.narrow * self.batch
        return _whole(numbers * self.bytes_per_weight)

    @value
    def flops_per_token(self) -> int:
        """Operations for one token at full context, forwards; a multiply-add counts as two."""
        return int(forward_flops(self.design))

    @derived
    def shares(self) -> dict[str, float]:
        """What share of all parameters each part is."""
        return {name: size / self.parameter_count for name, size in self.ledger.items()}

    @derived
    def head_size(self) -> int:
        """How many numbers each head has to look with."""
        return int(self.design.head)

    @value
    def training_flops(self) -> int:
        """Operations of the whole training: once forwards, about twice that backwards."""
        return 3 * self.flops_per_token * self.tokens_seen


def _whole(x: float) -> float:
    """Write a whole number as one."""
    return int(x) if x == int(x) else x
