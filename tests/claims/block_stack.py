"""The states that `block` claims things of, rebuilt with the plain transformer of these tests.

Words and weights are drawn again as their definitions say; what a block makes of them is
`plain_transformer.block`.
"""

import hashlib
import math
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from tests.claims.book import Claims, State, shown
from tests.claims.feed_forward import shipped_sorter
from tests.claims.plain_transformer import Plan, Run, Weights, block_of
from tests.claims.plain_transformer import block as through

Array = np.ndarray
LONG = " ".join(f"w{i}" for i in range(260))
NO_WAY = "tfx block residual=off feed_forward=off"
# Every stage of either order, with each part on and off, in one block and in more.
EXAMPLES = (
    *(f"tfx block norm={norm} stage={stage}" for norm in ("pre", "post") for stage in range(9)),
    *(f"tfx block norm=post residual=off stage={stage}" for stage in range(9)),
    *(f"tfx block attention=off stage={stage}" for stage in (2, 3, 4)),
    *(f"tfx block feed_forward=off stage={stage}" for stage in (6, 7)),
    *(f"tfx block normalize=off norm={norm} stage={stage}"
      for norm in ("pre", "post") for stage in (0, 4, 5)),
    "tfx block blocks=2 stage=16",
    "tfx block blocks=3 attention=off feed_forward=off",
    "tfx block norm=post attention=off feed_forward=off normalize=off",
    "tfx block residual=off attention=off feed_forward=off",
    "tfx block residual=off attention=off stage=3",
    "tfx block residual=off attention=off stage=4",
    "tfx block residual=off stage=3",
    "tfx block sentence=cat stage=2",
    "tfx block sentence='' stage=0",
    f"tfx block sentence='{LONG}' d_model=4",
    f"{NO_WAY} stage=7",
    "tfx block weights=sorter sentence='C B A B B C A B B B C' causal=on blocks=3 stage=24",
    "tfx block weights=sorter sentence='a rose is a rose' norm=post blocks=2 stage=9",
    f"tfx block weights=sorter sentence='{' B' * 13}' stage=6",
    f"{NO_WAY} blocks=2 stage=12",
    f"{NO_WAY} blocks=2 stage=16",
)  # fmt: skip
PRE = ("input", "norm_1", "attention", "after_attention", "norm_2", "feed_forward", "output")
POST = ("input", "attention", "after_attention", "norm_1", "feed_forward", "norm_2", "output")
block = Claims("block", EXAMPLES, random=4)


def words_of(c: SimpleNamespace) -> list[str]:
    return c.sentence.split()[:256] or ["∅"]


def embedded(c: SimpleNamespace) -> Array:
    """A word's own vector, from its hash and the seed, plus the waves of its place."""
    if trained(c):
        return letters(c)
    rows = []
    for place, word in enumerate(words_of(c)):
        digest = hashlib.blake2b(word.casefold().encode(), digest_size=16).digest()
        rng = np.random.default_rng([c.seed, int.from_bytes(digest, "big")])
        angles = [place / 10000 ** ((j - j % 2) / c.d_model) for j in range(c.d_model)]
        waves = [math.cos(a) if j % 2 else math.sin(a) for j, a in enumerate(angles)]
        rows.append(rng.standard_normal(c.d_model) + waves)
    return np.array(rows)


def trained(c: SimpleNamespace) -> bool:
    return c.weights == "sorter"


def letters(c: SimpleNamespace) -> Array:
    """The sorter's own rows of letters and places; other words are drawn, 48 wide."""
    w, rows = shipped_sorter(), []
    for place, word in enumerate(words_of(c)):
        if word.upper() in ("A", "B", "C"):
            row = w["embedding"]["ABC".index(word.upper())]
        else:
            digest = hashlib.blake2b(word.casefold().encode(), digest_size=16).digest()
            rng = np.random.default_rng([c.seed, int.from_bytes(digest, "big")])
            row = rng.standard_normal(48)
        rows.append(row + (w["position"][place] if place < 11 else 0))
    return np.array(rows)


def drawn(d: int, seed: int, index: int) -> dict[str, Array]:
    """Draw a block: matrices of variance 1/inputs, gains around 1, biases around 0."""
    shapes: dict[str, tuple[int, ...]] = {"norm_1.gain": (d,), "norm_1.bias": (d,)}
    for part in "qkvo":
        shapes |= {f"attention.w_{part}": (d, d), f"attention.b_{part}": (d,)}
    shapes |= {"norm_2.gain": (d,), "norm_2.bias": (d,), "feed_forward.w_1": (d, 4 * d)}
    shapes |= {"feed_forward.b_1": (4 * d,), "feed_forward.w_2": (4 * d, d)}
    shapes |= {"feed_forward.b_2": (d,)}
    rng = np.random.default_rng([seed, index])
    weights = {}
    for name, shape in shapes.items():
        reach = math.sqrt(3 / shape[0]) if len(shape) == 2 else 0.2
        middle = 1.0 if name.endswith("gain") else 0.0
        weights[name] = middle + reach * (2 * rng.random(shape) - 1)
    return weights


@dataclass
class Stack:
    """All blocks of a state: weights and what came about in each."""

    weights: list[Weights]
    runs: list[Run]


def stack(s: State) -> Stack:
    """Send the words of a state through all of its blocks, once."""
    if s.link not in _KEPT:
        _KEPT.clear()
        _KEPT[s.link] = _through_all(s.controls)
    return _KEPT[s.link]


_KEPT: dict[str, Stack] = {}


def _through_all(c: SimpleNamespace) -> Stack:
    heads, bend = (3, "gelu_tanh") if trained(c) else (c.heads, c.activation)
    plan = Plan(
        heads, bend, c.norm == "pre", c.causal, 1e-5,
        c.attention, c.feed_forward, c.residual, c.normalize,
    )  # fmt: skip
    weights = [
        block_of(shipped_sorter(), f"block_{index}.")
        if trained(c)
        else drawn(c.d_model, c.seed, index)
        for index in range(c.blocks)
    ]
    x, runs = embedded(c), []
    for w in weights:
        runs.append(through(plan, w, x))
        x = runs[-1].output
    return Stack(weights, runs)


def here(s: State) -> tuple[Run, str]:
    """The block that the clock is in, and the name of the stage."""
    inside = list(PRE if s.controls.norm == "pre" else POST)
    inside.insert(inside.index("attention"), "shares")
    inside.insert(inside.index("feed_forward"), "hidden")
    index = max(s.controls.stage - 1, 0) // 8
    return stack(s).runs[index], inside[s.controls.stage - 8 * index]


def length(x: Array) -> float:
    """√ of the mean squared length of a row."""
    return math.sqrt(math.fsum(v * v for v in np.ravel(x)) / len(x))


def halves(s: State) -> list[Array]:
    """The stream at the start and after each half of each block."""
    middle = "after_attention" if s.controls.norm == "pre" else "norm_1"
    runs = stack(s).runs
    return [runs[0].stages["input"], *(r.stages[n] for r in runs for n in (middle, "output"))]


def direction(kept: str, a: Array, b: Array) -> None:
    """“cosine 0.8” of all words at once; “no direction” where one of them is 0."""
    whole = math.sqrt(float((a * a).sum() * (b * b).sum()))
    if not whole:
        assert kept == "no direction"
    else:
        shown(kept.removeprefix("cosine "), float((a * b).sum()) / whole)
