"""What `scaling` computes: what attention costs, and how far a pattern carries."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.scaling.low_rank import SHOWN, LowRank
from tui_transformer.controls import choice, integer
from tui_transformer.model import derived, value
from tui_transformer.nn import reach as nn

MEANING = {
    "full": "full: every query looks at every key",
    "causal": "causal: at itself and what came before, j ≤ i",
    "sliding": "sliding: at |i−j| ≤ window",
    "strided": "strided: at |i−j| ≤ stride, and where stride divides i−j (Sparse Transformer)",
    "global": "global: sliding, and token 0 sees all and is seen by all (Longformer)",
    "block": "block: at the same block of `window` tokens",
    "low-rank": "low-rank: at all, by two thin matrices, n × rank and rank × n (as Linformer)",
}
LENGTHS = (256, 1024, 4096, 4608, 16384, 32768, 131072)
FLOAT32 = 4  # bytes


@dataclass(frozen=True, eq=False)
class Scaling(LowRank):
    """The sizes of a transformer and who may look at whom; what that costs."""

    length: int = integer(1024, 8, 131072, log=True, help="How many tokens the text has.")
    d_model: int = integer(768, 1, 16384, 64, help="How many numbers a token's vector has.")
    heads: int = integer(12, 1, 128, divides="d_model", help="How many ways to look at once.")
    layers: int = integer(12, 1, 128, help="How many blocks stand on each other.")
    pattern: str = choice("full", *nn.PATTERNS, help="Which keys a query may look at.")
    window: int = integer(
        8, 1, 4096, log=True, help="How far sliding and global look to each side; a block's size."
    )
    stride: int = integer(
        8, 1, 4096, log=True, help="Strided looks this far, and at every so many tokens beyond."
    )
    rank: int = integer(8, 1, 4096, log=True, help="How thin low-rank's two matrices are.")
    hop: int = integer(1, 1, 16, help="After how many layers to look who has heard of whom.")

    @value
    def score_cells(self) -> int:
        """How many scores one head of one layer needs: the cells of the mask."""
        return nn.mask_cells(self.pattern, self.length, *self.shape)

    @value
    def density(self) -> float:
        """The share of all n² cells that the pattern keeps."""
        return self.score_cells / self.length**2

    @value
    def attention_flops(self) -> int:
        """Operations of one block that grow with the mask: 2·d a cell for q·k, 2·d for w·v."""
        return 4 * self.score_cells * self.d_model

    @value
    def linear_flops(self) -> int:
        """All other matrix products of one block: 8·d² a token for q, k, v, o and 16·d² for
        a feed-forward layer of width 4·d; a multiply-add counts as two."""
        return 24 * self.length * self.d_model**2

    @value
    def attention_share(self) -> float:
        """Attention's part of a block's operations; norms, biases and softmax are left out."""
        return self.attention_flops / (self.attention_flops + self.linear_flops)

    @value
    def score_bytes(self) -> int:
        """What the scores of all heads and layers take if they are stored as float32."""
        return FLOAT32 * self.score_cells * self.heads * self.layers

    @value
    def crossover_length(self) -> int | None:
        """The shortest text on which attention costs as much as the rest: 6·d where it is full."""
        return nn.length_to_see(self.pattern, 6 * self.d_model, *self.shape)

    @value
    def hops_to_reach_all(self) -> int | None:
        """Fewest layers until every token can have heard of every one before it; None: never."""
        return nn.hops_needed(self.pattern, self.length, self.window, self.stride)

    @value
    def rank_error(self) -> float:
        """What the best attention of this rank misses of all that 64 drawn tokens' is, 0 … 1."""
        return float(self.misses[self.ranks.index(self.rank)])

    @property
    def shape(self) -> tuple[int, int, int]:
        """How wide a pattern is."""
        return self.window, self.stride, self.rank

    def idle(self) -> Mapping[str, str]:
        """A width that nothing divides can only be read by one head."""
        cut = any(self.d_model % heads == 0 for heads in range(2, 129))
        return {} if cut else {"heads": "no other number up to 128 divides d_model."}

    @derived
    def mask(self) -> Array:
        """The corner of the mask in the picture, [≤ 64, ≤ 64], query × key."""
        return nn.pattern_mask(self.pattern, min(self.length, SHOWN), self.window, self.stride)

    @derived
    def first(self) -> Array:
        """The layer in which each token of the corner first hears of each; 0: not by `hop`."""
        return nn.first_hops(self.mask, self.hop)

    @derived
    def known(self) -> Array:
        """For how many of the hops each token of the corner has known of each."""
        return np.where(self.first > 0, self.hop + 1 - self.first, 0)

    @derived
    def lengths(self) -> list[int]:
        """The lengths whose shares are listed, this one's among them."""
        return sorted({*LENGTHS, self.length})

    @derived
    def cells(self) -> list[int]:
        """The cells of the mask at those lengths."""
        return [nn.mask_cells(self.pattern, n, *self.shape) for n in self.lengths]

    @derived
    def shares(self) -> list[float]:
        """Attention's share of a block at those lengths."""
        pairs = zip(self.lengths, self.cells, strict=True)
        return [
            4 * c * self.d_model / (4 * c * self.d_model + 24 * n * self.d_model**2)
            for n, c in pairs
        ]

    @derived
    def flash_bytes(self) -> int:
        """What FlashAttention-2 keeps of the scores: one float32 a row."""
        return FLOAT32 * self.length * self.heads * self.layers
