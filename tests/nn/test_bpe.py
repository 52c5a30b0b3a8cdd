"""Byte-pair encoding against a slow one written with loops, and against published examples."""

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tui_transformer.nn.bpe import Alphabet, Learned, Node, encode, learned
from tui_transformer.nn.bpe.pairs import apart, grouped

SENNRICH = " ".join(["low"] * 5 + ["lower"] * 2 + ["newest"] * 6 + ["widest"] * 3)
BASES = ("characters", "bytes")

# ── the slow one: a token is what it stands for and whether it ends a word ─────────────

Piece = tuple[bytes, bool]
Words = list[list[Piece]]


def start(text: str, base: str, split_words: bool) -> Words:
    """Algorithm 1 of Sennrich, Haddow & Birch (2016) begins like this."""
    words: Words = []
    for part in text.split() if split_words else [text]:
        units = (
            [bytes([b]) for b in part.encode()] if base == "bytes" else [c.encode() for c in part]
        )
        words.append([(unit, False) for unit in units] + [(b"", True)] * split_words)
    return words


def count_slowly(words: Words) -> dict[tuple[Piece, Piece], int]:
    """Every pair with how often it can be merged, in the order in which they are seen."""
    counts: dict[tuple[Piece, Piece], int] = {}
    for word in words:
        twin = -2
        for i in range(len(word) - 1):
            if word[i] == word[i + 1]:
                if twin == i - 1:
                    continue
                twin = i
            pair = (word[i], word[i + 1])
            counts[pair] = counts.get(pair, 0) + 1
    return counts


def merge_slowly(words: Words, pair: tuple[Piece, Piece]) -> Words:
    merged: Words = []
    for word in words:
        new, i = [], 0
        while i < len(word):
            if i + 1 < len(word) and (word[i], word[i + 1]) == pair:
                new.append((pair[0][0] + pair[1][0], pair[1][1]))
                i += 2
            else:
                new.append(word[i])
                i += 1
        merged.append(new)
    return merged


def learn_slowly(words: Words, merges: int) -> list[tuple[tuple[Piece, Piece], int, Words]]:
    history = []
    for _ in range(merges):
        counts = count_slowly(words)
        if not counts:
            break
        pair = max(counts, key=counts.__getitem__)  # the first of the largest
        words = merge_slowly(words, pair)
        history.append((pair, counts[pair], words))
    return history


def piece(run: Learned, symbol: int) -> Piece:
    return run.vocabulary.pieces[symbol], run.vocabulary.closed[symbol]


def pieces(run: Learned, k: int) -> list[Piece]:
    return [piece(run, symbol) for symbol in run.token_ids(k)]


def flat(words: Words) -> list[Piece]:
    return [token for word in words for token in word]


texts = st.one_of(
    st.text(alphabet="ab", max_size=40),
    st.text(alphabet="aab \n", max_size=60),
    st.text(alphabet="abc </w>", max_size=60),
    st.text(alphabet="éè🌱🌿 ", max_size=30),
    st.text(max_size=40),
    st.lists(
        st.sampled_from(["a", "aa", "aaaaa", "low", "lower", "banana", "</w>"]), max_size=12
    ).map(" ".join),
)
thorough = settings(max_examples=25, deadline=None, derandomize=True)


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("split_words", [True, False])
@thorough
@given(text=texts)
@example(text="aaaaa")
@example(text="aaa aaaa aaaaaaa baab")
@example(text="abababab aba")
@example(text="")
@example(text="x")
@example(text=" \n\t ")
@example(text="a</w> a</w>b </w>")
def test_it_learns_what_the_slow_one_learns(base: str, split_words: bool, text: str) -> None:
    run, words = Learned(text, base, split_words), start(text, base, split_words)
    history = learn_slowly(words, 30)
    assert run.reach(30) == len(history)
    states = [words] + [after for _, _, after in history]
    for k, (pair, times, _) in enumerate(history):
        merge = run.merges(k + 1)[k]
        assert (piece(run, merge.left), piece(run, merge.right)) == pair
        assert merge.count == times
    for k, state in enumerate(states):
        assert pieces(run, k) == flat(state)
        assert run.token_count(k) == len(flat(state))
        expected = sorted(count_slowly(state).items(), key=lambda item: -item[1])
        found = [
            ((piece(run, left), piece(run, right)), times)
            for left, right, times in run.top_pairs(k, 5)
        ]
        assert found == expected[:5]


