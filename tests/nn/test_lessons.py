"""The tasks a model is taught: what they ask can be worked out by hand, and is."""

import math

import numpy as np
import pytest

from tui_transformer.nn.gpt import UNASKED
from tui_transformer.nn.made_up.lessons import DIGITS, LETTERS, MODULUS, lesson, letters_alone

RNG = np.random.default_rng


@pytest.mark.parametrize("context", [8, 12, 32, 64])
def test_induction_asks_only_what_has_been_seen_before(context: int) -> None:
    tokens, targets = lesson("induction", context).draw(RNG(0), 50)
    assert tokens.shape == targets.shape == (50, context)
    for row, wanted in zip(tokens.tolist(), targets.tolist(), strict=True):
        asked = [i for i, target in enumerate(wanted) if target != UNASKED]
        period = asked[0]
        assert asked == list(range(period, context))
        assert max(context // 4, 2) <= period <= context // 2
        for i in asked:
            assert row[i] == row[i - period]
            assert wanted[i] == row[i - period + 1]


def test_the_probe_of_induction_has_one_twin_for_every_letter() -> None:
    one = lesson("induction", 32)
    row = one.probe[0][0].tolist()
    assert sorted(row[:16]) == sorted(row[16:]) == list(range(16))
    for i in range(32):
        keys = np.flatnonzero(one.aims[i]).tolist()
        assert keys == ([i - 15] if i >= 16 else [])
        if keys:
            assert row[keys[0]] == one.probe[1][0, i]


def test_knowing_the_letters_alone_costs_their_entropy() -> None:
    first = np.array([[0, 1, 0, 1, 0]]), np.array([[-1, -1, 1, 0, 1]])
    assert letters_alone(first) == pytest.approx(math.log(2))
    uneven = -(3 * math.log(3 / 4) + math.log(1 / 4)) / 4
    second = np.array([[0, 0, 0, 1, 0, 0]]), np.array([[-1, -1, -1, -1, 0, 0]])
    assert letters_alone(second) == pytest.approx(uneven)
    assert letters_alone(lesson("induction", 32).check) < lesson("induction", 32).chance


@pytest.mark.parametrize(("task", "answer"), [("copy", lambda x: x), ("sort", sorted)])
def test_copy_and_sort_ask_for_the_answer(task: str, answer: object) -> None:
    one = lesson(task, 16)
    tokens, targets = one.draw(RNG(1), 30)
    mark = len(one.symbols) - 1
    for row, wanted in zip(tokens.tolist(), targets.tolist(), strict=True):
        assert row[8] == mark
        assert wanted[:8] == [UNASKED] * 8
        assert wanted[8:] == list(answer(row[:8]))
        assert row[9:] == wanted[8:-1]
    for place in np.flatnonzero(one.asked):
        keys = np.flatnonzero(one.aims[place])
        assert len(keys)
        assert {int(one.probe[0][0, k]) for k in keys} == {int(one.probe[1][0, place])}
    if task == "copy":
        assert all(np.flatnonzero(one.aims[8 + i]).tolist() == [i] for i in range(8))


def test_sums_modulo_twenty_three() -> None:
    one = lesson("modular-addition", 32)
    assert one.t == 3
    tokens, targets = one.draw(RNG(2), 400)
    assert np.all((tokens[:, 0] + tokens[:, 1]) % MODULUS == targets[:, 2])
    shown = {tuple(row) for row in tokens.tolist()}
    hidden = {tuple(row) for row in one.check[0].tolist()}
    assert not shown & hidden
    assert 0.2 < len(hidden) / MODULUS**2 < 0.4
    assert {(b, a, mark) for a, b, mark in hidden} == hidden
    assert np.flatnonzero(one.aims[2]).tolist() == [0, 1]


def test_a_text_is_asked_character_by_character() -> None:
    text = "the cat sat on the mat, and the dog sat on the cat." * 3
    one = lesson("own-text", 8, text)
    tokens, targets = one.draw(RNG(3), 20)
    shown = text[: -len(text) // 5]
    for row, wanted in zip(tokens, targets, strict=True):
        given = "".join(one.symbols[i] for i in row)
        following = "".join(one.symbols[i] for i in wanted)
        assert given[1:] == following[:-1]
        assert given + following[-1] in shown
    assert one.chance == math.log(len(set(text)))
    end = "".join(one.symbols[i] for i in one.check[0][-1]) + one.symbols[one.check[1][-1, -1]]
    assert text.endswith(end)


@pytest.mark.parametrize("length", [20, 21, 24, 25, 29, 30, 99, 100, 101])
def test_short_texts_are_still_lessons(length: int) -> None:
    text = ("abcde fghij " * 20)[:length]
    one = lesson("own-text", 64, text)
    tokens, targets = one.draw(RNG(4), 10)
    assert tokens.shape == targets.shape == (10, one.t)
    assert one.t >= 1
    assert one.check[0].shape[1] == one.t


@pytest.mark.parametrize(
    ("task", "choices"), [("induction", LETTERS), ("copy", LETTERS), ("sort", DIGITS)]
)
def test_chance_is_an_even_guess(task: str, choices: tuple[str, ...]) -> None:
    assert lesson(task, 16).chance == pytest.approx(-math.log(1 / len(choices)))


def test_rare_characters_of_a_text_share_a_token() -> None:
    text = "".join(chr(0x4E00 + i) for i in range(3000)) + "abc" * 100
    one = lesson("own-text", 8, text)
    assert len(one.symbols) == 101
    assert {"a", "b", "c", "□"} <= set(one.symbols)
