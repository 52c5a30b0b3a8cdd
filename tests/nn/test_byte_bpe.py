"""GPT-2's tokenizer: its table of bytes, its pattern, its merges."""

import json
import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.published import MERGES, gpt2_vocabulary
from tui_transformer.nn.published import bpe_file
from tui_transformer.nn.published.byte_bpe import (
    ByteBpe,
    byte_letters,
    from_parts,
    pieces,
)
from tui_transformer.nn.published.safetensors import BadFile

LINES = ("#version: 0.2\n" + "\n".join(MERGES) + "\n").encode()
SMALL = from_parts(json.dumps(gpt2_vocabulary()).encode(), LINES)


def test_the_published_table_of_bytes():
    """As in the released vocabulary: a space is Ġ, a line end Ċ, and print is itself."""
    letters = byte_letters()
    assert sorted(letters) == list(range(256))
    assert len(set(letters.values())) == 256
    assert "".join(letters[b] for b in b" \n\t\0\x7f\xa0\xad") == "ĠĊĉĀġłŃ"
    assert all(letters[b] == chr(b) for b in b"!Az~")
    assert letters[0xE9] == "é"


@pytest.mark.parametrize(("text", "expected"), [
    ("Hello world", ["Hello", " world"]),
    ("I'm sure we'll've", ["I", "'m", " sure", " we", "'ll", "'ve"]),
    ("don'T", ["don", "'", "T"]),
    ("  a", [" ", " a"]),
    ("a  ", ["a", "  "]),
    ("a \n b", ["a", " \n", " b"]),
    ("\n\na", ["\n", "\n", "a"]),
    ("a1b22, c!?'s", ["a", "1", "b", "22", ",", " c", "!?'", "s"]),
    (" ²³ Ⅷ", [" ²³", " Ⅷ"]),
    ("naïve café", ["naïve", " café"]),
    ("e\u0301a", ["e", "\u0301", "a"]),
    ("日本語。", ["日本語", "。"]),
    (" 🌵🌵", [" 🌵🌵"]),
    ("\u3000a\x1c", ["\u3000", "a", "\x1c"]),
    ("", []),
])  # fmt: skip
def test_the_pattern(text, expected):
    r"""'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
    assert pieces(text) == expected


@given(st.text())
def test_pieces_are_the_text(text):
    assert "".join(pieces(text)) == text
    assert all(pieces(text))


def leftmost_first(token_bytes, ranks):
    """Byte-pair encoding said another way: one merge at a time, the best, the leftmost."""
    tokens = list(token_bytes)
    while True:
        known = [(ranks[pair], i) for i, pair in enumerate(pairwise(tokens)) if pair in ranks]
        if not known:
            return tokens
        i = min(known)[1]
        tokens[i : i + 2] = [tokens[i] + tokens[i + 1]]


def test_merging_against_one_merge_at_a_time():
    rng = random.Random(0)
    letters, merges = list("abc"), []
    for _ in range(40):  # a random vocabulary whose merges build on each other
        pair = (rng.choice(letters), rng.choice(letters))
        if pair not in merges and len("".join(pair)) < 9:
            merges.append(pair)
            letters.append("".join(pair))
    names = dict.fromkeys([*byte_letters().values(), *letters])
    made = ByteBpe({name: i for i, name in enumerate(names)}, merges)
    ranks = {pair: i for i, pair in enumerate(merges)}
    for _ in range(300):
        word = "".join(rng.choice("abc") for _ in range(rng.randrange(1, 30)))
        assert made.merged(list(word)) == leftmost_first(word, ranks)


def test_hello_world_is_two_tokens():
    assert SMALL.encode("Hello world") == [SMALL.ids["Hello"], SMALL.ids["Ġworld"]]
    assert [SMALL.piece(i) for i in SMALL.encode("Hello world")] == [b"Hello", b" world"]


@given(st.text(max_size=60))
def test_every_text_comes_back(text):
    """Nothing is unknown: 256 bytes are there from the start."""
    assert b"".join(SMALL.piece(i) for i in SMALL.encode(text)) == text.encode()


def test_a_typed_mark_is_text():
    assert SMALL.ids["<|endoftext|>"] not in SMALL.encode("<|endoftext|>")
    assert SMALL.start == SMALL.ids["<|endoftext|>"]
    assert SMALL.piece(SMALL.start) is None


@pytest.mark.parametrize("as_lists", [False, True])
def test_tokenizer_json_holds_the_same(as_lists):
    merges = [merge.split(" ") for merge in MERGES] if as_lists else MERGES
    record = {
        "model": {"type": "BPE", "vocab": gpt2_vocabulary(), "merges": merges},
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False},
    }
    whole = bpe_file.read(json.dumps(record).encode())
    assert whole.encode("Hello world, Hell") == SMALL.encode("Hello world, Hell")


VOCABULARY = json.dumps(gpt2_vocabulary()).encode()


@pytest.mark.parametrize(("vocabulary", "merges", "sentence"), [
    (b"{", LINES, "vocab.json is not JSON"),
    (b"\xff\xfe", LINES, "vocab.json is not UTF-8"),
    (b"[" * 100_000, LINES, "vocab.json is not JSON"),
    (b"[]", LINES, "no vocabulary"),
    (b'{"a": "b"}', LINES, "no vocabulary"),
    (b'{"a": 1.0}', LINES, "no vocabulary"),
    (b'{"a": true}', LINES, "no vocabulary"),
    (b'{"a": -1}', LINES, "no vocabulary"),
    (b'{"a": 1, "b": 1}', LINES, "same number"),
    (b"{}", LINES, "lacks some of the 256 bytes"),
    (VOCABULARY, b"a b c\n", "merge 1 of its tokenizer is not a pair"),
    (VOCABULARY, b"ab\n", "merge 1 of its tokenizer is not a pair"),
    (VOCABULARY, b"\x80\x04\x95", "merges.txt is not UTF-8"),
    (VOCABULARY, b"q q\n", "not in its vocabulary"),
])  # fmt: skip
def test_files_that_lie(vocabulary, merges, sentence):
    with pytest.raises(BadFile, match=sentence):
        from_parts(vocabulary, merges)


@pytest.mark.parametrize("record", [
    [], {}, {"model": {"type": "WordPiece"}}, {"model": {"vocab": {}}},
    {"model": {"vocab": gpt2_vocabulary(), "merges": [["a"]]}},
    {"model": {"vocab": gpt2_vocabulary(), "merges": [[1, 2]]}},
    {"model": {"vocab": gpt2_vocabulary(), "merges": [None]}},
])  # fmt: skip
def test_tokenizer_json_that_lies(record):
    with pytest.raises(BadFile):
        bpe_file.read(json.dumps(record).encode())
