"""What `view` reads of a file: a window of one head, a row, one number of each head."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.view import files
from tui_transformer.concepts.view.controls import ArrayName, FileName
from tui_transformer.concepts.view.files import Attention, Stored
from tui_transformer.controls import BadValue, choice, integer
from tui_transformer.controls import text as typed
from tui_transformer.controls.base import declare
from tui_transformer.model import Model, derived, value
from tui_transformer.text import visible

MOST = 64  # places of a window, each way
EMPTY = Attention(np.zeros((1, 1, 2, 2)), "", (2, 2), "float64")
WHERE = ("layer", "head", "rows", "query", "first", "across", "order")


@dataclass(frozen=True, eq=False)
class View(Model):
    """A file, and where one looks into it."""

    file: str = declare(
        FileName(default="", max_length=4000, help="The file with the attention array.")
    )
    other: str = declare(
        FileName(default="", max_length=4000, help="A second file, compared with when it opens.")
    )
    array: str = declare(
        ArrayName(default="", help="Which array of the file; nothing is the likeliest.")
    )
    order: str = choice(
        "qk", "qk", "kq", help="What the last two axes are: query and key, or key and query."
    )
    layer: int = integer(1, 1, lambda m: m.size[0], help="The layer that is looked into.")
    head: int = integer(0, 0, lambda m: m.size[1] - 1, help="The head of that layer, from 0.")
    rows: int = integer(32, 1, MOST, help="How many queries, and how many keys, are in sight.")
    query: int = integer(0, 0, lambda m: m.size[2] - 1, help="The query that is looked at, from 0.")
    first: int = integer(
        0,
        lambda m: max(0, m.query - m.rows + 1),
        lambda m: min(m.query, max(0, m.size[2] - m.rows)),
        help="The first query in sight; it follows the one that is looked at.",
    )
    across: int = integer(
        -1,
        -1,
        lambda m: max(0, m.size[3] - m.rows),
        help="The first key in sight; −1 follows the queries.",
    )
    tokens: str = typed(
        "", max_length=100_000, help="What the places are called, where the file does not say."
    )
    pairs: str = typed(
        "", max_length=4000, help="For the finder, query-key: as 1-2 4-5, a determiner's noun."
    )

    def idle(self) -> Mapping[str, str]:
        """Without a file nothing counts but which one."""
        if self.found is None:
            return {name: "No file is open." for name in self.controls() if name != "file"}
        idle = {}
        if self.stored_tokens:
            idle["tokens"] = "The file has tokens of its own."
        return idle

    def compares_with(self) -> Self | None:
        """The second file, at the same place."""
        return self.replace(file=self.other, other=self.file) if self.other else None

    def against(self, pinned: Model) -> Model:
        """A state of another file is compared at the place that is looked at now."""
        if not isinstance(pinned, View) or pinned.file == self.file:
            return pinned
        place = {name: getattr(self, name) for name in WHERE}
        return pinned.replace(**place, other=self.file)

    # ── what is printed ────────────────────────────────────────────────────────────────

    @value
    def shape(self) -> list[int] | None:
        """How large the array is, as the file says; null where none is open."""
        return list(self.attention_array.shape) if self.found else None

    @value
    def kind(self) -> str | None:
        """What its numbers are: float32, float16, BF16, …"""
        return self.attention_array.kind if self.found else None

    @value
    def arrays(self) -> list[str]:
        """The arrays of the file that can be looked at."""
        return list(self.found.arrays) if self.found else []

    @value
    def attention(self) -> Array:
        """The window in sight of the chosen head, [queries, keys], bit for bit."""
        return self.whole[:, self.keys.start : self.keys.stop]

    @value
    def row(self) -> Array:
        """How the chosen query looks at every key, [k]."""
        return self.whole[self.query - self.first]

    @value
    def sums(self) -> Array:
        """What the rows in sight add up to, over all their keys."""
        with np.errstate(all="ignore"):
            return np.asarray(self.whole.sum(axis=-1, dtype=np.float64))

    @value
    def query_names(self) -> list[str]:
        """What the queries in sight are called."""
        return self.names(self.queries, self.size[2])

    @value
    def key_names(self) -> list[str]:
        """What the keys in sight are called."""
        return self.names(self.keys, self.size[3])

    @value
    def problem(self) -> str | None:
        """Why no file is shown, in one sentence; null where one is."""
        return str(self.stored) if isinstance(self.stored, BadValue) else None

    # ── inside ─────────────────────────────────────────────────────────────────────────

    @derived
    def stored(self) -> Stored | BadValue | None:
        """The file, why there is none, or None where none is named."""
        try:
            return files.load(self.file) if self.file else None
        except BadValue as problem:
            return problem

    @property
    def found(self) -> Stored | None:
        """The file, where there is one."""
        return self.stored if isinstance(self.stored, Stored) else None

    @property
    def attention_array(self) -> Attention:
        """The array that is looked at, as the file has it."""
        if self.found is None:
            return EMPTY
        named = self.array if self.array in self.found.arrays else self.found.best
        return self.found.arrays[named]

    @property
    def seen(self) -> Attention:
        """The array as [L, h, q, k]."""
        return self.attention_array.turned if self.order == "kq" else self.attention_array

    @property
    def size(self) -> tuple[int, ...]:
        """Layers, heads, queries, keys."""
        size = self.attention_array.array.shape
        return (*size[:2], size[3], size[2]) if self.order == "kq" else size

    @property
    def queries(self) -> range:
        """The queries in sight."""
        return range(self.first, min(self.first + self.rows, self.size[2]))

    @property
    def keys(self) -> range:
        """The keys in sight."""
        start = self.first if self.across < 0 else self.across
        start = max(0, min(start, self.size[3] - self.rows))
        return range(start, min(start + self.rows, self.size[3]))

    @derived
    def whole(self) -> Array:
        """The rows in sight with all their keys, [queries, k]."""
        places = slice(self.queries.start, self.queries.stop)
        return self.seen.take(self.layer - 1, self.head, places)

    @derived
    def favourite(self) -> int:
        """The key that the chosen query looks at most; NaN is nothing."""
        row = self.row
        if row.dtype.kind == "f" and np.isnan(row).any():
            row = np.where(np.isnan(row), -np.inf, row)
        return int(np.argmax(row))

    @derived
    def every_favourite(self) -> Array:
        """How much the chosen query looks at that key in every head, [L, h]."""
        return self.seen.take(slice(None), slice(None), self.query, self.favourite)

    @derived
    def every_first(self) -> Array:
        """How much the chosen query looks at the first key in every head, [L, h]."""
        return self.seen.take(slice(None), slice(None), self.query, 0)

    @derived
    def stored_tokens(self) -> tuple[str, ...]:
        """The tokens that the file has."""
        return self.found.tokens if self.found else ()

    @derived
    def called(self) -> tuple[str, ...]:
        """What the places are called: as the file says, as was typed, as the other file says."""
        named = self.stored_tokens or tuple(self.tokens.split())
        if named or not self.other:
            return named
        try:
            return files.load(self.other).tokens
        except BadValue:
            return ()

    def names(self, places: range, of: int) -> list[str]:
        """Name some places of an axis: by its tokens where these fit, else by their numbers."""
        if len(self.called) != of:
            return [str(at) for at in places]
        return [visible(self.called[at].replace("Ġ", " ").replace("▁", " ")) for at in places]
