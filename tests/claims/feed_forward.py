"""What `feed-forward` claims: the network written out word by word, in plain loops."""

import hashlib
import json
import math
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

import tui_transformer.weights
from tests.claims.book import Claims, State, close, opened, shown

LONG = " ".join(f"word{i % 50}" for i in range(70))
feed_forward = Claims(
    "feed-forward",
    (
        "tfx feed-forward sentence='' d_model=3",
        f"tfx feed-forward sentence='{LONG}' d_model=2 activation=silu",
        "tfx feed-forward sentence='a a a a a a b' shuffle=on",
        # A word that neither of two ReLU keys answers to: only b₂ is left of its row.
        "tfx feed-forward d_model=2 expansion=1 seed=1 token=0",
        "tfx feed-forward weights=sorter sentence='c B a C rose' shuffle=on",
        "tfx feed-forward weights=sorter sentence=A",
    ),
    random=8,
)
ACTS = {
    "relu": lambda h: max(h, 0.0),
    "gelu": lambda h: h * math.erfc(-h / math.sqrt(2)) / 2,
    "silu": lambda h: h / (1 + math.exp(-h)),
}


def bent_by_tanh(h: float) -> float:
    """GPT-2's form of GELU (Hendrycks & Gimpel 2016, §2)."""
    return 0.5 * h * (1 + math.tanh(math.sqrt(2 / math.pi) * (h + 0.044715 * h**3)))


def vector(word: str, c: SimpleNamespace) -> list[float]:
    """Draw a word's vector from N(0, 1), by the seed and the BLAKE2b hash of the small word."""
    if trained(c) and word.upper() in ("A", "B", "C"):
        w = shipped_sorter()
        row = w["embedding"]["ABC".index(word.upper())].tolist()
        mean = math.fsum(row) / 48
        spread = math.sqrt(math.fsum((x - mean) ** 2 for x in row) / 48 + 1e-5)
        scale, shift = w["block_0.norm_2.gain"], w["block_0.norm_2.bias"]
        return [(x - mean) / spread * g + b for x, g, b in zip(row, scale, shift, strict=True)]
    digest = hashlib.blake2b(word.casefold().encode(), digest_size=16).digest()
    rng = np.random.default_rng([c.seed, int.from_bytes(digest, "big")])
    return rng.standard_normal(sizes(c)[0]).tolist()


def trained(c: SimpleNamespace) -> bool:
    return c.weights == "sorter"


def sizes(c: SimpleNamespace) -> tuple[int, int]:
    """d and d_ff: typed, or of the sorter (48, four times as wide)."""
    return (48, 192) if trained(c) else (c.d_model, c.d_model * c.expansion)


@cache
def shipped_sorter() -> dict[str, np.ndarray]:
    """The sorter's file, read by hand: 8 bytes, a header in JSON, the numbers."""
    data = (Path(tui_transformer.weights.__file__).parent / "sorter.safetensors").read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    found = {}
    for name, about in json.loads(data[8:start]).items():
        if name != "__metadata__" and about["dtype"] == "F32":
            first, last = (start + at for at in about["data_offsets"])
            found[name] = (
                np.frombuffer(data[first:last], "<f4").reshape(about["shape"]).astype(float)
            )
    return found


def weights(c: SimpleNamespace) -> tuple[Any, Any, Any, Any]:
    """W₁, b₁, W₂, b₂: variance 1/inputs, biases a tenth."""
    if trained(c):
        parts = ("w_1", "b_1", "w_2", "b_2")
        return tuple(shipped_sorter()[f"block_0.feed_forward.{part}"] for part in parts)
    rng = np.random.default_rng([c.seed, c.d_model, c.expansion])
    d, wide = c.d_model, c.d_model * c.expansion
    w_1, b_1 = rng.standard_normal((d, wide)), rng.standard_normal(wide)
    w_2, b_2 = rng.standard_normal((wide, d)), rng.standard_normal(d)
    return w_1 / math.sqrt(d), b_1 / 10, w_2 / math.sqrt(wide), b_2 / 10


def sums(word: str, c: SimpleNamespace) -> list[float]:
    """x·k + b₁ for every key."""
    x, (w_1, b_1, _, _) = vector(word, c), weights(c)
    return [
        math.fsum([*(x[i] * w_1[i, j] for i in range(len(x))), b_1[j]]) for j in range(len(b_1))
    ]


