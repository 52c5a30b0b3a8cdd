"""What `patches` claims.

Pixels are gone through one by one, in plain lists: the cut, the projection, every score and every
product of kernel and picture. The pictures are drawn here once more, and drawn weights are taken
from the generator one after the other.
"""

import math

import numpy as np

from tests.claims.book import Claims, State, close, opened, shown

SMILE = ["", " ##  ## ", " ##  ## ", "", " #    # ", " ##  ## ", "  ####  ", ""]
FROWN = ["", " ##  ## ", " ##  ## ", "", "  ####  ", " ##  ## ", " #    # ", ""]
EDGE = ["    ####"] * 8
CROSS = [
    "#      #",
    " #    # ",
    "  #  #  ",
    "   ##   ",
    "   ##   ",
    "  #  #  ",
    " #    # ",
    "#      #",
]
DRAWN = {"smile": SMILE, "frown": FROWN, "edge": EDGE, "cross": CROSS, "own": [""] * 8}
AROUND = [(r, c) for r in (-1, 0, 1) for c in (-1, 0, 1)]
KERNELS = {
    "edge-x": lambda r, c: c,
    "edge-y": lambda r, c: r,
    "blur": lambda r, c: 1 / 9,
    "sharpen": lambda r, c: 5 if r == c == 0 else -1 if r == 0 or c == 0 else 0,
}
PAINTED = ";".join("0,1,0,0,0.5,0,0,0" for _ in range(8))

patches = Claims(
    "patches",
    examples=(
        f"tfx patches drawing=own pixels={PAINTED}",
        f"tfx patches drawing=own pixels={PAINTED} patch=2 query=4 weights=random seed=3",
        "tfx patches patch=1 query=1 kernel=sharpen",
        "tfx patches patch=2 query=1 kernel=blur",
        "tfx patches drawing=cross patch=2 query=0",
        "tfx patches patch=8 weights=random",
        "tfx patches drawing=cross kernel=edge-y",
    ),
    random=25,
)
Picture = list[list[float]]


