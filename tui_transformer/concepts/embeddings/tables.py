"""The tables of vectors: one counted from a text, one trained with a model that writes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from tui_transformer import weights as shipped
from tui_transformer.arrays import Array
from tui_transformer.nn import embeddings as nn
from tui_transformer.nn.made_up.prose import MERGES, PLAN, Tokenizer
from tui_transformer.nn.made_up.words import NOTHING, folded, split

MOST = 300  # words that get a row: those that occur most often
LONGEST = 20_000  # characters of a text
ASKED = ("king", "man", "woman")
PROSE_ASKED = (" The", " the", " it")
PROSE = "embedding"  # the name of the table in the file of the model that writes
_END = re.compile(r"[.!?;:\n]+")


@dataclass(frozen=True, eq=False)
class Company:
    """What was counted in a text, and what became of it.

    `counts` says who stands near whom how often, `weighed` what of that is more than chance, both
    [n, n]; `directions` are the columns that say most, [n, n], `longest` the words of a sentence.
    """

    counts: Array
    weighed: Array
    directions: Array
    longest: int


@dataclass(frozen=True, eq=False)
class Table:
    """A row for each word (or token), [n, k]; `asked` are the words that are asked about at first.

    `company` is what a counted table comes from; of one that was trained, `weights` is the array
    in its file, by name, and `ids` are the rows of that.
    """

    words: tuple[str, ...]
    rows: Array
    asked: tuple[str, ...]
    company: Company | None = None
    weights: Mapping[str, Array] = field(default_factory=dict)
    ids: tuple[int, ...] = ()

    def find(self, typed: str) -> str | None:
        """Find a word as it is typed; a token that begins a word has its space before it."""
        ways = (typed, f" {typed.strip()}", folded(typed.strip()), typed.strip())
        return next((way for way in ways if way in self.words), None)


def sentences(text: str) -> list[list[str]]:
    """Cut a text into sentences, and these into words, all in small letters; signs are left out."""
    cut = (map(folded, split(part, LONGEST).words) for part in _END.split(text))
    words = ([word for word in each if any(c.isalnum() for c in word)] for each in cut)
    return [each for each in words if each]


@lru_cache(maxsize=8)
def counted(text: str, window: int) -> Table:
    """Count a text, weigh the counts, find its directions; rows as long as there are words."""
    said = sentences(text)
    words = nn.vocabulary(said, MOST) or (NOTHING,)
    counts = nn.cooccurrence(said, words, window)
    weighed = nn.ppmi(counts)
    _, found = nn.directions(weighed)
    longest = max(map(len, said), default=0)
    known = tuple(word for word in ASKED if word in words)
    asked = known if len(known) == len(ASKED) else tuple((words * 3)[:3])
    return Table(words, weighed @ found, asked, Company(counts, weighed, found, longest))


@lru_cache(maxsize=16)
def own(text: str, window: int, dimension: int) -> Table:
    """Keep the first numbers of each row, as many as are asked for and there are."""
    whole = counted(text, window)
    return Table(whole.words, whole.rows[:, :dimension], whole.asked, whole.company)


@lru_cache(maxsize=8)
def flat(table: Table) -> tuple[Array, Array, float]:
    """Lay a table flat: once, however many words of it are looked up."""
    return nn.flattened(table.rows)


@lru_cache(maxsize=1)
def prose() -> Table:
    """The table of the model that writes, [256, 76]; raises BadValue where it is damaged."""
    shapes = {**PLAN.shapes(), "merges": (MERGES, 2)}
    stored = shipped.load("prose", shapes)
    tokenizer = Tokenizer(stored.tensors["merges"])
    names = tuple(tokenizer.spell(i) or " " for i in range(PLAN.vocabulary))
    rows = stored.tensors[PROSE].astype(np.float64)
    return Table(names, rows, PROSE_ASKED, weights={PROSE: rows}, ids=tuple(range(len(names))))
