"""
A token has a number, and tokens whose numbers are neighbours need have nothing in common. So every
token gets a **vector** of its own, a list of numbers: an **embedding**. They are the rows of one
table, and the token's number says which row to take. That *lookup* is a product: a one-hot list, 1
at the word and 0 elsewhere, times the table is the row, exactly.

Where do the numbers come from? From company. Count who stands near whom, here in short sentences
about kings, animals, food and banks; weigh each count against chance (PPMI); keep the directions
that say most (SVD). Words in like company get like rows: look up *king*, *cat*, *paris*. Type a
`text` of your own, widen the `window`. Then look up *bank*: it has one row, between the river and
the money, and one row cannot be right for both. In a published encoder, a few layers of
[attention](attention) later, it differs from sentence to sentence.

*Often misread:* that king − man + woman is queen. Switch `exclude` off: with rows of 16 numbers, 6
of 12 such questions land on one of the three words given, with rows of 32 it is 10. The famous
answers strike these out. And: that models look vectors up in a list made before. Word2Vec's were
made apart and kept; a transformer's table is trained with everything else, as in `prose-model`.

A row says nothing of where its [token](tokenizer) stands: that is [added](positions).
"""

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.embeddings.model import Embeddings
from tui_transformer.concepts.embeddings.rows import SAMPLES
from tui_transformer.concepts.embeddings.says import asked, written
from tui_transformer.concepts.embeddings.view import view
from tui_transformer.nn.made_up.sentences import QUESTIONS
from tui_transformer.numbers import number

TWINS = "The cat drinks milk. The dog drinks milk."


def cosine_with(m: Embeddings, other: str) -> float:
    """The cosine of the word looked up with another; nothing in common where that has no row."""
    words = m.table_of_words.words
    return float(m.cosines[words.index(other)]) if other in words else 0.0


def at_the_river(m: Embeddings) -> bool:
    """Say whether bank, in the shipped sentences, lies nearer to the river."""
    return (
        m.source == "own-text"
        and m.text == SAMPLES[0]
        and m.word == "bank"
        and cosine_with(m, "river") > cosine_with(m, "money")
    )


def truly_queen(m: Embeddings) -> bool:
    """Say whether king − man + woman lands on a word that was not given, all being allowed."""
    words = (m.word, m.minus, m.plus)
    return words == ("king", "man", "woman") and not m.exclude and m.answers[0] not in m.given


def twins(m: Embeddings) -> bool:
    """Say whether the word and its nearest never met in a text of one's own, and are as one."""
    if m.table_of_words.company is None or m.text in SAMPLES or not m.near:
        return False
    return m.cosines[m.near[0]] > 0.999 and not m.counts[m.at, m.near[0]]


def seen_queen(m: Embeddings) -> str:
    """Say what is nearest, and where king comes."""
    nearest, cosine = m.analogy[0]
    king = number(float(np.round(m.answer_cosines[m.at], 9)), 3)
    return (
        f"{written(str(nearest))} is nearest to {asked(m)}, cosine {number(float(cosine), 3)}; "
        f"king has {king}."
    )


CONCEPT = Concept(
    Embeddings,
    view,
    presets={
        "kings and queens": {},
        "bank, one row": {"word": "bank"},
        "none struck": {"exclude": False},
        "32 numbers, none struck": {"dimension": 32, "exclude": False},
        "only the two banks": {"text": SAMPLES[1], "word": "bank"},
        "the model that writes": {"source": "prose-model", "word": " token"},
        "bank, read twice": {"source": "published", "word": "bank"},
    },
    challenges=(
        Challenge(
            "in rows of 24 numbers or more, let at most 1 question land on a given word",
            lambda m: m.landed[1] == len(QUESTIONS) and m.landed[0] <= 1 and len(m.vector) >= 24,
            {"window": 5, "dimension": 26},
            keys="down down right right right down shift+right",
            hint="Count company from farther off, and keep more of what was counted.",
            seen=lambda m: (
                f"Within {m.window} places and with rows of {len(m.vector)} numbers, "
                f"{m.landed[0]} of {m.landed[1]} land on a given word."
            ),
        ),
        Challenge(
            "in the shipped sentences, let bank lie nearer to river than to money",
            at_the_river,
            {"word": "bank", "window": 3},
            hint="Who counts as company?",
            seen=lambda m: (
                f"bank has cosine {number(cosine_with(m, 'river'), 3)} with river and "
                f"{number(cosine_with(m, 'money'), 3)} with money, in one row."
            ),
        ),
        Challenge(
            "with none struck, let king − man + woman land on a word that is not given",
            truly_queen,
            {"exclude": False, "window": 3},
            hint="Strike nothing, and let more words count as company.",
            seen=seen_queen,
        ),
        Challenge(
            "in a text of yours, give two words that never meet a cosine above 0.999",
            twins,
            {"text": TWINS, "word": "cat"},
            hint="Say the same of both, in sentences of their own.",
            seen=lambda m: (
                f"{written(m.word)} and {written(str(m.neighbours[0][0]))} never stand so near, "
                f"and their rows have cosine {number(round(float(m.cosines[m.near[0]]), 9), 4)}."
            ),
        ),
    ),
)