def ink(name: str, size: int, row: int, column: int) -> float:
    """What is drawn at a pixel; a large picture has each pixel twice."""
    times = size // 8
    return float(DRAWN[name][row // times].ljust(8)[column // times] == "#")


def image(s: State) -> Picture:
    """Ink, or what painting left of it."""
    sheet = s.controls.pixels
    size = len(sheet)
    return [
        [
            1 - sheet[r][c] if ink(s.controls.drawing, size, r, c) else sheet[r][c]
            for c in range(size)
        ]
        for r in range(size)
    ]


def cut(s: State) -> list[list[float]]:
    """The patches, each a list of its pixels."""
    picture, side = image(s), int(s.controls.patch)
    starts = range(0, len(picture), side)
    return [
        [picture[top + r][left + c] for r in range(side) for c in range(side)]
        for top in starts
        for left in starts
    ]


def drawn_weights(s: State) -> list[np.ndarray]:
    """E, W_q and W_k as they are drawn, one after the other."""
    d = int(s.controls.patch) ** 2
    rng = np.random.default_rng(s.controls.seed)
    return [rng.standard_normal((d, d)) / math.sqrt(d) for _ in range(3)]


def vectors(s: State) -> list[list[float]]:
    """Each patch as a vector."""
    if s.controls.weights == "designed":
        return [[2 * x - 1 for x in token] for token in cut(s)]
    e = drawn_weights(s)[0]
    return [
        [math.fsum(x * w for x, w in zip(t, e[:, i], strict=True)) for i in range(len(t))]
        for t in cut(s)
    ]


def score(s: State, a: list[float], b: list[float]) -> float:
    """How well one patch's wish fits another: by design, how much its mirror image agrees."""
    side = int(s.controls.patch)
    if s.controls.weights == "designed":
        pairs = (
            a[r * side + side - 1 - c] * b[r * side + c] for r in range(side) for c in range(side)
        )
        return 2 * math.fsum(pairs) / side
    _, w_q, w_k = drawn_weights(s)
    return float(np.array(a) @ w_q @ w_k.T @ np.array(b)) / side


def row(s: State, query: int) -> list[float]:
    """How one patch shares out its attention."""
    x = vectors(s)
    scores = [score(s, x[query], other) for other in x]
    powers = [math.exp(z - max(scores)) for z in scores]
    return [p / math.fsum(powers) for p in powers]


def named(s: State, at: int) -> str:
    """A patch by the letter of its row and the number of its column."""
    many = len(s.controls.pixels) // int(s.controls.patch)
    return "ABCDEFGHIJKLMNOP"[at // many] + str(at % many + 1)


def detector(s: State, r: int, c: int) -> float:
    """The weight of the detector at a pixel."""
    size = len(s.controls.pixels)
    return ink("smile", size, r, c) - ink("frown", size, r, c)


def smile_score(s: State) -> float:
    """Designed: ink where only a smile has it, less ink where only a frown has."""
    picture = image(s)
    places = [(r, c) for r in range(len(picture)) for c in range(len(picture))]
    if s.controls.weights == "designed":
        return math.fsum(picture[r][c] * detector(s, r, c) for r, c in places)
    rng = np.random.default_rng((s.controls.seed, len(picture)))
    noise = [rng.standard_normal() for _ in places]
    return math.fsum(picture[r][c] * w for (r, c), w in zip(places, noise, strict=True))


# ── values ─────────────────────────────────────────────────────────────────────────────


@patches.oracle("image", "tokens", "patch_names", "projected")
def cut_and_projected(s: State) -> None:
    v = s.values
    close(v.image, image(s), 1e-12)
    close(v.tokens, cut(s), 1e-12)
    assert v.patch_names == [named(s, at) for at in range(len(v.tokens))]
    close(v.projected, vectors(s), 1e-9, 1e-12)


@patches.oracle("attention")
def looked(s: State) -> None:
    some = range(len(s.values.attention)) if s.controls.patch != "1" else [s.controls.query]
    for query in some:
        close(s.values.attention[query], row(s, query), 1e-9, 1e-12)


@patches.oracle("convolved")
def convolution(s: State) -> None:
    picture, kernel = image(s), KERNELS[s.controls.kernel]
    size = len(picture)
    for r in range(size):
        for c in range(size):
            near = [
                kernel(i, j) * picture[r + i][c + j]
                for i, j in AROUND
                if 0 <= r + i < size and 0 <= c + j < size
            ]
            assert math.isclose(s.values.convolved[r][c], math.fsum(near), abs_tol=1e-12)


@patches.oracle("detector")
def smile(s: State) -> None:
    found, mine = s.values.detector, smile_score(s)
    assert math.isclose(found["score"], mine, rel_tol=1e-9, abs_tol=1e-12)
    assert found["passes"] == (found["score"] if found["score"] > 0 else 0)
    size = len(s.controls.pixels)
    if s.controls.weights == "designed":
        assert found["weights"] == [[detector(s, r, c) for c in range(size)] for r in range(size)]
    assert np.shape(found["weights"]) == (size, size)


@patches.oracle("score_cells", "counts", "cells")
def counted(s: State) -> None:
    """By going through the corners at which patches begin, and through their pairs."""
    size = len(s.controls.pixels)
    for side in (1, 2, 4, 8):
        n = sum(r % side == 0 and c % side == 0 for r in range(size) for c in range(size))
        assert s.values.counts[str(side)] == n
        assert s.values.cells[str(side)] == sum(1 for _ in range(n) for _ in range(n))
    assert s.values.score_cells == s.values.cells[s.controls.patch] == np.size(s.values.attention)


@patches.oracle("layers_to_see_all")
def reached(s: State) -> None:
    """By letting what a pixel near the middle has seen grow by one on every side."""
    size = len(s.controls.pixels)
    seen, layers = {size // 2}, 0
    while len(seen) < size:
        seen = {at + step for at in seen for step in (-1, 0, 1) if 0 <= at + step < size}
        layers += 1
    assert s.values.layers_to_see_all == {"convolution": layers, "attention": 1}


# ── what is said ───────────────────────────────────────────────────────────────────────


def of_cut(s: State, n: str, pixels: str, cells: str) -> None:
    shown(n, len(cut(s)))
    assert pixels == ("1 pixel" if s.controls.patch == "1" else f"{len(cut(s)[0])} pixels")
    shown(cells, len(cut(s)) ** 2)


@patches.says("1 patch of {pixels} pixels: n² = 1, it looks at itself.")
def one_patch(s: State, pixels: str) -> None:
    shown(pixels, len(cut(s)[0]))
    assert len(cut(s)) == 1


@patches.says("{n} patches, {pixels} each, n² = {cells}; {name} gives most to {best}: {share}.")
def one_best(s: State, n: str, pixels: str, cells: str, name: str, best: str, share: str) -> None:
    of_cut(s, n, pixels, cells)
    query = s.controls.query
    weights = row(s, query)
    first, second = sorted(weights, reverse=True)[:2]
    assert first > second
    at = weights.index(first)
    assert (name, best) == (named(s, query), "itself" if at == query else named(s, at))
    shown(share, first)


@patches.says("{n} patches, {pixels} each, n² = {cells}; {name} gives {many} of them {share} each.")
def alike(s: State, n: str, pixels: str, cells: str, name: str, many: str, share: str) -> None:
    of_cut(s, n, pixels, cells)
    weights = row(s, s.controls.query)
    assert name == named(s, s.controls.query)
    shown(many, sum(w > max(weights) - 1e-9 for w in weights))
    shown(share, max(weights))


@patches.says(
    "It scores {score}: {good} of ink where a smile has it, less {bad} where a frown has."
)
def painted_smile(s: State, score: str, good: str, bad: str) -> None:
    picture = image(s)
    parts = [
        (picture[r][c], detector(s, r, c)) for r in range(len(picture)) for c in range(len(picture))
    ]
    shown(score, smile_score(s))
    shown(good, math.fsum(x for x, w in parts if w > 0))
    shown(bad, math.fsum(x for x, w in parts if w < 0))
    assert s.controls.drawing == "own" and smile_score(s) >= 4


@patches.says("{name} gives {share} to {best}, {apart} columns of patches away.")
def image_found(s: State, name: str, share: str, best: str, apart: str) -> None:
    weights = row(s, s.controls.query)
    assert name == named(s, s.controls.query) and best == named(s, weights.index(max(weights)))
    shown(share, max(weights))
    assert int(apart) == abs(int(best[1:]) - int(name[1:]))


@patches.says("Inside it answers 0; up to {most} only where the paper beyond the picture begins.")
def answered_outside(s: State, most: str) -> None:
    answers = s.values.convolved
    assert all(abs(x) < 1e-9 for line in answers[1:-1] for x in line)
    shown(most, max(abs(x) for line in answers for x in line))


# ── what is told ───────────────────────────────────────────────────────────────────────


@patches.tells(
    "In the smile B1, half of the mouth, gives 0.907 of its attention to B2, the other half."
)
def mouth() -> None:
    s = opened("tfx patches")
    weights = row(s, 2)
    assert [named(s, at) for at in (2, 3)] == ["B1", "B2"]
    shown("0.907", weights[3])
    assert max(weights) == weights[3]
    left, right = cut(s)[2:]
    assert [x for r in range(4) for x in left[4 * r : 4 * r + 4][::-1]] == right


@patches.tells(
    "A [convolution](receptive-field) sees 9 pixels, 3×3 around each place; edge-x answers where "
    "paper turns to ink from left to right. One output can have seen all 64 pixels after 4 such "
    "layers; after 1 of attention."
)
def nine_or_all() -> None:
    s = opened("tfx patches drawing=edge")
    assert len(AROUND) == 9 and np.size(s.values.image) == 64
    reached(s)
    assert s.values.layers_to_see_all["convolution"] == 4
    assert [line[3] for line in s.values.convolved[1:-1]] == [3] * 6
    assert [line[2] for line in s.values.convolved] == [0] * 8
    table = s.table("One output sees")
    assert {name: (line["pixels"], line["all in"]) for name, line in table.items()} == {
        "convolution": ("9 of 64", 4),
        "attention": ("all 64", 1),
    }


@patches.tells(
    "1 where only a smile has ink, −1 where only a frown has. The smile scores 6, the frown −6, "
    "and a [gate](activations), ReLU, lets the smile pass."
)
def six() -> None:
    for name, true in {"smile": 6, "frown": -6}.items():
        s = opened(f"tfx patches drawing={name}")
        assert smile_score(s) == true
        assert s.values.detector["passes"] == max(true, 0)
        assert s.table("Is it a smile?")["Σ w·pixel"][""] == true


@patches.tells(
    "that patches half as wide cost twice as much. There are four times as many, and [n²](scaling) "
    "becomes 16 times as large, 256 for 16."
)
def sixteen_times() -> None:
    large, small = opened("tfx patches"), opened("tfx patches patch=2")
    assert len(cut(small)) == 4 * len(cut(large))
    assert (len(cut(large)) ** 2, len(cut(small)) ** 2) == (16, 256)


@patches.tells(
    "So ViT-B/16, a published model, cuts 224×224 pixels into 196 patches of 16×16. With a token "
    "for every pixel each head would have 2.5 billion scores."
)
def vit() -> None:
    """Dosovitskiy et al. (2020), table 1 and §4.1: ViT-B/16 at a resolution of 224."""
    assert len(range(0, 224, 16)) ** 2 == 196
    shown("2.5", (224 * 224) ** 2 / 1e9)


@patches.tells("Its weights are a picture; where are they 1?")
def where() -> None:
    places = {
        (r, c) for r in range(8) for c in range(8) if detector(opened("tfx patches"), r, c) == 1
    }
    assert places == {(4, 1), (4, 6), (6, 2), (6, 3), (6, 4), (6, 5)}
