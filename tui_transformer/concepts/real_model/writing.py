"""A text that a published model reads, and goes on with: one run that grows, and is never redone.

The first tokens are read all at once (prefill); then each that is written goes through alone, and
looks at the keys and values that were kept (decode). A causal token never sees what comes after
it, so the run of a shorter text is the beginning of the longer one's: going back costs nothing.
"""

from collections.abc import Generator
from functools import lru_cache
from threading import RLock
from typing import Any, NamedTuple

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.real_model.files import Loaded
from tui_transformer.nn import sampling
from tui_transformer.nn.published import pretrained
from tui_transformer.nn.published.pretrained import Run, by_layers
from tui_transformer.nn.published.safetensors import BadFile
from tui_transformer.patience import far


class Rule(NamedTuple):
    """How a token is taken from what the model offers; at temperature 0 the likeliest."""

    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0


class Writing:
    """A text as far as it was ever written; `said` keeps what its places say, once asked.

    It goes on a layer at a time, so that whoever waits may stop between two, and go on later.
    """

    def __init__(self, loaded: Loaded, ids: tuple[int, ...], causal: bool, rule: Rule) -> None:
        self.loaded, self.causal, self.rule = loaded, causal, rule
        self.typed = len(ids)
        self.said: dict[int, Any] = {}
        self._busy = RLock()
        self._run: Run | None = None
        self._next = np.array(ids)
        self._way: Generator[int, None, Run] | None = None

    def at(self, tokens: int) -> Run:
        """Write so many tokens, and give the run of all; raises BadFile."""
        with self._busy:
            run = self._run or self._read("layer", self.loaded.network.layers)
            while (turn := len(run.tokens) - self.typed) < tokens:
                if self._way is None:
                    self._next = np.array([drawn(self._logits(run), self.rule, turn)])
                run = self._read("token", tokens, turn + 1)
            return run.first(self.typed + tokens)

    def _read(self, what: str, of: int, done: int | None = None) -> Run:
        """Send what comes next through, after all that was read."""
        if self._way is None:
            self._way = by_layers(self.loaded.network, self._next, self.causal, self._run)
        try:
            while True:
                layer = next(self._way)
                far(done or layer + 1, of, what)
        except StopIteration as end:
            self._run = run = end.value
            self._way = None
        except BadFile:
            self._way = None
            raise
        return run

    def _logits(self, run: Run) -> Array:
        """The scores of what comes next, [V]."""
        network = self.loaded.network
        return pretrained.scores(network, network.read(run.streams[-1][-1:]))[0]


def drawn(logits: Array, rule: Rule, turn: int) -> int:
    """Draw the token of a turn, counted from 0: temperature, top-k, top-p, then a seeded draw."""
    if rule.temperature == 0:
        return int(np.argmax(logits))
    p = sampling.with_temperature(logits.astype(np.float64), rule.temperature)
    _, kept = sampling.filtered(p, rule.top_k, rule.top_p)
    return int(sampling.draw(kept, rule.seed, turn + 1)[turn])


@lru_cache(maxsize=6)
def writing(loaded: Loaded, ids: tuple[int, ...], causal: bool, rule: Rule) -> Writing:
    """Read a text, to go on with it; what was read and written is kept. Raises BadFile."""
    return Writing(loaded, ids, causal, rule)
