"""The learner that is fast makes the merges of the one that is plain, and the encoder too."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.nn.test_bpe import BASES, SENNRICH, texts, thorough
from tui_transformer.concepts import load
from tui_transformer.nn.bpe import Alphabet, Learned, encode, plain


def words_of(alphabet: Alphabet, text: str) -> list[list[int]]:
    """Write a text in symbols, word by word where words are split."""
    words: list[list[int]] = [[]]
    for symbol in alphabet.symbols(text).tolist():
        words[-1].append(symbol)
        if alphabet.split_words and symbol == alphabet.end:
            words.append([])
    return words


def learned_plainly(run: Learned, text: str, count: int) -> list[tuple[int, int]]:
    return plain.learn(words_of(run.alphabet, text), len(run.alphabet), count)


def test_three_merges_by_hand() -> None:
    """The example of Wikipedia, aaabdaaabac → XdXac; the first of equals is taken each time."""
    merges = plain.learn([list(b"aaabdaaabac")], 256, 3)
    a, b = b"ab"
    assert merges == [(a, a), (256, a), (257, b)]
    assert plain.encode(list(b"aaabdaaabac"), merges, 256) == [258, *b"d", 258, *b"ac"]


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("split_words", [True, False])
@thorough
@given(text=texts)
@example(text="aaaaa")
@example(text="aaa aaaa aaaaaaa baab")
@example(text="abababab aba")
@example(text="a" * 31 + "b" + "a" * 17)
@example(text="")
@example(text=SENNRICH)
def test_the_fast_learner_makes_the_same_merges(base: str, split_words: bool, text: str) -> None:
    run = Learned(text, base, split_words)
    fast = [(merge.left, merge.right) for merge in run.merges(40)]
    assert fast == learned_plainly(run, text, 40)


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("split_words", [True, False])
def test_on_a_text_of_some_length_too(base: str, split_words: bool) -> None:
    text = load("tokenizer").prose
    assert len(text) > 500
    run = Learned(text, base, split_words)
    fast = [(merge.left, merge.right) for merge in run.merges(200)]
    assert len(fast) > 100
    assert fast == learned_plainly(run, text, 200)


@pytest.mark.parametrize("split_words", [True, False])
@thorough
@given(text=texts, sample=st.text(alphabet="ab lowernst", max_size=30))
def test_new_text_is_cut_the_same_way(split_words: bool, text: str, sample: str) -> None:
    run = Learned(text, "bytes", split_words)
    merges, first = run.merges(30), len(run.alphabet)
    pairs = [(merge.left, merge.right) for merge in merges]
    words = words_of(run.alphabet, sample)
    slow = [symbol for word in words for symbol in plain.encode(word, pairs, first)]
    nodes = encode(run.alphabet.symbols(sample), merges, first)
    assert [node.symbol for node in nodes] == slow
