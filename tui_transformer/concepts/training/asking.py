"""What is asked of a model while it is trained, and what the answers cost."""

from collections.abc import Callable
from functools import cache, lru_cache

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn import gpt
from tui_transformer.nn.gpt import UNASKED
from tui_transformer.nn.made_up.lessons import SHORTEST_TEXT, Lesson
from tui_transformer.nn.softmax import log_softmax
from tui_transformer.nn.training import Batch, Weights
from tui_transformer.steps.gpt import Gpt
from tui_transformer.terms import SINGLE

PRACTICE = 10_000  # the seed of sequences to be asked about, which no run can have
TOKENS = 240  # in all of them together

TEXT = (
    "the cat sat on the mat. the dog sat on the cat. the mat sat on the dog. "
    "a cat and a dog and a mat: who sat on what? the dog sat on the mat. "
    "the cat and the dog sat on the mat. the cat sat on the dog. "
)


def taught(text: str) -> str:
    """Make a text long enough to learn from: what is shorter is said again."""
    return text if len(text) >= SHORTEST_TEXT else (text or " ") * SHORTEST_TEXT


@lru_cache(maxsize=8)
def practice(lesson: Lesson) -> Batch:
    """Sequences such as training draws, tokens and targets, [n, t] each: the same in every run."""
    tokens, targets = lesson.draw(np.random.default_rng(PRACTICE), TOKENS // lesson.t)
    tokens.flags.writeable = targets.flags.writeable = False
    return tokens, targets


def costs(logits: Array, targets: Array) -> Array:
    """Price the right answers, −ln p, [n, t]; 0 where nothing is asked."""
    right = np.maximum(targets, 0)[..., None]
    prices = -np.take_along_axis(log_softmax(logits), right, axis=-1)[..., 0]
    return np.where(targets != UNASKED, prices, 0)


def stripe(lesson: Lesson, attention: Array) -> Array:
    """Measure the share of attention that asked places pay to where the answer stands, [l, h]."""
    shares = attention[:, :, lesson.asked]
    aims = lesson.aims[lesson.asked]
    if not np.any(aims):
        return np.mean(np.max(shares, axis=-1), axis=-1)
    known = np.any(aims, axis=-1)
    return np.mean(np.sum(shares * aims, axis=-1)[:, :, known], axis=-1)


def named(plan: gpt.Gpt, weights: Weights, tokens: Array, name: str) -> Callable[[int], Gpt]:
    """Give the way through each of some sequences with names, made when it is asked for."""

    @cache
    def sequence(i: int) -> Gpt:
        run = gpt.forward(plan, weights, tokens[i])
        return Gpt(plan, weights, run, SINGLE, f"{name}_{i}.")

    return sequence
