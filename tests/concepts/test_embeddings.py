"""The screen `embeddings`: a lookup is a product, rows come from company, a map leaves out."""

import math
import time
from operator import mul
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.claims import plain_published as plain
from tui_transformer.concepts import load
from tui_transformer.concepts.embeddings.model import Embeddings
from tui_transformer.concepts.embeddings.says import says
from tui_transformer.concepts.embeddings.tables import sentences
from tui_transformer.controls import BadValue
from tui_transformer.link import open_command
from tui_transformer.nn import embeddings as nn
from tui_transformer.nn.made_up.sentences import EVERY, QUESTIONS, SENTENCES
from tui_transformer.nn.made_up.words import NOTHING

CONCEPT = load("embeddings")
TWINS = "The cat drinks milk. The dog drinks milk."
said = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=6).map(" ".join)
texts = st.lists(said, min_size=1, max_size=8).map(". ".join)


# ── the lookup ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("source", ["own-text", "prose-model"])
def test_one_hot_times_the_table_is_the_row_to_the_last_bit(source: str) -> None:
    m = Embeddings(source=source)
    identity = np.eye(len(m.table))
    assert np.array_equal(identity @ m.table, m.table)
    for row in (0, 5, len(m.table) - 1):
        one = m.replace(word=m.vocabulary[row])
        assert one.one_hot_difference == 0
        assert one.vector.tolist() == one.table[one.at].tolist()


# ── counting, weighing, directions ─────────────────────────────────────────────────────


@given(texts, st.integers(1, 10))
def test_counts_are_those_of_every_pair_of_places(text: str, window: int) -> None:
    said = sentences(text)
    words = nn.vocabulary(said, 300)
    counted = nn.cooccurrence(said, words, window)
    for a in words:
        for b in words:
            times = sum(
                (x, y) == (a, b)
                for each in said
                for i, x in enumerate(each)
                for j, y in enumerate(each)
                if i != j and abs(i - j) <= window
            )
            assert counted[words.index(a), words.index(b)] == times


@given(texts, st.integers(1, 3))
def test_all_directions_together_keep_every_product(text: str, window: int) -> None:
    m = Embeddings(text=text, window=window, dimension=64)
    assert m.table @ m.table.T == pytest.approx(m.weighed @ m.weighed.T, abs=1e-8)


def test_no_rows_of_so_few_numbers_are_nearer_to_what_was_counted() -> None:
    """Eckart and Young: what is lost is the rest of the singular values, and not more."""
    m = Embeddings()
    kept = m.table_of_words.company.directions[:, : m.dimension]
    lost = np.linalg.norm(m.weighed - m.table @ kept.T)
    rest = np.linalg.svd(m.weighed, compute_uv=False)[m.dimension :]
    assert lost == pytest.approx(np.linalg.norm(rest), rel=1e-9)


def test_shorter_rows_are_the_beginning_of_longer_ones() -> None:
    short, long = Embeddings(dimension=4), Embeddings(dimension=40)
    assert np.array_equal(short.table, long.table[:, :4])


def test_signs_do_not_hang_on_chance() -> None:
    found = Embeddings().table_of_words.company.directions
    assert np.all(found.max(axis=0) > np.abs(found).max(axis=0) - 1e-9)
    assert np.array_equal(nn.upright(-found), found)


def test_by_hand() -> None:
    """Four words in a row, window 1: the middle ones meet two, the outer ones one."""
    said = [["a", "b", "c", "d"]]
    counts = nn.cooccurrence(said, ("a", "b", "c", "d"), 1)
    assert counts.tolist() == [[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0]]
    weighed = nn.ppmi(counts)
    assert weighed[0, 1] == pytest.approx(np.log(1 * 6 / (1 * 2)))
    assert weighed[1, 2] == pytest.approx(np.log(1 * 6 / (2 * 2)))
    assert weighed[0, 2] == 0


