"""What `library` claims."""

import math
from fractions import Fraction

import numpy as np

from tests.claims.book import Claims, State, close, opened, shown
from tests.claims.once import once
from tests.claims.plain_attention import dot, is_share, mixed, shares

TITLES = ["Whale Songs", "Star Atlas", "Fish Soups", "Night Sailor", "Daily Bread", "Moon & Tide"]
PARTS = ["facts", "stories", "pictures"]
library = Claims(
    "library",
    examples=(
        "tfx library lookup=hard query=0.5,0.5,0.5 "
        "shelf=0.9,0.1,0.1;0,1,0;0.6,0.2,0.8;0.8,0.7,0.1;0,0,1;0.5,0.8,0",
        "tfx library swap_values=on lookup=hard query=0,0,1",
        "tfx library query=0.01,0,0",
        "tfx library query=0.5,0.5,0.5 shelf=1,0,0;0,1,0;0,0,1;0,0,0;0,0,0;1,1,0 temperature=10",
        "tfx library query=0,0,0 lookup=hard",
        "tfx library query=1,1,1 shelf=1,1,1;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0 temperature=0.01",
    ),
)


@once
def exact_scores(s: State) -> list[Fraction]:
    """The dot products of the decimals as they are typed."""
    c = s.controls
    q = [Fraction(repr(x)) for x in c.query]
    return [
        sum((x * Fraction(repr(y)) for x, y in zip(q, key, strict=True)), Fraction())
        for key in c.shelf
    ]


@once
def scaled(s: State) -> list[float]:
    """What softmax gets, s/T."""
    return [float(x / Fraction(repr(s.controls.temperature))) for x in exact_scores(s)]


def first_best(s: State) -> int:
    """The book that fits best, the first of equals."""
    scores = exact_scores(s)
    return scores.index(max(scores))


@once
def expected(s: State) -> list[float]:
    """How much each book gives."""
    if s.controls.lookup == "hard":
        return [float(j == first_best(s)) for j in range(6)]
    return shares(scaled(s))


def carried(s: State, swapped: bool) -> list[float]:
    """What is carried home by these weights, with the contents of two books traded or not."""
    order = [0, 1, 2, 4, 3, 5] if swapped else range(6)
    return mixed(expected(s), [s.controls.contents[j] for j in order])


def lead(s: State) -> float:
    """How much more the best scores than the next."""
    *_, second, first = sorted(exact_scores(s))
    return float(first - second)


# ── values ─────────────────────────────────────────────────────────────────────────────


@library.oracle("scores", "pick")
def scores(s: State) -> None:
    assert s.values.scores == list(map(float, exact_scores(s)))
    assert s.values.pick == TITLES[first_best(s)]


@library.oracle("weights")
def weights(s: State) -> None:
    close(s.values.weights, expected(s))
    assert math.isclose(math.fsum(s.values.weights), 1, rel_tol=1e-12)
    (table,) = (p for p in s.figure.panels if p.title.startswith("Six books answer"))
    steps = s.table("Scores over T")
    for j, row in enumerate(table.rows):
        name, bar, weight, score, *content = (cell.content for cell in row)
        divided = steps[name]["s/T"]
        assert name.removesuffix(" ⇄") == TITLES[j]
        assert name.endswith("⇄") == (s.controls.swap_values and j in (3, 4))
        assert math.isclose(bar.value, expected(s)[j], rel_tol=1e-9)
        if isinstance(weight, str):
            is_share(weight, scaled(s), j)
        else:
            assert math.isclose(weight, expected(s)[j], rel_tol=1e-9)
        close([score, divided], [float(exact_scores(s)[j]), scaled(s)[j]])
        held = {3: 4, 4: 3}.get(j, j) if s.controls.swap_values else j
        assert content == s.controls.contents[held]


@library.oracle("content", "average")
def content(s: State) -> None:
    swapped = s.controls.swap_values
    close(s.values.content, carried(s, swapped), least=1e-15)
    close(s.values.average, [math.fsum(x) / 6 for x in zip(*s.controls.contents, strict=True)])
    home = s.table("What you carry home")
    close([home[part]["now"] for part in PARTS], s.values.content)
    close([home[part]["if ⇄"] for part in PARTS], carried(s, not swapped), least=1e-15)
    close([home[part]["mean"] for part in PARTS], s.values.average)


# ── sentences ──────────────────────────────────────────────────────────────────────────


def moved(s: State, part: str, before: str, now: str) -> None:
    """See that a sentence names the part that the swap moved most."""
    old, new = carried(s, False), carried(s, True)
    at = PARTS.index(part)
    moves = np.abs(np.subtract(new, old))
    assert moves[at] >= max(moves) - 1e-12
    shown(before, old[at])
    shown(now, new[at])


@library.says("Contents swapped: {part} {before} → {now}.")
def swapped(s: State, part: str, before: str, now: str) -> None:
    assert s.controls.swap_values
    moved(s, part, before, now)
    typed = s.link.replace("swap_values=on", "swap_values=off")
    assert opened(typed).values.weights == s.values.weights


@library.says("Hard: {pick}, the best fit, gives everything.")
def hard(s: State, pick: str) -> None:
    assert pick == TITLES[first_best(s)]
    assert lead(s) > 0
    for other in ("0.01", "100"):
        assert opened(f"{s.link} temperature={other}").values.weights == expected(s)


