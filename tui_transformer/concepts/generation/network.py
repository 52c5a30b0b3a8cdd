"""The model that writes, run on a person's prompt one token at a time; what it wrote is kept."""

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from tui_transformer import weights as shipped
from tui_transformer.arrays import Array
from tui_transformer.nn import cutting, gpt, kv_cache, sampling
from tui_transformer.nn.gpt import Pass, Weights
from tui_transformer.nn.kv_cache import Step
from tui_transformer.nn.made_up.prose import MERGES, PLAN, Tokenizer
from tui_transformer.nn.published.safetensors import Stored
from tui_transformer.nn.softmax import log_softmax
from tui_transformer.timeline import Timeline

NAME = "prose"
SHAPES = {**PLAN.shapes(), "merges": (MERGES, 2)}
TIMES = 3  # so often must something come for it to count as a loop
KEPT = 16  # states of a text that are kept: each holds a cache of its own


class Rule(NamedTuple):
    """How a token is taken from what the model offers."""

    temperature: float
    top_k: int
    top_p: float
    seed: int


@dataclass(frozen=True, eq=False)
class State:
    """A text as far as it is written, and what the model makes of it.

    `ids` are all its tokens and `prices` what each cost, −ln p as the model had it (None where
    it never was asked); from token `start` on they are in the window. `rows` holds who those
    look at, t × [L, h, places up to it]; `read` says how many were read in the last step.
    `idle` are the settings that made no difference to any draw so far.
    """

    ids: tuple[int, ...]
    prices: tuple[float | None, ...]
    start: int
    rows: tuple[Array, ...]
    read: int
    step: Step
    idle: frozenset[str] = frozenset(("seed", "top_k", "top_p"))

    @property
    def logits(self) -> Array:
        """The scores of what comes next, [V]."""
        return self.step.logits[-1]


@cache
def stored() -> Stored:
    """The file; raises BadValue where it is missing or damaged."""
    return shipped.load(NAME, SHAPES)


@cache
def weights() -> dict[str, Array]:
    """The weights by name, in double precision; raises BadValue as `stored` does."""
    return shipped.as_float64(stored(), PLAN.shapes())


@lru_cache(maxsize=16)
def weights_without(cut: str, prompt: str) -> dict[str, Array]:
    """The weights with some wires cut, `1.0 2.ffn`; a mean is that over the prompt's places."""
    wires = tuple(map(cutting.read, cut.split()))
    if not wires:
        return weights()
    ids = np.array(encoded(prompt)[-PLAN.context :])
    met = gpt.forward(PLAN, weights(), ids) if any(wire.mean for wire in wires) else None
    return cutting.cut(PLAN, weights(), wires, met)


@cache
def tokenizer() -> Tokenizer:
    """What turns text into tokens and back."""
    return Tokenizer(stored().tensors["merges"])


@lru_cache(maxsize=64)
def encoded(prompt: str) -> tuple[int, ...]:
    """Number the tokens of a prompt."""
    return tuple(tokenizer().encode(prompt).tolist())


# ── writing ────────────────────────────────────────────────────────────────────────────


def chances(logits: Array, rule: Rule) -> tuple[Array, Array, Array]:
    """Work out p at the temperature, which tokens are kept, and what they are drawn with."""
    p = sampling.with_temperature(logits, rule.temperature)
    return p, *sampling.filtered(p, rule.top_k, rule.top_p)


def without_choice(logits: Array, rule: Rule, among: frozenset[str]) -> frozenset[str]:
    """Name those of some settings that a draw does not depend on: whatever they are, one token is
    left."""
    loosest = {
        "seed": (rule.top_k, rule.top_p),
        "top_k": (0, rule.top_p),
        "top_p": (rule.top_k, 1.0),
    }
    if not among:
        return among
    p = sampling.with_temperature(logits, rule.temperature)
    return frozenset(
        name for name in among if np.count_nonzero(sampling.filtered(p, *loosest[name])[1]) == 1
    )


def drawn(logits: Array, rule: Rule, turn: int) -> int:
    """Draw the token of a turn, counted from 0."""
    return int(sampling.draw(chances(logits, rule)[2], rule.seed, turn + 1)[turn])


def _rows(step: Step) -> tuple[Array, ...]:
    """Cut the rows of attention of what was read, each as long as it sees: [L, h, places]."""
    every = np.stack(step.attention)
    n, old = every.shape[2], every.shape[3] - every.shape[2]
    return tuple(every[:, :, i, : old + i + 1] for i in range(n))


def _read(ids: tuple[int, ...], w: Weights) -> tuple[int, Step]:
    """Read the window of a text from its beginning."""
    start = kv_cache.window(len(ids), PLAN.context)
    step = kv_cache.feed(PLAN, w, kv_cache.empty(PLAN), np.array(ids[start:]))
    return start, step


@lru_cache(maxsize=8)
def opened(prompt: str, cut: str = "") -> State:
    """Read a prompt."""
    ids = encoded(prompt)
    start, step = _read(ids, weights_without(cut, prompt))
    log_p = log_softmax(step.logits[:-1])
    asked = -log_p[np.arange(len(log_p)), ids[start + 1 :]]
    prices = (*(None,) * (start + 1), *asked.tolist())
    return State(ids, prices, start, _rows(step), len(ids) - start, step)


def followed(state: State, token: int, w: Weights | None = None) -> State:
    """Put a token at the end of a text and read it, or the whole window where it moves."""
    w = weights() if w is None else w
    ids = (*state.ids, token)
    prices = (*state.prices, float(-log_softmax(state.logits)[token]))
    if kv_cache.window(len(ids), PLAN.context) != state.start:
        start, step = _read(ids, w)
        return State(ids, prices, start, _rows(step), len(ids) - start, step)
    step = kv_cache.feed(PLAN, w, state.step.cache, np.array([token]))
    return State(ids, prices, state.start, (*state.rows, *_rows(step)), 1, step)


@lru_cache(maxsize=4)
def _written(prompt: str, rule: Rule, cut: str) -> Timeline[State]:
    first = opened(prompt, cut)
    w = weights_without(cut, prompt)
    typed = len(first.ids)

    def advance(state: State) -> State:
        after = followed(state, drawn(state.logits, rule, len(state.ids) - typed), w)
        return replace(after, idle=without_choice(state.logits, rule, state.idle))

    return Timeline(first, advance, keep=KEPT)


def written(prompt: str, rule: Rule, tokens: int, cut: str = "") -> State:
    """Let it write so many tokens, with some wires cut."""
    return _written(prompt, rule, cut).at(tokens)


def square(state: State, layer: int) -> Array:
    """Put the rows of attention of a layer, counted from 1, under each other: [h, t, t]."""
    t = len(state.rows)
    every = np.zeros((PLAN.heads, t, t))
    for at, row in enumerate(state.rows):
        every[:, at, : at + 1] = row[layer - 1]
    return every


def loop(written: tuple[int, ...]) -> int:
    """Say how many tokens at the end came three times in a row: the shortest; 0 where none did."""
    for long in range(1, len(written) // TIMES + 1):
        if written[-TIMES * long :] == written[-long:] * TIMES:
            return long
    return 0


@lru_cache(maxsize=4)
def whole(ids: tuple[int, ...], cut: str = "", prompt: str = "") -> Pass:
    """Everything that happens in a window, for workings: the same numbers without a cache."""
    return gpt.forward(PLAN, weights_without(cut, prompt), np.array(ids))
