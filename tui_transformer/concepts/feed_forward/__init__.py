"""
After [attention](attention) has let the words look at each other, each is alone with what it
found. The **feed-forward network** takes one word's vector, widens it (here four times), bends
it with an [activation](activations) and narrows it again: act(x·W₁ + b₁)·W₂ + b₂. Then the next
word, with the *same* W₁ and W₂.

Switch `shuffle` on. The words change places, and so do the rows, every one unchanged to the last
bit: nothing here knows where a word stands or who its neighbours are. Change one word, and only
its own row moves. Write the same word twice, and you get the same row twice.

Read the wide layer as a memory (Geva et al., 2021). Each column of W₁ is a **key**, a pattern;
the activation says how strongly x answers to it; and each row of W₂ is the **value** that it
then adds. The output is nothing but those values, added up, and b₂. The pair that
adds most for the word marked ▸ is shown by itself.

*Often misread:* that this is one big network over the whole sentence, so that a longer sentence
needs more weights. It has 8d² + 5d parameters at `expansion` 4, for one word as for thousands.
And these keys are not the ones of attention: they are learned, and the same for every text.

Random keys mean nothing. `weights` *sorter* has 192 that were learned, for the words A, B and C.
In a [block](block) the output is added to a [residual](residual) stream.
"""

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.feed_forward.model import ROSE, FeedForward
from tui_transformer.concepts.feed_forward.view import name, view
from tui_transformer.numbers import number
from tui_transformer.text import and_list


def twice(m: FeedForward) -> list[int]:
    """List the places of the first word that stands at more than one."""
    rows = [row.tobytes() for row in m.x]
    places = [[at for at, other in enumerate(rows) if other == row] for row in rows]
    return next((at for at in places if len(at) > 1), [])


CONCEPT = Concept(
    FeedForward,
    view,
    presets={
        "six words": {},
        "the same six, shuffled": {"shuffle": True},
        "the same word twice": {"sentence": ROSE},
        "one word": {"sentence": "cat", "token": 0},
        "GELU": {"activation": "gelu"},
        "no wider than x": {"expansion": 1},
        "d = 32": {"d_model": 32},
        "learned: the sorter's": {"weights": "sorter", "sentence": "C B A B", "token": 0},
    },
    challenges=(
        Challenge(
            "move every word of a sentence of seven or more, and no number of its output",
            lambda m: m.shuffle and len(m.tokens) >= 7 and m.shuffle_difference == 0,
            {"sentence": "the cat sat on the red mat", "shuffle": True},
            hint="Type one more word; then there is a switch.",
            seen=lambda m: (
                f"{len(m.tokens)} words, none at its old place, and the largest change in any "
                f"output is {number(m.shuffle_difference)}."
            ),
        ),
        Challenge(
            "through GELU or SiLU give two places the very same row of output",
            lambda m: m.activation != "relu" and len(twice(m)) > 1,
            {"sentence": ROSE, "activation": "gelu"},
            hint="What is all that a row depends on?",
            seen=lambda m: (
                f"Rows {and_list([str(at) for at in twice(m)[:4]])} are the same {m.width} "
                f"numbers: their word is the same."
            ),
        ),
        Challenge(
            "find a word but the second that at most 11 of the 32 ReLU keys answer to",
            lambda m: (
                m.token != 1
                and (m.activation == "relu" and m.d_ff == 32)
                and m.awake_keys[m.token] <= 11
            ),
            {"seed": 18, "token": 0},
            hint="Walk with `token`, type other words, or try another seed.",
            seen=lambda m: (
                f"{name(m)} wakes {m.awake_keys[m.token]} of 32 keys: so many values and b₂ are "
                f"all of its output."
            ),
        ),
    ),
)
