"""
To tell places apart, encodings were [added to the words](positions). **Rotary** positions (RoPE)
add nothing: they turn. Two numbers of a query make the hand of a clock, and at place p it is
turned by p·θ. The first hand goes one radian a place, each next one more slowly. A key is turned
likewise, by its own place.

Now take their [dot product](dot-product), the score that [attention](attention) starts from. Two
hands give both lengths times the cosine of the angle between them. Move `shift`: both go round,
the angle stays, and with it the score, to the last digits. *Only the difference of the places is
left.*

A hand that has gone once round tells nothing from before. The fastest takes 6.28 places. In a
head of 128 numbers the slowest takes 54,410 at a base of 10,000, and 2,559,196 at 500,000. To
read texts longer than those of training, `linear` turns all hands more slowly. `ntk` raises the
base: at a factor of 4 the last hand takes 4 times as long, and the first, which tells neighbours
apart, goes as before. [Models opened here](real-model) turn by the same code.

*Often misread:* that a score must fall with distance. Look at the curve: it waves, for this query
and key it is higher 6 places apart than at 0. And that what is handed on is turned: queries and
keys are, values are not.
"""

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.rotary.model import Rotary
from tui_transformer.concepts.rotary.view import view
from tui_transformer.numbers import count, number

START = Rotary()


def keeps_the_score(m: Rotary) -> bool:
    """Whether both stand far away, set one by one, and score as at the start."""
    return (
        m.shift == 0
        and min(m.query_position, m.key_position) >= 1000
        and abs(m.score - START.score) < 1e-9
    )


def is_slow(m: Rotary) -> bool:
    """Whether the slowest of 64 hands takes 100,000 places or more, by its base alone."""
    return m.d_head == 128 and m.scaling == "none" and m.wavelengths[-1] >= 100_000


def spares_the_first(m: Rotary) -> bool:
    """Whether the last hand is four times slower or more, and the first as it was."""
    if m.scaling == "none" or m.d_head <= 2:
        return False
    plain = m.replace(scaling="none")
    slower = float(m.wavelengths[-1] / plain.wavelengths[-1])
    return slower >= 4 - 1e-9 and m.rates[0] == plain.rates[0]


CONCEPT = Concept(
    Rotary,
    view,
    presets={
        "3 apart": {},
        "3 apart, moved on": {"shift": 1000},
        "one hand": {"d_head": 2},
        "128 numbers": {"d_head": 128},
        "a small base": {"base": 10.0},
        "linear, factor 2": {"scaling": "linear", "factor": 2.0},
        "ntk, factor 2": {"scaling": "ntk", "factor": 2.0},
    },
    challenges=(
        Challenge(
            "with shift at 0 put both at 1,000 or beyond, and keep the score of the start",
            keeps_the_score,
            {"query_position": 1003, "key_position": 1000},
            hint="What must stay is the distance.",
            seen=lambda m: (
                f"At {count(m.query_position)} and {count(m.key_position)} they score "
                f"{number(m.score, 6)}, as at 5 and 2."
            ),
        ),
        Challenge(
            "let the slowest of 64 hands take 100,000 places or more, without scaling",
            is_slow,
            {"d_head": 128, "base": 500_000.0},
            hint="Two numbers make a hand; the base sets the slow ones.",
            seen=lambda m: (
                f"With a base of {count(round(m.base))} hand 63 takes "
                f"{count(round(m.wavelengths[-1]))} places, hand 0 still "
                f"{number(m.wavelengths[0], 3)}."
            ),
        ),
        Challenge(
            "slow the last hand by 4 or more, and leave the first exactly as fast",
            spares_the_first,
            {"scaling": "ntk", "factor": 4.0},
            hint="linear slows all of them.",
            seen=lambda m: (
                f"The last hand takes {number(m.wavelengths[-1], 4)} places, hand 0 still "
                f"{number(m.wavelengths[0], 3)}; the base became {count(round(m.base_used))}."
            ),
        ),
    ),
)
