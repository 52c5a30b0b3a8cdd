"""Words out of sentences, and vectors out of words."""

import subprocess
import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_transformer.nn.made_up.words import (
    MOST_WORDS,
    NOTHING,
    folded,
    matched,
    split,
    word_vector,
    word_vectors,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "The animal didn't cross the street, because it was too wide.",
            "The animal didn't cross the street , because it was too wide .",
        ),
        ("well-known—'so' said he’s", "well-known — ' so ' said he’s"),
        ("3.14 of 1,000 end.Next -5", "3.14 of 1,000 end . Next - 5"),
        ("猫が坐る。コーヒー", "猫 が 坐 る 。 コ ー ヒ ー"),
        ("नमस्ते दुनिया", "नमस्ते दुनिया"),
        ("한국어 단어", "한국어 단어"),
        ("👨\u200d👩\u200d👧 ❤️a 👍🏽👍", "👨\u200d👩\u200d👧 ❤️ a 👍🏽 👍"),
        ("🇩🇪🇫🇷x 1️⃣", "🇩🇪 🇫🇷 x 1️⃣"),
        ("cafe\u0301 x\u200by\tz\nw", "cafe\u0301 x y z w"),
        ("foo_bar C++", "foo_bar C + +"),
    ],
)
def test_a_sentence_in_its_words(text, words):
    sentence = split(text)
    assert sentence.words == tuple(words.split(" "))
    assert not sentence.cut
    assert not sentence.note


@pytest.mark.parametrize("text", ["", "  \n\t", "\u200b", "\0"])
def test_there_is_always_a_word(text):
    assert split(text).words == (NOTHING,)
    assert split(text).empty
    assert NOTHING in split(text).note


def test_the_limit_is_said():
    assert not split(" ".join(["a"] * MOST_WORDS)).cut
    long = split(" ".join(["a"] * (MOST_WORDS + 1)))
    assert len(long.words) == MOST_WORDS
    assert long.cut
    assert "256" in long.note
    assert split("one two three", 2).words == ("one", "two")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_nothing_is_lost_but_space(text):
    sentence = split(text)
    assert all(sentence.words)
    if not sentence.empty:
        gone = {"Cc", "Zs", "Zl", "Zp"}
        kept = [c for c in text if unicodedata.category(c) not in gone and c != "\u200b"]
        assert "".join(sentence.words) == "".join(kept)
    assert split(" ".join(sentence.words)).words == sentence.words
    word_vectors(sentence.words, 3)


def test_a_word_has_one_vector():
    np.testing.assert_array_equal(word_vector("The", 8, 3), word_vector("the", 8, 3))
    np.testing.assert_array_equal(word_vector("café", 4), word_vector("cafe\u0301", 4))
    np.testing.assert_array_equal(word_vector("didn’t", 4), word_vector("didn't", 4))
    np.testing.assert_array_equal(word_vector("the", 4), word_vector("the", 64)[:4])
    assert folded("STRASSE") == folded("straße")
    assert not np.array_equal(word_vector("the", 8, 0), word_vector("the", 8, 1))
    assert not np.array_equal(word_vector("the", 8), word_vector("then", 8))
    with pytest.raises(ValueError, match="read-only"):
        word_vector("the", 8)[0] = 1


def test_it_is_the_same_in_another_process():
    home = word_vector.__module__
    code = f"from {home} import word_vector as v; print(v('cat', 3, 7).tolist())"
    for hash_seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.strip() == str(word_vector("cat", 3, 7).tolist())


def test_vectors_of_many_words_are_standard_normal_and_unrelated():
    x = word_vectors([f"word{i}" for i in range(400)], 64)
    assert x.shape == (400, 64)
    assert abs(x.mean()) < 0.03
    assert abs(x.std() - 1) < 0.02
    cosines = (x @ x.T) / 64
    assert abs(cosines[~np.eye(400, dtype=bool)].std() - 1 / 8) < 0.005


def test_words_are_matched_by_how_often_they_have_been_there():
    a, b = split("the cat sat on the mat").words, split("The mat sat on the cat").words
    assert matched(a, b) == ((0, 0), (1, 5), (2, 2), (3, 3), (4, 4), (5, 1))
    assert matched(["a", "a", "b"], ["a", "c"]) == ((0, 0),)
    assert matched(["x"], ["y"]) == ()


@given(st.lists(st.sampled_from("abc"), max_size=12), st.randoms(use_true_random=False))
def test_a_reordering_matches_every_word(words, random):
    other = list(words)
    random.shuffle(other)
    pairs = matched(words, other)
    assert sorted(i for i, _ in pairs) == sorted(j for _, j in pairs) == list(range(len(words)))
    assert all(words[i] == other[j] for i, j in pairs)
