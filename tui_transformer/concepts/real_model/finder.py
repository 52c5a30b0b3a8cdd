"""The finder: which heads look where a pattern says, counted over sentences that are marked.

A head finds a pair if the first word gives the second the largest of its shares.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.real_model.files import Loaded
from tui_transformer.concepts.real_model.model import RealModel
from tui_transformer.concepts.real_model.sentences import DETERMINERS, FAR, NEAR
from tui_transformer.later import Later
from tui_transformer.nn import attention as att
from tui_transformer.nn.published.side_by_side import side_by_side
from tui_transformer.panels import Table
from tui_transformer.pieces import Cell, Column

Pairs = Mapping[int, tuple[int, ...]]  # token → those of which it has to look at one
Sentences = Mapping[str, Mapping[int, int]]
EVERY: Sentences = {**DETERMINERS, **NEAR, **FAR}

PREVIOUS, FIRST, SAME = "the token before", "the first token", "the same token"
NOUN, NEXT_TO, APART = "the, a → its noun", "verb → subject, next to it", "verb → subject, apart"


@dataclass(frozen=True)
class Found:
    """How often each head finds a pattern, [L, h], and how often it could."""

    hits: Array
    chances: int

    @property
    def best(self) -> tuple[int, int]:
        """The layer, from 1, and the head, from 0, that find most."""
        layer, head = np.unravel_index(int(np.argmax(self.hits)), self.hits.shape)
        return int(layer) + 1, int(head)


def looks(loaded: Loaded) -> dict[str, Array]:
    """Where every head looks most, from each token of each marked sentence, [L, h, t]."""
    read = side_by_side(loaded.network, [ids(loaded, text) for text in EVERY])
    wide = ((q.astype(np.float64), k.astype(np.float64)) for q, k in read)
    most = (np.argmax(att.weights(att.scores(q, k)), axis=-1) for q, k in wide)
    return dict(zip(EVERY, most, strict=True))


@lru_cache(maxsize=128)
def ids(loaded: Loaded, text: str) -> Array:
    """The tokens of a sentence by number."""
    return np.array(loaded.tokenizer.encode(text))


def one_token_a_word(loaded: Loaded, text: str) -> bool:
    """Say whether word i is token i + 1, with [CLS] before them; stop and [SEP] come after."""
    return not loaded.network.causal and len(ids(loaded, text)) == len(text.split()) + 3


def usable(loaded: Loaded) -> bool:
    """Say whether a model has all the words of the marked sentences."""
    return all(one_token_a_word(loaded, text) for text in EVERY)


def pairs(loaded: Loaded, pattern: str, text: str, marked: Mapping[int, int]) -> Pairs:
    """Say which token has to look at which, in one sentence."""
    tokens = ids(loaded, text).tolist()
    match pattern:
        case "the token before":
            return {at: (at - 1,) for at in range(1, len(tokens))}
        case "the first token":
            return dict.fromkeys(range(1, len(tokens)), (0,))
        case "the same token":
            twins = {
                at: tuple(j for j, other in enumerate(tokens) if other == token and j != at)
                for at, token in enumerate(tokens)
            }
            return {at: others for at, others in twins.items() if others}
        case _:
            return {word + 1: (target + 1,) for word, target in marked.items()}


@lru_cache(maxsize=8)
def found(loaded: Loaded) -> dict[str, Found]:
    """Count every pattern over its sentences; the first three over all there are."""
    over = {
        PREVIOUS: EVERY,
        FIRST: EVERY,
        SAME: EVERY,
        NOUN: DETERMINERS,
        NEXT_TO: NEAR,
        APART: FAR,
    }
    most = looks(loaded)
    return {pattern: count(loaded, most, pattern, sentences) for pattern, sentences in over.items()}


def count(loaded: Loaded, most: Mapping[str, Array], pattern: str, sentences: Sentences) -> Found:
    """Count in how many places each head gives the largest share to what the pattern says."""
    hits, chances = np.zeros((loaded.network.layers, loaded.network.block.heads), int), 0
    for text, marked in sentences.items():
        for token, targets in pairs(loaded, pattern, text, marked).items():
            at = most[text][:, :, token]
            hits += np.logical_or.reduce([at == target for target in targets])
            chances += 1
    return Found(hits, chances)


# ── on the screen ──────────────────────────────────────────────────────────────────────


def finder(m: RealModel) -> tuple[tuple[Table, ...], ...]:
    """The patterns with the head that finds each best; counted when somebody looks."""
    if m.loaded is None or m.read is None or not usable(m.loaded):
        return ()
    return ((table(m, m.read.loaded),),)


def table(m: RealModel, loaded: Loaded) -> Table:
    """Each pattern: who finds it best, how often, and how often the chosen head does."""
    here = f"{m.layer}.{m.head}"
    columns = (
        Column("looks at"),
        Column("best head", short="best"),
        Column("found", "output"),
        Column(here, "query", key="here"),
    )
    rows = Later(lambda: tuple(row(m, *each) for each in found(loaded).items()), 6)
    title = f"The finder: of {len(EVERY)} marked sentences"
    return Table(title, columns, rows, width=48, key="finder")


def row(m: RealModel, pattern: str, one: Found) -> tuple[Cell, ...]:
    """One pattern in counts."""
    layer, head = one.best
    return (
        Cell(pattern, "text"),
        Cell(f"{layer}.{head}", "text"),
        Cell(of(int(np.max(one.hits)), one), "text", role="output"),
        Cell(of(int(one.hits[m.layer - 1, m.head]), one), "text", role="query"),
    )


def of(hits: int, one: Found) -> str:
    """Write a count with what it is out of."""
    return f"{hits} of {one.chances}"
