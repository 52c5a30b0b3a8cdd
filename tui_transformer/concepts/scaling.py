"""
In attention every query meets every key: n tokens make n² scores in each head and layer.
Everything else in a block looks at one token at a time and costs the same for each.

Counted in multiplications and additions, a token costs 4·n·d for its scores and its mixture of
values, and 24·d² for projections and [feed-forward layer](feed-forward). So attention overtakes
the rest beyond n = 6d. At GPT-2's 1,024 tokens it is 18.2 % of a block; press shift+→ twice and
it is well over half.

**Sparse patterns** leave cells of the mask out. *sliding* looks at neighbours, *strided* at
neighbours and every s-th token, *global* lets everything pass through token 0, *block* stays
inside blocks. Press `.` for one more layer and watch who can have heard from whom. A strided
layer with few cells reaches everything in two hops; a sliding window needs many; blocks never
meet. A stride near √(n/2) is cheapest. [What can be seen](receptive-field) in two hops comes at
second hand: it has passed through another token's vector.

*Often misread:* that FlashAttention makes attention cheaper to compute. It changes memory,
not FLOPs: the same products are formed tile by tile, and the n² scores are never stored, only
one number for each row. It is faster because moving numbers takes longer than multiplying them.
A causal mask, too, saves half the work only in code that skips what is masked.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts import _scaling_figure as panels
from tui_transformer.concepts._scaling_workings import share_working
from tui_transformer.controls import Array, choice, integer
from tui_transformer.figure import Figure
from tui_transformer.model import Model, derived, value
from tui_transformer.nn import reach as nn
from tui_transformer.numbers import count, probability

SHOWN = 64  # tokens of the mask in the picture
FLOAT32 = 4  # bytes


@dataclass(frozen=True, eq=False)
class Scaling(Model):
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
    hop: int = integer(1, 1, 16, help="After how many layers to look who has heard of whom.")

    @value
    def score_cells(self) -> int:
        """How many scores one head of one layer needs: the cells of the mask."""
        return nn.mask_cells(self.pattern, self.length, self.window, self.stride)

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
        return nn.length_to_see(self.pattern, 6 * self.d_model, self.window, self.stride)

    @value
    def hops_to_reach_all(self) -> int | None:
        """Fewest layers until every token can have heard of every one before it; None: never."""
        return nn.hops_needed(self.pattern, self.length, self.window, self.stride)

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


def view(m: Scaling) -> Figure:
    """The mask and what it reaches, attention's share, the cost of length, all patterns."""
    return Figure(
        rows=(
            (panels.mask_panel(m), panels.share_table(m)),
            (panels.cost_plot(m),),
            (panels.pattern_table(m), panels.cost_table(m)),
            (panels.definitions(m),),
        ),
        says=says(m),
        formula=share_working(m, m.length),
        data="yours; sizes of GPT-2"
        if m.state("d_model", "heads", "layers") == (768, 12, 12)
        else "yours",
    )


def says(m: Scaling) -> str:
    """Say what this pattern costs and how far it carries."""
    cells, hops = panels.percent(m.density), m.hops_to_reach_all
    if m.pattern == "full":
        return (
            f"At {count(m.length)} tokens attention is {panels.percent(m.attention_share)} of a "
            f"block's FLOPs; half at {count(6 * m.d_model)}."
        )
    if m.pattern == "causal":
        return f"causal: {cells} of the cells; one hop reaches all that came before, none later."
    if hops is None:
        return f"block: {cells} of the cells, and no number of hops leads out of a block."
    if hops == 1:
        return (
            f"{m.pattern}: of {count(m.length)} tokens it leaves no cell out; one hop reaches all."
        )
    if m.pattern == "sliding":
        near = count(min(m.hop * m.window, m.length - 1))
        reach = "1 hop" if m.hop == 1 else f"{m.hop} hops"
        return f"sliding: {cells} of the cells; ±{near} tokens in {reach}, all in {count(hops)}."
    through = "through token 0 " if m.pattern == "global" else ""
    return f"{m.pattern}: {cells} of the cells, yet {hops} hops {through}reach every token."


def drew_level(m: Scaling) -> str:
    """Say where attention became the larger part."""
    share, even = probability(m.attention_share, 4), count(m.crossover_length or 0)
    return (
        f"At {count(m.length)} tokens attention is {share} of the block; "
        f"from {even} on it costs as much as the rest."
    )


def carried_far(m: Scaling) -> str:
    """Say how few cells were enough."""
    return (
        f"{count(m.score_cells)} of 1,048,576 cells are {panels.percent(m.density)}, "
        "and 2 hops lead from every token to every other."
    )


def never_even(m: Scaling) -> str:
    """Say how long a row can become, and how long it would have to be."""
    return (
        f"{m.pattern}: at most {count(panels.widest(m))} cells a row on average; "
        f"even would take 6·d = {count(6 * m.d_model)}."
    )


CONCEPT = Concept(
    Scaling,
    view,
    clock="hop",
    presets={
        "GPT-2": {},
        "half and half": {"length": 4608},
        "32,768 tokens": {"length": 32768},
        "causal": {"pattern": "causal"},
        "sliding window": {"pattern": "sliding", "hop": 3},
        "strided": {"pattern": "strided", "stride": 23, "hop": 2},
        "through token 0": {"pattern": "global", "hop": 2},
        "blocks": {"pattern": "block", "hop": 2},
        "131,072 tokens, strided": {"pattern": "strided", "stride": 256, "length": 131072},
    },
    challenges=(
        Challenge(
            "make attention cost more than everything else in GPT-2's block together",
            lambda m: m.d_model == 768 and m.attention_share > 0.5,
            {"length": 4609},
            keys="shift+right shift+right",
            hint="Only the length: it is the first control.",
            seen=drew_level,
        ),
        Challenge(
            "reach every token in two hops with less than a tenth of the 1,024² cells",
            lambda m: m.length == 1024 and m.hops_to_reach_all == 2 and m.density < 0.1,
            {"pattern": "strided", "stride": 23},
            hint="Sparse is not blind: strided, with a stride near √(n/2); or through token 0.",
            seen=carried_far,
        ),
        Challenge(
            "find a pattern on which attention never overtakes, however long the text",
            lambda m: m.crossover_length is None,
            {"pattern": "sliding"},
            hint="One whose rows do not grow with the text.",
            seen=never_even,
        ),
    ),
)
