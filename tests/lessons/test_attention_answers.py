"""The answers of the lessons about text and attention, worked out again in plain Python.

Nothing here asks the program for a number: only for what its lessons call right.
"""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from tui_transformer.lessons.asking import question
from tui_transformer.lessons.library import load
from tui_transformer.lessons.records import Ask


def answers(lesson: str) -> list[object]:
    """The answers of a lesson in order: what is chosen, or the number."""
    found: list[object] = []
    for step in load(lesson).steps:
        if isinstance(step.task, Ask):
            answer = question(step.task, step.model).answer
            found.append(answer.after if answer.choice is None else answer.text)
    return found


def shares(scores: Sequence[float]) -> list[float]:
    powers = [math.exp(score) for score in scores]
    return [power / math.fsum(powers) for power in powers]


def dot(u: Sequence[float], v: Sequence[float]) -> float:
    return math.fsum(a * b for a, b in zip(u, v, strict=True))


def direction(before: float, after: float) -> str:
    if math.isclose(before, after, rel_tol=1e-9):
        return "the same"
    return "larger" if after > before else "smaller"


# ── values: river, bank and money pass on water and finance ────────────────────────────

PASSED_ON = ((4.0, 0.0), (1.0, 1.0), (0.0, 4.0))


def bank(scores: Sequence[float], times: float = 1) -> list[float]:
    weights = shares(scores)
    return [times * dot(weights, [value[part] for value in PASSED_ON]) for part in (0, 1)]


def test_values() -> None:
    before = bank((2, 0, 0))
    said = answers("values")
    assert math.isclose(said[0], before[0])  # type: ignore[arg-type]
    assert said[1] == direction(before[1], bank((0, 0, 2))[1])
    assert said[2] == ("yes" if bank((5, 0, 0))[0] > 4 else "no")
    assert said[3] == str(round(sum(bank((5, -5, 5)))))
    water, finance = bank((2, 0, 0), times=0.5)
    assert said[4] == direction(finance / water, before[1] / before[0])
    assert said[5] == f"{bank((4, 0, 0))[0]:.2f}"


# ── dot-product ────────────────────────────────────────────────────────────────────────


def arrow(length: float, degrees: float) -> tuple[float, float]:
    angle = math.radians(degrees)
    return length * math.cos(angle), length * math.sin(angle)


def test_dot_product() -> None:
    taste, film = arrow(3, 30), arrow(2, 75)
    said = answers("dot-product")
    assert said[0] == direction(dot(taste, film), dot(taste, arrow(5, 90)))
    assert said[1] == f"{abs(dot(taste, arrow(2, 120))):.0f}"
    assert said[2] == f"minus {-dot(taste, arrow(2, -150)):.0f}"
    longer = arrow(4.5, 30)
    assert said[3] == direction(dot(taste, film) / 6, dot(longer, film) / 9)
    assert said[4] == direction(dot(taste, film) / 2, dot(taste, arrow(4, 75)) / 4)
    assert said[5] == f"{1 / math.sqrt(1024):.2f}"
    assert said[6] == f"{math.sqrt(256):.0f}"


# ── attention: what is by hand exactly, what is by chance as its variance says ──────────

FLATS = ((1, 0, 1, 0), (1, 0, 0, 1), (0, 1, 0, 1), (-1, 0, -1, 0))


def test_attention() -> None:
    query = (1, 0, 1, 0)
    said = answers("attention")
    boasting = [dot(query, key) for key in (FLATS[0], (3, 0, 0, 3), *FLATS[2:])]
    assert said[0] == ("plaza", "court", "alley", "annex")[boasting.index(max(boasting))]
    scores = [dot(query, key) for key in FLATS]
    divided = shares([score / math.sqrt(4) for score in scores])
    assert said[1] == direction(divided[1], shares(scores)[1])
    assert said[2] == f"{math.sqrt(64):.0f}"
    assert said[5] == f"{math.sqrt(512) / math.sqrt(512):.0f}"


# ── heads ───────────────────────────────────────────────────────────────────────────────


def trained(width: int, heads: int) -> int:
    """Count the weights and biases of q, k and v of every head, and of what mixes them."""
    each = width // heads
    return heads * 3 * (width * each + each) + width * width + width


def test_heads() -> None:
    said = answers("heads")
    assert (said[0] == "as many as before") is (trained(64, 4) == trained(64, 1) == 16_640)
    sentence = "the cat sat on the mat and the dog sat"
    assert said[1] == str(sentence.count(" ") + 1)
    assert said[2] == f"{shares((8, 8) + (0,) * 8)[0]:.2f}"  # two match alike, the rest hardly
    assert said[4] == "the same"  # heads do not read each other


# ── receptive-field: news is handed on, layer by layer ──────────────────────────────────


