"""What `quantization` claims: the shipped weights rounded one column at a time, in float64.

The transformer is written out once more for all lines at once; which level a weight is nearest to
is found by trying every level.
"""

import math
from functools import cache
from itertools import product
from types import SimpleNamespace

import numpy as np

from tests.claims.book import Claims, State, close, opened, shown
from tests.claims.sorter import stored

quantization = Claims(
    "quantization",
    examples=(
        "tfx quantization bits=5",
        "tfx quantization bits=3 per=column layer=2",
        "tfx quantization bits=2 per=column outlier=on",
        "tfx quantization bits=2 layer=1 outlier=on",
        "tfx quantization bits=7 layer=3 outlier=on",
    ),
    random=2,
)
Array = np.ndarray
LINES = np.array(list(product(range(3), repeat=6)))


@cache
def trained(outlier: bool) -> dict[str, Array]:
    """The stored weights; with one of layer 1 made ten times the largest of its matrix."""
    found = {name: x.astype(float) for name, x in stored().items() if name != "held_out"}
    if outlier:
        matrix = found["block_0.feed_forward.w_1"].copy()
        matrix[30, 104] = 10 * max(abs(x) for x in matrix.ravel().tolist())
        found["block_0.feed_forward.w_1"] = matrix
    return found


def chosen(c: SimpleNamespace) -> list[str]:
    """The matrices that are rounded."""
    return [
        name
        for name, x in trained(c.outlier).items()
        if x.ndim == 2 and (c.layer == "all" or name.startswith(f"block_{int(c.layer) - 1}."))
    ]


def one_group(numbers: Array, bits: int) -> tuple[float, Array]:
    """The scale of some numbers, and the level of each: the nearest, by trying every one."""
    m = 2 ** (bits - 1) - 1
    scale = float(np.max(np.abs(numbers))) / m
    every = np.arange(-m, m + 1)
    flat = numbers.ravel()
    nearest = np.zeros(len(flat), int)
    for at in range(0, len(flat), 2000):
        apart = np.abs(flat[at : at + 2000, None] - every * scale)
        nearest[at : at + 2000] = every[np.argmin(apart, axis=1)]
    return scale, nearest.reshape(numbers.shape)


@cache
def rounded(bits: int, per: str, name: str, outlier: bool) -> tuple[list[float], Array]:
    """The scales of a matrix, and its levels."""
    x = trained(outlier)[name]
    if per == "tensor":
        scale, levels = one_group(x, bits)
        return [scale], levels
    groups = [one_group(column, bits) for column in x.T]
    return [scale for scale, _ in groups], np.array([levels for _, levels in groups]).T


def group(c: SimpleNamespace, name: str) -> tuple[list[float], Array]:
    return rounded(c.bits, c.per, name, c.outlier)


def weights(c: SimpleNamespace) -> dict[str, Array]:
    """What the network computes with."""
    found = dict(trained(c.outlier))
    for name in chosen(c):
        scales, levels = group(c, name)
        found[name] = levels * np.array(scales)
    return found


# ── the network ────────────────────────────────────────────────────────────────────────


def normed(x: Array, gain: Array, bias: Array) -> Array:
    middle = x.mean(axis=-1, keepdims=True)
    spread = ((x - middle) ** 2).mean(axis=-1, keepdims=True)
    return gain * (x - middle) / np.sqrt(spread + 1e-5) + bias


def gelu(x: Array) -> Array:
    return x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))


def block(x: Array, w: dict[str, Array], start: str) -> Array:
    """One block: three heads of 16 that see no later place, then the widening and narrowing."""
    part = {name.removeprefix(start): a for name, a in w.items() if name.startswith(start)}
    read = normed(x, part["norm_1.gain"], part["norm_1.bias"])
    q, k, v = (
        (read @ part[f"attention.w_{name}"] + part[f"attention.b_{name}"]).reshape(
            *x.shape[:2], 3, 16
        )
        for name in "qkv"
    )
    scores = np.einsum("nihd,njhd->nhij", q, k) / 4
    later = np.triu(np.ones((x.shape[1],) * 2, bool), 1)
    shares = np.exp(np.where(later, -np.inf, scores))
    shares = shares / shares.sum(axis=-1, keepdims=True)
    mixed = np.einsum("nhij,njhd->nihd", shares, v).reshape(x.shape)
    x = x + mixed @ part["attention.w_o"] + part["attention.b_o"]
    read = normed(x, part["norm_2.gain"], part["norm_2.bias"])
    wide = gelu(read @ part["feed_forward.w_1"] + part["feed_forward.b_1"])
    return x + wide @ part["feed_forward.w_2"] + part["feed_forward.b_2"]


