"""
One layer looks at a few places; the next looks at what those have seen. The **receptive
field** of an output is every input that can reach it at all.

The six kinds differ in how fast it grows. A *convolution* of width k gains k − 1 tokens a
layer. Leave gaps that double and the gain of a *dilated* one doubles, too. A
[recurrent](recurrence) network hands everything on from token to token, one step each.
[Attention](attention) takes from all tokens in one layer; windowed attention, like a
convolution, only from those near by.

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

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.receptive_field.model import ReceptiveField
from tui_transformer.concepts.receptive_field.view import view
from tui_transformer.numbers import count


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
        "12 layers": {"layers": 12},
        "dilated, kernel 2": {"kind": "dilated", "kernel": 2, "layers": 5, "position": 31},
    },
    challenges=(
        Challenge(
            "put two tokens 60 or more apart and still let them meet in a single layer",
            lambda m: m.distance >= 60 and m.path_length == 1,
            {"distance": 1023, "kind": "attention"},
            keys="right right right up shift+right shift+right shift+right",
            hint="Change the kind, too: which one needs no detour?",
            seen=lambda m: (
                f"Through {m.kind} {count(m.distance)} apart meet in 1 layer; "
                f"a convolution of width {m.kernel} takes {count(m.layers_needed['convolution'])}."
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
            "with a kernel of 2 find a token seen along fewer than one path in a thousand",
            lambda m: m.kernel == 2 and 0 < min(m.influence[m.visible]) < 0.001,
            {"kernel": 2, "layers": 10},
            hint="Look at the edge of a deep convolution's field.",
            seen=faintest,
        ),
    ),
)
