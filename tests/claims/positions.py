"""What `positions` claims: its sentences and its explanation."""

import math

import numpy as np

from tests.claims.book import State, close, opened, read, shown
from tests.claims.positions_values import (
    encoding,
    gaps,
    layers,
    partners,
    positions,
    product,
    rate,
    turned,
    words,
)


def gap(s: State, text: str) -> None:
    """See that a number is the most by which any output differs, or rounding alone."""
    true = max(map(max, gaps(s)))
    if true < 1e-12:
        assert read(text) < 1e-12
    else:
        shown(text, true)


def folded(s: State) -> list[list[str]]:
    return [[word.casefold() for word in order] for order in words(s)]


def reordered(s: State) -> bool:
    one, two = folded(s)
    return sorted(one) == sorted(two) and one != two


def scores(s: State, p: int, j: int) -> float:
    """What place p scores with place j: encodings, or the first word's q and k turned there."""
    if s.controls.scheme == "rotary":
        first = layers(s)[0]
        return product(turned(s, first.q[0], p), turned(s, first.k[0], j))
    return product(encoding(s, p), encoding(s, j))


# ── sentences ──────────────────────────────────────────────────────────────────────────


def noted(s: State, note: str) -> None:
    """See that a note before the sentence is needed, and true."""
    typed = [text.split() for text in (s.controls.sentence, s.controls.shuffled)]
    if note == "Nothing is typed; ∅ stands for it.":
        assert not typed[0]
    else:
        assert note == "Only the first 256 words are used."
        assert max(map(len, typed)) > 256 == len(layers(s)[0].output)


@positions.says("{note} No word in common.")
def none_in_common(s: State, note: str) -> None:
    noted(s, note)
    nothing_in_common(s)


@positions.says("No word in common, so no gap; empty `shuffled` to read yours backwards.")
def nothing_in_common(s: State) -> None:
    assert not set(folded(s)[0]) & set(folded(s)[1])
    assert s.values.order_difference is None


@positions.says("{note} Not the same words (gap {text}).")
def other_words_noted(s: State, note: str, text: str) -> None:
    noted(s, note)
    other_words(s, text)


@positions.says("Not the same words (gap {text}); empty `shuffled` to read yours backwards.")
def other_words(s: State, text: str) -> None:
    assert sorted(folded(s)[0]) != sorted(folded(s)[1])
    gap(s, text)


@positions.says("{note} Both sentences are in the same order.")
def same_order_noted(s: State, note: str) -> None:
    noted(s, note)
    same_order(s)


@positions.says("Both sentences are in the same order: their outputs cannot differ.")
def same_order(s: State) -> None:
    assert folded(s)[0] == folded(s)[1]
    assert s.values.order_difference == 0


@positions.says("{note} The mask alone tells order (gap {text}).")
def mask_noted(s: State, note: str, text: str) -> None:
    noted(s, note)
    mask(s, text)


@positions.says("The causal mask alone tells order: outputs move by up to {text}.")
def mask(s: State, text: str) -> None:
    assert (s.controls.scheme, s.controls.causal) == ("none", True)
    assert reordered(s)
    gap(s, text)


@positions.says("{note} No order seen: the same outputs.")
def no_order_noted(s: State, note: str) -> None:
    noted(s, note)
    no_order(s, "1e-13")


@positions.says("No order seen: each word gets the same output in both, within {text}.")
def no_order(s: State, text: str) -> None:
    assert reordered(s)
    assert max(map(max, gaps(s))) < 1e-12
    gap(s, text)


@positions.says("{note} Order moves outputs by up to {text}.")
def order_moves_noted(s: State, note: str, text: str) -> None:
    noted(s, note)
    order_moves(s, text)


def order_moves(s: State, text: str) -> None:
    """See that the orders differ, and by how much the outputs."""
    assert reordered(s)
    gap(s, text)


@positions.says("The two places score {score}; order moves outputs by up to {text}.")
def two_places(s: State, score: str, text: str) -> None:
    assert s.controls.length == 2
    shown(score, scores(s, 0, 1))
    order_moves(s, text)


@positions.says("PE({p})·PE({j}) = {score}; order moves outputs by up to {text}.")
def neighbours(s: State, p: str, j: str, score: str, text: str) -> None:
    assert s.controls.scheme == "sinusoidal"
    as_anywhere(s, p, j, score)
    order_moves(s, text)


@positions.says(
    "Places {p}·{j} score {score} and {a}·{b} score {other}; order moves outputs by up to {text}."
)
def learned_neighbours(
    s: State, p: str, j: str, score: str, a: str, b: str, other: str, text: str
) -> None:
    assert s.controls.scheme == "learned"
    for one, two, number in ((p, j, score), (a, b, other)):
        assert int(two) - int(one) == 1
        shown(number, scores(s, int(one), int(two)))
    order_moves(s, text)


