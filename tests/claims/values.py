"""What `values` claims."""

import math
import re

import numpy as np

from tests.claims.book import Claims, State, close, opened, shown
from tests.claims.plain_attention import is_share, mixed, shares

WORDS, PARTS = ["river", "bank", "money"], ["water", "finance"]
OPENING = [[4, 0], [1, 1], [0, 4]]
values = Claims(
    "values",
    examples=(
        "tfx values scores=0,0,-5",
        "tfx values scores=0,3,3",
        "tfx values scores=1,0,1 values=1,2;3,4;-5,5",
        "tfx values scores=-5,-5,5 context=both",
        "tfx values scores=5,-5,5 context=money values=-5,5;5,5;5,-5",
        "tfx values scores=-5,-5,5",
        "tfx values values=1e-9,0;0,0;0,1e-9",
    ),
)


def word_scores(s: State) -> list[float]:
    """Which score river, bank and money get: the topic the first, bank itself the second."""
    first, itself, other = s.controls.scores
    return {
        "river": [first, itself, other],
        "money": [other, itself, first],
        "both": [first, itself, first],
    }[s.controls.context]


def weights(s: State) -> list[float]:
    """The softmax of the words' scores."""
    return shares(word_scores(s))


def output(s: State) -> list[float]:
    """The weighted sum of the values."""
    return mixed(weights(s), s.controls.values)


def placed(text: str, point: list[float]) -> None:
    """See that a text is a point in brackets."""
    parts = re.fullmatch(r"\((.*), (.*)\)", text)
    assert parts, text
    for part, x in zip(parts.groups(), point, strict=True):
        shown(part, round(x, 9))


def outside(point: list[float], corners: list[list[float]]) -> float:
    """How far a point is from the hull of some points: the deepest of all half-planes around it.

    In every direction, how much further the point lies than the furthest corner; a distance to
    a convex set is the largest of these (its support function), here over 7,200 directions.
    """
    turn = np.linspace(0, 2 * np.pi, 7201)
    ways = np.stack([np.cos(turn), np.sin(turn)])
    return max(0.0, float(np.max(point @ ways - np.max(np.asarray(corners) @ ways, axis=0))))


# ── values ─────────────────────────────────────────────────────────────────────────────


@values.oracle("word_scores", "weights")
def scores_and_weights(s: State) -> None:
    assert s.values.word_scores == word_scores(s)
    close(s.values.weights, weights(s))
    assert math.isclose(math.fsum(s.values.weights), 1, rel_tol=1e-14)
    table = s.tables("Weights", "From which score")
    for j, word in enumerate(WORDS):
        w = table[word]["w"]
        is_share(w, word_scores(s), j) if isinstance(w, str) else close(w, weights(s)[j])
        assert table[word]["score"] == word_scores(s)[j]
        place = ("topic", "itself", "other").index(table[word]["which"])
        assert s.controls.scores[place] == word_scores(s)[j]
    assert table["sum"]["w"] == 1


@values.oracle("contributions", "output")
def rows_that_add_up(s: State) -> None:
    rows = [[w * x for x in value] for w, value in zip(weights(s), s.controls.values, strict=True)]
    close(s.values.contributions, rows)
    close(s.values.output, output(s), least=1e-14)
    table = s.table("Weight × value, added up")
    for j, word in enumerate(WORDS):
        close([table[word][f"w·{part}"] for part in PARTS], rows[j])
    close([table["sum"][f"w·{part}"] for part in PARTS], output(s), least=1e-14)
    doubled = s.tables("Linear in the values", "Not in the scores")
    steeper = mixed(shares([2 * x for x in word_scores(s)]), s.controls.values)
    for i, part in enumerate(PARTS):
        close(doubled[part]["now"], output(s)[i], least=1e-14)
        assert doubled[part]["2·now"] == doubled[part]["2·value"]
        close(doubled[part]["2·value"], 2 * output(s)[i], least=1e-14)
        close(doubled[part]["2·score"], steeper[i], least=1e-14)


@values.oracle("inside_hull")
def never_outside(s: State) -> None:
    assert s.values.inside_hull is True
    assert outside(s.values.output, s.controls.values) < 1e-12


# ── sentences ──────────────────────────────────────────────────────────────────────────


def heaviest(s: State, word: str, share: str) -> None:
    """See that a sentence names the one word that weighs most, and its weight."""
    j = WORDS.index(word)
    assert word_scores(s)[j] == max(word_scores(s))
    shown(share, weights(s)[j])
    assert s.values.inside_hull