def letters(w: dict[str, Array], tokens: Array) -> Array:
    """The likeliest next letter at every place, [n, t] → [n, t], 81 lines at a time.

    What is computed of so many stays near the processor: all at once take half as long again.
    """
    return np.concatenate([_letters(w, some) for some in np.array_split(tokens, 9)])


def _letters(w: dict[str, Array], tokens: Array) -> Array:
    x = w["embedding"][tokens] + w["position"][: tokens.shape[1]]
    for layer in range(3):
        x = block(x, w, f"block_{layer}.")
    last = normed(x, w["norm.gain"], w["norm.bias"])
    return np.argmax(last @ w["embedding"].T, axis=-1)


def right(c: SimpleNamespace) -> int:
    return count(c.bits, c.per, c.layer, c.outlier)


@cache
def count(bits: int, per: str, layer: str, outlier: bool) -> int:
    """Lines of which each letter comes out right behind the right ones before it.

    Those are the lines that it would sort by itself: up to its first mistake it reads the same.
    """
    w = weights(SimpleNamespace(bits=bits, per=per, layer=layer, outlier=outlier))
    answers = np.sort(LINES, axis=1)
    said = letters(w, np.concatenate([LINES, answers[:, :-1]], axis=1))[:, 5:]
    return sum(a == b for a, b in zip(said.tolist(), answers.tolist(), strict=True))


# ── values ─────────────────────────────────────────────────────────────────────────────


def table(s: State) -> dict[str, dict]:
    return s.table("What is stored")


@quantization.oracle("sorted_right")
def counted(s: State) -> None:
    assert s.values.sorted_right == right(s.controls)
    assert table(s)["lines sorted"]["now"] == s.values.sorted_right


@quantization.oracle("scales", "levels", "max_error")
def on_levels(s: State) -> None:
    c, v = s.controls, s.values
    assert list(v.scales) == chosen(c)
    worst = 0.0
    for name in chosen(c):
        scales, levels = group(c, name)
        close(v.scales[name], scales, 1e-6)
        worst = max(worst, float(np.max(abs(trained(c.outlier)[name] - levels * scales))))
    close(v.max_error, worst, 1e-4)
    layer = 0 if c.layer == "all" else int(c.layer) - 1
    levels = group(c, f"block_{layer}.feed_forward.w_1")[1]
    m = 2 ** (c.bits - 1) - 1
    found = [int(np.sum(levels == level)) for level in range(-m, m + 1)]
    # A weight half-way between two levels may fall to either in float32.
    assert sum(v.levels) == levels.size == 9216 and len(v.levels) == 2 * m + 1
    assert sum(abs(a - b) for a, b in zip(v.levels, found, strict=True)) <= 4
    row = table(s)[f"levels in use of {2 * m + 1}"]
    assert row["now"] == sum(x > 0 for x in v.levels)


@quantization.oracle("weight_bytes")
def counted_bytes(s: State) -> None:
    c = s.controls
    bits = sum(trained(False)[name].size * c.bits for name in chosen(c))
    scales = sum(trained(False)[name].shape[1] if c.per == "column" else 1 for name in chosen(c))
    rest = 85_584 - sum(trained(False)[name].size for name in chosen(c))
    assert s.values.weight_bytes == bits / 8 + 4 * scales + 4 * rest
    assert table(s)["bytes"]["float32"] == f"{4 * 85_584:,}"


# ── sentences ──────────────────────────────────────────────────────────────────────────


@quantization.says("{bits} bits, scales by {per}: {n} of 729 sorted.")
def says(s: State, bits: str, per: str, n: str) -> None:
    c = s.controls
    assert c.layer == "all" and (int(bits), int(n)) == (c.bits, right(c))
    assert per == c.per + ", one outlier" * c.outlier