def as_anywhere(s: State, p: str, j: str, score: str) -> None:
    """See that two neighbours score what two others do, and that the screen has that score."""
    assert int(j) - int(p) == 1
    assert s.controls.position in (int(p), int(j))
    shown(score, scores(s, int(p), int(j)))
    shown(score, scores(s, 0, 1))
    titles = ("Same distance k, same score", f"q·k of “{words(s)[0][0][:12]}”, k places apart")
    table = next(p for p in s.figure.panels if p.title in titles)
    for cell in table.rows[1][1:]:
        if not isinstance(cell.content, str):
            shown(score, cell.content)


@positions.says("q·k at {p}, {j} is {score}; order moves outputs by up to {text}.")
def turned_neighbours(s: State, p: str, j: str, score: str, text: str) -> None:
    assert s.controls.scheme == "rotary"
    as_anywhere(s, p, j, score)
    order_moves(s, text)


@positions.says(
    "No word's output moved by more than {text}: to the layer both are one bag of words."
)
def one_bag(s: State, text: str) -> None:
    assert not s.controls.causal
    no_order(s, text)


@positions.says(
    "“{word}” sees {here} of the words in this order, {there} in the other; it moved by {text}."
)
def behind_the_mask(s: State, word: str, here: str, there: str, text: str) -> None:
    assert s.controls.causal
    assert s.controls.scheme == "none"
    largest = [max(one) if i != j else -1 for one, (i, j) in zip(gaps(s), partners(s), strict=True)]
    i, j = partners(s)[largest.index(max(largest))]
    assert here != there
    assert words(s)[0][i][:12] == word
    seen = [int(np.sum(one.weights[p] > 0)) for one, p in zip(layers(s), (i, j), strict=True)]
    assert seen == [int(here), int(there)]
    shown(text, max(largest))


@positions.says(
    "Place {far} scores {score} of {itself}: {k} places on, each wave is about where it was."
)
def again(s: State, far: str, score: str, itself: str, k: str) -> None:
    p, j = s.controls.position, int(far)
    own = encoding(s, p)
    shown(score, product(own, encoding(s, j)))
    shown(itself, product(own, own))
    assert abs(p - j) == int(k) >= 40
    assert product(own, encoding(s, j)) > 0.999 * product(own, own)
    for pair in range(s.controls.d_model // 2):
        assert math.cos(int(k) * rate(s, pair)) > 1 - 0.001 * s.controls.d_model / 2


# ── the explanation ────────────────────────────────────────────────────────────────────


@positions.tells("d numbers from d/2 waves of different length")
def waves() -> None:
    for d in (2, 8, 32):
        values = opened(f"tfx positions d_model={d}").values
        assert len(values.encoding[0]) == d
        assert len(set(values.wavelengths)) == d // 2


@positions.tells(
    "the [dot product](dot-product) of two places is Σ cos(k·θ), where k is how far apart they are."
)
def only_the_distance() -> None:
    s = opened("tfx positions length=64")
    for p, j in ((0, 0), (3, 9), (40, 46), (5, 63)):
        true = math.fsum(math.cos((j - p) * rate(s, i)) for i in range(16))
        close(product(s.values.encoding[p], s.values.encoding[j]), true)


@positions.tells(
    "neighbours came out alike, equal distances only nearly score alike, and after place 63 "
    "there is nothing."
)
def a_learned_table() -> None:
    s = opened("tfx positions scheme=learned length=66 d_model=76")
    rows = np.array(s.values.encoding)
    lengths = np.sqrt(np.sum(rows * rows, axis=1))
    assert not lengths[64:].any() and lengths[:64].all()
    alike = (rows[:64] @ rows[:64].T) / np.outer(lengths[:64], lengths[:64])
    near, far = np.diagonal(alike, 1), np.diagonal(alike, 32)
    assert np.median(near) > 0.9 > 0.5 > np.median(far)
    products = [product(rows[p].tolist(), rows[p + 3].tolist()) for p in (5, 20, 40)]
    assert len({round(x, 3) for x in products}) == 3


@positions.tells("one layer with random weights reads the same words in two orders.")
def two_orders() -> None:
    s = opened("tfx positions")
    maps = [p for p in s.figure.panels if p.title.startswith("Attention, ")]
    assert [sorted(p.rows) for p in maps] == [sorted(words(s)[0])] * 2
    assert maps[0].rows != maps[1].rows


@positions.tells("that without positions the two sentences come out identical.")
def permuted() -> None:
    s = opened("tfx positions scheme=none")
    one, two = (layer.output for layer in layers(s))
    assert not np.allclose(one, two, atol=0.01)
    for i, j in partners(s):
        close(one[i], two[j])