def test_words_in_like_company_have_like_rows_though_they_never_meet() -> None:
    m = Embeddings(text=TWINS, word="cat")
    assert m.neighbours[0][0] == "dog" and m.neighbours[0][1] == pytest.approx(1)
    assert m.counts[m.at, m.vocabulary.index("dog")] == 0


def test_the_one_row_of_bank_lies_near_both_its_companies() -> None:
    m = Embeddings(word="bank")
    assert m.vocabulary.count("bank") == 1
    assert {word for word, _ in m.neighbours[:4]} == {"stream", "flows", "interest", "money"}


def test_a_sentence_ends_where_it_ends() -> None:
    m = Embeddings(text="one two. three four", window=10)
    assert m.counts[m.vocabulary.index("two"), m.vocabulary.index("three")] == 0


def test_the_shipped_text_takes_less_than_a_second_of_processor_time() -> None:
    start = time.process_time()
    m = Embeddings(text=f"{SENTENCES} So it is.", window=3)
    assert m.neighbours and m.map.shape and m.landed
    assert time.process_time() - start < 1


# ── the map ────────────────────────────────────────────────────────────────────────────


def test_two_numbers_lose_nothing_on_the_map_and_more_numbers_do() -> None:
    assert Embeddings(dimension=2).variance_kept == pytest.approx(1)
    kept = [Embeddings(dimension=d).variance_kept for d in (2, 4, 8, 16, 32, 64)]
    assert kept == sorted(kept, reverse=True) and kept[-1] < 0.1


def test_no_other_plane_keeps_more() -> None:
    m, rng = Embeddings(), np.random.default_rng(0)
    centred = m.table - m.table.mean(axis=0)
    whole = np.sum(centred**2)
    for _ in range(50):
        plane = np.linalg.qr(rng.standard_normal((m.table.shape[1], 2)))[0]
        assert np.sum((centred @ plane) ** 2) / whole <= m.variance_kept + 1e-12
    assert np.sum(m.map**2) / whole == pytest.approx(m.variance_kept)


# ── word − minus + plus ────────────────────────────────────────────────────────────────


def test_struck_words_are_the_only_difference() -> None:
    struck, whole = Embeddings(), Embeddings(exclude=False)
    assert whole.analogy[0][0] == "king" and struck.analogy[0][0] == "queen"
    left = [pair for pair in whole.analogy if pair[0] not in ("king", "man", "woman")]
    assert struck.analogy[: len(left)] == left


def test_more_often_than_not_it_lands_on_what_was_given() -> None:
    """With all that was counted; squeezed into 16 numbers it is half of them."""
    assert Embeddings(dimension=64).landed == [11, 12]
    assert Embeddings().landed == [6, 12]
    assert len(QUESTIONS) == 12


@pytest.mark.parametrize("state", [{}, {"dimension": 64}, {"window": 7, "dimension": 3}])
def test_questions_that_are_asked_at_once_have_the_answers_of_each_alone(
    state: dict[str, int],
) -> None:
    m = Embeddings(**state)
    assert len(m.asked) == len(m.questions) == 12
    rows = dict(zip(m.table_of_words.words, m.table.tolist(), strict=True))
    for nearest, three in m.asked:
        minus, first, plus = map(rows.__getitem__, three)
        wanted = [p - q + r for p, q, r in zip(first, minus, plus, strict=True)]
        cosine = {w: sum(map(mul, row, wanted)) / math.hypot(*row) for w, row in rows.items()}
        assert nearest == max(cosine, key=lambda word: round(cosine[word], 10))


# ── words that a table has or has not ──────────────────────────────────────────────────


def test_a_word_without_a_row_is_refused_in_one_sentence() -> None:
    with pytest.raises(BadValue, match="“zebra” is none of the 195 words"):
        open_command("tfx embeddings word=zebra")


