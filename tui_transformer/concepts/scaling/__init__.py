"""
In attention every query meets every key: n tokens make n² scores in each head and layer.
All else in a block takes one token at a time.

Counted in multiplications and additions, a token costs 4·n·d for its scores and its mixture of
values, and 24·d² for projections and [feed-forward layer](feed-forward). So attention overtakes
the rest beyond n = 6d. At GPT-2's 1,024 tokens it is 18.2 % of a block; press shift+→ twice and
it is well over half.

**Sparse patterns** leave cells of the mask out. *sliding* looks at neighbours, *strided* at
neighbours and every s-th token, *global* lets everything pass through token 0, *block* stays
inside blocks. Press `.` for one more layer and watch who can have heard from whom. A strided
layer with few cells reaches everything in two hops; a sliding window needs many; blocks never
meet. A stride near √(n/2) is cheapest. [What can be seen](receptive-field) in two hops comes at
second hand. *low-rank* keeps no cell: two thin matrices take its place, and what they miss
depends on the attention. At rank 8 they miss 48 % of what 64 drawn tokens look at.

*Often misread:* that FlashAttention makes attention cheaper to compute. It changes memory,
not FLOPs: the same products are formed tile by tile, and of n² scores one number a row is stored.
It is faster because moving numbers takes longer than multiplying them.
A causal mask, too, saves half the work only in code that skips what is masked.
"""

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.scaling.model import Scaling
from tui_transformer.concepts.scaling.says import carried_far, drew_level, never_even
from tui_transformer.concepts.scaling.view import view

CONCEPT = Concept(
    Scaling,
    view,
    clock="hop",
    groups={"stack": {"heads": "heads", "layers": "layers"}},
    presets={
        "GPT-2": {},
        "4,608 tokens": {"length": 4608},
        "32,768 tokens": {"length": 32768},
        "causal": {"pattern": "causal"},
        "sliding window": {"pattern": "sliding", "hop": 3},
        "strided": {"pattern": "strided", "stride": 8, "hop": 2},
        "global": {"pattern": "global", "hop": 2},
        "blocks": {"pattern": "block", "hop": 2},
        "low rank": {"pattern": "low-rank"},
    },
    challenges=(
        Challenge(
            "make attention cost more than all else in a block, at d = 1,000 or more",
            lambda m: m.d_model >= 1000 and m.attention_share > 0.5,
            {"length": 8192, "d_model": 1024},
            keys="shift+right shift+right down shift+right",
            hint="The wider the block, the longer the text must be.",
            seen=drew_level,
        ),
        Challenge(
            "stride to every token in two hops with less than a tenth of the 1,024² cells",
            lambda m: (
                m.pattern == "strided"
                and m.length == 1024
                and m.hops_to_reach_all == 2
                and m.density < 0.1
            ),
            {"pattern": "strided", "stride": 23},
            hint="Sparse is not blind: strided, with a stride near √(n/2); or through token 0.",
            seen=carried_far,
        ),
        Challenge(
            "with a window of 64 or more find a pattern where attention never overtakes",
            lambda m: m.window >= 64 and m.crossover_length is None,
            {"pattern": "sliding", "window": 64},
            hint="One whose rows do not grow with the text.",
            seen=never_even,
        ),
    ),
)
