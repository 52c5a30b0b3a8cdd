"""
Nobody in here writes a sentence. The model reads the text so far and gives every one of its 256
[tokens](tokenizer) a probability for coming next. That is all it does. Then chance draws
one, it goes to the end of the text, and the model is asked again.

Press `.` for one token, `space` for more, `,` to take one back. *Drawn* shows what is left of
p after temperature, top-k and top-p, as in [sampling](sampling). The same prompt and seed always
give the same text. Set `temperature` to 0, and after a hundred tokens it repeats itself: a text
that has begun to do so makes more of it the likeliest. Set it to 2 and the words fall apart.

Type a prompt. The model was trained on the explanations of this program and nothing else: it
knows how they sound, not whether they are true.

The keys and values of tokens already read stay as they are, so they are kept: the **cache**. A
new token costs one place instead of all. But 64 places are all there are. When they are full,
the oldest 32 tokens fall out, and the rest must be read again: [positions](positions) are
learned here, so a token that moves has another key.

*Often misread:* that the model plans its sentence first. What comes later does not exist yet:
take a token back, change the seed, and another end follows. Nor does it learn while it writes.
Its blocks are those of the [sorter](sorter).
"""

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.generation import says
from tui_transformer.concepts.generation.model import CONTEXT, Generation, V
from tui_transformer.concepts.generation.view import view
from tui_transformer.numbers import number, probability

CONCEPT = Concept(
    Generation,
    view,
    clock="tokens",
    groups={"look at": {"layer": "layer", "head": "head", "cut": "cut"}},
    presets={
        "one token at a time": {},
        "a paragraph": {"tokens": 60},
        "T = 0": {"temperature": 0.0, "tokens": 60},
        "T = 2": {"temperature": 2.0, "tokens": 60},
        "T = 2, top-k 1": {"temperature": 2.0, "top_k": 1, "tokens": 30},
        "top-p 0.9": {"top_p": 0.9, "temperature": 1.0, "tokens": 60},
        "another seed": {"seed": 1, "tokens": 60},
        "61 tokens": {"tokens": 61},
        "letters it cannot read": {"prompt": "Ωmega 注意"},
    },
    challenges=(
        Challenge(
            "let it say the same thing three times in a row, with a temperature above 0",
            says.loops_at_some_heat,
            {"top_k": 1, "tokens": 111},
            hint="What else leaves only the likeliest token? Then let it write on.",
            seen=lambda m: (
                f"The last {3 * m.loop} tokens are {m.loop}, three times over; they begin again "
                f"with p = {probability(m.once_more, 3)}."
            ),
        ),
        Challenge(
            "find a place where less than 0.05 nats are open, at temperature 0.8 or more",
            says.sure_with_all_kept,
            {"temperature": 1.0, "tokens": 6},
            hint="In the middle of a long word little is open. Nothing may be dropped.",
            seen=lambda m: (
                f"{number(m.entropy, 2)} nats are open: {says.quoted(m, int(m.ranked[0]))} is "
                f"{probability(float(m.p.max()), 4)} likely, though all {V} may be drawn."
            ),
        ),
        Challenge(
            "at a temperature up to 1, catch it before it draws a token of p below 0.002",
            says.far_from_the_favourite,
            {"temperature": 1.0, "seed": 5, "tokens": 4},
            hint="The lit row of the table is what comes. Rare things do come, in a long text.",
            seen=lambda m: (
                f"{says.quoted(m, m.coming)} comes, although the model gave it "
                f"{probability(float(m.p[m.coming]))} only: rare is not never."
            ),
        ),
        Challenge(
            "with another seed let tokens fall out of the cache; stop before more do",
            lambda m: m.seed != 0 and m.dropped_tokens > 0 and m.places == CONTEXT,
            {"seed": 1, "tokens": 92},
            hint="There are 64 places.",
            seen=lambda m: (
                f"{m.dropped_tokens} tokens are forgotten, all {m.places} places full: the next "
                f"token makes {CONTEXT // 2} more fall out."
            ),
        ),
    ),
)
