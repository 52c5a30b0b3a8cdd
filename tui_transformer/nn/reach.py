"""Reach: which token can hear of which, through how many layers, along how many paths.

A mask says with True which inputs (columns) one layer lets an output (row) take from. Paths
are sequences of such connections, one for every layer; they are counted exactly, in whole
numbers. Everything about very long texts is a closed form: no matrix of their size is made.

Path lengths as in Vaswani et al., Attention Is All You Need (2017), table 1; doubling dilations
as in van den Oord et al., WaveNet (2016), figure 3.
"""

from collections.abc import Sequence

import numpy as np

from tui_transformer.arrays import Array

KINDS = ("convolution", "dilated", "recurrent", "attention", "causal", "windowed")
PATTERNS = ("full", "causal", "sliding", "strided", "global", "block", "low-rank")

LONGEST = 2**50  # no crossing is looked for beyond this many tokens


# ── layers of a kind ───────────────────────────────────────────────────────────────────


def layer_mask(kind: str, length: int, layer: int = 1, kernel: int = 3, window: int = 4) -> Array:
    """Say what layer number `layer` (from 1, the lowest) connects: [n, n], output × input.

    A convolution takes `kernel` neighbours, the middle one its own; an even kernel has one more
    on the left. In layer l a dilated one takes every 2^(l−1)-th. Attention takes everything,
    causal attention what is not later, windowed attention `window` tokens to each side. Raises
    ValueError for the recurrent kind, whose steps differ from token to token.
    """
    offset = np.subtract.outer(np.arange(length), np.arange(length))  # [n, n]
    match kind:
        case "convolution" | "dilated":
            taps, between = np.divmod(offset, 2 ** (layer - 1) if kind == "dilated" else 1)
            left = kernel // 2
            return (between == 0) & (taps <= left) & (taps > left - kernel)
        case "attention":
            return np.ones((length, length), dtype=bool)
        case "causal":
            return offset >= 0
        case "windowed":
            return np.abs(offset) <= window
        case _:
            raise ValueError(f"{kind} has no mask that is the same for every token")


def recurrent_mask(length: int, token: int) -> Array:
    """Say what the step that reads `token` connects: it joins what the state before knows.

    Every other token stays as it is; a step before the first token joins nothing. → [n, n].
    """
    mask = np.eye(length, dtype=bool)  # [n, n]
    if 0 < token < length:
        mask[token, token - 1] = True
    return mask


def stacked_masks(
    kind: str, length: int, layers: int, position: int, kernel: int = 3, window: int = 4
) -> tuple[Array, ...]:
    """List the masks of a stack, lowest first; recurrent: the last steps up to `position`."""
    if kind == "recurrent":
        first = position - layers + 1
        return tuple(recurrent_mask(length, first + step) for step in range(layers))
    return tuple(layer_mask(kind, length, layer, kernel, window) for layer in range(1, layers + 1))


def path_counts(masks: Sequence[Array], position: int) -> tuple[tuple[int, ...], ...]:
    """Count the paths from every token of every layer to the output at `position`.

    Highest layer first, so the last row is the inputs: [layers + 1][n], exact however large.
    """
    length = len(masks[0])
    rows = [tuple(int(token == position) for token in range(length))]
    for mask in reversed(masks):
        above = rows[-1]
        live = [i for i, paths in enumerate(above) if paths]
        rows.append(tuple(sum(above[i] for i in live if seen[i]) for seen in mask.T.tolist()))
    return tuple(rows)


def field_width(
    kind: str, layers: int, length: int, position: int, kernel: int = 3, window: int = 4
) -> int:
    """Say how many tokens wide the field is where the text does not end.

    Attention has no width of its own: it takes the whole text, or what is not later.
    """
    return {
        "convolution": 1 + (kernel - 1) * layers,
        "dilated": 1 + (kernel - 1) * (2**layers - 1),
        "recurrent": 1 + layers,
        "attention": length,
        "causal": position + 1,
        "windowed": 1 + 2 * window * layers,
    }[kind]


