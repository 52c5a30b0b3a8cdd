"""What `embeddings` computes: a table with a row for each word, and what lies near what in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.embeddings import encoder
from tui_transformer.concepts.embeddings.controls import TableWord
from tui_transformer.concepts.embeddings.encoder import Encoder
from tui_transformer.concepts.embeddings.rows import Rows
from tui_transformer.controls import text, toggle
from tui_transformer.model import derived, value
from tui_transformer.nn import embeddings as nn
from tui_transformer.nn.made_up.sentences import QUESTIONS
from tui_transformer.nn.published.pretrained import Run
from tui_transformer.nn.published.safetensors import BadFile
from tui_transformer.nn.softmax import one_hot
from tui_transformer.steps.pretrained import Pretrained

TOP = 10  # words in `neighbours` and `analogy`
RIVER, MONEY = "We sat on the bank of the river.", "The bank lends money."
SAFE = "The bank keeps the money safe."
READ = (RIVER, MONEY, SAFE)


def row_of(default: str, part: int, help: str) -> Any:
    """Declare a word that the table has a row for."""
    control = TableWord(default=default, part=part, help=help)
    return field(default=default, metadata={"control": control})


@dataclass(frozen=True, eq=False)
class Embeddings(Rows):
    """A table of vectors, one a word, and the words that are looked up in it."""

    word: str = row_of("king", 0, "The word whose row is looked up.")
    minus: str = row_of("man", 1, "The word whose row is taken away.")
    plus: str = row_of("woman", 2, "The word whose row is added.")
    exclude: bool = toggle(True, help="Strike the three given words from the answers.")
    sentence: str = text(
        RIVER, max_length=500, samples=READ, help="A sentence with the word, read by the encoder."
    )
    other: str = text(
        MONEY,
        max_length=500,
        samples=READ,
        help="Another one, in which it may mean something else.",
    )

    @value
    def vector(self) -> Array:
        """The row of the word, [k]."""
        return self.table[self.at]

    @value
    def one_hot_difference(self) -> float:
        """The largest difference between one-hot times table and the row: 0."""
        return float(np.max(np.abs(self.product - self.vector)))

    @value
    def neighbours(self) -> list[list[str | float]]:
        """The ten nearest words as [word, cosine], without the word itself."""
        return self.listed(self.near, self.cosines)

    @value
    def analogy(self) -> list[list[str | float]]:
        """The ten words nearest to word − minus + plus, as [word, cosine]."""
        return self.listed(self.answers, self.answer_cosines)

    @value
    def contextual_cosine(self) -> float | None:
        """The word in sentence and in other, after the encoder's last layer; null without it."""
        return float(self.in_context[-1]) if len(self.in_context) else None

    @value
    def landed(self) -> list[int]:
        """How many of the questions land on a given word, with none struck, and of how many."""
        return [sum(nearest in given for nearest, given in self.asked), len(self.questions)]

    @derived
    def at(self) -> int:
        """Which row is the word's, counted from 0."""
        return self.table_of_words.words.index(self.word)

    @derived
    def given(self) -> tuple[int, int, int]:
        """The rows of word, minus and plus."""
        find = self.table_of_words.words.index
        return find(self.word), find(self.minus), find(self.plus)

    @derived
    def one_hot(self) -> Array:
        """1 at the word, 0 elsewhere, [n]."""
        return one_hot(self.at, len(self.table))

    @derived
    def product(self) -> Array:
        """One-hot times table, [k]."""
        return self.one_hot @ self.table

    # ── what lies near ─────────────────────────────────────────────────────────────────

    @derived
    def lengths(self) -> Array:
        """How long every row is, [n]."""
        return np.linalg.norm(self.table, axis=1)

    @derived
    def cosines(self) -> Array:
        """The cosine of every row with the word's, [n]."""
        return nn.cosines(self.table, self.vector, self.lengths)

    @derived
    def near(self) -> list[int]:
        """The rows of `neighbours`, nearest first."""
        return self.nearest(self.cosines, (self.at,))

    @derived
    def target(self) -> Array:
        """word − minus + plus, [k]."""
        plain, minus, plus = self.table[list(self.given)]
        return plain - minus + plus

    @derived
    def target_length(self) -> float:
        """How long that is."""
        return float(np.linalg.norm(self.target))

    @derived
    def answer_cosines(self) -> Array:
        """The cosine of every row with word − minus + plus, [n]."""
        return nn.cosines(self.table, self.target, self.lengths)

    @derived
    def answers(self) -> list[int]:
        """The rows of `analogy`, nearest first."""
        return self.nearest(self.answer_cosines, self.given if self.exclude else ())

    @derived
    def questions(self) -> list[tuple[str, str, str, str]]:
        """The questions whose words have rows: three words that are given, and the right one."""
        words = frozenset(self.table_of_words.words)
        return [question for question in QUESTIONS if words.issuperset(question)]

    @derived
    def asked(self) -> list[tuple[str, tuple[str, str, str]]]:
        """For each of them the nearest of all words, and those given."""
        given = [question[:3] for question in self.questions]
        if not given:
            return []
        words = self.table_of_words.words
        minus, plain, plus = self.table[np.transpose([[*map(words.index, g)] for g in given])]
        cosines = nn.cosines(self.table, (plain - minus + plus).T, self.lengths)
        nearest = np.argmax(np.round(cosines, 12), axis=0).tolist()
        return [(words[at], three) for at, three in zip(nearest, given, strict=True)]

    def solved(self, given: tuple[str, str, str], struck: bool) -> str:
        """The word nearest to the second − the first + the third; `struck` leaves these out."""
        words = self.table_of_words.words
        minus, plain, plus = (words.index(each) for each in given)
        target = self.table[plain] - self.table[minus] + self.table[plus]
        left_out = (minus, plain, plus) if struck else ()
        cosines = nn.cosines(self.table, target, self.lengths)
        return words[self.nearest(cosines, left_out, 1)[0]]

    @staticmethod
    def nearest(cosines: Array, but: tuple[int, ...], most: int = TOP) -> list[int]:
        """Order rows by cosine, the largest first, without some of them: the first so many."""
        order = np.argsort(-np.round(cosines, 12), kind="stable")[: most + len(but)].tolist()
        return [row for row in order if row not in but][:most]

    def listed(self, rows: list[int], cosines: Array) -> list[list[str | float]]:
        """Write rows as [word, cosine]."""
        return [[self.table_of_words.words[row], float(cosines[row])] for row in rows]

    # ── in a sentence ─────────────────────────────────────────────────────────────────────

    @derived
    def runs(self) -> tuple[tuple[Run, int], ...]:
        """Sentence and other as the encoder read them, and the place of the word in each."""
        if not isinstance(self.read, Encoder):
            return ()
        token = self.table_of_words.ids[self.at]
        try:
            found = [encoder.run(self.read, said) for said in (self.sentence, self.other)]
        except BadFile:  # numbers came out that are not finite
            return ()
        if not all(token in run.tokens for run in found):
            return ()
        return tuple((run, run.tokens.tolist().index(token)) for run in found)

    @derived
    def in_context(self) -> Array:
        """The cosine between the word here and there, before and after each layer, [L + 1]."""
        if not self.runs:
            return np.zeros(0)
        a, b = (
            np.array([stream[at].astype(np.float64) for stream in run.streams])
            for run, at in self.runs
        )
        lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
        return np.sum(a * b, axis=1) / lengths

    @derived
    def inside(self) -> tuple[Pretrained, ...]:
        """Both sentences on their way through the encoder, each number with its working."""
        if not isinstance(self.read, Encoder):
            return ()
        network = self.read.network
        return tuple(
            Pretrained(network, run, False, prefix)
            for (run, _), prefix in zip(self.runs, ("", "other."), strict=False)
        )

    def idle(self) -> Mapping[str, str]:
        """What the chosen table does not depend on."""
        company, why = self.table_of_words.company, {}
        if self.source == "prose-model":
            why["text"] = "This table was trained on other texts."
        if company is None:
            only = "Only a table that is counted has it."
            why |= {"window": only, "dimension": only}
        else:
            if company.longest < 3:
                why["window"] = "No sentence has more than two words."
            if len(self.table) < 3:
                why["dimension"] = "Two words fill no more than two numbers."
        if not isinstance(self.read, Encoder):
            unread = "Only the encoder reads sentences."
            why |= {"sentence": unread, "other": unread}
        return why
