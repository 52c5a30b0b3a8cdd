"""What the command line says of a class: which one, what is presented in it, how it is attended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tui_transformer.classroom import place
from tui_transformer.cli.options import Refused
from tui_transformer.concepts import find, opens
from tui_transformer.concepts.syllabus import VIEWER

if TYPE_CHECKING:
    from tui_transformer.ui.seated import Attend

LEARN = "learn"


class Presented(NamedTuple):
    """What a command line asks for: a class, and a state or a lesson to begin with."""

    name: str
    link: str
    lesson: str


NOTHING = Presented("", "", "")


def attendance(options: Any) -> Attend:
    """Open the class, or the connection to it. Raises NoClass where that cannot be."""
    from tui_transformer.classroom import seat
    from tui_transformer.ui.seated import Attend

    if options.concept == "follow":
        path = seat.found(*options.control[:1])
        called = options.name or ""
        return Attend(path.stem, connection=seat.join(path, called), path=path, called=called)
    from tui_transformer.classroom.log import opened

    name = presented(options).name
    log = opened(options.log)
    door = place.Door(name, options.group or "")
    return Attend(name, door, keys=options.keys, clock=options.clock, log=log)


def presented(options: Any) -> Presented:
    """Read what is to be presented, and in which class."""
    from tui_transformer.link import link_to, open_words

    words: list[str] = list(options.control)
    name = getattr(options, "class") or ""
    if words and not name and not _is_shown(words[0]):
        name = words.pop(0)
    name = place.checked(name or place.default_name())
    if words and words[0] == VIEWER.id:
        raise Refused("a file of your own is not shown to a class.")
    if not words:
        return Presented(name, "", "")
    if words[0] == LEARN or (find(words[0]) is None and "=" not in words[0]):
        return Presented(name, "", _lesson(words))
    concept, model = open_words(words)
    return Presented(name, link_to(concept.id, model), "")


def _is_shown(word: str) -> bool:
    """Say whether a word is something to present, and no name of a class."""
    from tui_transformer.lessons.library import shipped

    if word == LEARN or opens(word) is not None or word in shipped():
        return True
    return "/" in word or word.endswith(".md") or "=" in word or Path(word).is_file()


def _lesson(words: list[str]) -> str:
    from tui_transformer.cli.lessons import named

    rest = words[1:] if words[0] == LEARN else words
    if len(rest) != 1:
        raise Refused("present takes one lesson, as in: tfx present physics learn softmax")
    named(rest[0])  # what is wrong with it comes first
    return rest[0]
