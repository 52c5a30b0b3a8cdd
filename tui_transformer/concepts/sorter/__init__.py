"""
Everything so far, complete: embedding, positions, three [blocks](block), a head. This
transformer has 85,584 numbers, and training found all of them. It reads six letters and gives
them out in order, one at a time; each goes back in before the next is due.

Enter opens `letters`, `←` and `→` change one. Press `.` to let one out, `space` for all. Each press
runs the network.

When does it know? *Read off ▸* takes the vector on its way and asks the head anyway
(the *logit lens*). Unread, a place says its own letter again. Where another one is due, that
is right in no case, after layer 1 in 8 %, after layer 2 in 97 %, after layer 3 always.

How? In layer 1 equal letters get equal shares of [attention](attention), to a percent or
two on average: a weighted average of few letters counts them. `x` cuts the chosen head.
Without any one of layer 1 only 407, 343 or 348 of the 729 lines come out sorted; any one of
layers 2 and 3 costs nine lines at most. Two may back each other up: heads 1 and 2 of layer 2
cost none and nine, 56 together.

Of the 729 lines 364 never came up in training, among them your first.
All come out sorted.

*Often misread:* that it runs a sorting algorithm, or looks up what it memorised. It found
weights whose sums come out right. At the first five [positions](positions)
nothing was asked: what they say means nothing.
"""

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.sorter import network
from tui_transformer.concepts.sorter.model import Sorter
from tui_transformer.concepts.sorter.view import view
from tui_transformer.nn.cutting import read
from tui_transformer.nn.made_up.sorting import INPUTS, LENGTH
from tui_transformer.numbers import probability


def own(m: Sorter) -> bool:
    """Whether the letters are not those that the screen opens with."""
    return m.letters != Sorter().letters


def less_sure(m: Sorter) -> bool:
    """Whether the first letter to be given out is less than 0.9999 likely."""
    return not m.cut and m.at == LENGTH - 1 and m.chance < 0.9999


def lost(cut: str) -> int:
    """How many of all lines no longer come out sorted."""
    return INPUTS - int(network.sorted_by(cut).sum())


def backups(m: Sorter) -> bool:
    """Whether two heads are cut that stood in for one another, and a line shows it."""
    wires = m.cut.split()
    if m.steps < LENGTH or m.output == "".join(sorted(m.letters)):
        return False
    heads = len(wires) == 2 and all(isinstance(read(wire).part, int) for wire in wires)
    return heads and lost(m.cut) > sum(map(lost, wires))


CONCEPT = Concept(
    Sorter,
    view,
    clock="steps",
    presets={
        "letters it never saw": {},
        "all given out": {"steps": 6},
        "two given out": {"steps": 2},
        "four given out": {"steps": 4, "head": 2},
        "backwards": {"letters": "CCBBAA"},
        "in order already": {"letters": "AABBCC"},
        "all the same": {"letters": "AAAAAA"},
        "one small letter": {"letters": "CCCCBC"},
        "a place never asked": {"position": 2},
    },
    challenges=(
        Challenge(
            "let it give out all six letters of a line of yours",
            lambda m: own(m) and m.steps == LENGTH and m.output == "".join(sorted(m.letters)),
            {"letters": "BBABBC", "steps": 6},
            keys="enter left . . . . . .",
            hint="`.` asks for one letter.",
            seen=lambda m: (
                f"{m.letters} → {m.output}: six passes, a letter each, and the least sure one was "
                f"{probability(float(m.chances[-1, LENGTH - 1 :].max(axis=-1).min()), 5)} likely."
            ),
        ),
        Challenge(
            "in a line of yours find a later place that has the answer before any layer",
            lambda m: own(m) and m.steps > 0 and m.asked and m.known == 0,
            {"letters": "BBABBC", "steps": 2},
            keys="enter left . .",
            hint="What does a letter say if it has seen no other?",
            seen=lambda m: (
                f"Place {m.at} reads {m.read[m.at]} and {m.guesses[-1]} is due: unread, it says "
                f"so with {probability(float(m.chances[0, m.at].max()), 5)}."
            ),
        ),
        Challenge(
            "find six letters of which it is less than 0.9999 sure at the first",
            less_sure,
            {"letters": "BCCCCC"},
            hint="Hide one small letter among large ones, far from the end.",
            seen=lambda m: f"{m.letters}: {m.guesses[-1]} comes first, with {m.chance:.6f} only.",
        ),
        Challenge(
            "find a line in order that training did show, and see whether it is surer",
            lambda m: m.seen_in_training and list(m.letters) == sorted(m.letters),
            {"letters": "BBBBBB"},
            hint="Half of all lines are; the data label below tells.",
            seen=lambda m: (
                f"Training showed it {m.letters}; here its {m.guesses[-1]} is "
                f"{probability(m.chance, 5)} likely."
            ),
        ),
        Challenge(
            "cut two heads that lose more than both alone; let a line come out wrong",
            backups,
            {"cut": "2.1 2.2", "letters": "AAAACC", "steps": 6},
            hint="The table of what is sorted without a head has pairs too.",
            seen=lambda m: (
                f"{lost(m.cut)} lines are lost without {' and '.join(m.cut.split())}; alone "
                f"{' and '.join(str(lost(cut)) for cut in m.cut.split())}."
            ),
        ),
    ),
)
