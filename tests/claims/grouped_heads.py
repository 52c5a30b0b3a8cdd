"""What `grouped-heads` claims.

Attention is made head by head, in plain Python, from the same draws; bytes are counted one vector
after another.
"""

import math
import re
from types import SimpleNamespace

import numpy as np

from tests.claims.book import Claims, State, close, opened, shown
from tests.claims.plain_words import words

grouped_heads = Claims(
    "grouped-heads",
    examples=(
        "tfx grouped-heads heads=1",
        "tfx grouped-heads heads=64 kv_heads=64 d_model=64",
        "tfx grouped-heads length=1 layers=1 bytes_per_number=1",
        "tfx grouped-heads sentence=rose",
        "tfx grouped-heads 'sentence='",
        "tfx grouped-heads 'sentence=" + "a rose is " * 9 + "'",
    ),
)


def read_words(c: SimpleNamespace) -> list[str]:
    """The words that are read."""
    return words(c.sentence)[:24]


def row(c: SimpleNamespace, head: int, i: int) -> list[float]:
    """Where one head looks from one word."""
    n, d = len(read_words(c)), c.d_model // c.heads
    queries = np.random.default_rng([c.seed, 0]).standard_normal(c.heads * n * d).tolist()
    keys = np.random.default_rng([c.seed, 1]).standard_normal(c.kv_heads * n * d).tolist()
    group = head * c.kv_heads // c.heads
    q = queries[(head * n + i) * d :][:d]
    scores = []
    for j in range(i + 1):
        k = keys[(group * n + j) * d :][:d]
        scores.append(math.fsum(a * b for a, b in zip(q, k, strict=True)) / math.sqrt(d))
    top = max(scores)
    powers = [math.exp(z - top) for z in scores]
    return [x / math.fsum(powers) for x in powers] + [0.0] * (n - 1 - i)


def favourite(c: SimpleNamespace, head: int) -> int:
    """The word that a head looks at most from the chosen one."""
    found = row(c, head, c.query)
    return found.index(max(found))