def test_a_word_that_another_table_has_not_is_pulled_to_one_that_it_has() -> None:
    m = Embeddings().replace(source="prose-model")
    assert (m.word, m.minus, m.plus) == (" The", " the", " it")
    _, typed = open_command("tfx embeddings source=prose-model word=token")
    assert typed.word == " token"


@pytest.mark.parametrize("text", ["", " . ", "so", "\n\n!?", "é ö ü", "word " * 4000])
def test_any_text_has_a_table(text: str) -> None:
    m = Embeddings(text=text)
    assert m.vocabulary and m.word in m.vocabulary
    assert CONCEPT.view(m).panels and len(says(m)) <= 78
    assert Embeddings(text="").vocabulary == [NOTHING]


def test_the_sentences_were_shipped_small() -> None:
    assert 100 <= len(sentences(SENTENCES)) <= 200
    assert len(EVERY.encode()) < 12_000


# ── in a sentence ──────────────────────────────────────────────────────────────────────


def test_without_the_encoder_one_sentence_says_so() -> None:
    with plain.nothing_else(), plain.no_package():
        m = Embeddings(source="published", word="bank")
        assert m.problem == "all-MiniLM-L6-v2 is not installed."
        assert m.contextual_cosine is None and "pip install" in says(m) and len(says(m)) <= 78
        assert np.array_equal(m.table, Embeddings().table)


def test_an_encoder_that_cannot_be_read_gets_one_sentence(tmp_path) -> None:
    for files in ({}, {"config.json": "[]"}, {"config.json": "{}", "model.safetensors": "no"}):
        for name, content in files.items():
            (tmp_path / name).write_text(content)
        with patch(
            "tui_transformer.concepts.embeddings.encoder.found",
            lambda: {"all-MiniLM-L6-v2": tmp_path},
        ):
            m = Embeddings(source="published")
            assert m.problem == "all-MiniLM-L6-v2 cannot be read."
            assert np.array_equal(m.table, Embeddings().table) and len(says(m)) <= 78


needs_the_weights = pytest.mark.skipif(
    plain.MINILM is None, reason="all-MiniLM-L6-v2 is not installed"
)


@needs_the_weights
def test_minilm_tells_the_banks_apart_and_its_table_does_not() -> None:
    m = Embeddings(source="published", word="bank")
    same = m.replace(other="The bank keeps the money safe.", sentence="The bank lends money.")
    assert m.vector.tolist() == same.vector.tolist()
    assert m.contextual_cosine < 0.8 < 0.9 < same.contextual_cosine
    assert m.replace(other=m.sentence).contextual_cosine == pytest.approx(1)
    assert m.replace(other="No such word.").contextual_cosine is None


@needs_the_weights
def test_minilm_rows_are_those_of_the_file() -> None:
    m = Embeddings(source="published", word="queen")
    names = plain.lines(plain.MINILM / "vocab.txt")
    table = plain.stored(plain.MINILM / "model.safetensors")["embeddings.word_embeddings.weight"]
    assert m.vector.tolist() == table[names.index("queen")].astype(float).tolist()
    assert set(m.vocabulary) <= set(names)


@settings(max_examples=20)
@given(texts, st.integers(1, 10), st.integers(2, 64), st.booleans())
def test_every_sentence_is_short(text: str, window: int, dimension: int, exclude: bool) -> None:
    m = Embeddings(text=text, window=window, dimension=dimension, exclude=exclude)
    assert 10 < len(says(m)) <= 78
    assert max(np.abs(m.cosines)) <= 1 + 1e-9


def test_the_rows_are_measured_once_for_all_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[object] = []
    norm = np.linalg.norm

    def counting(x: Any, *given: Any, **named: Any) -> Any:
        measured.append(x.shape) if named.get("axis") == 1 else None
        return norm(x, *given, **named)

    m = Embeddings(window=3)
    assert len(m.table) > 10  # made before
    monkeypatch.setattr(np.linalg, "norm", counting)
    assert m.landed[1] == 12
    assert m.neighbours
    assert m.analogy
    assert measured == [m.table.shape]