@library.says("Hard: {pick}, the first of {count} equals, gives everything.")
def hard_tie(s: State, pick: str, count: str) -> None:
    assert pick == TITLES[first_best(s)]
    assert exact_scores(s).count(max(exact_scores(s))) == int(count) > 1
    assert expected(s) == s.values.weights


@library.says("All six fit equally well: each gives 1/6.")
def all_six(s: State) -> None:
    assert len(set(exact_scores(s))) == 1
    for t in ("0.01", "1", "100"):
        close(opened(f"{s.link} temperature={t}").values.weights, [1 / 6] * 6)


@library.says("{count} books fit best: each gives {share}.")
def tie(s: State, count: str, share: str) -> None:
    assert int(count) == exact_scores(s).count(max(exact_scores(s)))
    is_share(share, scaled(s), first_best(s))


@library.says("T = {t}: {pick} gives {share} of it all.")
def dictionary(s: State, t: str, pick: str, share: str) -> None:
    shown(t, s.controls.temperature)
    assert pick == TITLES[first_best(s)]
    is_share(share, scaled(s), first_best(s))
    assert expected(s)[first_best(s)] > 0.99


@library.says("T = {t}: all s/T within {apart}, each gives about 1/6.")
def average(s: State, t: str, apart: str) -> None:
    shown(t, s.controls.temperature)
    shown(apart, max(scaled(s)) - min(scaled(s)))
    assert max(abs(w - 1 / 6) for w in expected(s)) < 0.01


@library.says("{pick} fits best and gives {share}.")
def blend(s: State, pick: str, share: str) -> None:
    assert pick == TITLES[first_best(s)]
    assert lead(s) > 0 and min(s.values.weights) > 0
    is_share(share, scaled(s), first_best(s))


# ── tasks ──────────────────────────────────────────────────────────────────────────────


@library.says("The lead of {by}, divided by T = {t}, is {z}: {pick} gives {share}.")
def cold(s: State, by: str, t: str, z: str, pick: str, share: str) -> None:
    shown(by, lead(s))
    shown(z, lead(s) / s.controls.temperature)
    dictionary(s, t, pick, share)


@library.says("You carry home {part} {before} → {now}; the cards are the same, and every weight.")
def other_contents(s: State, part: str, before: str, now: str) -> None:
    swapped(s, part, before, now)
    assert max(np.abs(np.subtract(carried(s, True), carried(s, False)))) >= 0.05


@library.says("Scores {apart} apart, divided by T, give weights from {least} to {most}.")
def levelled(s: State, apart: str, least: str, most: str) -> None:
    scores = exact_scores(s)
    shown(apart, float(max(scores) - min(scores)))
    assert max(scores) - min(scores) > 0.1
    shown(least, min(expected(s)))
    shown(most, max(expected(s)))
    assert 1 / 6 - 0.002 < min(expected(s)) < max(expected(s)) < 1 / 6 + 0.002


@library.says(
    "Daily Bread scores {score}, {by} more than the next; it gives {share} of what you carry home."
)
def bread(s: State, score: str, by: str, share: str) -> None:
    assert first_best(s) == 4
    shown(score, float(exact_scores(s)[4]))
    shown(by, lead(s))
    assert lead(s) > 0
    is_share(share, scaled(s), 4)
    assert s.controls.shelf == opened("tfx library").controls.shelf


# ── the explanation ────────────────────────────────────────────────────────────────────


@library.tells("three numbers, how much you want of sea, sky and food.")
@library.tells("Every book has a card in the catalogue with the same three numbers: its **key**.")
@library.tells("A wish meets six catalogue cards; what you carry home is what is inside.")
def three_numbers_six_cards() -> None:
    s = opened("tfx library")
    assert np.shape(s.controls.query) == (3,)
    assert np.shape(s.controls.shelf) == (6, 3)
    (cards,) = (p for p in s.figure.panels if "cards" in p.title)
    assert cards.columns == ("sea", "sky", "food")
    close(s.values.content, mixed(s.values.weights, s.controls.contents))
    # Each book's value is its shares of facts, stories and pictures.
    close([math.fsum(book) for book in s.controls.contents], [1] * 6)


@library.tells("How well a card fits is the [dot product](dot-product) of the two.")
def the_two() -> None:
    s = opened("tfx library query=0.3,0.2,0.9")
    close(s.values.scores, [dot(s.controls.query, key) for key in s.controls.shelf])


@library.tells(
    "turns all fits into weights that add up to 1, and you carry home a blend, a bit of every book."
)
def all_give() -> None:
    for query in ("1,0.5,0", "0,0,1", "0,0,0"):
        weights = opened(f"tfx library query={query}").values.weights
        assert math.isclose(math.fsum(weights), 1) and min(weights) > 0


@library.tells(
    "In a transformer all three are computed from the same word, by three different matrices"
)
def three_matrices() -> None:
    drawn = opened("tfx self-attention weights=random")
    queries, keys, values = drawn.values.q, drawn.values.k, drawn.values.v
    x, n = len(drawn.values.tokens), np.shape(queries)[1]
    assert np.shape(queries) == np.shape(keys) == np.shape(values) == (x, n)
    assert queries != keys != values != queries