@values.says("{word} weighs {share}: bank moves to {at}.")
def moves(s: State, word: str, share: str, at: str) -> None:
    heaviest(s, word, share)
    placed(at, output(s))


@values.says("{one} and {two}: {share} each, {rest}: {left}; output {at}.")
def two_pull(s: State, one: str, two: str, share: str, rest: str, left: str, at: str) -> None:
    heaviest(s, one, share)
    heaviest(s, two, share)
    assert {one, two, rest} == set(WORDS)
    shown(left, weights(s)[WORDS.index(rest)])
    placed(at, output(s))


@values.says("All weigh 1/3: bank becomes the average of the values, {at}.")
def all_alike(s: State, at: str) -> None:
    assert len(set(word_scores(s))) == 1
    placed(at, [math.fsum(x) / 3 for x in zip(*s.controls.values, strict=True)])


@values.says("The hull is one point: whatever the scores, bank is {at}.")
def one_point(s: State, at: str) -> None:
    first, *others = s.controls.values
    assert all(value == first for value in others)
    placed(at, first)
    close(opened(f"{s.link} scores=3,-2,1").values.output, output(s))


# ── tasks ──────────────────────────────────────────────────────────────────────────────


@values.says(
    "{word} weighs {share}: bank comes to {off} from its corner, and is still in the hull."
)
def near_a_corner(s: State, word: str, share: str, off: str) -> None:
    heaviest(s, word, share)
    assert weights(s)[WORDS.index(word)] > 0.95
    shown(off, round(math.dist(output(s), s.controls.values[WORDS.index(word)]), 9))


@values.says(
    "river weighs {river}, money {money}, bank itself {bank}: bank is at {at}, near (2, 2)."
)
def halfway(s: State, river: str, money: str, bank: str, at: str) -> None:
    for text, w in zip((river, bank, money), weights(s), strict=True):
        shown(text, w)
    placed(at, output(s))
    assert s.controls.values == OPENING
    assert math.dist(output(s), np.mean([OPENING[0], OPENING[2]], axis=0)) < 0.1


@values.says("{at} is {far} outside the old triangle and in the new one: a value has moved.")
def a_value_moved(s: State, at: str, far: str) -> None:
    placed(at, output(s))
    true = outside(output(s), OPENING)
    assert true > 0.499 and s.controls.values != OPENING
    assert math.isclose(float(far), true, rel_tol=0.006)
    assert outside(output(s), s.controls.values) < 1e-12


# ── the explanation ────────────────────────────────────────────────────────────────────


@values.tells("a list of numbers; here two, so that it is a point in a plane.")
@values.tells("for three of them, a triangle.")
def a_triangle_in_a_plane() -> None:
    s = opened("tfx values")
    assert np.shape(s.controls.values) == (3, 2)
    assert np.shape(s.values.output) == (2,)


@values.tells("The weights are positive and add up to 1, so the output is a *mixture*.")
def a_mixture() -> None:
    rng = np.random.default_rng(0)
    for _ in range(100):
        scores = ",".join(map(str, rng.uniform(-5, 5, 3)))
        w = opened(f"tfx values scores={scores}").values.weights
        assert min(w) > 0 and math.isclose(math.fsum(w), 1)


@values.tells(
    "the second to bank itself, the third to the word off the topic. Push a score as far as it "
    "goes: the point nears a corner or an edge and never gets past."
)
def as_far_as_it_goes() -> None:
    for j, scores in enumerate(("5,0,0", "0,5,0", "0,0,5")):
        out = opened(f"tfx values scores={scores}").values.output
        assert 0 < math.dist(out, OPENING[j]) < 0.1
        both = opened(f"tfx values context=both scores={scores}").values.output
        assert outside(both, OPENING) < 1e-12
    out = opened("tfx values context=both scores=5,0,0").values.output
    assert math.isclose(out[0], out[1]) and 0 < 4 - sum(out) < 0.02


@values.tells(
    "It is linear in the values: double them all and the output doubles exactly. In the scores "
    "it is not"
)
def doubled() -> None:
    one = opened("tfx values values=2,0;0.5,0.5;0,2").values.output
    assert opened("tfx values").values.output == [2 * x for x in one]
    more = opened("tfx values scores=4,0,0").values.output
    assert not np.allclose(more, np.multiply(2, opened("tfx values").values.output), atol=0.5)