def layers_needed(kind: str, distance: int, kernel: int = 3, window: int = 4) -> int:
    """Say after how few layers one output can see two tokens `distance` ≥ 1 apart.

    For the recurrent kind: after how many steps, counted from where the first one was read.
    """
    return {
        "convolution": -(-distance // (kernel - 1)),
        "dilated": (-(-distance // (kernel - 1))).bit_length(),
        "recurrent": distance,
        "attention": 1,
        "causal": 1,
        "windowed": -(-distance // (2 * window)),
    }[kind]


# ── patterns of attention ──────────────────────────────────────────────────────────────


def pattern_mask(pattern: str, length: int, window: int, stride: int) -> Array:
    """Say which keys (columns) a pattern lets each query (row) look at, [n, n].

    full: all · causal: j ≤ i · sliding: |i−j| ≤ window · strided: |i−j| ≤ stride, or stride
    divides i−j (Child et al., Generating Long Sequences with Sparse Transformers, 2019, §4.3;
    here in both directions) · global: sliding, and token 0 sees all and is seen by all (Beltagy
    et al., Longformer, 2020, §3.1) · block: the same block of `window` tokens · low-rank: all,
    through summaries (Wang et al., Linformer, 2020, §4).
    """
    i, j = np.ogrid[:length, :length]  # [n, 1], [1, n]
    apart = np.abs(i - j)  # [n, n]
    match pattern:
        case "full" | "low-rank":
            return apart >= 0
        case "causal":
            return j <= i
        case "sliding":
            return apart <= window
        case "strided":
            return (apart <= stride) | (apart % stride == 0)
        case "global":
            return (apart <= window) | (i == 0) | (j == 0)
        case "block":
            return i // window == j // window
        case _:
            raise ValueError(f"there is no pattern called {pattern}")


def first_hops(mask: Array, hops: int) -> Array:
    """Say after how many layers (at most `hops`) each token has first heard of each.

    [n, n] → [n, n] whole numbers; 0 where it has not.
    """
    step = mask.astype(np.float32)
    reached, first = mask.copy(), mask.astype(int)
    for hop in range(2, hops + 1):
        wider = (reached.astype(np.float32) @ step > 0) & ~reached  # [n, n]
        if not wider.any():
            break
        first[wider] = hop
        reached |= wider
    return first


def route(mask: Array, first: Array, i: int, j: int) -> list[int]:
    """List the tokens over which i hears of j by a shortest way, i first and j last.

    `first` is what `first_hops` found, and has i reach j.
    """
    tokens = [i]
    for left in range(int(first[i, j]) - 1, 0, -1):
        via = mask[tokens[-1]] & (first[:, j] == left)  # [n]
        tokens.append(int(np.argmax(via)))
    return [*tokens, j]


def mask_cells(pattern: str, length: int, window: int, stride: int, rank: int = 1) -> int:
    """Count the cells of a pattern's mask without making it.

    Of low-rank attention those of the two thin matrices, n × rank and rank × n, that take the
    place of the n × n one wherever they are smaller.
    """
    n = length
    match pattern:
        case "full":
            return n * n
        case "causal":
            return n * (n + 1) // 2
        case "sliding":
            return _band(n, window)
        case "strided":
            lines = (n - 1) // stride
            farther = (lines - 1) * n - stride * (lines * (lines + 1) // 2 - 1)
            return _band(n, stride) + (2 * farther if lines else 0)
        case "global":
            return _band(n, window) + 2 * max(n - 1 - window, 0)
        case "block":
            blocks, rest = divmod(n, window)
            return blocks * window**2 + rest**2
        case "low-rank":
            return n * min(2 * rank, n)
        case _:
            raise ValueError(f"there is no pattern called {pattern}")


def _band(n: int, width: int) -> int:
    """Count the cells at most `width` from the diagonal."""
    width = min(width, n - 1)
    return n * (2 * width + 1) - width * (width + 1)


def hops_needed(pattern: str, length: int, window: int, stride: int) -> int | None:
    """Say after how many layers every token can have heard of every token before it.

    None where it never can. Looking both ways, "every one before" means every one.
    """
    match pattern:
        case "full" | "causal" | "low-rank":
            return 1
        case "sliding":
            return -(-(length - 1) // window)
        case "strided":
            return 1 if stride == 1 or length <= stride + 1 else 2
        case "global":
            return 1 if length <= window + 2 else 2
        case "block":
            return 1 if length <= window else None
        case _:
            raise ValueError(f"there is no pattern called {pattern}")


def length_to_see(pattern: str, seen: int, window: int, stride: int, rank: int = 1) -> int | None:
    """Find the shortest text in which a query looks at `seen` keys or more on average.

    None where there is none: a window or a block does not grow with the text.
    """

    def enough(length: int) -> bool:
        return mask_cells(pattern, length, window, stride) >= seen * length

    if pattern == "block":  # the only one whose average does not rise steadily
        return seen if seen <= window else None
    if pattern == "low-rank":
        return seen if seen <= 2 * rank else None
    high = 1
    while not enough(high):
        high *= 2
        if high > LONGEST:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
