"""
One layer looks at a few places; the next looks at what those have seen. The **receptive
field** of an output is every input that can reach it at all.

The six kinds differ in how fast it grows. A *convolution* of width k gains k − 1 tokens a
layer. Leave gaps that double and the gain of a *dilated* one doubles, too. A *recurrent*
network hands everything on from token to token, one step each. [Attention](attention) takes
from all tokens in one layer; windowed attention, like a convolution, only from those near by.

Press `.` and the picture grows a layer. Set `distance` to 1023 (preset 2) and read the table:
two tokens that far apart meet after 1,023 recurrent steps, 512 layers of convolution (k = 3),
10 dilated ones, and 1 of attention. What must be remembered over 1,023 steps has 1,023
chances to be lost. What attention pays for its short way is the subject of
[scaling](scaling).

Each shade is the number of paths from there to the output, counted exactly. Many paths lead to
the middle of a deep convolution's field and a single one to each edge.

*Often misread:* that in attention every token sees the entire text. A causal one sees only
the tokens up to itself, through however many layers. And what can be seen is not what is
used: a field says where influence is possible, the [weights](self-attention) decide what
becomes of it. The paths here all count the same.
"""

from dataclasses import dataclass

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts import _receptive_field_figure as panels
from tui_transformer.controls import Array, choice, integer
from tui_transformer.figure import Figure
from tui_transformer.model import Model, derived, value
from tui_transformer.nn import reach as nn
from tui_transformer.numbers import count


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


def view(m: ReceptiveField) -> Figure:
    """The cone, the comparison at `distance`, and how much way leads to every token."""
    return Figure(
        rows=(
            (panels.cone(m),),
            (panels.comparison(m), panels.influence_plot(m)),
            (panels.distance_plot(m),),
            (panels.influence_table(m),),
        ),
        says=says(m),
        formula=panels.needed_working(m, m.kind),
        data="yours (paths are counted)",
    )


def says(m: ReceptiveField) -> str:
    """Say how far this stack sees, and what it takes to see farther."""
    far, needs = count(m.distance), count(m.path_length)
    seen = "1 token" if len(m.visible) == 1 else f"{len(m.visible)} tokens"
    if m.kind == "attention":
        conv = count(m.layers_needed["convolution"])
        return f"One layer sees all {m.length} tokens: {far} apart meet in 1 (convolution: {conv})."
    if m.kind == "causal":
        later = m.length - 1 - m.position
        if not later:
            return (
                f"Token {m.position} is the last: of all {m.length}, only it sees all {m.length}."
            )
        return (
            f"Token {m.position} sees {seen}, never the {later} after it, "
            "through any number of layers."
        )
    if m.kind == "recurrent":
        steps = "1 step" if m.layers == 1 else f"{m.layers} steps"
        return f"In {steps} {seen} meet; {far} apart takes {needs} steps, attention 1 layer."
    layers = "1 layer sees" if m.layers == 1 else f"{m.layers} layers see"
    return f"{layers} {seen} of {m.length}; {far} apart takes {needs}, attention needs 1."


def faintest(m: ReceptiveField) -> str:
    """Say along how few paths the faintest token is seen."""
    least, token = min((m.paths[-1][token], token) for token in m.visible)
    lead = "path leads" if least == 1 else "paths lead"
    return (
        f"{count(least)} {lead} from token {token} to the output, of {count(m.all_paths)} in all."
    )


CONCEPT = Concept(
    ReceptiveField,
    view,
    clock="layers",
    presets={
        "convolution": {},
        "1,023 apart": {"distance": 1023},
        "dilated": {"kind": "dilated", "layers": 4},
        "recurrent": {"kind": "recurrent", "layers": 8},
        "attention": {"kind": "attention", "layers": 1},
        "causal": {"kind": "causal", "layers": 2},
        "windowed": {"kind": "windowed", "layers": 2},
        "faint edges": {"layers": 12},
        "each token once": {"kind": "dilated", "kernel": 2, "layers": 5, "position": 31},
    },
    challenges=(
        Challenge(
            "put the two tokens 1,023 apart and still let them meet in a single layer",
            lambda m: m.distance == 1023 and m.path_length == 1,
            {"distance": 1023, "kind": "attention"},
            keys="2 right right right",
            hint="Preset 2, then change the kind: which one needs no detour?",
            seen=lambda m: (
                f"Through {m.kind} 1,023 apart meet in 1 layer; a convolution of width {m.kernel} "
                f"takes {count(m.layers_needed['convolution'])}."
            ),
        ),
        Challenge(
            "see all 32 tokens from one output with plain convolutions",
            lambda m: m.kind == "convolution" and len(m.visible) == m.length == 32,
            {"kernel": 5, "layers": 8},
            hint="Twelve layers of width 3 are not enough.",
            seen=lambda m: (
                f"{m.layers} layers of width {m.kernel} make a field {m.receptive_field} wide: "
                f"around token {m.position} it holds all 32."
            ),
        ),
        Challenge(
            "find a token that can be seen along fewer than one path in a thousand",
            lambda m: 0 < min(m.influence[m.visible]) < 0.001,
            {"layers": 7},
            hint="Look at the edge of a deep convolution's field.",
            seen=faintest,
        ),
    ),
)
