"""Numbers that are said, and numbers that stand in a block: what is said must be held by it."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from tui_transformer.controls import BadValue
from tui_transformer.lessons.prose import plain
from tui_transformer.lessons.records import Ask, Prose, Step
from tui_transformer.link import words

_SAID: Final = re.compile(
    r"(?<![A-Za-z_0-9.])"
    r"([0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)(?:e([-−]?[0-9]{1,3}))?"
)
_WRITTEN: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]{1,3}(?![0-9]))?")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_PROSE: Final = ("reply", "hint")  # words of a block that are followed by sentences


class Said(NamedTuple):
    """A number in a text: as it is written, and what it is."""

    text: str
    number: float

    @property
    def is_exact(self) -> bool:
        """Say whether it has a point or two digits, and so has to be expected."""
        return "." in self.text or sum(c.isdigit() for c in self.text) > 1


def said(text: str) -> list[Said]:
    """List the numbers of a text, without their signs."""
    found = []
    for match in _SAID.finditer(plain(text)):
        exponent = f"e{match[2].replace('−', '-')}" if match[2] else ""
        number = float(match[1].replace(",", "") + exponent)
        found.append(Said(match[0], number))
    return found


def unheld(step: Step) -> list[tuple[int, str]]:
    """List the numbers said in a step, with their lines, that its block does not have."""
    held = written(line.text for line in step.block)
    every = [(line, each) for line, text in _sentences(step) for each in said(text)]
    corners = any(_is_corner(each.text) and each.text[0] == "0" for _, each in every)
    return [
        (line, each.text)
        for line, each in every
        if each.is_exact and each.number not in held and not (corners and _is_corner(each.text))
    ]


def _sentences(step: Step) -> list[tuple[int, str]]:
    """List what is said in a step, with its lines."""
    task = step.task
    prose = [(one.line, one.text) for one in (*step.before, *step.after)]
    if isinstance(task, Ask):
        prose += [(reply.line, reply.text) for reply in task.replies]
        prose += [(variant.line, variant.question) for variant in task.variants]
    for line in step.block:
        word, _, rest = line.text.partition(" ")
        prose += [(line.line, rest)] if word == "hint" else []
    return prose


def _is_corner(text: str) -> bool:
    """Say whether a number is a name made of switches, such as 01 and 10."""
    return len(text) > 1 and set(text) <= {"0", "1"}


def written(lines: Iterable[str]) -> frozenset[float]:
    """List the numbers in lines of a block, but for the sentences among them."""
    found: set[float] = set()
    for line in lines:
        word = line.split(" ", 1)[0]
        if word in _PROSE:
            continue
        text = re.split(r"\s:\s", line, maxsplit=1)[0] if word == "variant" else line
        found |= {float(match[0]) for match in _WRITTEN.finditer(text)}
        found |= {float(match[0].replace(",", "")) for match in _GROUPED.finditer(text)}
    return frozenset(found)


def changed_by_drawing(step: Step, ask: Ask) -> bool:
    """Say whether the prose has a number of the opening state that is drawn when asked again."""
    varied = {one.name for one in ask.vary}
    try:
        parts = words(step.block[0].text)
    except BadValue:
        return False
    drawn = written(part for part in parts if part.partition("=")[0] in varied)
    rest = [part for part in parts if part.partition("=")[0] not in varied]
    others = [line.text for line in step.block[1:] if line.text.split(" ", 1)[0] != "vary"]
    fixed = written([*rest, *others])
    prose: Iterable[Prose] = (*step.before[:-1], *step.after)
    return any(
        each.number in drawn and each.number not in fixed
        for one in prose
        for each in said(one.text)
    )