@quantization.says("{bits} bits in layer {at} alone, scales by {per}: {n} of 729 sorted.")
def says_of_one(s: State, bits: str, at: str, per: str, n: str) -> None:
    c = s.controls
    assert (at, int(bits), int(n)) == (c.layer, c.bits, right(c))
    assert per == c.per + ", one outlier" * c.outlier


# ── tasks ──────────────────────────────────────────────────────────────────────────────


def changed(s: State, **controls: object) -> int:
    return right(SimpleNamespace(**vars(s.controls) | controls))


@quantization.says("{n} lines; with one scale for each matrix {other}. It costs {k} scales.")
def by_column(s: State, n: str, other: str, k: str) -> None:
    c = s.controls
    assert (c.bits, c.layer, c.outlier) == (3, "all", False) and int(n) == right(c) >= 700
    assert int(other) == changed(s, per="tensor")
    assert int(k) == sum(trained(False)[name].shape[1] for name in chosen(c))


@quantization.says("All {n}; with one scale for each matrix {other} would be left.")
def outlier_met(s: State, n: str, other: str) -> None:
    c = s.controls
    assert c.outlier and c.bits <= 4 and int(n) == right(c) == 729
    assert int(other) == changed(s, per="tensor")


@quantization.says("Layer {at} lets {n} lines through, in {size} bytes; layer 1 lets {other}.")
def one_layer(s: State, at: str, n: str, size: str, other: str) -> None:
    c = s.controls
    assert (c.bits, c.per, c.layer) == (2, "tensor", at) and int(n) == right(c) >= 700
    shown(size, s.values.weight_bytes)
    assert int(other) == changed(s, layer="1")


# ── the explanation ────────────────────────────────────────────────────────────────────


def at(**controls: object) -> int:
    plain = {"bits": 8, "per": "tensor", "layer": "all", "outlier": False}
    return right(SimpleNamespace(**plain | controls))


@quantization.tells("A trained weight takes 32 bits.")
def float32() -> None:
    assert all(x.dtype == np.dtype("<f4") for name, x in stored().items() if name != "held_out")


@quantization.tells(
    "With 8 bits m is 127; with 2 it is 1, and every weight is −1, 0 or 1 times the scale."
)
def m_of_bits() -> None:
    assert len(set(range(-127, 128))) <= 2**8 and 2 * 127 + 1 == 2**8 - 1
    c = SimpleNamespace(bits=2, per="tensor", layer="all", outlier=False)
    assert set(group(c, "embedding")[1].ravel()) == {-1, 0, 1}


@quantization.tells("Here is the trained [sorter](sorter), with all of its 729 lines.")
def all_lines() -> None:
    assert len(LINES) == 729 == at(bits=8)


@quantization.tells(
    "At 8 bits it takes 27 % of its bytes and sorts everything; at 4 bits it still does. At 3 it "
    "sorts 632, at 2 it sorts 3."
)
def fewer_and_fewer() -> None:
    assert [at(bits=bits) for bits in (8, 4, 3, 2)] == [729, 729, 632, 3]
    shown("27 %", opened("tfx quantization").values.weight_bytes / (4 * 85_584))


@quantization.tells("and at 3 bits 709 lines are right.")
def columns() -> None:
    assert at(bits=3, per="column") == 709


@quantization.tells(
    "Put in one `outlier`, ten times the largest: the network does not mind it, but at 4 bits "
    "nearly all others in its matrix round to 0, and 4 lines are left. By columns it spoils one "
    "column alone, and all 729 come back."
)
def the_outlier() -> None:
    assert at(outlier=True) == 729 and at(bits=4, outlier=True) == 4
    assert at(bits=4, outlier=True, per="column") == 729
    c = SimpleNamespace(bits=4, per="tensor", layer="all", outlier=True)
    levels = group(c, "block_0.feed_forward.w_1")[1]
    assert np.mean(levels == 0) > 0.95
    c.per = "column"
    zero = np.mean(group(c, "block_0.feed_forward.w_1")[1] == 0, axis=0)
    spoiled = [j for j in range(192) if zero[j] > 0.9]
    assert spoiled == [104]


@quantization.tells("Layer 3 alone can go to 2 bits and 727 lines stay; layer 1 alone leaves 4.")
def layers() -> None:
    assert at(bits=2, layer="3") == 727 and at(bits=2, layer="1") == 4
