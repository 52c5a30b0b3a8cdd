"""A sentence of a person's own: where the query goes, and the same one in a published model."""

from typing import Any

from tui_transformer.concepts.self_attention.model import SelfAttention
from tui_transformer.model import Model
from tui_transformer.nn.made_up.designed import features
from tui_transformer.nn.made_up.words import folded

PUBLISHED = "real-model"  # where a sentence of one's own can be read by trained weights


def pronouns(m: SelfAttention) -> list[int]:
    """List the places of the words that the designed weights send looking."""
    return [at for at, word in enumerate(m.tokens) if "pronoun" in features(word)]


def to_the_pronoun(m: SelfAttention) -> SelfAttention:
    """Move the query to the first pronoun, unless it stands at one or there is none."""
    places = pronouns(m)
    return m if not places or m.query in places else m.replace(query=places[0])


def unknown(m: SelfAttention) -> list[str]:
    """List the words that the designed weights were told nothing about, each once."""
    if m.weights == "random":
        return []
    return list(dict.fromkeys(word for word in m.tokens if not features(word)))


def in_a_published_model(m: SelfAttention) -> tuple[str, Model]:
    """Give the state of `real-model` with this sentence, the query at the same word."""
    from tui_transformer.concepts import load

    there: Any = load(PUBLISHED).model().replace(text=m.sentence)
    names = there.read.names if there.read else ()
    word = folded(m.tokens[m.query])
    before = sum(folded(each) == word for each in m.tokens[: m.query])
    places = [
        at for at, name in enumerate(names) if folded(name.strip()) == word
    ]  # none without a model
    if before < len(places):
        there = there.replace(query=places[before])
    return PUBLISHED, there
