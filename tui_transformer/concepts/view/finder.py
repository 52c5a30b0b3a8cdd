"""The finder: in how many of the rows in sight each head looks most where a pattern says."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.view.model import View
from tui_transformer.later import Later
from tui_transformer.panels import Table
from tui_transformer.pieces import Cell, Column

Pairs = Mapping[int, tuple[int, ...]]  # query → those keys of which it has to look at one
MOST = 8_000_000  # numbers that are read for it
LONGEST = 4096  # tokens among which twins are looked for
MOST_WORDS = 100  # no marked sentence is longer
PATTERNS = (
    "the token before",
    "the first token",
    "the same token",
    "what came after the same",
    "the, a → its noun",
)
STRIPE = "a stripe, as far back"


@dataclass(frozen=True)
class Found:
    """How often each head finds a pattern, [L, h], and how often it could; `note` goes with it."""

    hits: Array
    chances: int
    note: str = ""


def searched(m: View) -> range:
    """The queries that are searched: those in sight, fewer where they are many numbers."""
    layers, heads, _, keys = m.size
    return m.queries[: MOST // (layers * heads * keys)]


def most(m: View) -> Array:
    """The keys that each searched query looks at most, [first of equals | last, L, h, queries]."""
    places = searched(m)
    x = m.seen.take(slice(None), slice(None), slice(places.start, places.stop))
    if x.dtype.kind == "f" and np.isnan(x).any():
        x = np.where(np.isnan(x), -np.inf, x)
    last = x.shape[-1] - 1 - np.argmax(x[..., ::-1], axis=-1)
    return np.stack([np.argmax(x, axis=-1), last])


def wanted(m: View) -> dict[str, Pairs]:
    """Each pattern that can be looked for here, with where it has to be looked."""
    every = {name: pairs(m, name) for name in PATTERNS}
    return {name: where for name, where in every.items() if any(where.values())}


def found(m: View) -> dict[str, Found]:
    """Count every pattern; without tokens, stripes of any distance too."""
    best, places = most(m), searched(m)
    counted = {name: count(best, places, where) for name, where in wanted(m).items()}
    return counted | {STRIPE: stripe(best, places)} if _striped(m) else counted


def _striped(m: View) -> bool:
    """Say whether stripes are looked for: where no tokens say what may have come twice."""
    return not tokens(m) and searched(m)[-1] >= 2


def count(best: Array, places: range, wanted: Pairs) -> Found:
    """Count in how many places each head looks most where it has to; of equals, at all of them."""
    hits, chances = np.zeros(best.shape[1:3], int), 0
    for i, query in enumerate(places):
        if wanted.get(query):
            hits += np.isin(best[..., i], wanted[query]).all(axis=0)
            chances += 1
    return Found(hits, chances)


def stripe(best: Array, places: range) -> Found:
    """Count the distance, 2 or more, at which a head looks back most often, at one key alone."""
    back, alone = np.asarray(places) - best[0], best[0] == best[1]
    hits, best_back = np.zeros(back.shape[:2], int), np.zeros(back.shape[:2], int)
    for at in np.ndindex(hits.shape):
        far = back[at][alone[at] & (back[at] >= 2)]
        if far.size:
            distances, counts = np.unique(far, return_counts=True)
            most_often = int(np.argmax(counts))
            hits[at], best_back[at] = counts[most_often], distances[most_often]
    top = np.unravel_index(int(np.argmax(hits)), hits.shape)
    chances = sum(query >= 2 for query in places)
    return Found(hits, chances, f"{best_back[top]}" if hits[top] else "")


def tokens(m: View) -> tuple[str, ...]:
    """The tokens, where they name queries and keys alike and are not too many."""
    fit = len(m.called) == m.size[2] == m.size[3] <= LONGEST
    return m.called if fit else ()


def pairs(m: View, pattern: str) -> Pairs:
    """Say which query has to look at which keys; none of those that are not searched."""
    places, named = searched(m), tokens(m)
    twins = {at: [j for j, one in enumerate(named) if one == named[at]] for at in places if named}
    match pattern:
        case "the token before":
            return {at: (at - 1,) for at in places if 1 <= at <= m.size[3]}
        case "the first token":
            return {at: (0,) for at in places if at}
        case "the same token":
            return {at: tuple(j for j in same if j != at) for at, same in twins.items()}
        case "what came after the same":
            return {at: tuple(j + 1 for j in same if j < at - 1) for at, same in twins.items()}
        case _:
            return {at: keys for at, keys in marked(m).items() if at in places}


def marked(m: View) -> Pairs:
    """The pairs that were typed; without any, those of a sentence that `real-model` has marked."""
    if m.pairs.strip():
        typed = re.findall(r"(?<!\d)(\d{1,6})[-–>→](\d{1,6})(?!\d)", m.pairs)
        together: dict[int, tuple[int, ...]] = {}
        for query, key in typed:
            together[int(query)] = (*together.get(int(query), ()), int(key))
        return together
    if not tokens(m):
        return {}
    from tui_transformer.concepts.real_model.sentences import DETERMINERS

    spoken = list(_words(m))
    for sentence, nouns in DETERMINERS.items():
        if re.findall(r"\w+|[^\w\s]", sentence.casefold()) == [word for _, word in spoken]:
            return {spoken[word][0]: (spoken[noun][0],) for word, noun in nouns.items()}
    return {}


def _words(m: View) -> Iterator[tuple[int, str]]:
    """The tokens that are words, with their places: no marks at the ends, no signs of a space."""
    for at, token in enumerate(m.called[:MOST_WORDS]):
        word = token.strip("Ġ▁ ").casefold()
        if word and not re.fullmatch(r"\[\w+\]|<.*>", word):
            yield at, word


# ── on the screen ──────────────────────────────────────────────────────────────────────


def table(m: View) -> tuple[tuple[Table, ...], ...]:
    """Each pattern: who finds it best, how often, and how often the chosen head does."""
    places = searched(m)
    if not places:
        return ()
    here = f"{m.layer}.{m.head}"
    columns = (
        Column("looks at"),
        Column("best"),
        Column("found", "output"),
        Column(here, "query", key="here"),
    )
    size = len(wanted(m)) + _striped(m)
    rows = Later(lambda: tuple(_row(m, name, one) for name, one in found(m).items()), size)
    title = f"The finder: queries {places[0]}–{places[-1]}"
    return ((Table(title, columns, rows, width=48, key="finder"),),)


def _row(m: View, pattern: str, one: Found) -> tuple[Cell, ...]:
    layer, head = np.unravel_index(int(np.argmax(one.hits)), one.hits.shape)
    named = f"{pattern}: {one.note}" if one.note else pattern
    return (
        Cell(named, "text", key=pattern),
        Cell(f"{layer + 1}.{head}", "text"),
        Cell(f"{int(one.hits[layer, head])} of {one.chances}", "text", role="output"),
        Cell(f"{int(one.hits[m.layer - 1, m.head])} of {one.chances}", "text", role="query"),
    )
