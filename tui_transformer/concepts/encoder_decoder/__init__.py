"""
The transformer of 2017 had two halves. An **encoder** reads the whole source at once; a
**decoder** writes the answer, one sign after another. Here the task is one where anybody can
see what is right: say the letters backwards. The weights are **trained**, for words of up to ten
letters.

So there are three kinds of [attention](attention). In the encoder all letters see all. In the
decoder a row sees only what has been written before it. And in **cross-attention** the query
comes from the decoder, key and value from the encoder: a rectangle, one row per sign written,
one column per letter read, and nothing masked, for the source is all there already.

Press `.` for the next sign. To write the first letter it looks at the last, and so on: the
rectangle fills from the top right to the bottom left, an anti-diagonal that nobody designed.
Change a letter of `source`, or type your own.

Now type eleven letters. Mostly it turns the first ten round and stops: no eleventh place ever
came up in training. With `teacher_forcing` each row is given the right beginning instead of what
it wrote itself. That is how it was trained; where it makes no mistake, nothing changes.

Without `d1.x0` STRESSED still comes out, and without `d1.x1`; without the two (`cut`) not.

*Often misread:* that cross-attention compares both texts with themselves. It compares what
is to be written with what was read. The [block](block) of a decoder-only model leaves it out.
"""

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.encoder_decoder.model import EncoderDecoder
from tui_transformer.concepts.encoder_decoder.view import view
from tui_transformer.nn.made_up.reversing import SIGNS, TRAINED
from tui_transformer.numbers import probability

CONCEPT = Concept(
    EncoderDecoder,
    view,
    clock="steps",
    presets={
        "a word it never saw": {},
        "written to the end": {"steps": 9},
        "the other head": {"steps": 9, "head": 0},
        "layer 1": {"steps": 4, "layer": 1},
        "one letter": {"source": "A"},
        "the same letter": {"source": "AAAAAAAA", "steps": 4},
        "ten letters": {"source": "REVERSIBLE"},
        "eleven letters": {"source": "TRANSFORMER"},
        "eleven, with a teacher": {
            "source": "TRANSFORMER",
            "teacher_forcing": True,
        },
    },
    challenges=(
        Challenge(
            "let it write a word of yours, three letters or more, and its end sign",
            lambda m: (
                m.source != EncoderDecoder().source
                and len(m.source) > 2
                and m.steps == len(m.source) + 1
                and m.right
            ),
            {"source": "PARTED", "steps": 7},
            hint="`.` asks for one sign.",
            seen=lambda m: (
                f"{m.output} and the end sign: in each of {m.rows} rows the right one of "
                f"{len(SIGNS)} signs scored highest."
            ),
        ),
        Challenge(
            "find a word that it gets wrong, written to the end",
            lambda m: not m.cut and m.steps == len(m.source) + 1 and not m.right,
            {"source": "TRANSFORMER", "steps": 12},
            hint="It was trained on one to ten letters.",
            seen=lambda m: (
                f"{len(m.source)} letters, and it was trained on {TRAINED} at most: "
                f"{m.output}, not {m.expected}."
            ),
        ),
        Challenge(
            "find a head with under half its attention on the anti-diagonal at the end",
            lambda m: m.steps == len(m.source) + 1 and m.right and m.mirror < 0.5,
            {"steps": 9, "layer": 1},
            hint="There are two layers with two heads each.",
            seen=lambda m: (
                f"Layer {m.layer}, head {m.head}: {probability(m.mirror, 3)} of a row on the "
                f"anti-diagonal, and {m.output} is right all the same."
            ),
        ),
    ),
)
