"""A text, read by a published model: what happened, and what can be read off it on the way.

The network runs in float32, once for each text. What is shown is worked out again in float64
from what the run left (queries, keys, streams), so that every number can be redone exactly.
"""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.real_model.files import Loaded, Tokenizer, Unusable
from tui_transformer.concepts.real_model.writing import Rule, Writing, writing
from tui_transformer.controls import BadValue
from tui_transformer.nn import attention as att
from tui_transformer.nn import grouped
from tui_transformer.nn.bpe.alphabet import Alphabet
from tui_transformer.nn.published import contributions, pretrained
from tui_transformer.nn.published.bpe_file import MarkedBpe
from tui_transformer.nn.published.byte_bpe import ByteBpe
from tui_transformer.nn.published.pretrained import Network, Run
from tui_transformer.nn.published.safetensors import BadFile
from tui_transformer.nn.published.wordpiece import CLS, SEP, WordPiece
from tui_transformer.nn.softmax import log_sum_exp
from tui_transformer.patience import far
from tui_transformer.text import visible

MOST = 64  # tokens that are read of a text
SHOWN = 10  # entries of the vocabulary that are kept of a reading
ROWS = 64  # readings of the vocabulary that are worked out together: some ten megabytes of scores
ROUNDING = "rounding"
_BYTES = Alphabet("bytes", False)


def token_name(tokenizer: Tokenizer, token: int) -> str:
    """Write a token so that it can be shown whatever the file says it is."""
    if not isinstance(tokenizer, ByteBpe):
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
    if isinstance(tokenizer, WordPiece | MarkedBpe):
        kept = tokenizer.encode(text, most)
        if kept:
            return tuple(kept), len(ids)
    if not ids and not isinstance(tokenizer, WordPiece) and tokenizer.start is not None:
        ids = [tokenizer.start]
    return tuple(ids[:most]), len(ids)


@dataclass(frozen=True, eq=False)
class Said:
    """What a stream says after each layer if it is read there, [L+1, …] each; best first.

    `vectors` are what is multiplied with the table.
    """

    vectors: Array  # [L+1, d]
    tokens: Array  # [L+1, SHOWN]
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
    source: Writing

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
        ends = (at for at, name in enumerate(self.names) if at and name in (CLS, SEP, "</s>"))
        return (0, *ends)

    @cached_property
    def mask(self) -> Array | None:
        """What may be seen; None where everything may."""
        return self.network.mask(len(self.names), self.causal)


@lru_cache(maxsize=8)
def scores(reading: Reading) -> Array:
    """Score every key for every query, in float64, [L, h, t, t]."""
    every = zip(reading.run.queries, reading.run.keys, strict=True)
    return np.stack([grouped.scores(*(x.astype(np.float64) for x in both)) for both in every])


def layer_attention(reading: Reading, layer: int) -> Array:
    """Who looks at whom in one layer, in float64, [h, t, t]."""
    both = (x[layer].astype(np.float64) for x in (reading.run.queries, reading.run.keys))
    return att.weights(grouped.scores(*both), reading.mask)


@lru_cache(maxsize=8)
def attention(reading: Reading) -> Array:
    """Who looks at whom in all layers, in float64, [L, h, t, t]."""
    return att.weights(scores(reading), reading.mask)


def looks(reading: Reading, at: int) -> Array:
    """Where one place looks in every head of all layers, in float64, [L, h, t]."""
    run, mask = reading.run, None if reading.mask is None else reading.mask[at : at + 1]
    every = (
        grouped.scores(q[:, at : at + 1].astype(np.float64), k.astype(np.float64))
        for q, k in zip(run.queries, run.keys, strict=True)
    )
    return np.stack([att.weights(scores, mask)[:, 0] for scores in every])


@lru_cache(maxsize=2)
def exact(reading: Reading) -> tuple[Network, Run]:
    """The same text through the same model in float64."""
    network = contributions.doubled(reading.network)
    return network, pretrained.forward(network, reading.run.tokens, reading.causal)


@lru_cache(maxsize=16)
def wrote(reading: Reading, at: int) -> list[tuple[str, float]]:
    """Who wrote the logit of the likeliest next token at a place, of a model that writes.

    In float64; what the model's own precision makes of the sum is an entry of its own, rounding.
    """
    network, best = contributions.doubled(reading.network), said(reading, at)
    parts, end = contributions.components(
        network,
        reading.run.tokens,
        reading.causal,
        at,
        lambda layers: far(layers, network.layers, "layer summed", kept=False),
    )
    shares = contributions.shares(network, parts, end, int(best.tokens[-1, 0]))
    if not _is_exact(reading):
        shares[ROUNDING] = float(best.logits[-1, 0]) - math.fsum(shares.values())
    return list(shares.items())


def parts(reading: Reading) -> int:
    """Count the parts of a logit, without working them out."""
    return len(contributions.names(reading.network)) + (not _is_exact(reading))


def _is_exact(reading: Reading) -> bool:
    return reading.run.streams[0].dtype == np.float64


