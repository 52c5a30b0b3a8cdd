"""BERT's tokenizer: the examples of its published tests, and what nobody should type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.published import WORDS
from tui_transformer.nn.published.safetensors import BadFile
from tui_transformer.nn.published.wordpiece import WordPiece, from_file, words

SMALL = WordPiece(WORDS)


def split(text, uncased=True):
    return [word for word in words(text, uncased) if word]


@pytest.mark.parametrize(("text", "expected"), [
    (" \tHeLLo!how  \n Are yoU?  ", ["hello", "!", "how", "are", "you", "?"]),
    ("H\u00e9llo", ["hello"]),
    ("ah\u535a\u63a8zz", ["ah", "\u535a", "\u63a8", "zz"]),
    ("a\u200bb\ufffdc\0d\x07e\xad", ["abcde"]),
    ("a\xa0b\u3000c", ["a", "b", "c"]),
    ("$5.00 don't", ["$", "5", ".", "00", "don", "'", "t"]),
    ("«Ça» — ja…", ["«", "ca", "»", "—", "ja", "…"]),
    ("İ", ["i"]),
])  # fmt: skip
def test_words_as_in_the_published_tests(text, expected):
    """google-research/bert, tokenization_test.py, and more of the same rules."""
    assert split(text) == expected


def test_words_of_a_cased_model_keep_their_case():
    assert split(" \tHeLLo!how  \n Äre yoU?  ", False) == ["HeLLo", "!", "how", "Äre", "yoU", "?"]


def test_the_published_example_of_parts():
    """tokenization_test.py: "UNwantéd,running" with a vocabulary of eleven entries."""
    names = [SMALL.name(i) for i in SMALL.encode("UNwant\u00e9d,running")]
    assert names == ["[CLS]", "un", "##want", "##ed", ",", "runn", "##ing", "[SEP]"]


@pytest.mark.parametrize("word", ["unwantedx", "x", "a" * 101, "🌵"])
def test_a_word_with_an_unknown_part_is_unknown_as_a_whole(word):
    assert [SMALL.name(i) for i in SMALL.encode(word)] == ["[CLS]", "[UNK]", "[SEP]"]


def test_a_name_in_brackets_is_its_token():
    names = [SMALL.name(i) for i in SMALL.encode("the [MASK] drank[SEP] [mask]")]
    assert names[:5] == ["[CLS]", "the", "[MASK]", "drank", "[SEP]"]
    assert names.count("[MASK]") == 1


def test_no_more_than_asked_for():
    assert len(SMALL.encode("the cat " * 50, 7)) == 7
    assert SMALL.encode("the cat " * 50, 7)[-1] == SMALL.ids["[SEP]"]
    assert SMALL.encode("", 7) == [SMALL.ids["[CLS]"], SMALL.ids["[SEP]"]]


@given(st.text(max_size=80))
def test_any_text_has_tokens(text):
    ids = SMALL.encode(text)
    assert all(0 <= i < len(WORDS) for i in ids)
    assert ids[0] == SMALL.ids["[CLS]"] and ids[-1] == SMALL.ids["[SEP]"]


def test_a_file_is_one_entry_a_line_whatever_else_ends_lines():
    lines = ["[CLS]", "[SEP]", "[UNK]", "a\x85b", "\u2028", "c"]
    tokenizer = from_file(("\r\n".join(lines) + "\r\n").encode())
    assert tokenizer.names == lines
    assert tokenizer.name(99) == "<99>"


@pytest.mark.parametrize(("content", "sentence"), [
    (b"", "has no \\[CLS\\]"), (b"[CLS]\n[UNK]\n", "has no \\[SEP\\]"),
    (b"\xff\xfe\x00", "not UTF-8"), (b"\x80\x04\x95pickle", "not UTF-8"),
])  # fmt: skip
def test_files_that_lie(content, sentence):
    with pytest.raises(BadFile, match=sentence):
        from_file(content)
