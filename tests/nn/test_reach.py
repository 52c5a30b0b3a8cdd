"""Reach: closed forms against masks that are written out and followed step by step."""

import math
from itertools import pairwise, product

import numpy as np
import pytest

from tui_transformer.nn import attention as att
from tui_transformer.nn.reach import (
    KINDS,
    PATTERNS,
    field_width,
    first_hops,
    hops_needed,
    layer_mask,
    layers_needed,
    length_to_see,
    mask_cells,
    path_counts,
    pattern_mask,
    recurrent_mask,
    route,
    stacked_masks,
)

SMALL = [(n, w, s) for n in range(1, 26) for w in range(1, 9) for s in (w,)] + [
    (n, w, s) for n in (8, 19, 26) for w in (1, 3, 8, 30) for s in (1, 2, 5, 30)
]


def allowed(pattern: str, i: int, j: int, window: int, stride: int) -> bool:
    """The definitions once more, in words of one cell."""
    near = -window <= i - j <= window
    return {
        "full": True,
        "low-rank": True,
        "causal": j <= i,
        "sliding": near,
        "strided": -stride <= i - j <= stride or (i - j) % stride == 0,
        "global": near or 0 in (i, j),
        "block": any(
            i in block and j in block
            for block in (range(b, b + window) for b in range(0, 100, window))
        ),
    }[pattern]


