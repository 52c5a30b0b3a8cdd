"""The finder counts what a person would count, head by head, one token after the other."""

import numpy as np
import pytest

from tui_transformer.concepts import load
from tui_transformer.concepts.real_model import finder
from tui_transformer.concepts.real_model.sentences import DETERMINERS, FAR, NEAR
from tui_transformer.controls import BadValue

CONCEPT = load("real-model")
MODEL = CONCEPT.model()
EVERY = {**DETERMINERS, **NEAR, **FAR}


def test_what_is_marked_is_what_it_says_it_is() -> None:
    """A determiner is one, its noun comes after it, and nothing marked is out of the sentence."""
    for text, marked in DETERMINERS.items():
        words = text.rstrip(".").lower().split()
        assert sorted(marked) == [at for at, word in enumerate(words) if word in ("the", "a", "an")]
        assert all(at < noun < len(words) for at, noun in marked.items())
    for sentences, apart in ((NEAR, False), (FAR, True)):
        for text, marked in sentences.items():
            assert len(marked) == 1 and max(marked) < len(text.split())
            assert all((verb - subject > 1) == apart for verb, subject in marked.items())


@pytest.mark.skipif(MODEL.loaded is None, reason="the published encoder is not installed")
def test_counts_are_those_of_a_plain_loop_over_what_the_screen_shows() -> None:
    loaded = MODEL.loaded
    assert loaded is not None and finder.usable(loaded)
    counted = finder.found(loaded)
    for layer, head in ((1, 2), (3, 8), (6, 2), (2, 0)):
        hits = dict.fromkeys(counted, 0)
        chances = dict.fromkeys(counted, 0)
        for text in EVERY:
            m = MODEL.replace(text=text, layer=layer, head=head)
            names, rows = m.tokens_read, m.attention[head]
            assert names[0] == "[CLS]" and len(names) == len(text.split()) + 3
            for i in range(len(names)):
                most = max(range(len(names)), key=lambda j, row=rows[i]: row[j])
                if i:
                    chances[finder.PREVIOUS] += 1
                    hits[finder.PREVIOUS] += most == i - 1
                    chances[finder.FIRST] += 1
                    hits[finder.FIRST] += most == 0
                others = [j for j in range(len(names)) if j != i and names[j] == names[i]]
                chances[finder.SAME] += bool(others)
                hits[finder.SAME] += most in others
                for pattern, sentences in (
                    (finder.NOUN, DETERMINERS),
                    (finder.NEXT_TO, NEAR),
                    (finder.APART, FAR),
                ):
                    target = sentences.get(text, {}).get(i - 1)
                    chances[pattern] += target is not None
                    hits[pattern] += target is not None and most == target + 1
        for pattern, found in counted.items():
            assert found.hits[layer - 1, head] == hits[pattern], (pattern, layer, head)
            assert found.chances == chances[pattern], pattern
            assert np.max(found.hits) <= found.chances


def test_without_a_model_nothing_is_looked_for() -> None:
    m = MODEL.replace(model="no/such/folder")
    assert isinstance(m.source, BadValue) and finder.finder(m) == ()
