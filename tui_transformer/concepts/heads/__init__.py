"""
One [attention](attention) pattern can follow one idea at a time: the word before, or the
same word again. **Multi-head attention** follows several: the columns of q, k and v are cut
into h groups, every group attends on its own, the findings are laid side by side, and W_O
mixes them.

Move `heads`. Their blocks of channels get narrower, the parameters stay: W_q, W_k,
W_v and W_O are d×d each, wherever you cut. Nothing of the sentence is cut, either: every
head's square is as large as the sentence, it just reads it through d_model/heads channels. That
has a price: at 32 heads two channels are left, “same word” takes others for it, and places
four words apart look alike.

Set `ablate` to switch a head off. The output loses exactly that head's columns times its
rows of W_O, nothing else: heads are added up.

The q and k of the first heads are **designed**: a word comes in as a row of dials, some for
its place (see [positions](positions)), the others for the word, and each head counts how far
some of them agree: from −8 to 8, so that you can check it by hand. Further heads, v and W_O
are random. Trained heads are rarely this tidy.

*Often misread:* that more heads mean more parameters, or that each head gets a part of the
sentence. What does grow is the number of squares. Next: how far layers see, in the
[receptive field](receptive-field).
"""

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.heads.model import Heads
from tui_transformer.concepts.heads.view import view
from tui_transformer.numbers import count, number


def loudest(m: Heads) -> int:
    """The head that writes most into the chosen word."""
    return int(np.argmax(m.lengths))


def what_was_lost(m: Heads) -> str:
    """Say how much the loudest head wrote, and the next."""
    second, first = sorted(m.lengths)[-2:]
    return (
        f"Head {m.ablate} would write {number(first, 3)} into “{m.name(m.query)}”, "
        f"the next one {number(second, 3)}."
    )


def found(m: Heads) -> float:
    """How much of its attention the head for the same word has there; all where there is none."""
    job = m.layer.jobs[2] if m.heads > 2 else None
    return m.shares[2] if job and job.kind == "word" else 1.0


def starved(m: Heads) -> bool:
    """Say whether the head for the same word fails, in a sentence where 16 channels will do."""
    return m.d_head < 16 and len(m.tokens) <= 32 and found(m) < 0.9


CONCEPT = Concept(
    Heads,
    view,
    presets={
        "four heads": {},
        "one head": {"heads": 1},
        "sixteen heads": {"heads": 16},
        "32 heads": {"heads": 32},
        "same word off": {"ablate": 2},
        "eight heads, causal": {"heads": 8, "causal": True},
        "random weights": {"weights": "random"},
        "the size of GPT-2 small": {"d_model": 768, "heads": 12, "causal": True},
        "one channel each": {"d_model": 8, "heads": 8},
    },
    challenges=(
        Challenge(
            "cut 128 channels into 16 heads, and find how many parameters that costs",
            lambda m: m.heads == 16 and m.d_model == 128,
            {"d_model": 128, "heads": 16},
            keys="down right right down right right",
            hint="Move `heads`; the number to watch stands in the sentence on top.",
            seen=lambda m: (
                f"16 heads × 8 channels: {count(m.parameter_count)} parameters, "
                "4·128² + 4·128, as any number of heads."
            ),
        ),
        Challenge(
            "choose another word, and switch off the head that writes most into it",
            lambda m: m.heads > 1 and m.query != Heads().query and m.ablate == loudest(m),
            {"query": 3, "ablate": 1},
            hint="The table of heads says how long each one's writing is.",
            seen=what_was_lost,
        ),
        Challenge(
            "under a causal mask starve the head of the same word: less than 0.9 there",
            lambda m: m.causal and starved(m),
            {"heads": 32, "causal": True},
            hint="It tells words apart by its channels. Leave it fewer of them.",
            seen=lambda m: (
                f"With {m.d_head} channels “same word” finds it with {number(found(m), 2)}; "
                "other words look like it."
            ),
        ),
    ),
)
