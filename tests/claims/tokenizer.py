"""What `tokenizer` claims: its sentences and its explanation."""

from itertools import pairwise

from tests.claims.book import State, opened, read
from tests.claims.merging import UNKNOWN, alphabet, counted, learned, replayed, spelled, symbols
from tests.claims.tokenizer_values import names, short, tokenizer, visible

# ── sentences ──────────────────────────────────────────────────────────────────────────


@tokenizer.says("No text, no pairs: type some and watch tokens grow.")
def no_text(s: State) -> None:
    assert s.controls.text == ""


@tokenizer.says("Only spaces, no words: type some and watch tokens grow.")
def only_spaces(s: State) -> None:
    assert s.controls.text.isspace()
    assert symbols(s.controls.text, s.controls) == []


@tokenizer.says("{letter} is not in the text: <unk>. A byte base would know it: base = bytes.")
def unknown(s: State, letter: str) -> None:
    assert letter.replace("␣", " ") not in s.controls.text
    assert letter.replace("␣", " ") in s.controls.sample
    assert UNKNOWN in s.values.sample_tokens
    assert UNKNOWN not in s.changed(base="bytes").values.sample_tokens


@tokenizer.says("{sample}; merge {k} was {pair}, {times}.")
def after_a_merge(s: State, sample: str, k: str, pair: str, times: str) -> None:
    sample_is(s, sample)
    merge_was(s, k, pair, times)


@tokenizer.says("Merge {k} was {pair}, {times}.")
def merge_was(s: State, k: str, pair: str, times: str) -> None:
    done = learned(s.controls).merges
    assert len(done) == read(k)
    pair_is(s, done[-1], pair, times)


@tokenizer.says("{sample}; next comes {pair}, {times}.")
def before_a_merge(s: State, sample: str, pair: str, times: str) -> None:
    sample_is(s, sample)
    next_comes(s, pair, times)


@tokenizer.says("Next comes {pair}, {times}.")
def next_comes(s: State, pair: str, times: str) -> None:
    assert not learned(s.controls).merges
    pair_is(s, learned(s.controls).pairs[0], pair, times)


@tokenizer.says("{sample}; after {merges} no pair is left.")
def at_the_end(s: State, sample: str, merges: str) -> None:
    sample_is(s, sample)
    none_left(s, merges)


@tokenizer.says("After {merges} no pair is left.")
def none_left(s: State, merges: str) -> None:
    told = learned(s.controls)
    assert told.pairs == []
    assert merges == many(len(told.merges), "merge")


@tokenizer.says("{sample}; a single symbol has no neighbour to merge with.")
def single(s: State, sample: str) -> None:
    sample_is(s, sample)
    assert len(learned(s.controls).base) == 1


def many(n: int, noun: str) -> str:
    return f"{n:,} {noun}" + "s" * (n != 1)


def pair_is(s: State, pair: tuple, text: str, times: str) -> None:
    """See that a pair is written so, and was or will be merged so often."""
    left, right, count = pair
    assert text == " + ".join(short(name, 8) for name in names(s, [left, right]))
    assert times == many(count, "time")


def sample_is(s: State, text: str) -> None:
    """See what is said of the sample: whether it is new, and how it splits."""
    c = s.controls
    words = c.sample.split() if c.split_words else [c.sample]
    there = c.text.split() if c.split_words else [c.text[i:] for i in range(len(c.text))]
    found = all(any(x == w if c.split_words else x.startswith(w) for x in there) for w in words)
    row = replayed(c)
    name = short(c.sample, 12)
    name = f"Unseen {name}" if len(words) == 1 and not found else name
    pieces = "│".join(visible(one) for one in names(s, row))
    allowed = [f"{name} splits as {pieces}", f"{name} is {pieces}", f"{name} is {len(row)} tokens"]
    assert text in (allowed if len(row) > 1 else [f"{name} is one token"])


@tokenizer.says("lowest is {one} and {two} after {merges}; the text never had it.")
def lowest(s: State, one: str, two: str, merges: str) -> None:
    assert s.controls.sample == "lowest"
    assert [one, two] == [visible(name) for name in names(s, replayed(s.controls))]
    assert merges == many(len(learned(s.controls).merges), "merge")
    assert "lowest" not in s.controls.text.split()


@tokenizer.says("{letter} is written in UTF-8, {codes}, and each of 256 bytes is a symbol.")
def new_letter(s: State, letter: str, codes: str) -> None:
    assert letter in s.controls.sample
    assert letter not in s.controls.text
    assert bytes.fromhex(codes).decode() == letter
    assert UNKNOWN not in s.values.sample_tokens
    assert len(alphabet(s.controls)) - s.controls.split_words == 256


@tokenizer.says("In {run} in a row {pair} counts {times}, not {more}: no symbol is merged twice.")
def overlap(s: State, run: str, pair: str, times: str, more: str) -> None:
    told = learned(s.controls)
    left, right, _ = told.pairs[0]
    assert left == right
    assert pair == " + ".join([short(spelled(left, s.controls), 16)] * 2)
    row = [left] * int(run)
    assert any(told.symbols[i : i + int(run)] == row for i in range(len(told.symbols)))
    assert times == many(counted(row)[0][2], "time")
    assert int(more) == sum(a == b == left for a, b in pairwise(row)) > counted(row)[0][2]


# ── the explanation ────────────────────────────────────────────────────────────────────


@tokenizer.tells("yet after five merges it is `low` and `est</w>`")
def five_merges() -> None:
    s = opened("tfx tokenizer merges=5")
    assert "lowest" not in s.controls.text
    assert [*names(s, replayed(s.controls))] == s.values.sample_tokens == ["low", "est</w>"]
    for fewer in range(5):
        assert len(opened(f"tfx tokenizer merges={fewer}").values.sample_tokens) > 2


@tokenizer.tells("all 256 bytes are there from the start")
def all_bytes() -> None:
    values = opened("tfx tokenizer base=bytes split_words=off text=x").values
    assert values.vocabulary_size == 256
