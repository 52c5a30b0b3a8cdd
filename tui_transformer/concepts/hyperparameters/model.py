"""What `hyperparameters` computes: all that follows from the sizes of a transformer."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from tui_transformer.controls import choice, integer, real, toggle
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.ledger import (
    ASSUMED_TOKENS,
    DESIGNS,
    TOKENS,
    Design,
    Part,
    forward_flops,
    ledger,
)

CUSTOM = "custom"
# The controls that a design decides, by the names of its sizes.
SIZES = {
    "layers": "layers",
    "d_model": "d_model",
    "heads": "heads",
    "d_ff": "d_ff",
    "vocabulary": "vocabulary",
    "context": "context",
    "tied": "tied",
    "biases": "small",
}


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
    d_ff: int = decided(
        integer(3072, 1, 65536, log=True, help="How wide the feed-forward layer is.")
    )
    vocabulary: int = decided(
        integer(50257, 1, 262144, log=True, help="How many tokens there are.")
    )
    context: int = decided(
        integer(1024, 1, 131072, log=True, help="How many tokens it sees at once.")
    )
    tied: bool = decided(toggle(True, help="Read logits off with the embedding's own weights."))
    biases: bool = decided(
        toggle(True, help="Count biases, norms and positions, not only matrices.")
    )
    batch: int = integer(1, 1, 4096, log=True, help="How many sequences at once.")
    tokens_seen: int = decided(
        integer(ASSUMED_TOKENS, 1, 10**15, log=True, help="How many tokens it is trained on.")
    )
    bytes_per_weight: float = real(4.0, 0.5, 8, 0.5, help="4 for float32, 2 for float16.")

    def __post_init__(self) -> None:
        """Take what was not given from the design."""
        for control, size in self._published().items():
            if getattr(self, control) is None:
                object.__setattr__(self, control, size)
        super().__post_init__()

    def _published(self) -> dict[str, Any]:
        """What the design says of each control that it decides."""
        sizes = {control: getattr(self.whose, size) for control, size in SIZES.items()}
        return sizes | {"tokens_seen": TOKENS.get(self.preset, (ASSUMED_TOKENS, ""))[0]}

    def replace(self, **changes: Any) -> Self:
        """Another design brings all its sizes; a size changed by hand changes nothing else."""
        if changes.get("preset", self.preset) != self.preset:
            changes = dict.fromkeys(self._published()) | changes
        return super().replace(**changes)

    def assignments(self) -> dict[str, str]:
        """Write the design and what was changed of it."""
        published = self._published()
        return {
            name: text
            for name, text in super().assignments().items()
            if name not in published or published[name] != getattr(self, name)
        }

    def idle(self) -> Mapping[str, str]:
        """An encoder has no cache, which is all that the batch makes larger."""
        if self.design.kind == "encoder":
            return {"batch": "batch counts in the KV cache, and an encoder has none."}
        return {}

    @derived
    def whose(self) -> Design:
        """The published design that this one starts from."""
        return DESIGNS.get(self.preset, DESIGNS["gpt2"])

    @derived
    def design(self) -> Design:
        """The sizes as one record; parts that no control changes are the published design's."""
        sizes = {size: getattr(self, control) for control, size in SIZES.items()}
        return dataclasses.replace(self.whose, **sizes)

    @derived
    def published(self) -> bool:
        """Whether these are a published model's own sizes."""
        return self.preset != CUSTOM and self.design == self.whose

    @derived
    def parts(self) -> dict[str, Part]:
        """Every part with its formula."""
        return ledger(self.design)

    @value
    def parameter_count(self) -> int:
        """How many numbers are learned: the sum of the ledger."""
        return sum(self.ledger.values())

    @value
    def ledger(self) -> dict[str, int]:
        """Parameters by part."""
        return {name: part.size for name, part in self.parts.items()}

    @value
    def weight_bytes(self) -> float:
        """What the weights take in memory."""
        return _whole(self.parameter_count * self.bytes_per_weight)

    @value
    def kv_cache_bytes(self) -> float | None:
        """What the keys and values of a full context take: 2·context·d·batch numbers a cache.

        A decoder has a cache in each block; an encoder-decoder has two in each of its decoder's,
        for what is written and for what was read; an encoder has none, and this is None.
        """
        if not self.design.caches:
            return None
        numbers = 2 * self.design.caches * self.context * self.d_model * self.batch
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
        return self.d_model // self.heads

    @value
    def training_flops(self) -> int:
        """Operations of the whole training: once forwards, about twice that backwards."""
        return 3 * self.flops_per_token * self.tokens_seen


def _whole(x: float) -> float:
    """Write a whole number as one."""
    return int(x) if x == int(x) else x
