"""Alphabets, spelling and encoding of byte-pair encoding, against the slow one and by hand."""

import re
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from tests.claims.merging import replayed
from tests.nn.test_bpe import BASES, SENNRICH, names, piece, texts, thorough
from tui_transformer.nn.bpe import Alphabet, Learned, Node, encode

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
    run = Learned(text, base, split_words)
    c = SimpleNamespace(text=text, sample=sample, base=base, split_words=split_words, merges=k)
    known = {piece(run, i) for i in range(run.symbol_count(k))}
    nodes = encoded(run, sample, k)
    assert [piece(run, node.symbol) if node.symbol >= 0 else None for node in nodes] == [
        token if token in known else None for token in replayed(c)
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