def heard(reaches: Sequence[Sequence[int]]) -> Counter[int]:
    """Count the ways from each place to place 0, through layers that look at these offsets."""
    ways = Counter({0: 1})
    for offsets in reaches:
        ways = sum(
            (Counter({place + by: times for place, times in ways.items()}) for by in offsets),
            Counter(),
        )
    return ways


def layers_for(distance: int, dilated: bool = False) -> int:
    """Layers of width 3 until one output has heard of two places this far apart."""
    wide, layers = 0, 0
    while wide < distance:
        wide += 2 * (2**layers if dilated else 1)
        layers += 1
    return layers


def test_receptive_field() -> None:
    ways = heard([(-1, 0, 1)] * 3)
    said = answers("receptive-field")
    assert said[0] == len(ways)
    assert said[1] == f"1 in {sum(ways.values()) // ways[-3]}"
    assert said[2] == str(layers_for(1023))
    assert said[3] == str(layers_for(1023, dilated=True))
    assert said[4] == "1023"  # one place a step
    assert said[5] == "as many"  # in one layer, at any distance
    known = {5}
    for _ in range(12):
        known = {earlier for place in known for earlier in range(place + 1)}
    assert said[6] == ("as many" if len(known) == len(range(6)) else "more")


# ── scaling: who looks at whom, counted pair by pair ────────────────────────────────────

LENGTH = 1024


def layers_until_all(near: int, every: int | None) -> int:
    """Layers until the farthest of all places have heard of each other, by a flood."""
    steps = [by for by in range(1, LENGTH) if by <= near or (every and by % every == 0)]
    known, layers = {0}, 0
    while len(known) < LENGTH:
        known |= {p + s * by for p in known for by in steps for s in (-1, 1)} & set(range(LENGTH))
        layers += 1
    return layers


def test_scaling() -> None:
    said = answers("scaling")
    assert said[0] == f"{2048**2 // 10**6} million"
    width = 768
    attention, rest = 4 * LENGTH**2 * width, 24 * LENGTH * width**2
    assert said[1] == f"{100 * attention / (attention + rest):.0f} %"
    assert said[2] == str(24 * 1536**2 // (4 * 1536))
    assert said[3] == f"{12 * 12 * 32768**2 * 4 / 1e9:.0f} GB"
    assert said[4] == str(layers_until_all(8, None))
    assert said[5] == str(layers_until_all(32, 32))
    assert said[6] == "the same"  # 17 scores for each token, but for the few at the ends


# ── positions: hands of a clock ─────────────────────────────────────────────────────────


def likeness(distance: int, numbers: int = 32, base: float = 10_000) -> float:
    """What two places have in common: the cosine of the angle between each pair of hands."""
    return math.fsum(math.cos(distance * base ** (-i / numbers)) for i in range(0, numbers, 2))


def test_positions() -> None:
    said = answers("positions")
    assert said[:2] == ["no", "yes"]  # sets have no order; but the first sees one word only
    assert said[2] == f"{math.sin(1 / 100):.2f}"
    assert said[3] == f"{likeness(3):.2f}"
    assert said[4] == ("the one 6 away" if likeness(6) > likeness(4) else "the one 4 away")
    assert said[5] == ("larger" if likeness(60, base=10) > likeness(60) else "smaller")
    assert likeness(44, numbers=2) > 0.99


# ── tokenizer ───────────────────────────────────────────────────────────────────────────

TEXT = ["low"] * 5 + ["lower"] * 2 + ["newest"] * 6 + ["widest"] * 3


def pairs(words: Sequence[Sequence[str]]) -> Counter[tuple[str, str]]:
    return Counter(pair for word in words for pair in pairwise(word))


def merged(word: Sequence[str], pair: tuple[str, str]) -> list[str]:
    made: list[str] = []
    for piece in word:
        if made and (made[-1], piece) == pair:
            made[-1:] = [made[-1] + piece + "\0"]  # not to be merged again in this pass
        else:
            made.append(piece)
    return [piece.replace("\0", "") for piece in made]


def spelled(word: str) -> list[str]:
    return [*word, "</w>"]


def test_tokenizer() -> None:
    words, sample = [spelled(word) for word in TEXT], spelled("lowest")
    most: list[tuple[tuple[str, str], int]] = []
    written: list[int] = [len(sample)]
    while pairs(words):
        most.append(pairs(words).most_common(1)[0])  # among equals, the one seen first
        words = [merged(word, most[-1][0]) for word in words]
        sample = merged(sample, most[-1][0])
        written.append(len(sample))
    said = answers("tokenizer")
    assert said[0] == " + ".join(most[0][0])
    assert said[1] == " + ".join(most[1][0])
    assert said[2] == str(written[5])
    assert said[3] == str(len("aaaaa") // 2)
    assert said[4] == "it is lost" and "ö" not in "".join(TEXT)
    assert said[5] == "more" and len("ö".encode()) == 2
    assert said[6] == str(most[14][1]) and len(most) == 15
