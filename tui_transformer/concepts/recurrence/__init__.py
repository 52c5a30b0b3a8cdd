"""
A **recurrent** layer reads as you read aloud: one word after the other. All that it knows of the
words so far is one list of numbers, its **hidden state** h. Each step turns h, adds the new word
and bends the sum: h ← tanh(h·W + x·U).

Press space and let it walk. The curve shows what h still holds of each word: the most by which
moving that word can move h. Every step multiplies it by one more matrix, whose stretch is the
`gain` times the slopes of [tanh](activations). So of “Mia”, 15 words back, 0.02 is left; after
64 words it is less than a millionth. Set `activation` to identity: then it is gain to the power
of the distance, exactly, and at a gain of 1.1 it grows over 400 times. A product of so many
[slopes](backprop) dies or explodes. The gate (that of a GRU) slows both: it keeps most of h as
it is.

[Attention](attention) hands nothing on. The last word looks at each word directly: looking
evenly, it holds 1/16 of each of 16, near or far. And all words look at once: 1 step, where the
state takes 16 that wait for one another.

*Often misread:* that a transformer never waits. Reading is done at once; writing is not. Each
word must be written before the next can be chosen, so [generation](generation) is sequential
again, for every model.
"""

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.recurrence.model import Recurrence
from tui_transformer.concepts.recurrence.view import view
from tui_transformer.numbers import number


def first(m: Recurrence) -> str:
    """What the last state holds of the first word, written."""
    return number(float(m.influence[0]), 3)


CONCEPT = Concept(
    Recurrence,
    view,
    clock="step",
    presets={
        "the first word": {},
        "read to the end": {"step": 16},
        "64 words": {"length": 64, "step": 64},
        "no bend: a power": {"activation": "identity", "step": 16},
        "gain 1.1: it grows": {
            "activation": "identity",
            "gain": 1.1,
            "length": 64,
            "step": 64,
        },
        "gain 1: all is kept": {
            "activation": "identity",
            "gain": 1.0,
            "length": 64,
            "step": 64,
        },
        "gain 2, tanh": {"gain": 2.0, "step": 16},
        "with a gate": {"gated": True, "step": 16},
    },
    challenges=(
        Challenge(
            "40 words or more, gain 0.9 and tanh: hold 0.01 of the first word to the end",
            lambda m: (
                m.length >= 40
                and m.gain == 0.9
                and m.activation == "tanh"
                and m.influence[0] >= 0.01
            ),
            {"length": 46, "gated": True},
            keys="shift+right shift+right shift+right down down down down right",
            hint="Something must decide what to keep.",
            seen=lambda m: (
                f"Over {m.length - 1} steps {first(m)} of “{m.words[0]}” is held; without the "
                f"gate it would be {first(m.replace(gated=False))}."
            ),
        ),
        Challenge(
            "no gate, through tanh: hold between 0.01 and 10 of the first of 64 words",
            lambda m: (
                m.length == 64
                and not m.gated
                and m.activation == "tanh"
                and 0.01 <= m.influence[0] <= 10
            ),
            {"length": 64, "gain": 1.3},
            hint="The slopes of tanh take some; let the gain give it back.",
            seen=lambda m: (
                f"At gain {number(m.gain, 3)} the last state holds {first(m)} of the first word; "
                f"at 0.9 it would be {first(m.replace(gain=0.9))}."
            ),
        ),
        Challenge(
            "without a bend, let the first word count over a million times at the end",
            lambda m: m.activation == "identity" and m.influence[0] > 1e6,
            {"activation": "identity", "gain": 1.5, "length": 64},
            hint="A gain above 1, and a long way.",
            seen=lambda m: (
                f"{first(m)}: the gain, {number(m.gain, 3)}, multiplied {m.length - 1} times."
            ),
        ),
    ),
)
