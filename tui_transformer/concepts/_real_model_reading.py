"""A text, read by a published model: what happened, and what can be read off it on the way.

The network runs in float32, once for each text. What is shown is worked out again in float64
from what the run left (queries, keys, streams), so that every number can be redone exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts._real_model_files import Loaded, Unusable
from tui_transformer.controls import BadValue
from tui_transformer.nn import attention as att
from tui_transformer.nn.bpe.alphabet import Alphabet
from tui_transformer.nn.published import pretrained
from tui_transformer.nn.published.byte_bpe import ByteBpe
from tui_transformer.nn.published.pretrained import Network, Run
from tui_transformer.nn.published.safetensors import BadFile
from tui_transformer.nn.published.wordpiece import CLS, SEP, WordPiece
from tui_transformer.nn.softmax import log_sum_exp
from tui_transformer.text import visible

MOST = 64  # tokens that are read of a text
SHOWN = 10  # entries of the vocabulary that are kept of a reading
_BYTES = Alphabet("bytes", False)


def token_name(tokenizer: ByteBpe | WordPiece, token: int) -> str:
    """Write a token so that it can be shown whatever the file says it is."""
    if isinstance(tokenizer, WordPiece):
        return visible(tokenizer.name(token))
    piece = tokenizer.piece(token)
    if piece is None:
        return visible(tokenizer.names.get(token, f"<{token}>"))
    return visible(_BYTES.spell(piece, False))


@lru_cache(maxsize=64)
def tokenized(loaded: Loaded, text: str) -> tuple[tuple[int, ...], int]:
    """Cut a text into tokens: those that are read, and how many there are in all.

    An empty text is what stands between texts, where the vocabulary has that.
    """
    tokenizer, most = loaded.tokenizer, min(MOST, loaded.network.context)
    ids = tokenizer.encode(text)
    if isinstance(tokenizer, WordPiece):
        return tuple(tokenizer.encode(text, most)), len(ids)
    if not ids and tokenizer.start is not None:
        ids = [tokenizer.start]
    return tuple(ids[:most]), len(ids)


@dataclass(frozen=True, eq=False)
class Said:
    """What a stream says after each layer if it is read there, [L+1, …] each; best first.

    `vectors` are what is multiplied with the table, `rows` the table's lines of the best.
    """

    vectors: Array  # [L+1, d]
    tokens: Array  # [L+1, SHOWN]
    rows: Array  # [L+1, SHOWN, d]
    shifts: Array  # [L+1, SHOWN], the bias of each, 0 where there is none
    logits: Array  # [L+1, SHOWN]
    whole: Array  # [L+1], ln Σ e^z over the vocabulary
    chances: Array  # [L+1, SHOWN]


@dataclass(frozen=True, eq=False)
class Reading:
    """A text in tokens, and everything that came of it."""

    loaded: Loaded
    run: Run
    total: int
    causal: bool
    _said: dict[int, Said] = field(default_factory=dict)

    @property
    def network(self) -> Network:
        """The model that read it."""
        return self.loaded.network

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The tokens in letters."""
        return tuple(self.name(int(i)) for i in self.run.tokens)

    def name(self, token: int) -> str:
        """Write an entry of the vocabulary."""
        return token_name(self.loaded.tokenizer, token)

    @property
    def parked(self) -> tuple[int, ...]:
        """The places where heads look that find nothing: the first, and the end of a sentence."""
        ends = (at for at, name in enumerate(self.names) if at and name in (CLS, SEP))
        return (0, *ends)

    @cached_property
    def mask(self) -> Array | None:
        """What may be seen; None where everything may."""
        return att.causal_mask(len(self.names)) if self.causal else None

    def scores(self, layer: int) -> Array:
        """Score every key for every query, in float64, [h, t, t]; layers from 1."""
        q, k = self.run.queries[layer - 1], self.run.keys[layer - 1]
        return att.scores(q.astype(np.float64), k.astype(np.float64))

    def attention(self, layer: int) -> Array:
        """Who looks at whom, in float64, [h, t, t]; layers from 1."""
        return att.weights(self.scores(layer), self.mask)

    @cached_property
    def every_head(self) -> Array:
        """Who looks at whom in all layers, [L, h, t, t]."""
        return np.stack([self.attention(layer) for layer in range(1, self.network.layers + 1)])

    def said(self, at: int) -> Said:
        """Read what one place says after each layer."""
        if at not in self._said:
            self._said[at] = _said(self.network, np.stack([x[at] for x in self.run.streams]))
        return self._said[at]

    @cached_property
    def pooled(self) -> Array:
        """The mean of all places after each layer, at length 1, in float64, [L+1, d]."""
        mean = np.stack([x.mean(axis=0, dtype=np.float64) for x in self.run.streams])
        length = np.linalg.norm(mean, axis=-1, keepdims=True)
        unit: Array = mean / np.where(length == 0, 1.0, length)
        return unit


def _said(network: Network, streams: Array) -> Said:
    """Read streams as the model's own output would, [L+1, d]; raises BadValue."""
    with np.errstate(all="ignore"):
        vectors = network.read(streams)
    z = _scores(network, vectors)
    count = min(SHOWN, z.shape[-1])
    best = np.argpartition(z, -count, axis=-1)[:, -count:]
    bias = network.bias()
    rows, wide = network.table()[best].astype(np.float64), vectors.astype(np.float64)
    shifts = np.zeros(best.shape) if bias is None else bias[best].astype(np.float64)
    logits = np.einsum("ld,lkd->lk", wide, rows) + shifts
    order = np.argsort(-logits, axis=-1, kind="stable")
    best, logits, shifts = (np.take_along_axis(x, order, -1) for x in (best, logits, shifts))
    rows = np.take_along_axis(rows, order[..., None], 1)
    exact = z.astype(np.float64)
    np.put_along_axis(exact, best, logits, -1)
    whole = log_sum_exp(exact)
    with np.errstate(under="ignore"):
        chances = np.exp(logits - whole[:, None])
    return Said(wide, best, rows, shifts, logits, whole, chances)


def _scores(network: Network, vectors: Array) -> Array:
    """Score the vocabulary, [L+1, d] → [L+1, V], in float64 where float32 is too narrow."""
    try:
        return pretrained.scores(network, vectors)
    except BadFile:
        return pretrained.scores(network, vectors.astype(np.float64))


@lru_cache(maxsize=8)
def read(loaded: Loaded, text: str, causal: bool) -> Reading:
    """Send a text through a model; raises BadValue where nothing comes of it."""
    tokens, total = tokenized(loaded, text)
    if not tokens:
        raise BadValue("this model has no token for an empty text: type one.")
    ids: Array = np.array(tokens)
    try:
        run = pretrained.forward(loaded.network, ids, causal)
        reading = Reading(loaded, run, total, causal)
        with np.errstate(all="ignore"):  # what overflows is noticed right here
            pretrained.finite(loaded.network.read(np.stack(run.streams)))
        reading.said(len(tokens) - 1)  # goes through the whole vocabulary: all others will do
    except BadFile as problem:
        raise Unusable(str(problem), loaded.name) from None
    return reading