def kept(c: SimpleNamespace, kv_heads: int | None = None) -> int:
    """The bytes of a full text: a key and a value for each layer, key head and token."""
    sets = c.kv_heads if kv_heads is None else kv_heads
    numbers = sum(c.d_model // c.heads for _ in range(c.layers) for _ in range(sets) for _ in "kv")
    return int(numbers * c.length * c.bytes_per_number)


def weights(c: SimpleNamespace) -> int:
    """The numbers of the four matrices in all layers."""
    own, shared = c.d_model // c.heads * c.heads, c.d_model // c.heads * c.kv_heads
    return sum(c.d_model * columns for columns in (own, shared, shared, own)) * c.layers


# ── values ─────────────────────────────────────────────────────────────────────────────


@grouped_heads.oracle("attention", "groups")
def attention(s: State) -> None:
    """The first, the chosen and the last head, from the chosen word and the last."""
    c, last = s.controls, len(read_words(s.controls)) - 1
    assert np.shape(s.values.attention) == (c.heads, last + 1, last + 1)
    for head in {0, c.selected, c.heads - 1}:
        for i in {0, c.query, last}:
            close(s.values.attention[head][i], row(c, head, i), 1e-9, 1e-12)
    each = c.heads // c.kv_heads
    assert list(s.values.groups) == [group for group in range(c.kv_heads) for _ in range(each)]
    table = s.table(f"From {c.query} “{name(c)}”")
    for head, cells in enumerate(table.values()):
        assert cells["key head"] == s.values.groups[head]


def name(c: SimpleNamespace) -> str:
    """The chosen word as it is titled."""
    word = read_words(c)[c.query]
    return word if len(word) <= 12 else word[:11] + "…"


@grouped_heads.oracle("kv_cache_bytes", "parameter_count")
def counted(s: State) -> None:
    c, v = s.controls, s.values
    assert v.kv_cache_bytes == kept(c)
    assert v.parameter_count == weights(c)
    (table,) = (panel for panel in s.figure.panels if getattr(panel, "key", "") == "costs")
    listed = [[cell.content for cell in cells] for cells in table.rows]
    assert [cells[0] for cells in listed] == [g for g in range(1, 65) if c.heads % g == 0]
    for sets, stored, _, share, parameters in listed:
        assert stored == kept(c, sets)
        assert sets * share == c.heads
        assert parameters == weights(SimpleNamespace(**{**vars(c), "kv_heads": sets}))


# ── what is said ───────────────────────────────────────────────────────────────────────


def counted_as(text: str, number: int, name: str) -> None:
    """See that a number of things is named, in the singular where it is one."""
    match = re.fullmatch(rf"([\d,]+) {name}(s?)", text)
    assert match, text
    assert int(match[1].replace(",", "")) == number
    assert bool(match[2]) == (number != 1)


NOTES = {
    "Only the first 24 words are used. ": lambda text: len(words(text)) > 24,
    "Nothing is typed; ∅ stands for it. ": lambda text: not text.strip(),
    "": lambda text: text.strip() and len(words(text)) <= 24,
}


@grouped_heads.says("{heads}, {sets}: {tokens} keep {stored} bytes.")
def stands(s: State, heads: str, sets: str, tokens: str, stored: str) -> None:
    """Before the heads there may stand what happened to the sentence, and only then."""
    c = s.controls
    note = next(note for note in NOTES if heads.startswith(note))
    assert NOTES[note](c.sentence), note
    counted_as(heads.removeprefix(note), c.heads, "head")
    counted_as(sets, c.kv_heads, "key head")
    counted_as(tokens, c.length, "token")
    shown(stored, kept(c))


@grouped_heads.says("{heads} heads share {sets} key heads: {stored} bytes instead of {whole}.")
def an_eighth(s: State, heads: str, sets: str, stored: str, whole: str) -> None:
    c = s.controls
    assert (int(heads), int(sets)) == (c.heads, c.kv_heads)
    shown(stored, kept(c))
    shown(whole, kept(c, c.heads))
    assert 8 * kept(c) == kept(c, c.heads)


@grouped_heads.says("The text of {tokens} tokens takes {stored} bytes.")
def fits(s: State, tokens: str, stored: str) -> None:
    shown(tokens, s.controls.length)
    shown(stored, kept(s.controls))
    assert kept(s.controls) <= kept(opened("tfx grouped-heads").controls) == 6_291_456


@grouped_heads.says(
    "From “{word}” {heads} heads look most at {different} different words, with one set of keys."
)
def of_their_own(s: State, word: str, heads: str, different: str) -> None:
    c = s.controls
    assert word == name(c) and int(heads) == c.heads and c.kv_heads == 1
    assert int(different) == len({favourite(c, head) for head in range(c.heads)})


# ── what is told ───────────────────────────────────────────────────────────────────────


@grouped_heads.tells(
    "Llama 3 8B has 32 heads over 8 key heads. Its 8,192 tokens take 1,073,741,824 bytes instead "
    "of 4,294,967,296: a quarter."
)
def llama() -> None:
    """Dubey et al. (2024), table 3: 32 layers, d_model 4096; 2 bytes a number."""
    one = 32 * 8 * 128 * 2 * 8192 * 2
    shown("1,073,741,824", one)
    shown("4,294,967,296", 4 * one)
    c = opened("tfx grouped-heads heads=32 kv_heads=8 d_model=4096 layers=32 length=8192").controls
    assert kept(c) == one and kept(c, 32) == 4 * one


@grouped_heads.tells("`heads` alone do not: twice as many are half as wide, and so are their keys.")
def as_many_bytes() -> None:
    """With as many key heads for each head the bytes stay."""
    several = [opened(f"tfx grouped-heads heads={h} kv_heads={h // 4}") for h in (4, 8, 16, 32)]
    assert len({s.values.kv_cache_bytes for s in several}) == 1


@grouped_heads.tells(
    "Head 0 and head 1 share k0 here, and from *sat* one looks most at *on*, the other at *mat*."
)
def the_same_keys() -> None:
    c = opened("tfx grouped-heads").controls
    text = read_words(c)
    assert text[c.query] == "sat"
    assert [text[favourite(c, head)] for head in (0, 1)] == ["on", "mat"]
    assert [head * c.kv_heads // c.heads for head in (0, 1)] == [0, 0]


@grouped_heads.tells("here a quarter of the bytes remain, but 0.625 of the weights")
def fewer_weights() -> None:
    shared, every = (opened(f"tfx grouped-heads kv_heads={g}").controls for g in (2, 8))
    assert 4 * kept(shared) == kept(every)
    shown("0.625", weights(shared) / weights(every))


@grouped_heads.tells("With 1 all share one set")
def one_set() -> None:
    assert set(opened("tfx grouped-heads kv_heads=1").values.groups) == {0}


@grouped_heads.tells("Eight heads share one set of keys; how many sets are that?")
def so_many_sets() -> None:
    """As many as give the eighth of the task."""
    every, shared = (opened(f"tfx grouped-heads heads=32 kv_heads={g}").controls for g in (32, 4))
    assert shared.heads == 8 * shared.kv_heads and kept(every) == 8 * kept(shared)


@grouped_heads.tells("Four times as long: halve two other factors.")
def four_times() -> None:
    start = opened("tfx grouped-heads").controls
    longer = opened("tfx grouped-heads length=8192 kv_heads=1 bytes_per_number=1").controls
    assert longer.length == 4 * start.length
    assert start.kv_heads == 2 * longer.kv_heads
    assert start.bytes_per_number == 2 * longer.bytes_per_number
    assert kept(longer) == kept(start)
