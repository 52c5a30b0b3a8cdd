"""The control that holds a word over a small alphabet."""

from dataclasses import dataclass

import numpy as np
import pytest

from tui_transformer.controls import BadValue, Letters, letters
from tui_transformer.model import Model


@dataclass(frozen=True, eq=False)
class Word(Model):
    word: str = letters("CAB", "ABC", help="Three letters.")
    other: str = letters("xy", "uvwxyz", length=(1, 4), help="One to four letters.")


def control(name) -> Letters:
    return Word.controls()[name]


def test_what_is_typed_is_read_whatever_its_case_and_space():
    assert Word().parsed({"word": " abc "}).word == "ABC"
    assert Word().parsed({"other": "zz"}).other == "zz"


@pytest.mark.parametrize(("name", "typed", "sentence"), [
    ("word", "ABD", "word takes 3 letters, each A, B or C; “D” is not one."),
    ("word", "AB", "word takes 3 letters, each A, B or C; these are 2."),
    ("word", "", "word takes 3 letters, each A, B or C; these are 0."),
    ("word", "A" * 5000, "word takes 3 letters, each A, B or C; these are 5,000."),
    ("word", "A\x1b]", "word takes 3 letters, each A, B or C; “␛” is not one."),
    ("other", "uvwxyz", "other takes 1 to 4 letters, each u to z; these are 6."),
    ("other", "X", "other takes 1 to 4 letters, each u to z; “X” is not one."),
])  # fmt: skip
def test_anything_else_gets_one_sentence(name, typed, sentence):
    with pytest.raises(BadValue) as problem:
        Word().parsed({name: typed})
    assert str(problem.value) == sentence


def test_the_program_itself_may_not_pass_nonsense():
    with pytest.raises(BadValue):
        Word(word="ABCD")


def test_arrows_change_one_letter_and_stop_at_the_ends():
    assert control("word").knobs("CAB") == [0, 1, 2]
    assert control("word").nudge("CAB", 1, None, 1) == "CBB"
    assert control("word").nudge("CAB", -10, None, 0) == "AAB"
    assert control("word").nudge("CAB", 10, None, 2) == "CAC"
    assert control("word").place("CAB", 1.0, None, 1) == "CCB"
    assert [control("word").fraction("ABC", None, at) for at in (0, 1, 2)] == [0.0, 0.5, 1.0]
    assert control("word").show("CAB", 0) == "C"
    assert control("word").show("CAB") == "CAB"


def test_drawn_words_are_allowed_ones():
    rng = np.random.default_rng(0)
    drawn = {control("other").randomise("xy", rng, None) for _ in range(200)}
    assert {len(word) for word in drawn} == {1, 2, 3, 4}
    for word in drawn:
        assert control("other").parse(word, None) == word


def test_the_domain_can_be_read():
    assert control("word").domain(Word()) == "3 letters, each A, B or C"
    assert control("other").domain(Word()) == "1 to 4 letters, each u to z"