def network(word: str, c: SimpleNamespace) -> tuple[list[float], list[float]]:
    """hidden and output of one word by itself."""
    bend = bent_by_tanh if trained(c) else ACTS[c.activation]
    h = [bend(s) for s in sums(word, c)]
    _, _, w_2, b_2 = weights(c)
    out = [math.fsum([*(h[j] * w_2[j, i] for j in range(len(h))), b_2[i]]) for i in range(len(b_2))]
    return h, out


def awake(word: str, c: SimpleNamespace) -> int:
    return sum(s > 0 for s in sums(word, c))


# ── values ─────────────────────────────────────────────────────────────────────────────


@feed_forward.oracle("tokens", "order")
def tokens(s: State) -> None:
    words = s.controls.sentence.split()[:64] or ["∅"]
    order = s.values.order
    assert sorted(order) == list(range(len(words)))
    assert s.values.tokens == [words[at] for at in order]
    moved = [at != place for place, at in enumerate(order)]
    assert moved == [s.controls.shuffle and len(words) > 1] * len(words)


@feed_forward.oracle("hidden", "output", "shuffle_difference")
def rows(s: State) -> None:
    x = next(p for p in s.figure.panels if p.title == "x: one word, one row").values
    close(x, [vector(word, s.controls) for word in s.values.tokens], 1e-12)
    both = [network(word, s.controls) for word in s.values.tokens]
    close(s.values.hidden, [h for h, _ in both], 1e-12)
    close(s.values.output, [out for _, out in both], 1e-12)
    assert s.values.shuffle_difference == 0
    alone = {}
    for word, out in zip(s.values.tokens, s.values.output, strict=True):
        assert alone.setdefault(word.casefold(), out) == out


@feed_forward.oracle("active_fraction")
def active_fraction(s: State) -> None:
    counts = [awake(word, s.controls) for word in s.values.tokens]
    share = sum(counts) / (len(counts) * sizes(s.controls)[1])
    assert math.isclose(s.values.active_fraction, share, rel_tol=1e-12)
    assert s.table("Weights, whatever the sentence")["share awake"]["numbers"] == (
        s.values.active_fraction
    )


@feed_forward.oracle("parameter_count")
def parameter_count(s: State) -> None:
    d, wide = sizes(s.controls)
    parts = [d * wide, wide, wide * d, d]
    table = s.table("Weights, whatever the sentence")
    assert [row["numbers"] for row in table.values()][:5] == [*parts, sum(parts)]
    assert s.values.parameter_count == sum(parts)
    if wide == 4 * d:
        assert s.values.parameter_count == 8 * d * d + 5 * d


@feed_forward.oracle("strongest")
def strongest(s: State) -> None:
    word = s.values.tokens[s.controls.token]
    (h, _), (_, _, w_2, _) = network(word, s.controls), weights(s.controls)
    added = [abs(h[j]) * math.hypot(*w_2[j]) for j in range(len(h))]
    best = s.values.strongest
    assert (best == -1) == (max(added) == 0)
    if best >= 0:
        assert added[best] >= max(added) * (1 - 1e-12)
    table = s.table("▸ meets its keys and values")
    shown_ = [row["adds |h|·‖v‖"] for row in table.values()]
    close(shown_, sorted(added, reverse=True)[: len(shown_)], 1e-12)


# ── sentences ──────────────────────────────────────────────────────────────────────────


def lit(s: State, quoted: str) -> str:
    """The word that is lit; on the screen it is quoted and may be shortened."""
    word = s.values.tokens[s.controls.token]
    assert word.startswith(quoted.strip("“”").rstrip("…"))
    return word


@feed_forward.says("{word} wakes {keys} of {wide} keys.")
def wakes(s: State, word: str, keys: str, wide: str) -> None:
    assert int(wide) == sizes(s.controls)[1] == len(s.values.hidden[0])
    assert int(keys) == awake(lit(s, word), s.controls)
    close(s.values.output[s.controls.token], network(lit(s, word), s.controls)[1], 1e-12)


@feed_forward.says("{word} stands at {places}: the same row, to the last bit.")
def stands_twice(s: State, word: str, places: str) -> None:
    at = [int(place) for place in places.replace(" and ", ", ").split(", ")]
    assert {s.values.tokens[place].casefold() for place in at} == {lit(s, word).casefold()}
    assert len({tuple(s.values.output[place]) for place in at}) == 1 < len(at)