def test_a_longer_text_all_the_way() -> None:
    rng = np.random.default_rng(1)
    text = "".join(rng.choice(list("aaab c"), size=600))
    for split_words in (True, False):
        run, words = Learned(text, "bytes", split_words), start(text, "bytes", split_words)
        history = learn_slowly(words, 1000)
        assert run.reach(1000) == len(history)
        assert [merge.count for merge in run.merges(1000)] == [times for _, times, _ in history]
        assert pieces(run, 1000) == flat(history[-1][2])
        assert run.token_count(1000) == (len(text.split()) if split_words else 1)


# ── published examples ─────────────────────────────────────────────────────────────────


def names(run: Learned, k: int) -> list[tuple[str, str]]:
    return [(run.name(merge.left), run.name(merge.right)) for merge in run.merges(k)]


def test_the_merges_of_sennrich() -> None:
    run = Learned(SENNRICH, "characters", True)
    assert names(run, 10) == [
        ("e", "s"),
        ("es", "t"),
        ("est", "</w>"),
        ("l", "o"),
        ("lo", "w"),
        ("n", "e"),
        ("ne", "w"),
        ("new", "est</w>"),
        ("low", "</w>"),
        ("w", "i"),
    ]
    assert [merge.count for merge in run.merges(10)] == [9, 9, 9, 7, 7, 6, 6, 6, 5, 3]


def test_the_example_of_wikipedia() -> None:
    """aaabdaaabac, as minbpe's tests have it: three merges give these ids."""
    run = Learned("aaabdaaabac", "bytes", False)
    assert run.token_ids(3).tolist() == [258, 100, 258, 97, 99]
    assert names(run, 3) == [("a", "a"), ("aa", "a"), ("aaa", "b")]


