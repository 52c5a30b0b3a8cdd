"""The tokenizer screen: its numbers, what it must show, and what it must survive."""

import itertools
import json
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.calculator import calculate
from tui_transformer.concepts import load
from tui_transformer.concepts.tokenizer import Tokenizer, view
from tui_transformer.concepts.tokenizer.model import FOUR_WORDS
from tui_transformer.concepts.tokenizer.tree import drawn, fitting
from tui_transformer.figure import Figure, same
from tui_transformer.nn.bpe import END_OF_WORD, learned
from tui_transformer.panels import Table, Tokens, Words
from tui_transformer.session import Session
from tui_transformer.terms import plain

CONCEPT = load("tokenizer")
MERGES = [
    "e+s",
    "es+t",
    "est+</w>",
    "l+o",
    "lo+w",
    "n+e",
    "ne+w",
    "new+est</w>",
    "low+</w>",
    "w+i",
]  # Sennrich, Haddow & Birch (2016), §3.2, with the word counts of their example


@pytest.fixture(autouse=True)
def loud():
    with np.errstate(all="raise"):
        yield


def panel(figure: Figure, title: str):
    return next(panel for panel in figure.panels if panel.title.startswith(title))


def rows(table: Table) -> list[list[object]]:
    return [[cell.content for cell in row] for row in table.rows]


# ── values ─────────────────────────────────────────────────────────────────────────────


def test_the_default_merges() -> None:
    assert ["+".join(pair) for pair in Tokenizer(merges=10).merge_list] == MERGES
    assert Tokenizer().merge_list == []


def test_the_default_before_anything_is_merged() -> None:
    m = Tokenizer()
    assert m.tokens[:5] == ["l", "o", "w", "</w>", "l"]
    assert len(m.tokens) == len(m.token_ids) == 5 * 4 + 2 * 6 + 6 * 7 + 3 * 7
    assert m.vocabulary_size == len("lowernstid") + 1
    assert m.characters_per_token == len(FOUR_WORDS) / 95
    assert m.top_pairs[:4] == [("e", "s", 9), ("s", "t", 9), ("t", "</w>", 9), ("w", "e", 8)]
    assert len(m.top_pairs) == 10
    assert m.sample_tokens == ["l", "o", "w", "e", "s", "t", "</w>"]


def test_one_text_decides_how_another_splits() -> None:
    """The aha: the same word, the same number of merges, another text, other tokens."""
    other = Tokenizer(text="lo lo lo lo west west west", merges=5)
    assert other.sample_tokens != Tokenizer(merges=5).sample_tokens == ["low", "est</w>"]
    assert "".join(other.sample_tokens) == "lowest</w>"


def test_more_merges_than_there_are() -> None:
    last, beyond = Tokenizer(merges=15), Tokenizer(merges=1000)
    assert beyond.merges == 1000
    assert len(beyond.merge_list) == 15
    assert beyond.top_pairs == last.top_pairs == []
    assert beyond.tokens == last.tokens
    assert beyond.tokens == [word + END_OF_WORD for word in FOUR_WORDS.split()]
    assert beyond.vocabulary_size == 26
    assert "after 15 merges no pair is left" in view(beyond).says


@pytest.mark.parametrize("text", ["", " ", "\n\n", "x", "ö", "</w>", "<unk> <0xE2>", "\u200b\x07"])
def test_small_and_odd_texts(text: str) -> None:
    for base, split_words, merges in product(("characters", "bytes"), (True, False), (0, 1, 7)):
        m = Tokenizer(text=text, base=base, split_words=split_words, merges=merges, sample=text)
        figure = view(m)
        assert figure.says
        record = json.loads(m.to_json("tokenizer"))["values"]
        assert (record["characters_per_token"] is None) == (not record["tokens"])
        assert len(record["tokens"]) == len(record["token_ids"]) == m.token_count


# ── the clock ──────────────────────────────────────────────────────────────────────────


def test_playing_ends_where_no_pair_is_left() -> None:
    session = Session.open(CONCEPT).play()
    for _ in range(20):
        session = session.step(1)
    assert session.model.merges == 15
    assert not session.playing
    assert "that is the end" in session.said


