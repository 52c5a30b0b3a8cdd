"""What `quantization` computes: the sorter's weights on a few levels, and what it still can do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.quantization import rounding
from tui_transformer.concepts.quantization.rounding import LAYERS, OUTLIER, How, matrices
from tui_transformer.controls import choice, integer, toggle
from tui_transformer.model import Model, derived, value
from tui_transformer.nn import quantization as nn
from tui_transformer.nn.made_up.sorting import PLAN
from tui_transformer.steps.gpt import Gpt
from tui_transformer.terms import SINGLE

FLOAT = 4  # bytes of a float32: of each scale, and of every number that is not rounded
MOST, FEWEST = 8, 2  # bits


@dataclass(frozen=True, eq=False)
class Quantization(Model):
    """The trained sorter, its matrices rounded to a few levels."""

    bits: int = integer(MOST, FEWEST, MOST, help="Bits for each weight: 2^(bits − 1) − 1 levels ±.")
    per: str = choice("tensor", "tensor", "column", help="Who shares a scale.")
    layer: str = choice("all", "all", *LAYERS, help="Which layer's matrices are rounded.")
    outlier: bool = toggle(False, help="Make one weight of layer 1 ten times the largest.")

    @value
    def sorted_right(self) -> int:
        """How many of all 729 lines come out sorted."""
        return rounding.sorted_right(self.how)

    @value
    def max_error(self) -> float:
        """The largest distance of a weight from the level that stands for it."""
        name, place = self.worst
        return abs(float(self.trained[name][place]) - float(self.weights[name][place]))

    @value
    def weight_bytes(self) -> int:
        """Bits of all levels / 8, and four bytes for each scale and each number not rounded."""
        return self.many * self.bits // 8 + FLOAT * (self.scale_count + self.kept)

    @value
    def scales(self) -> dict[str, Array]:
        """What one level is worth, by matrix: one number, or one for each column."""
        return rounding.scales(self.how)

    @value
    def levels(self) -> list[int]:
        """How many of the weights of `shown` stand on each level, −m … m, [2m + 1]."""
        m = nn.highest(self.bits)
        return np.bincount(
            (self.shown_levels + m).astype(int).ravel(), minlength=2 * m + 1
        ).tolist()

    # ── the weights ────────────────────────────────────────────────────────────────────

    @derived
    def how(self) -> How:
        """How the weights are rounded."""
        return How(self.bits, self.per, self.layer, self.outlier)

    @derived
    def trained(self) -> dict[str, Array]:
        """The weights before, float32, the outlier among them where there is one."""
        return rounding.before(self.outlier)

    @derived
    def weights(self) -> dict[str, Array]:
        """The weights after, float32."""
        return rounding.after(self.how)

    @derived
    def errors(self) -> dict[str, Array]:
        """How far each weight moved, by matrix."""
        return rounding.errors(self.how)

    @derived
    def worst(self) -> tuple[str, tuple[int, int]]:
        """The matrix and the place of the weight that moved farthest."""
        return rounding.worst(self.how)

    @derived
    def shown(self) -> str:
        """The matrix that is looked at: that of the outlier, or the same of the chosen layer."""
        return OUTLIER if self.layer == "all" else OUTLIER.replace("0", str(int(self.layer) - 1))

    @derived
    def shown_levels(self) -> Array:
        """The level of each of its weights, [48, 192]."""
        return nn.levels(self.trained[self.shown], self.scales[self.shown])

    @derived
    def back(self) -> Array:
        """What stands for each of its weights, level · scale, [48, 192]."""
        return self.weights[self.shown]

    @derived
    def used(self) -> int:
        """How many of the levels any weight of that matrix stands on."""
        return sum(count > 0 for count in self.levels)

    @derived
    def many(self) -> int:
        """How many weights are rounded."""
        return sum(self.trained[name].size for name in matrices(self.layer))

    @derived
    def kept(self) -> int:
        """How many numbers stay in float32."""
        return PLAN.parameter_count() - self.many

    @derived
    def scale_count(self) -> int:
        """How many scales there are."""
        return sum(len(scale) for scale in self.scales.values())

    # ── what the network still can do ──────────────────────────────────────────────────

    @derived
    def logits(self) -> Array:
        """What is said of each letter where one is due, float32, [729, 6, 3]."""
        return rounding.asked(self.how)

    @derived
    def margins(self) -> Array:
        """By how much the right letter leads where it leads least, of every line, [729]."""
        return rounding.margins(self.logits)

    @derived
    def right(self) -> Array:
        """1 for every line that comes out sorted, else 0, [729]."""
        return (self.margins > 0).astype(int)

    @derived
    def curves(self) -> dict[str, list[int]]:
        """Lines sorted right from 8 bits down to those that are set, by who shares a scale."""
        return {
            per: [
                rounding.sorted_right(self.how._replace(bits=bits, per=per))
                for bits in range(MOST, self.bits - 1, -1)
            ]
            for per in ("tensor", "column")
        }

    @derived
    def inside(self) -> Callable[[int], Gpt]:
        """One line's way through the network with names."""

        @cache
        def line(i: int) -> Gpt:
            run = rounding.run(self.how, i)
            return Gpt(PLAN, self.weights, run, SINGLE, f"line_{i}.")

        return line

    def sources(self) -> Mapping[str, Array]:
        """The weights that the network runs with; and, under `trained.`, those before."""
        return self.weights | {f"trained.{name}": w for name, w in self.trained.items()}
