"""
While a model writes, it keeps keys and values of all that came before, its
[KV cache](hyperparameters). With [many heads](heads) each keeps its own, in every layer, and a
long text soon takes more memory than the model. So let several heads share: their queries stay
their own, the keys and values are one set for the group. This is **grouped-query attention**.

Move `kv_heads`. The bytes that tokens keep fall with it; heads still have a row each. Rows
that name the same k ask the same keys, and still look elsewhere, for each asks something else.
With kv_heads = heads nothing is shared: *multi-head* attention as it began. With 1 all share one
set: **multi-query** attention.

Llama 3 8B has 32 heads over 8 key heads. Its 8,192 tokens take 1,073,741,824 bytes instead of
4,294,967,296: a quarter. `length`, `layers` and `bytes_per_number` multiply the bytes as well,
`heads` alone do not: twice as many are half as wide, and so are their keys.
[Models opened here](real-model) share by the same code.

*Often misread:* that heads which share keys see the same. Head 0 and head 1 share k0 here, and
from *sat* one looks most at *on*, the other at *mat*. Also that it spares as many
parameters: here a quarter of the bytes remain, but 0.625 of the weights, since W_q and W_O stay.
"""

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.grouped_heads.model import GroupedHeads
from tui_transformer.concepts.grouped_heads.view import view
from tui_transformer.numbers import count

START = GroupedHeads()


def an_eighth(m: GroupedHeads) -> bool:
    """Whether 32 heads share by eight."""
    return m.heads == 32 and m.kv_heads == 4


def fits(m: GroupedHeads) -> bool:
    """Whether a text four times as long fits where the one of the start did, model unchanged."""
    same = all(getattr(m, name) == getattr(START, name) for name in ("heads", "layers", "d_model"))
    return same and m.length >= 8192 and m.kv_cache_bytes <= START.kv_cache_bytes


def different(m: GroupedHeads) -> int:
    """How many different words the heads look at most from the chosen one."""
    return len(set(m.favourites.tolist()))


def of_their_own(m: GroupedHeads) -> bool:
    """Whether eight heads with one set of keys look at five different words or more."""
    return m.heads == 8 and m.kv_heads == 1 and different(m) >= 5


CONCEPT = Concept(
    GroupedHeads,
    view,
    presets={
        "two key heads": {},
        "multi-head": {"kv_heads": 8},
        "multi-query": {"kv_heads": 1},
        "Llama 3 8B": {
            "heads": 32,
            "kv_heads": 8,
            "d_model": 4096,
            "layers": 32,
            "length": 8192,
        },
        "Llama 2 7B": {
            "heads": 32,
            "kv_heads": 32,
            "d_model": 4096,
            "layers": 32,
            "length": 4096,
        },
    },
    groups={"kept": {"length": "n", "layers": "L"}},
    challenges=(
        Challenge(
            "let 32 heads keep an eighth of what a key head each would take",
            an_eighth,
            {"heads": 32, "kv_heads": 4},
            hint="Eight heads share one set of keys; how many sets are that?",
            seen=lambda m: (
                f"{m.heads} heads share {m.kv_heads} key heads: {count(m.kv_cache_bytes)} bytes "
                f"instead of {count(m.costs[-1][0])}."
            ),
        ),
        Challenge(
            "keep 8,192 tokens in 6,291,456 bytes, with 8 heads, 6 layers and width 512",
            fits,
            {"length": 8192, "kv_heads": 1, "bytes_per_number": 1},
            hint="Four times as long: halve two other factors.",
            seen=lambda m: (
                f"The text of {count(m.length)} tokens takes {count(m.kv_cache_bytes)} bytes."
            ),
        ),
        Challenge(
            "with 8 heads and one set of keys find a word from which they look at 5 words",
            of_their_own,
            {"kv_heads": 1, "query": 7},
            hint="The largest of each row counts; a late word has more to look at.",
            seen=lambda m: (
                f"From “{m.name(m.query)}” {m.heads} heads look most at {different(m)} different "
                "words, with one set of keys."
            ),
        ),
    ),
)
