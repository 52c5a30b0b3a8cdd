"""Byte-pair encoding against a slow one written with loops, and against published examples."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.claims.merging import Symbol, stages
from tui_transformer.nn.bpe import Learned, learned
from tui_transformer.nn.bpe.pairs import apart, grouped

SENNRICH = " ".join(["low"] * 5 + ["lower"] * 2 + ["newest"] * 6 + ["widest"] * 3)
BASES = ("characters", "bytes")


def piece(run: Learned, symbol: int) -> Symbol:
    return run.vocabulary.pieces[symbol], run.vocabulary.closed[symbol]


def pieces(run: Learned, k: int) -> list[Symbol]:
    return [piece(run, symbol) for symbol in run.token_ids(k)]


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
    run = Learned(text, base, split_words)
    slow = list(stages(text, base, split_words, 30))
    assert run.reach(30) == len(slow) - 1
    for merge, (left, right, times) in zip(run.merges(30), slow[-1].merges, strict=True):
        assert (piece(run, merge.left), piece(run, merge.right), merge.count) == (
            left,
            right,
            times,
        )
    for k, told in enumerate(slow):
        assert pieces(run, k) == told.symbols
        assert run.token_count(k) == len(told.symbols)
        found = [(piece(run, a), piece(run, b), times) for a, b, times in run.top_pairs(k, 5)]
        assert found == told.pairs[:5]


def test_a_longer_text_all_the_way() -> None:
    rng = np.random.default_rng(1)
    text = "".join(rng.choice(list("aaab c"), size=600))
    for split_words in (True, False):
        run = Learned(text, "bytes", split_words)
        *_, told = stages(text, "bytes", split_words, 1000)
        assert run.reach(1000) == len(told.merges)
        assert [merge.count for merge in run.merges(1000)] == [times for *_, times in told.merges]
        assert pieces(run, 1000) == told.symbols
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
