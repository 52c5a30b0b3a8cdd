"""What there is to find with a published model.

Where the model of these sentences is not at hand, only the controls can be looked at.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from tui_transformer.concept import Challenge
from tui_transformer.concepts._real_model_places import MINILM, found
from tui_transformer.concepts.real_model import sentences
from tui_transformer.concepts.real_model.model import RealModel
from tui_transformer.numbers import probability
from tui_transformer.text import and_list


def only_controls(m: RealModel) -> bool:
    """Say whether nothing was read because the model that challenges are about is not here."""
    return m.read is None and MINILM not in found()


def means_the_milk(m: RealModel) -> bool:
    """Say whether "it" looks at the milk more than at the cat, in a sentence about both."""
    if m.read is None:
        return only_controls(m) and m.text == sentences.FRESH
    places = {name.strip().lower(): at for at, name in enumerate(m.tokens_read)}
    if not {"cat", "milk", "it"} <= set(places) or "thirsty" in places:
        return False
    row = m.attention[m.head, places["it"]]
    return bool(row[places["milk"]] > row[places["cat"]])


def looks_back(m: RealModel) -> bool:
    """Say whether every token looks at the one before it, in the chosen head."""
    if m.read is None:
        return only_controls(m) and (m.layer, m.head) == (1, 2)
    below = np.diagonal(m.attention[m.head], -1)
    return len(below) >= 4 and float(np.min(below)) > 0.9


def parks(m: RealModel) -> bool:
    """Say whether the chosen head looks, all in all, at places that mean nothing."""
    if m.read is None:
        return only_controls(m) and (m.layer, m.head) == (3, 7)
    parked = m.attention[m.head][:, list(m.read.parked)]
    ends = len(m.read.parked) > 1 and m.places >= 8
    return ends and float(np.mean(np.sum(parked, axis=-1))) > 0.8


def alike_in_other_words(m: RealModel) -> bool:
    """Say whether two sentences are alike without having a word in common."""
    words = [
        set("".join(c if c.isalpha() else " " for c in said.lower()).split())
        for said in (m.text, m.other)
    ]
    alike = m.similarity is not None and m.similarity > 0.5
    here = alike or (only_controls(m) and m.other == sentences.KITTEN)
    return here and min(map(len, words)) >= 3 and not words[0] & words[1]


def _looks_at_most(m: RealModel, word: str) -> tuple[int, int] | None:
    """Say where a word stands first, and where it looks most in the chosen head."""
    names = [name.strip().lower() for name in m.tokens_read]
    if m.read is None or word not in names:
        return None
    at = names.index(word)
    return at, int(np.argmax(m.attention[m.head, at]))


def finds_its_noun_past_others(m: RealModel) -> bool:
    """Say whether "the" looks over a word that is not its noun, in a sentence not marked here."""
    if m.read is None:
        return only_controls(m) and m.text == sentences.RED_ROSE
    found = _looks_at_most(m, "the")
    within = found and found[0] + 1 < found[1] < m.places - 2
    return bool(within) and m.text not in sentences.DETERMINERS and (m.layer, m.head) == (3, 8)


def loses_its_subject(m: RealModel) -> bool:
    """Say whether the verb looks at no cat any more, where the token before is looked at."""
    if m.read is None:
        return only_controls(m) and (m.text, m.layer, m.head) == (sentences.BETWEEN, 1, 2)
    names = [name.strip().lower() for name in m.tokens_read]
    found = _looks_at_most(m, "drank")
    if found is None or "cat" not in names[: found[0]]:
        return False
    return (m.layer, m.head) == (1, 2) and names[found[1]] != "cat"


def _state(**controls: Any) -> dict[str, Any]:
    return {"model": MINILM, **controls}


def _seen(said: Callable[[RealModel], str]) -> Callable[[RealModel], str]:
    """Say what was seen, or that there was nothing to see it in."""
    nothing = "So it would be done; but no model is here, and nothing was read."
    return lambda m: said(m) if m.read else nothing


def _where(m: RealModel) -> str:
    return f"layer {m.layer}, head {m.head}"


def _it_looks(m: RealModel) -> str:
    places = {name.strip().lower(): at for at, name in enumerate(m.tokens_read)}
    row = m.attention[m.head, places["it"]]
    milk, cat = (probability(float(row[places[word]]), 3) for word in ("milk", "cat"))
    return f"“it” looks at “milk” with {milk} and at “cat” with {cat}, in {_where(m)}."


def _one_back(m: RealModel) -> str:
    least = probability(float(np.min(np.diagonal(m.attention[m.head], -1))), 3)
    return f"In {_where(m)} every token gives the one before it {least} of its look at least."


def _parked(m: RealModel) -> str:
    places = list(m.read.parked) if m.read else []
    share = probability(float(np.mean(np.sum(m.attention[m.head][:, places], axis=-1))), 3)
    ends = and_list([m.tokens_read[at] for at in places])
    return f"{share} of every look lies on {ends}, in {_where(m)}."


def _alike(m: RealModel) -> str:
    return f"{probability(m.similarities[-1], 3)} alike, and not a word in common."


def _seen_of(word: str) -> Callable[[RealModel], str]:
    """Say where a word looks most."""

    def said(m: RealModel) -> str:
        at, to = _looks_at_most(m, word) or (0, 0)
        w = probability(float(m.attention[m.head, at, to]), 3)
        return f"“{m.tokens_read[at]}” looks most at “{m.tokens_read[to]}” ({w}), in {_where(m)}."

    return said


CHALLENGES = (
    Challenge(
        "in a word of your own make it the milk, and see the link move",
        lambda m: m.text not in (sentences.SWEET, sentences.GREEDY) and means_the_milk(m),
        _state(text=sentences.FRESH),
        hint="What can milk be that a cat is not?",
        seen=_seen(_it_looks),
    ),
    Challenge(
        "find the head in which every token looks at the one before it",
        looks_back,
        _state(layer=1, head=2),
        hint="It is in the first layer: a stripe below the diagonal.",
        seen=_seen(_one_back),
    ),
    Challenge(
        "in layer 3, head 8 let *the* look past a word at its noun, in your own text",
        finds_its_noun_past_others,
        _state(text=sentences.RED_ROSE, layer=3, head=8),
        hint="Put an adjective before the noun.",
        seen=_seen(_seen_of("the")),
    ),
    Challenge(
        "in layer 1, head 2, which looks one back, let *drank* lose its subject, cat",
        loses_its_subject,
        _state(text=sentences.BETWEEN, layer=1, head=2),
        hint="What if it were the cat of the neighbours?",
        seen=_seen(_seen_of("drank")),
    ),
    Challenge(
        "find a head that parks more than 0.8 of all its attention on [CLS] and [SEP]",
        parks,
        _state(layer=3, head=7),
        hint="Two upright stripes; layers 3 and 5 have some.",
        seen=_seen(_parked),
    ),
    Challenge(
        "find two sentences, both new here, over 0.5 alike without a word in common",
        lambda m: m.text != sentences.CAT and alike_in_other_words(m),
        _state(text=sentences.SWEET, other=sentences.KITTEN),
        hint="Say it all again in other words.",
        seen=_seen(_alike),
    ),
)