@feed_forward.says(
    "Shuffled: all {rows} rows went with their words; the largest change in any is {change}."
)
def shuffled(s: State, rows: str, change: str) -> None:
    assert int(rows) == len(s.values.output)
    assert change == "0"
    plain = opened(s.link.replace(" shuffle=on", ""))
    for place, at in enumerate(s.values.order):
        assert place != at
        assert s.values.output[place] == plain.values.output[at]
        assert s.values.hidden[place] == plain.values.hidden[at]


@feed_forward.says("Only the first {words} words are used.")
def cut(s: State, words: str) -> None:
    assert int(words) == len(s.values.tokens) == 64 < len(s.controls.sentence.split())


@feed_forward.says("Nothing is typed; ∅ stands for it.")
def nothing(s: State) -> None:
    assert s.controls.sentence == ""
    assert s.values.tokens == ["∅"]


@feed_forward.says(
    "{words} words, none at its old place, and the largest change in any output is {change}."
)
def moved(s: State, words: str, change: str) -> None:
    assert int(words) >= 6
    shuffled(s, words, change)


@feed_forward.says("Rows {places} are the same {d} numbers: their word is the same.")
def twins(s: State, places: str, d: str) -> None:
    at = [int(place) for place in places.replace(" and ", ", ").split(", ")]
    assert len({s.values.tokens[place].casefold() for place in at}) == 1 < len(at)
    assert len({tuple(s.values.output[place]) for place in at}) == 1
    assert int(d) == len(s.values.output[0])


@feed_forward.says("{word} wakes {keys} of 32 keys: so many values and b₂ are all of its output.")
def few_keys(s: State, word: str, keys: str) -> None:
    assert int(keys) == awake(lit(s, word), s.controls) <= 11
    assert len(s.values.hidden[0]) == 32
    h = s.values.hidden[s.controls.token]
    assert sum(x != 0 for x in h) == int(keys)


# ── the explanation ────────────────────────────────────────────────────────────────────


@feed_forward.tells("takes one word's vector, widens it (here four times)")
def four_times() -> None:
    v = opened("tfx feed-forward").values
    assert len(v.hidden[0]) == 4 * len(v.output[0])


@feed_forward.tells("`weights` *sorter* has 192 that were learned, for the words A, B and C.")
def three_letters() -> None:
    s = opened("tfx feed-forward weights=sorter sentence='A B C D'")
    x = next(p for p in s.figure.panels if p.title == "x: one word, one row").values
    close(x[:3], [vector(letter, s.controls) for letter in "ABC"], 1e-9)
    assert shipped_sorter()["embedding"].shape == (3, 48)
    assert len(s.values.hidden[0]) == 192


@feed_forward.tells("Write the same word twice, and you get the same row twice.")
def twice() -> None:
    rows = opened("tfx feed-forward sentence='cat dog Cat'").values.output
    assert rows[0] == rows[2] != rows[1]


@feed_forward.tells("It has 8d² + 5d parameters at `expansion` 4, for one word as for thousands.")
def for_one_as_for_many() -> None:
    for d in (2, 8, 32):
        counts = {
            opened(f"tfx feed-forward d_model={d} sentence='{text}'").values.parameter_count
            for text in ("one", LONG)
        }
        assert counts == {8 * d * d + 5 * d}
    shown("4", opened("tfx feed-forward").controls.expansion)


@feed_forward.tells(
    "Read the wide layer as a memory (Geva et al., 2021). Each column of W₁ is a **key**, a "
    "pattern; the activation says how strongly x answers to it; and each row of W₂ is the "
    "**value** that it then adds."
)
def a_memory() -> None:
    # "Transformer Feed-Forward Layers Are Key-Value Memories" (EMNLP 2021), eq. 2: f(x·Kᵀ)·V
    s = opened("tfx feed-forward activation=gelu")
    w_1, b_1, w_2, b_2 = weights(s.controls)
    for word, out in zip(s.values.tokens, s.values.output, strict=True):
        memory = np.array(b_2)
        for key, threshold, value in zip(w_1.T, b_1, w_2, strict=True):
            answer = math.fsum(a * b for a, b in zip(vector(word, s.controls), key, strict=True))
            memory = memory + ACTS["gelu"](answer + threshold) * value
        close(out, memory, 1e-12)