def said(reading: Reading, at: int) -> Said:
    """Read what one place says after each layer, as the model's own output would; kept."""
    kept = reading.source.said
    if at not in kept:
        kept[at] = _said(reading, [at])[0]
    return kept[at]


def lens_of(reading: Reading) -> list[list[tuple[str, float]]]:
    """What each place would say before the first layer and after each, and how likely."""
    kept, places = reading.source.said, range(len(reading.run.tokens))
    new, together = (
        [at for at in places if at not in kept],
        max(ROWS // len(reading.run.streams), 1),
    )
    for first in range(0, len(new), together):
        some = new[first : first + together]
        kept.update(zip(some, _said(reading, some), strict=True))
    every = [kept[at] for at in places]
    return [
        [(reading.name(int(s.tokens[layer, 0])), float(s.chances[layer, 0])) for s in every]
        for layer in range(reading.network.layers + 1)
    ]


def _said(reading: Reading, places: list[int]) -> list[Said]:
    """Read what some places say: the vocabulary is gone through once for all of them."""
    network, streams = reading.network, np.stack([x[places] for x in reading.run.streams], axis=1)
    with np.errstate(all="ignore"):
        vectors = network.read(streams.reshape(-1, streams.shape[-1]))
    exact, best, logits = _best(network, vectors)
    whole = log_sum_exp(exact)
    with np.errstate(under="ignore"):
        chances = np.exp(logits - whole[:, None])
    every = vectors.astype(np.float64), best, logits, whole, chances
    return [Said(*each) for each in zip(*(np.split(x, len(places)) for x in every), strict=True)]


def _best(network: Network, vectors: Array) -> tuple[Array, Array, Array]:
    """Score the vocabulary, [L, V], the best entries exactly; which these are, and their scores."""
    z = _scores(network, vectors)
    count = min(SHOWN, z.shape[-1])
    best = np.argpartition(z, -count, axis=-1)[:, -count:]
    bias = network.bias()
    rows, wide = network.rows(network.table_name, best).astype(np.float64), vectors.astype(float)
    shifts = np.zeros(best.shape) if bias is None else bias[best].astype(np.float64)
    logits = np.einsum("ld,lkd->lk", wide, rows) + shifts
    order = np.argsort(-logits, axis=-1, kind="stable")
    best, logits = (np.take_along_axis(x, order, -1) for x in (best, logits))
    exact = z.astype(np.float64)
    np.put_along_axis(exact, best, logits, -1)
    return exact, best, logits


def chance(reading: Reading, at: int, token: int) -> float:
    """How likely a place says a token in the end."""
    network = reading.network
    with np.errstate(all="ignore"):
        exact, _, _ = _best(network, network.read(reading.run.streams[-1][at : at + 1]))
        return float(np.exp(exact[0, token] - log_sum_exp(exact)[0]))


def cosine(first: Reading, other: Reading) -> float:
    """How alike two texts are in the end: the cosine between the means of their places."""
    a, b = (one.run.streams[-1].mean(0, np.float64) for one in (first, other))
    lengths = np.linalg.norm(a) * np.linalg.norm(b)
    return float(a @ b / lengths) if lengths else 0.0


def all_scores(network: Network, said: Said) -> Array:
    """Score the whole vocabulary again, [L+1, V], the best exactly."""
    z = _scores(
        network, said.vectors.astype(network.rows(network.table_name, slice(1)).dtype)
    ).astype(np.float64)
    np.put_along_axis(z, said.tokens, said.logits, -1)
    return z


def _scores(network: Network, vectors: Array) -> Array:
    """Score the vocabulary, [L+1, d] → [L+1, V], in float64 where float32 is too narrow."""
    try:
        return pretrained.scores(network, vectors)
    except BadFile:
        return pretrained.scores(network, vectors.astype(np.float64))


@lru_cache(maxsize=2)
def _can_score(network: Network) -> None:
    """Make sure that the whole vocabulary can be scored, for who shows only some of it: asked once
    of a network, not once of a text. Raises BadFile."""
    _scores(network, network.read(network.embed(np.zeros(1, np.intp), 0)))


@lru_cache(maxsize=8)
def read(
    loaded: Loaded, text: str, causal: bool, tokens: int = 0, rule: Rule | None = None
) -> Reading:
    """Send a text through a model, and let it write so many tokens more.

    Raises BadValue where nothing comes of it.
    """
    ids, total = tokenized(loaded, text)
    if not ids:
        raise BadValue("this model has no token for an empty text: type one.")
    try:
        source = writing(loaded, ids, causal, rule or Rule())
        run = source.at(tokens)
        reading = Reading(loaded, run, total + tokens, causal, source)
        with np.errstate(all="ignore"):  # what overflows is noticed right here
            pretrained.finite(*map(loaded.network.read, run.streams))
        _can_score(loaded.network)
    except BadFile as problem:
        raise Unusable(str(problem), loaded.name) from None
    return reading