# ── overlaps ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("length", range(2, 12))
def test_a_run_holds_half_as_many_pairs(length: int) -> None:
    run = Learned("a" * length, "characters", False)
    assert run.top_pairs(0, 1) == [(0, 0, length // 2)]
    assert [run.name(i) for i in run.token_ids(1)] == ["aa"] * (length // 2) + ["a"] * (length % 2)
    assert run.in_runs(0, 0) == [(length, 1)]


def test_places_that_overlap_are_dropped_from_the_left() -> None:
    assert apart(np.array([0, 1, 2, 5, 9, 10]), 1).tolist() == [0, 2, 5, 9]
    assert apart(np.array([0, 2, 4, 5]), 2).tolist() == [0, 4, 5]
    assert apart(np.array([3]), 1).tolist() == [3]


def test_places_are_grouped_by_key() -> None:
    groups = grouped(np.array([7, 3, 7, 3, 9]), np.array([4, 5, 1, 0, 2]))
    assert groups.keys.tolist() == [3, 7, 9]
    assert groups.starts.tolist() == [0, 2, 4, 5]
    assert groups.places.tolist() == [0, 5, 1, 4, 2]


# ── going back and forth ───────────────────────────────────────────────────────────────


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    text=texts,
    visits=st.lists(st.integers(0, 25), max_size=12),
    base=st.sampled_from(BASES),
    split_words=st.booleans(),
)
def test_a_state_is_the_same_from_wherever_one_comes(
    text: str, visits: list[int], base: str, split_words: bool
) -> None:
    run = Learned(text, base, split_words)
    for k in visits:
        fresh = Learned(text, base, split_words)
        assert run.token_ids(k).tolist() == fresh.token_ids(k).tolist()
        assert run.top_pairs(k, 10) == fresh.top_pairs(k, 10)
        assert run.merges(k) == fresh.merges(k)
        assert run.symbol_count(k) == fresh.symbol_count(k)


def test_states_cannot_be_written_to() -> None:
    run = Learned(SENNRICH, "characters", True)
    for k in (0, 3):
        with pytest.raises(ValueError):
            run.token_ids(k)[0] = 1


def test_threads_may_share_it() -> None:
    text = "".join(np.random.default_rng(2).choice(list("abcd "), size=4000))
    run, alone = Learned(text, "characters", False), Learned(text, "characters", False)
    with ThreadPoolExecutor(8) as pool:
        states = list(pool.map(run.token_ids, list(range(60)) * 2))
    for k, state in enumerate(states):
        assert state.tolist() == alone.token_ids(k % 60).tolist()


def test_a_few_texts_are_kept_and_no_more() -> None:
    assert learned("kept", "bytes", True) is learned("kept", "bytes", True)
    assert learned("kept", "bytes", True) is not learned("kept", "bytes", False)
    assert learned.cache_info().maxsize is not None


# ── alphabets and spelling ─────────────────────────────────────────────────────────────


def test_sizes_of_alphabets() -> None:
    assert len(Alphabet.of("abba c", "characters", False)) == 4  # a b c and the space
    assert len(Alphabet.of("abba c", "characters", True)) == 4  # a b c and </w>
    assert len(Alphabet.of("abba c", "bytes", False)) == 256
    assert len(Alphabet.of("abba c", "bytes", True)) == 257
    assert len(Alphabet.of("", "characters", True)) == 1


def test_words_are_what_any_whitespace_separates() -> None:
    one = Learned("low low new", "characters", True)
    other = Learned("\n low\t\tlow \u2003 new\r\n", "characters", True)
    assert one.token_ids(3).tolist() == other.token_ids(3).tolist()
    assert one.word_count == other.word_count == 3


def test_no_merge_crosses_a_space() -> None:
    run = Learned("ab ab ab ab", "characters", True)
    assert names(run, 100) == [("a", "b"), ("ab", "</w>")]
    crossing = Learned("ab ab ab ab", "characters", False)
    assert ("ab", " ") in names(crossing, 100)


@thorough
@given(text=st.text(max_size=60), k=st.integers(0, 20))
def test_nothing_is_lost_without_splitting(text: str, k: int) -> None:
    characters, octets = Learned(text, "characters", False), Learned(text, "bytes", False)
    assert "".join(characters.name(i) for i in characters.token_ids(k)) == text
    assert b"".join(unspelled(octets.name(i)) for i in octets.token_ids(k)).decode() == text


def unspelled(name: str) -> bytes:
    """Read a token of the byte base back: the inverse of `spell`."""
    parts = re.split(r"<0x([0-9A-F]{2})>", name)
    return b"".join(bytes.fromhex(part) if i % 2 else part.encode() for i, part in enumerate(parts))


@thorough
@given(
    octets=st.one_of(
        st.binary(max_size=12),
        st.text(alphabet="<0xE2>é\u200b/w unk\n", max_size=12).map(str.encode),
    )
)
def test_byte_tokens_are_printable_and_can_be_read_back(octets: bytes) -> None:
    name = Alphabet("bytes", False).spell(octets, False)
    assert name.isprintable()
    assert unspelled(name) == octets


def test_how_bytes_look() -> None:
    alphabet = Alphabet("bytes", True)
    assert alphabet.spell(b"\xe2", False) == "<0xE2>"
    assert alphabet.spell("é".encode(), False) == "é"
    assert alphabet.spell("é".encode()[:1] + b"a", True) == "<0xC3>a</w>"
    assert alphabet.spell(b"\n", False) == "<0x0A>"
    assert alphabet.spell(b"", True) == "</w>"


@thorough
@given(
    tokens=st.sets(st.tuples(st.text(alphabet="a</w>unk0x3C", max_size=9), st.booleans())),
    base=st.sampled_from(BASES),
)
def test_different_tokens_look_different(tokens: set[tuple[str, bool]], base: str) -> None:
    alphabet = Alphabet(base, True)
    spelled = {alphabet.spell(text.encode(), ends) for text, ends in tokens}
    assert len(spelled) == len(tokens)


def test_a_typed_mark_is_not_the_mark() -> None:
    run = Learned("</w> </w> </w>", "characters", True)
    assert [run.name(i) for i in run.token_ids(0)][:5] == ["<", "/", "w", ">", "</w>"]
    typed = run.token_ids(3)
    assert [run.name(i) for i in typed][:2] == ["<0x3C>/w>", "</w>"]
    assert typed[0] != typed[1]


# ── encoding ───────────────────────────────────────────────────────────────────────────


def encoded(run: Learned, text: str, k: int) -> list[Node]:
    return encode(run.alphabet.symbols(text), run.merges(k), len(run.alphabet))


@thorough
@given(
    text=texts,
    sample=texts,
    k=st.integers(0, 25),
    base=st.sampled_from(BASES),
    split_words=st.booleans(),
)
def test_encoding_replays_the_merges(
    text: str, sample: str, k: int, base: str, split_words: bool
) -> None:
    run, words = Learned(text, base, split_words), start(sample, base, split_words)
    for pair, _, _ in learn_slowly(start(text, base, split_words), k):
        words = merge_slowly(words, pair)
    known = {piece(run, i) for i in range(run.symbol_count(k))}
    nodes = encoded(run, sample, k)
    assert [piece(run, node.symbol) if node.symbol >= 0 else None for node in nodes] == [
        token if token in known else None for token in flat(words)
    ]


@thorough
@given(text=texts, k=st.integers(0, 25), base=st.sampled_from(BASES), split_words=st.booleans())
def test_encoding_the_text_itself_gives_its_tokens(
    text: str, k: int, base: str, split_words: bool
) -> None:
    run = Learned(text, base, split_words)
    assert [node.symbol for node in encoded(run, text, k)] == run.token_ids(k).tolist()


@thorough
@given(text=texts, sample=st.text(max_size=40), k=st.integers(0, 25))
def test_bytes_come_back_exactly(text: str, sample: str, k: int) -> None:
    run = Learned(text, "bytes", False)
    ids = [node.symbol for node in encoded(run, sample, k)]
    assert min(ids, default=0) >= 0
    assert b"".join(run.vocabulary.pieces[i] for i in ids).decode() == sample


def test_a_node_knows_what_it_was_merged_from() -> None:
    run = Learned(SENNRICH, "characters", True)
    low, est = encoded(run, "lowest", 5)
    assert (run.name(low.symbol), run.name(est.symbol)) == ("low", "est</w>")
    assert (low.merge, est.merge, low.depth, est.depth) == (5, 3, 2, 3)
    assert [run.name(part.symbol) for part in est.parts] == ["est", "</w>"]


# ── where a count comes from ───────────────────────────────────────────────────────────


@thorough
@given(text=texts, k=st.integers(0, 20))
def test_a_count_is_the_sum_over_its_words(text: str, k: int) -> None:
    run = Learned(text, "characters", True)
    for left, right, times in run.top_pairs(k, 8):
        words = run.in_words(k, left, right)
        assert sum(there * inside for _, there, inside in words) == times
        assert all(text.split().count(word) == there for word, there, _ in words)
        assert len(run.places(k, left, right)) == times


@thorough
@given(text=texts, k=st.integers(0, 20))
def test_a_count_of_twins_is_the_sum_over_their_runs(text: str, k: int) -> None:
    run = Learned(text, "characters", False)
    for left, right, times in run.top_pairs(k, 8):
        if left == right:
            assert sum(many * (length // 2) for length, many in run.in_runs(k, left)) == times


def test_what_a_text_holds() -> None:
    split, whole = (Learned("low lower", "characters", split) for split in (True, False))
    assert split.holds("low")
    assert split.holds("lower low")
    assert not split.holds("owe")
    assert whole.holds("owe")
    assert not whole.holds("lower low")


# ── speed: a hundred kilobytes ─────────────────────────────────────────────────────────


def hundred_kilobytes(kind: str) -> str:
    rng = np.random.default_rng(3)
    letters = 1 / np.arange(1, 27)
    text = "".join(
        rng.choice(list("etaoinshrdlucmfwypvbgkjqxz"), size=100_000, p=letters / letters.sum())
    )
    if kind == "words":
        ends = np.cumsum(rng.integers(2, 10, size=20_000))
        return " ".join(text[a:b] for a, b in pairwise(ends))[:100_000]
    return {
        "no spaces": text,
        "one letter": "a" * 100_000,
        "emoji": "".join(chr(0x1F600 + i % 57) for i in map(ord, text[:25_000])),
    }[kind]


@pytest.mark.parametrize(
    ("kind", "base"),
    [
        ("words", "characters"),
        ("words", "bytes"),
        ("no spaces", "characters"),
        ("no spaces", "bytes"),
        ("one letter", "characters"),
        ("emoji", "bytes"),
    ],
)
def test_a_long_text_does_not_freeze(kind: str, base: str) -> None:
    text = hundred_kilobytes(kind)
    assert 95_000 <= len(text.encode()) <= 105_000
    runs: list[Learned] = []

    def begin() -> None:
        runs.append(Learned(text, base, kind == "words"))
        runs[-1].top_pairs(1000, 10)

    begin()
    for k in (999, 500, 1):
        there = runs[-1].top_pairs(k, 10)
        runs[-1].top_pairs(k - 1, 10)
        assert runs[-1].top_pairs(k, 10) == there
