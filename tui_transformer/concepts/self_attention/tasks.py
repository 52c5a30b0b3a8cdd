"""What there is to do on the self-attention screen, and what is seen once it is done."""

import math

import numpy as np

from tui_transformer.concept import Challenge
from tui_transformer.concepts.self_attention.model import SAMPLES, TIRED, SelfAttention
from tui_transformer.concepts.self_attention.says import found, name, tied
from tui_transformer.nn.made_up.designed import features
from tui_transformer.numbers import probability


def is_a(m: SelfAttention, at: int, feature: str) -> bool:
    """Say whether a word of the sentence has a designed feature."""
    return feature in features(m.tokens[at])


def led(m: SelfAttention) -> bool:
    """Say whether an adjective leads the chosen pronoun to a noun.

    Over 0.9 of its attention lies there, and most of it would not under the other adjective.
    """
    top = int(np.argmax(m.row))
    return (
        m.weights == "designed"
        and is_a(m, m.query, "pronoun")
        and is_a(m, top, "noun")
        and m.row[top] > 0.9
        and m.swapped["weights"][m.query, top] < 0.5
    )


def where(m: SelfAttention) -> str:
    """Name the word that the chosen one looks at most."""
    return m.tokens[int(np.argmax(m.row))]


def masked(m: SelfAttention) -> bool:
    """Say whether the mask alone keeps an adjective from “it”."""
    at, _ = m.swap
    return (
        m.causal
        and m.tokens[m.query] == "it"
        and m.query < at
        and is_a(m, at, "adjective")
        and m.difference == 0
    )


def still_at_the_adjective(m: SelfAttention) -> bool:
    """Say whether “it” looks at an adjective where there would be a noun to find."""
    return (
        m.weights == "designed"
        and m.tokens[m.query] == "it"
        and where(m) in ("wide", "tired")
        and max(m.row) > 0.9
        and any(is_a(m, at, "noun") for at in range(m.seen))
    )


def what_led(m: SelfAttention) -> str:
    """Say what the other adjective would have done."""
    at, word = m.swap
    other = float(m.swapped["weights"][m.query, int(np.argmax(m.row))])
    there = found(m, tied(m.row))
    return f"{there}; with “{word}” for “{name(m, at)}” that noun gets {probability(other, 3)}."


def what_is_hidden(m: SelfAttention) -> str:
    """Say what the mask hides from “it”."""
    at, word = m.swap
    return (
        f"“it” sees {m.seen} of {len(m.tokens)} words, not “{name(m, at)}”: "
        f"with “{word}” the row differs by exactly 0."
    )


def what_nouns_get(m: SelfAttention) -> str:
    """Say how little the nouns get before anything was heard."""
    nouns = [float(m.row[at]) for at in range(len(m.tokens)) if is_a(m, at, "noun")]
    return f"{found(m, tied(m.row))}; all nouns together get {probability(math.fsum(nouns), 3)}."


CHALLENGES = (
    Challenge(
        "hide “tired” from “it”: another adjective then changes its row by exactly 0",
        lambda m: masked(m) and "tired" in m.tokens,
        {"sentence": TIRED, "causal": True},
        keys="right down down right",
        hint="The adjective comes after “it”. Who may see a later word?",
        seen=what_is_hidden,
    ),
    Challenge(
        "find where “it” still looks at “tired” instead of a noun",
        lambda m: still_at_the_adjective(m) and where(m) == "tired",
        {"sentence": TIRED, "layer": 1},
        keys="right down down down left",
        hint="Before it can ask for what is tired, it must have heard of it.",
        seen=what_nouns_get,
    ),
    Challenge(
        "in your own sentence an adjective leads a pronoun to another noun: over 0.9",
        lambda m: m.sentence not in SAMPLES and led(m) and where(m) not in ("animal", "street"),
        {"sentence": "The dog wanted the cake because it was so sweet", "query": 6},
        hint="It knows things alive, flat and edible; move `query` to your pronoun.",
        seen=what_led,
    ),
)
