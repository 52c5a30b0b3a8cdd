"""Whatever is told of one head of a trained model has a cut that shows it.

A passage that names a head has a line here: the state in which it is seen, what is cut, and what
that does to which value. Who names another head writes a line; who changes what a head does not
touch is told so.
"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.claims import plain_published as plain
from tests.claims.book import opened
from tui_transformer.concepts import entries, load
from tui_transformer.lessons import library

HEAD = re.compile(r"\bheads? \d(?: and \d)?(?: of layer \d)?|`[ed]?\d\.x?\d`", re.IGNORECASE)


def lost(name: str) -> Callable[[Any, Any], bool]:
    """Less than before."""
    return lambda before, after: getattr(after, name) < getattr(before, name)


def same(name: str) -> Callable[[Any, Any], bool]:
    return lambda before, after: getattr(after, name) == getattr(before, name)


def other(name: str) -> Callable[[Any, Any], bool]:
    return lambda before, after: not np.array_equal(getattr(after, name), getattr(before, name))


def alike(low: float, high: float) -> Callable[[Any, Any], bool]:
    """How much more alike the two sentences are without it."""
    return lambda before, after: low < after.similarity - before.similarity < high


MATTERS, HARDLY = alike(0.001, 0.005), alike(-0.0006, 0.0006)
SORTER, WORD = "tfx sorter", "tfx encoder-decoder steps=9"
SHOWN: dict[tuple[str, str], tuple[str, str, Callable[[Any, Any], bool]]] = {
    ("sorter", "heads 1 and 2 of layer 2"): (SORTER, "2.1 2.2", lost("sorted_right")),
    ("sorter lesson", "head 2"): (SORTER, "3.2", same("sorted_right")),
    ("sorter lesson", "head 2 of layer 3"): (SORTER, "3.2", same("sorted_right")),
    ("sorter lesson", "head 1"): (SORTER, "2.1", same("sorted_right")),
    ("sorter lesson", "head 2 of layer 2"): (SORTER, "2.2", lost("sorted_right")),
    ("encoder-decoder", "`d1.x0`"): (WORD, "d1.x0 d1.x1", other("output")),
    ("encoder-decoder", "`d1.x1`"): (WORD, "d1.x1", same("output")),
    ("real-model", "head 1"): ("tfx real-model", "4.1", MATTERS),
    ("real-model", "head 2"): ("tfx real-model", "1.2", MATTERS),
    ("real-model", "head 8"): ("tfx real-model", "3.8", MATTERS),
    ("real-model", "head 7 of layer 3"): ("tfx real-model", "3.7", HARDLY),
    ("real-model lesson", "head 1"): ("tfx real-model", "4.1", MATTERS),
    ("real-model lesson", "head 7"): ("tfx real-model", "3.7", HARDLY),  # it parks in layer 3
}  # fmt: skip
# Drawn at random, or designed by hand: nobody has to find out what these do.
NOT_TRAINED = {
    *(("grouped-heads", head) for head in ("head 0", "head 1")),
    *(("grouped-heads lesson", head) for head in ("head 0", "head 1")),
    *(("heads lesson", head) for head in ("head 0", "head 2")),
}


@cache
def named() -> frozenset[tuple[str, str]]:
    """Every head that an explanation or a lesson names."""
    found = set()
    for entry in entries():
        texts = {entry.id: load(entry.id).prose}
        for name, text in texts.items():
            found |= {(name, match[0].lower()) for match in HEAD.finditer(text)}
    for path in sorted((Path(library.__file__).parent / "texts").glob("*.md")):
        told = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        told = re.sub(r"^(?:panel|show|reply) .*", "", told, flags=re.MULTILINE)
        found |= {(f"{path.stem} lesson", match[0].lower()) for match in HEAD.finditer(told)}
    return frozenset(found)


def test_every_head_that_is_named_has_a_line_and_every_line_a_head() -> None:
    assert named() - NOT_TRAINED == set(SHOWN)


@pytest.mark.parametrize("place", SHOWN, ids=" ".join)
def test_a_cut_shows_what_is_told_of_it(place: tuple[str, str]) -> None:
    link, cut, shows = SHOWN[place]
    if "real-model" in link and plain.MINILM is None:
        return
    before, after = (opened(f"{link} cut='{wires}'").values for wires in ("", cut))
    assert shows(before, after)