def test_one_step_back_from_far_beyond_the_end() -> None:
    session = Session.open(CONCEPT, {"merges": "1000"})
    assert session.step(-1).model.merges == 14
    assert session.step(1).model.merges == 15


def test_a_model_outlives_what_was_learned_for_it() -> None:
    """Only a few texts are kept: an older model learns again, and finds the same."""
    m = Tokenizer(merges=9)
    figure, pairs, sample = view(m), m.leading, m.sample_tokens
    assert pairs and sample
    learned.cache_clear()
    assert m.top_pairs == Tokenizer(merges=9).top_pairs
    learned.cache_clear()
    assert all(map(same, view(m).panels, figure.panels))
    learned.cache_clear()
    assert panel(figure, "Merges").rows[0][2].working().value == 5
    learned.cache_clear()
    assert panel(figure, "Pairs").rows[0][1].working().shown == "3·1"


# ── the figure ─────────────────────────────────────────────────────────────────────────


def test_a_count_is_shown_word_by_word() -> None:
    working = panel(view(Tokenizer()), "Pairs").rows[0][1].working()
    assert working.shown == "6·1 + 3·1"
    assert "newest, widest" in working.symbols
    runs = panel(view(Tokenizer(text="aaaaa baaab", split_words=False)), "Pairs")
    assert runs.rows[0][1].working().shown == "1·⌊3/2⌋ + 1·⌊5/2⌋"


def test_a_count_over_many_words_is_still_complete() -> None:
    text = " ".join(f"ab{chr(0x4E00 + i)}" for i in range(300))
    working = panel(view(Tokenizer(text=text)), "Pairs").rows[0][1].working()
    assert working.value == calculate(plain(working.term)) == 300
    assert len(working.term.of) == 101


def test_the_same_token_has_the_same_colour_at_every_step() -> None:
    groups: dict[str, int] = {}
    for merges in range(16):
        for token in panel(view(Tokenizer(merges=merges)), "The text").tokens:
            assert groups.setdefault(token.text, token.group) == token.group
    assert len(set(groups.values())) == len(groups)


def test_the_tokens_on_screen_are_the_beginning_of_the_text() -> None:
    m = Tokenizer(text="a bc " * 4000, split_words=False)
    shown = panel(view(m), "The text")
    assert isinstance(shown, Tokens)
    assert shown.title == "The text in 20,000 tokens, the first 600 of them"
    assert [token.text.replace("␣", " ") for token in shown.tokens] == m.tokens[:600]


def test_the_rule_is_on_the_screen() -> None:
    rule = " ".join(panel(view(Tokenizer()), "The rule").lines)
    for said in ("most frequent pair", "seen first", "Overlaps count once", "in the order"):
        assert said in rule
    assert "no merge crosses a space" in rule
    assert "␣" in " ".join(panel(view(Tokenizer(split_words=False)), "The rule").lines)
    assert "<0xE2>" in " ".join(panel(view(Tokenizer(base="bytes")), "The rule").lines)


def test_the_tree_of_the_sample() -> None:
    assert panel(view(Tokenizer(merges=9)), "The sample").lines == (
        "l o w e s t </w>",
        "└┬┘ │ └┬┘ │  │",
        " lo │  es │  │",
        " └┬─┘  └┬─┘  │",
        " low   est   │",
        "  │     └─┬──┘",
        " low   est</w>",
    )
    assert panel(view(Tokenizer()), "The sample").lines == ("l o w e s t </w>",)
    assert panel(view(Tokenizer(sample="")), "The sample").lines == ("Type a sample.",)


def test_a_tree_with_wide_characters_stays_in_line() -> None:
    m = Tokenizer(text="水火水火水火", sample="水火", split_words=False, merges=1)
    assert drawn(m.sample_nodes, m.name) == ["水 火", "└┬─┘", "水火"]