def neighbours(kind: str, i: int, layer: int, kernel: int, window: int, n: int) -> set[int]:
    """What one output takes, written as a list of places."""
    step = 2 ** (layer - 1) if kind == "dilated" else 1
    places = {
        "convolution": [i + step * (t - kernel // 2) for t in range(kernel)],
        "dilated": [i + step * (t - kernel // 2) for t in range(kernel)],
        "attention": range(n),
        "causal": range(i + 1),
        "windowed": range(i - window, i + window + 1),
    }[kind]
    return {j for j in places if 0 <= j < n}


def seen_by(masks: list[np.ndarray], position: int) -> set[int]:
    """Follow the connections downwards from one output."""
    live = {position}
    for mask in reversed(masks):
        live = {j for i in live for j in np.flatnonzero(mask[i]).tolist()}
    return live


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize(
    ("n", "window", "stride"), [(64, 8, 8), (64, 5, 7), (17, 1, 1), (40, 16, 9), (9, 30, 30)]
)
def test_masks_agree_with_their_definition_cell_by_cell(pattern, n, window, stride) -> None:
    mask = pattern_mask(pattern, n, window, stride)
    assert mask.shape == (n, n)
    for i, j in product(range(n), repeat=2):
        assert mask[i, j] == allowed(pattern, i, j, window, stride), (i, j)


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "recurrent"])
def test_layers_take_what_their_kind_says(kind) -> None:
    for kernel, layer, window in product((2, 3, 4, 9), (1, 2, 4), (1, 4)):
        mask = layer_mask(kind, 20, layer, kernel, window)
        for i in range(20):
            expected = neighbours(kind, i, layer, kernel, window, 20)
            assert set(np.flatnonzero(mask[i])) == expected


def test_the_causal_masks_are_the_one_of_attention() -> None:
    assert (layer_mask("causal", 12) == att.causal_mask(12)).all()
    assert (pattern_mask("causal", 12, 3, 3) == att.causal_mask(12)).all()


def test_a_recurrent_step_joins_the_state_before() -> None:
    joined = recurrent_mask(5, 3) != np.eye(5, dtype=bool)
    assert np.argwhere(joined).tolist() == [[3, 2]]
    assert (recurrent_mask(5, 0) == np.eye(5)).all()
    assert (recurrent_mask(5, -2) == np.eye(5)).all()
    with pytest.raises(ValueError, match="recurrent"):
        layer_mask("recurrent", 5)


@pytest.mark.parametrize("kind", KINDS)
def test_layers_needed_agrees_with_following_the_connections(kind) -> None:
    kernels = range(2, 8) if kind in ("convolution", "dilated") else (3,)
    windows = range(1, 5) if kind == "windowed" else (4,)
    for kernel, window, distance in product(kernels, windows, range(1, 19)):
        n = distance + 1
        fewest = next(
            layers
            for layers in range(1, n + 1)
            if any(
                {0, distance} <= seen_by(list(stacked_masks(kind, n, layers, p, kernel, window)), p)
                for p in range(n)
            )
        )
        assert layers_needed(kind, distance, kernel, window) == fewest, (kernel, window, distance)


def test_the_numbers_everyone_quotes() -> None:
    needed = {kind: layers_needed(kind, 1023, kernel=3, window=4) for kind in KINDS}
    assert needed == {
        "convolution": 512,
        "dilated": 10,
        "recurrent": 1023,
        "attention": 1,
        "causal": 1,
        "windowed": 128,
    }
    assert layers_needed("dilated", 1023, kernel=2) == 10  # WaveNet: ten layers see 1,024


@pytest.mark.parametrize("kind", KINDS)
def test_the_field_is_as_wide_as_what_is_seen_far_from_the_ends(kind) -> None:
    for layers, kernel, window in product((1, 2, 4), (2, 3, 5), (1, 3)):
        n, p = 161, 80
        counts = path_counts(stacked_masks(kind, n, layers, p, kernel, window), p)[-1]
        seen = [j for j, paths in enumerate(counts) if paths]
        assert len(seen) == field_width(kind, layers, n, p, kernel, window)
        assert seen == list(range(seen[0], seen[-1] + 1)), "no holes"


def test_paths_are_counted_exactly() -> None:
    # A convolution with three taps: trinomial coefficients, (x + 1 + 1/x)^layers.
    counts = path_counts(stacked_masks("convolution", 33, 12, 16), 16)[-1]
    trinomial = [1]
    for _ in range(12):
        trinomial = np.convolve(trinomial, [1, 1, 1]).tolist()
    assert list(counts[4:29]) == trinomial
    assert sum(counts) == 3**12
    # Causal attention: choose where the layers step back, (p−j+L−1 over L−1).
    counts = path_counts(stacked_masks("causal", 64, 12, 50), 50)[-1]
    assert list(counts) == [math.comb(50 - j + 11, 11) if j <= 50 else 0 for j in range(64)]
    # Attention: every token of every layer between; beyond what float64 holds exactly.
    assert set(path_counts(stacked_masks("attention", 63, 12, 5), 5)[-1]) == {63**11}
    # Doubling dilations with two taps are the binary numbers: every token exactly once.
    counts = path_counts(stacked_masks("dilated", 64, 6, 63, kernel=2), 63)[-1]
    assert set(counts) == {1}
    # A recurrent network passes each token on along one single chain.
    counts = path_counts(stacked_masks("recurrent", 20, 6, 10), 10)[-1]
    assert [j for j, paths in enumerate(counts) if paths] == list(range(4, 11))
    assert max(counts) == 1


def test_paths_are_a_power_of_the_mask() -> None:
    mask = layer_mask("windowed", 12, window=2).astype(int)
    counts = path_counts(stacked_masks("windowed", 12, 5, 3, window=2), 3)
    for up, row in enumerate(counts):
        assert list(row) == np.linalg.matrix_power(mask, up)[3].tolist()


@pytest.mark.parametrize("pattern", [name for name in PATTERNS if name != "low-rank"])
def test_cells_are_counted_without_the_mask(pattern) -> None:
    for n, window, stride in SMALL:
        mask = pattern_mask(pattern, n, window, stride)
        assert mask_cells(pattern, n, window, stride) == mask.sum(), (n, window, stride)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_hops_agree_with_reachability(pattern) -> None:
    for n, window, stride in SMALL:
        if n < 2:
            continue
        first = first_hops(pattern_mask(pattern, n, window, stride), 30)
        before = first[np.tri(n, dtype=bool)]
        fewest = int(before.max()) if before.min() else None
        assert hops_needed(pattern, n, window, stride) == fewest, (n, window, stride)
        if pattern != "causal":
            assert (first == first.T).all()


@pytest.mark.parametrize("pattern", PATTERNS)
def test_first_hops_and_routes_are_powers_of_the_mask(pattern) -> None:
    n = 23
    mask = pattern_mask(pattern, n, 3, 4)
    first = first_hops(mask, 4)
    for hop in range(1, 5):
        power = np.linalg.matrix_power(mask.astype(float), hop)
        assert ((first > 0) & (first <= hop)).tolist() == (power > 0).tolist()
    for i, j in np.argwhere(first > 0).tolist():
        way = route(mask, first, i, j)
        assert (way[0], way[-1], len(way) - 1) == (i, j, first[i, j])
        assert all(mask[a, b] for a, b in pairwise(way))


def test_a_corner_of_a_pattern_is_the_pattern_of_a_shorter_text() -> None:
    for pattern in PATTERNS:
        long = first_hops(pattern_mask(pattern, 90, 8, 8), 6)[:64, :64]
        short = first_hops(pattern_mask(pattern, 64, 8, 8), 6)
        assert (long == short).all(), pattern


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_length_to_see_so_many_is_the_first(pattern) -> None:
    for seen, window, stride in product((1, 2, 5, 6, 13), (1, 3, 7), (1, 2, 5)):
        lengths = range(1, 400)
        first = next(
            (n for n in lengths if mask_cells(pattern, n, window, stride) >= seen * n), None
        )
        assert length_to_see(pattern, seen, window, stride) == first, (seen, window, stride)


def test_unknown_patterns_are_refused() -> None:
    for function in (pattern_mask, mask_cells, hops_needed):
        with pytest.raises(ValueError, match="spiral"):
            function("spiral", 8, 2, 2)
