"""The table of `embeddings`: chosen, counted or trained, and laid flat on a plane."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.embeddings import encoder, tables
from tui_transformer.concepts.embeddings.encoder import Encoder
from tui_transformer.concepts.embeddings.tables import LONGEST, Table
from tui_transformer.controls import BadValue, choice, integer, text
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.made_up.sentences import BANKS, SENTENCES

SAMPLES = (SENTENCES, BANKS)


@dataclass(frozen=True, eq=False)
class Rows(Model):
    """Where the vectors come from, and all of them together."""

    source: str = choice(
        "own-text",
        "own-text",
        "prose-model",
        "published",
        help="Counted in the text, or trained: in the model that writes, in a published encoder.",
    )
    text: str = text(
        SENTENCES,
        max_length=LONGEST,
        samples=SAMPLES,
        help="What is counted; of the encoder's table, the words that are looked at.",
    )
    window: int = integer(2, 1, 10, help="How many places apart two words still keep company.")
    dimension: int = integer(
        16, 2, 64, help="How many numbers a row keeps of all that was counted."
    )

    @value
    def vocabulary(self) -> list[str]:
        """The words (or tokens) that have a row, [n]; of a text the commonest first."""
        return list(self.table_of_words.words)

    @value
    def map(self) -> Array:
        """Every word on a plane, along the two directions in which rows differ most, [n, 2]."""
        return (self.table - self.flat[0]) @ self.flat[1]

    @value
    def variance_kept(self) -> float:
        """How much of the rows' variance the map keeps, 0..1."""
        return self.flat[2]

    @value
    def problem(self) -> str | None:
        """Why the encoder is not shown, in one sentence; null where it is or is not asked for."""
        return f"{self.read}." if isinstance(self.read, BadValue) else None

    @derived
    def read(self) -> Encoder | BadValue | None:
        """The encoder, or why there is none; None where it is not asked for."""
        if self.source != "published":
            return None
        try:
            return encoder.load()
        except BadValue as problem:
            return problem

    @derived
    def table_of_words(self) -> Table:
        """The words with their rows; where the encoder is missing, those of the text."""
        if isinstance(self.read, Encoder):
            return encoder.published(self.text, self.read)
        if self.source == "prose-model":
            return tables.prose()
        return tables.own(self.text, self.window, self.dimension)

    @derived
    def table(self) -> Array:
        """A row for each word, [n, k]."""
        return self.table_of_words.rows

    @derived
    def lengths(self) -> Array:
        """How long each row is, [n]."""
        return np.linalg.norm(self.table, axis=1)

    @derived
    def flat(self) -> tuple[Array, Array, float]:
        """The mean row [k], the two directions [k, 2], and what they keep of the variance."""
        return tables.flat(self.table_of_words)

    @derived
    def centre(self) -> Array:
        """The mean of all rows, [k]."""
        return self.flat[0]

    @derived
    def spread(self) -> Array:
        """The variance of each number over all rows, [k]."""
        return np.mean((self.table - self.flat[0]) ** 2, axis=0)

    @derived
    def spread_kept(self) -> Array:
        """The variance along each direction of the map, [2]."""
        return np.mean(self.map**2, axis=0)

    @derived
    def counts(self) -> Array:
        """How often two words of the text keep company, [n, n]; nothing of a trained table."""
        company = self.table_of_words.company
        return company.counts if company else np.zeros((0, 0))

    @derived
    def weighed(self) -> Array:
        """How much more often than by chance: positive pointwise mutual information, [n, n]."""
        company = self.table_of_words.company
        return company.weighed if company else np.zeros((0, 0))

    @derived
    def kept_company(self) -> Array:
        """How often each word keeps company with any, [n]."""
        return self.counts.sum(axis=1)

    @derived
    def all_company(self) -> float:
        """That of all words together."""
        return float(self.kept_company.sum())

    def sources(self) -> Mapping[str, Array]:
        """The directions that were found, and the tables that were trained."""
        found = {"axes": self.flat[1], **self.table_of_words.weights}
        if self.table_of_words.company:
            found["directions"] = self.table_of_words.company.directions
        if isinstance(self.read, Encoder):
            found = {**found, **self.read.network.tensors}
        return found