def test_a_tree_too_wide_is_cut_at_a_token() -> None:
    m = Tokenizer(sample="low " * 30, merges=9)
    shown = fitting(m.sample_nodes, m.name, 52)
    assert 0 < len(shown) < len(m.sample_nodes)
    lines = panel(view(m), "The sample").lines
    assert max(map(len, lines)) <= 52
    assert lines[-1] == f"… {30 - len(shown)} more tokens"


@settings(max_examples=30, deadline=None, derandomize=True)
@given(text=st.text(alphabet="abcdef", min_size=20, max_size=40), merges=st.integers(0, 30))
@example(text="abcdefghijklmnopqrstuvwxyz" * 2, merges=25)
def test_the_last_line_of_a_tree_holds_its_tokens(text: str, merges: int) -> None:
    m = Tokenizer(text=text, sample=text[:15], merges=merges, split_words=False)
    lines = drawn(m.sample_nodes, m.name)
    assert "".join(lines[0].split()) == m.sample
    assert lines[-1].split() == m.sample_tokens
    assert len(lines) == 1 + 2 * max(node.depth for node in m.sample_nodes)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    text=st.text(max_size=60),
    sample=st.text(max_size=30),
    merges=st.integers(0, 1000),
    base=st.sampled_from(["characters", "bytes"]),
    split=st.booleans(),
)
def test_any_text_can_be_shown(text: str, sample: str, merges: int, base: str, split: bool) -> None:
    m = Tokenizer(text=text, sample=sample, merges=merges, base=base, split_words=split)
    figure = view(m)
    assert figure.says
    for shown in figure.panels:
        if isinstance(shown, Words):
            assert all(line.isprintable() or line for line in shown.lines)
    again = Tokenizer().parsed(m.assignments())
    assert again.same(m)
    assert all(map(same, view(again).panels, figure.panels))


# ── speed ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "controls",
    [{}, {"split_words": False}, {"base": "bytes"}, {"base": "bytes", "split_words": False}],
)
def test_a_hundred_kilobytes_are_a_text_like_any(controls: dict[str, object]) -> None:
    rng = np.random.default_rng(5)
    share = 1 / np.arange(1, 28)
    text = "".join(
        rng.choice(list(" etaoinshrdlucmfwypvbgkjqxz"), size=100_000, p=share / share.sum())
    )
    session = Session(CONCEPT, Tokenizer(text=text, **controls))
    assert session.figure.says
    for far in (0, 500):
        session = session.set(merges=far)
        there = session.model.token_ids
        back = session.step(1).step(-1)
        assert back.figure.says
        assert np.array_equal(back.model.token_ids, there)


def test_a_task_about_overlaps_wants_a_run_of_three() -> None:
    _, _, task = CONCEPT.challenges
    assert task.solved(Tokenizer(text="aaa", split_words=False))
    assert not task.solved(Tokenizer(text="aa aa aa", split_words=False))
    # The text has ab three times in a row, but its first is within xab by now.
    within = Tokenizer(text="xababab1xab2xab3xab4xab5abab6abab7abab8", split_words=False, merges=2)
    assert within.top_pairs[0] == ("ab", "ab", 4)
    assert not task.solved(within)


def test_tokenizer_becomes_token_and_izer() -> None:
    """Counted anew with Python's own strings: the most frequent pair, the first among equals."""
    m = CONCEPT.preset("token and izer")
    words = [[*word, "</w>"] for word in m.text.split()]
    merges = []
    for _ in range(m.merges):
        counts: dict[tuple[str, str], int] = {}
        for word in words:
            for pair in itertools.pairwise(word):
                counts[pair] = counts.get(pair, 0) + 1
        merges.append(max(counts, key=lambda pair: counts[pair]))
        words = [joined(word, merges[-1]) for word in words]
    sample = [*m.sample, "</w>"]
    for pair in merges:
        sample = joined(sample, pair)
    assert m.sample == "tokenizer" and "tokenizer" not in m.text
    assert sample == list(m.sample_tokens) == ["token", "izer</w>"]


def joined(word: list[str], pair: tuple[str, str]) -> list[str]:
    """One merge in one word, from the left."""
    out: list[str] = []
    for piece in word:
        if out and (out[-1], piece) == pair:
            out[-1] += piece
        else:
            out.append(piece)
    return out
