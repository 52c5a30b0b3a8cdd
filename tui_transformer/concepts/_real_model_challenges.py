"""The sentences of the published models' screen, and what there is to find with them.

Where the model of these sentences is not at hand, only the controls can be looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts._real_model_places import MINILM, found

if TYPE_CHECKING:
    from tui_transformer.concepts.real_model import RealModel

CAT = "The cat drank the milk because it was thirsty."
SWEET, GREEDY = CAT.replace("thirsty", "sweet"), CAT.replace("thirsty", "greedy")
ROME, FRANCE = "We ate pizza in Rome.", "The capital of France is"
MILK = "The milk drank the cat because it was thirsty."
KITTEN = "A kitten needed something to drink."


def only_controls(m: RealModel) -> bool:
    """Say whether nothing was read because the model that challenges are about is not here."""
    return m.read is None and MINILM not in found()


def means_the_milk(m: RealModel) -> bool:
    """Say whether "it" looks at the milk more than at the cat, in a sentence about both."""
    if m.read is None:
        return only_controls(m) and m.text == SWEET
    places = {name.strip().lower(): at for at, name in enumerate(m.tokens)}
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
    return m.places >= 8 and float(np.mean(np.sum(parked, axis=-1))) > 0.8


def alike_in_other_words(m: RealModel) -> bool:
    """Say whether two sentences are alike without having a word in common."""
    words = [set("".join(c if c.isalpha() else " " for c in said.lower()).split())
             for said in (m.text, m.other)]  # fmt: skip
    alike = m.similarity is not None and m.similarity > 0.5
    return (alike or only_controls(m)) and min(map(len, words)) >= 3 and not words[0] & words[1]
