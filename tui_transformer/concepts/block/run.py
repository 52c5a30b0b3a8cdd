"""Words on their way through a stack of blocks, kept within bounds.

What was computed is found again by its settings, so that walking through the stages costs
nothing and one block more costs one block. Nothing else depends on what is kept.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts import _sorter_weights as sorter
from tui_transformer.nn.attention import causal_mask
from tui_transformer.nn.made_up.words import word_vectors
from tui_transformer.nn.positions import sinusoidal
from tui_transformer.nn.transformer import Block, Trace, forward, pick
from tui_transformer.timeline import Timeline

# What the clock goes through in one block: the stages, and a look inside the two parts.
PRE = (
    *("input", "norm_1", "shares", "attention", "after_attention"),
    *("norm_2", "hidden", "feed_forward", "output"),
)
POST = (
    *("input", "shares", "attention", "after_attention", "norm_1"),
    *("hidden", "feed_forward", "norm_2", "output"),
)
STEPS = len(PRE) - 1  # the output of a block is the input of the next
_KEPT_NUMBERS = 1_000_000  # of one run, as the streams between its blocks


@dataclass(frozen=True)
class Settings:
    """All that a run depends on; every block has the same plan and weights of its own."""

    words: tuple[str, ...]
    plan: Block
    causal: bool
    seed: int
    trained: bool = False  # the sorter's weights, and its vectors for the letters it knows

    @property
    def order(self) -> tuple[str, ...]:
        """What the clock goes through in a block."""
        return PRE if self.plan.norm == "pre" else POST

    @property
    def stream(self) -> tuple[str, ...]:
        """The stages that are the stream itself; the others lie beside it."""
        norms = {"norm_1", "norm_2"} if self.plan.norm == "post" else set()
        on_it = {"input", "after_attention", "output"} | norms
        return tuple(name for name in self.order if name in on_it)

    def before(self, name: str) -> str:
        """Which stage of the stream a stage found: the last before it."""
        at = self.order.index(name)
        return [s for s in self.stream if self.order.index(s) < at or s == "input"][-1]


@dataclass(frozen=True, eq=False)
class Stream:
    """The stream between two blocks, and how it fared on the way there.

    `x` is [n, d]; `sizes` are its lengths a word, of the input and after each half of a block;
    `moves` how far each half moved it.
    """

    x: Array
    sizes: tuple[float, ...]
    moves: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Passage:
    """One block's weights and what happened in it; `index` counts from 0."""

    settings: Settings
    index: int
    weights: dict[str, Array]
    trace: Trace

    def at(self, name: str) -> Array:
        """Look up what a stage made: [n, d]; shares [h, n, n]; hidden [n, d_ff]."""
        if name == "shares":
            return self.trace.weights
        if name == "hidden":
            nothing = np.zeros((len(self.settings.words), self.settings.plan.d_ff))
            return self.trace.kept.get("hidden", nothing)
        return self.trace.stages[name]

    def before(self, name: str) -> Array:
        """Look up the stream that a stage found, [n, d]."""
        return self.at(self.settings.before(name))


def lengths(x: Array) -> Array:
    """Measure each row, √Σ x²: [n, d] → [n]."""
    with np.errstate(under="ignore"):
        measured: Array = np.sqrt(np.sum(x * x, axis=-1))
    return measured


def size(x: Array) -> float:
    """Measure a matrix by the length of a typical row."""
    return typical(lengths(x))


def typical(lengths: Array) -> float:
    """Take the length of a typical row, √(mean of the squared lengths)."""
    with np.errstate(under="ignore"):
        return math.sqrt(float(np.mean(lengths**2)))


@lru_cache(maxsize=8)
def embedded(
    words: tuple[str, ...], d: int, seed: int, trained: bool = False
) -> tuple[Array, Array]:
    """Give every word its random vector and every place its waves: twice [n, d].

    An odd d goes without the last cosine. Trained: letters have their rows in the sorter's
    table, and its 11 places are learned; beyond them nothing stands for a place.
    """
    drawn = word_vectors(words, d, seed)
    if not trained:
        return drawn, sinusoidal(len(words), d + d % 2)[:, :d]
    known, table = map(sorter.letter, words), sorter.trained()
    rows = [x if at is None else table["embedding"][at] for x, at in zip(drawn, known, strict=True)]
    places = table["position"][: len(words)]
    return np.stack(rows), np.pad(places, ((0, len(words) - len(places)), (0, 0)))


def _weights(settings: Settings, index: int) -> dict[str, Array]:
    if settings.trained:
        return pick(sorter.trained(), f"block_{index}")
    return settings.plan.lively_weights(np.random.default_rng([settings.seed, index]))


def _pass(settings: Settings, index: int, x: Array) -> Passage:
    """Send the stream through one block."""
    weights = _weights(settings, index)
    mask = causal_mask(len(settings.words)) if settings.causal else None
    with np.errstate(under="ignore"):
        return Passage(settings, index, weights, forward(settings.plan, weights, x, mask))


@lru_cache(maxsize=4)
def _run(settings: Settings) -> Timeline[Stream]:
    """Start a run; its states are the streams after 0, 1, 2, … blocks."""
    word, place = embedded(settings.words, settings.plan.d_model, settings.seed, settings.trained)
    x = word + place

    def advance(stream: Stream) -> Stream:
        passage = _pass(settings, len(stream.moves) // 2, stream.x)
        middle = passage.at("after_attention" if settings.plan.norm == "pre" else "norm_1")
        end = passage.at("output")
        moves = size(middle - stream.x), size(end - middle)
        return Stream(end, (*stream.sizes, size(middle), size(end)), (*stream.moves, *moves))

    return Timeline(Stream(x, (size(x),), ()), advance, keep=max(_KEPT_NUMBERS // x.size, 8))


def stream_after(settings: Settings, blocks: int) -> Stream:
    """Send the words through so many blocks."""
    return _run(settings).at(blocks)


@lru_cache(maxsize=4)
def passage(settings: Settings, index: int) -> Passage:
    """Look into one block of a run."""
    return _pass(settings, index, stream_after(settings, index).x)
