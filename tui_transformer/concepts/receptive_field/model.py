"""What `receptive-field` computes: who can hear of whom, and along how many paths."""

from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import choice, integer
from tui_transformer.model import Model, derived, value
from tui_transformer.nn import reach as nn


@dataclass(frozen=True, eq=False)
class ReceptiveField(Model):
    """A stack of layers of one kind, and what one of its outputs can have heard of."""

    kind: str = choice("convolution", *nn.KINDS, help="What one layer takes from the one below.")
    kernel: int = integer(3, 2, 9, help="How many places a convolution takes, dilated or not.")
    layers: int = integer(3, 1, 12, help="How many layers; for the recurrent kind, how many steps.")
    window: int = integer(4, 1, 16, help="How far windowed attention looks to each side.")
    length: int = integer(32, 8, 64, help="How many tokens the text has.")
    position: int = integer(
        16, 0, lambda m: m.length - 1, help="The token whose output is looked at."
    )
    distance: int = integer(
        31, 1, 4096, log=True, help="How far apart the two tokens are that shall meet."
    )

    @value
    def receptive_field(self) -> int:
        """How many tokens wide the field is; at the ends of the text part of it lies outside."""
        return nn.field_width(
            self.kind, self.layers, self.length, self.position, self.kernel, self.window
        )

    @value
    def visible(self) -> list[int]:
        """The tokens of the text that the output at `position` can have heard of."""
        return [token for token, paths in enumerate(self.paths[-1]) if paths]

    @value
    def influence(self) -> Array:
        """The share of all paths to the output that begins at each token, [n]; adds up to 1."""
        return np.array([paths / self.all_paths for paths in self.paths[-1]])

    @value
    def layers_needed(self) -> dict[str, int]:
        """Fewest layers (or steps) until one output sees two tokens `distance` apart, by kind."""
        return {
            kind: nn.layers_needed(kind, self.distance, self.kernel, self.window)
            for kind in nn.KINDS
        }

    @value
    def path_length(self) -> int:
        """How many layers (or steps) that takes with the chosen kind."""
        return self.layers_needed[self.kind]

    @derived
    def gain(self) -> int:
        """What a layer of convolution adds to the field: k − 1."""
        return self.kernel - 1

    @derived
    def masks(self) -> tuple[Array, ...]:
        """What each layer connects, lowest first: layers × [n, n]."""
        return nn.stacked_masks(
            self.kind, self.length, self.layers, self.position, self.kernel, self.window
        )

    @derived
    def paths(self) -> tuple[tuple[int, ...], ...]:
        """Paths to the output from every token of every layer, highest first: [layers + 1][n]."""
        return nn.path_counts(self.masks, self.position)

    @derived
    def all_paths(self) -> int:
        """All paths from any input to the output."""
        return sum(self.paths[-1])

    @property
    def level(self) -> str:
        """What is stacked."""
        return "step" if self.kind == "recurrent" else "layer"
