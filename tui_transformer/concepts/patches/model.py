"""What `patches` computes: a drawing cut into tokens, and three ways to look at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import Matrix, choice, integer, matrix, seed
from tui_transformer.model import Model, derived, value
from tui_transformer.nn import patches as nn
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.made_up import drawings
from tui_transformer.nn.reach import layers_needed

SIDES = ("1", "2", "4", "8")
SIZES = (drawings.SIZE, 2 * drawings.SIZE)


def unpainted(size: int) -> tuple[tuple[float, ...], ...]:
    """A sheet on which nothing was painted yet."""
    return ((0.0,) * size,) * size


@dataclass(frozen=True, eq=False)
class Patches(Model):
    """A drawing, how it is cut, and which of its patches looks at the others."""

    drawing: str = choice(
        "smile", *drawings.DRAWINGS, help="What is drawn before you paint; own is blank paper."
    )
    pixels: Matrix = matrix(
        unpainted(SIZES[0]),
        0,
        1,
        1,
        squares=SIZES,
        help="Paint: 1 turns paper into ink there, and ink of the drawing into paper.",
    )
    patch: str = choice("4", *SIDES, help="How many pixels wide and high a patch is.")
    kernel: str = choice("edge-x", *nn.KERNELS, help="What the 3×3 convolution looks for.")
    query: int = integer(
        2, 0, lambda m: m.count - 1, help="The patch that looks at the others, row by row from 0."
    )
    weights: str = choice(
        "designed",
        "designed",
        "random",
        help="Attention that looks for mirror images and a smile's weights, or drawn ones.",
    )
    seed: int = seed()

    @value
    def image(self) -> Array:
        """The picture, ink 1 and paper 0: the drawing, turned over where you painted, [s, s]."""
        return np.abs(self.drawn - self.pixels)

    @value
    def patch_names(self) -> list[str]:
        """The patches by row and column, A1 top left, [n]."""
        many = self.size // self.side
        return [f"{chr(ord('A') + row)}{column + 1}" for row, column in np.ndindex(many, many)]

    @value
    def tokens(self) -> Array:
        """Each patch's pixels in one row, [n, patch²]."""
        return nn.cut(self.image, self.side)

    @value
    def projected(self) -> Array:
        """Each patch as a vector, tokens·E + b, [n, d]; d is patch² here."""
        return self.looks.projected

    @value
    def attention(self) -> Array:
        """How much each patch looks at each, [n, n]; rows add up to 1."""
        return self.looks.attention

    @value
    def convolved(self) -> Array:
        """The kernel laid on every pixel, [s, s]; outside the picture is paper, 0."""
        return nn.convolve(self.image, nn.KERNELS[self.kernel])

    @value
    def detector(self) -> dict[str, Any]:
        """A neuron for smiles: its weights, a picture [s, s]; their sum over the image, bent."""
        score = float(np.sum(self.smile * self.image))
        passed = float(ACTIVATIONS["relu"].f(np.array(score)))
        return {"score": score, "passes": passed, "weights": self.smile}

    @value
    def score_cells(self) -> int:
        """How many scores there are, one for each two patches: n²."""
        return self.count**2

    @value
    def counts(self) -> dict[str, int]:
        """How many patches this picture has, by their side."""
        return {side: (self.size // int(side)) ** 2 for side in SIDES}

    @value
    def cells(self) -> dict[str, int]:
        """n², by the side of a patch."""
        return {side: n**2 for side, n in self.counts.items()}

    @value
    def layers_to_see_all(self) -> dict[str, int]:
        """How many layers until one output can have seen the whole picture, by kind."""
        return {
            kind: layers_needed(kind, self.size - 1, 3) for kind in ("convolution", "attention")
        }

    # ── what stands behind them ────────────────────────────────────────────────────────

    @property
    def size(self) -> int:
        """How many pixels wide and high the picture is."""
        return len(self.pixels)

    @property
    def side(self) -> int:
        """How many pixels wide and high a patch is."""
        return int(self.patch)

    @property
    def count(self) -> int:
        """n: how many patches there are."""
        return (self.size // self.side) ** 2

    @derived
    def drawn(self) -> Array:
        """What is drawn before anybody paints, [s, s]."""
        return drawings.drawing(self.drawing, self.size)

    @derived
    def smile(self) -> Array:
        """The detector's weights, [s, s]."""
        if self.weights == "random":
            return drawings.random_smile_weights(self.size, self.seed)
        return drawings.smile_weights(self.size)

    @derived
    def network(self) -> nn.Weights:
        """What makes queries and keys of patches."""
        if self.weights == "random":
            return nn.random_weights(self.side, self.seed)
        return nn.designed_weights(self.side)

    @derived
    def looks(self) -> nn.Looks:
        """What one layer of attention makes of the patches."""
        return nn.look(self.tokens, self.network)

    @derived
    def q(self) -> Array:
        """What each patch asks for, [n, d]."""
        return self.looks.q

    @derived
    def k(self) -> Array:
        """What each patch offers, [n, d]."""
        return self.looks.k

    @derived
    def scores(self) -> Array:
        """q·k/√d, [n, n]."""
        return self.looks.scores

    @derived
    def strongest(self) -> float:
        """The most that the kernel can answer to ink and paper, whatever its sign: for a scale."""
        kernel = nn.KERNELS[self.kernel]
        return float(max(np.sum(kernel[kernel > 0]), -np.sum(kernel[kernel < 0])))

    @derived
    def looked(self) -> Array:
        """How much the query looks at each patch, laid out as the picture, [√n, √n]."""
        many = self.size // self.side
        return self.attention[self.query].reshape(many, many)

    def idle(self) -> Mapping[str, str]:
        """Designed weights need no seed; one patch alone can only look at itself."""
        found = {}
        if self.weights == "designed":
            found["seed"] = "designed weights are not drawn."
        if self.count == 1:
            found["query"] = "there is one patch only."
        return found

    def sources(self) -> Mapping[str, Array]:
        """The weights of attention, the kernel and the detector's picture."""
        kernel = nn.KERNELS[self.kernel]
        return {**self.network._asdict(), "kernel_weights": kernel, "smile_weights": self.smile}
