"""The outer form of a lesson's file: front matter, headings, paragraphs, one block a step."""

import re
from dataclasses import dataclass, field
from typing import Final

from tui_transformer.lessons.records import BadLesson, Fault, Prose
from tui_transformer.text import is_clean, shorten, visible

LONGEST: Final = 200_000  # characters; sixty steps of the longest kind are shorter
LONGEST_LINE: Final = 4_000  # characters of a line, and of a paragraph
MOST_STEPS: Final = 60
MOST_FAULTS: Final = 50  # after so many nothing more is looked for

_TOO_LONG: Final = f"Too long: a line or a paragraph has {LONGEST_LINE:,} characters at the most."
_FENCE: Final = re.compile(r"\s{0,3}(```|~~~)\s*(.*?)\s*")
_HEADING: Final = re.compile(r"(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*")
_UNDERLINE: Final = re.compile(r"\s{0,3}(=+|-{2,})\s*")


@dataclass
class Section:
    """A step as it stands in the file, not yet understood."""

    line: int
    heading: str
    before: list[Prose] = field(default_factory=list)
    block: list[Prose] | None = None
    block_line: int = 0
    after: list[Prose] = field(default_factory=list)


@dataclass
class Outline:
    """A file, taken apart into its steps."""

    title: Prose = field(default_factory=lambda: Prose(0, ""))
    facts: dict[str, str] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def outline(text: str) -> Outline:
    """Take a file apart. Raises BadLesson where that is not worth while: too long, no text."""
    if len(text) > LONGEST:
        raise BadLesson((Fault(0, f"Too long: a lesson has {LONGEST:,} characters at the most."),))
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\t", " ").split("\n")
    odd = [(at, line) for at, line in enumerate(lines, 1) if not is_clean(line)][:MOST_FAULTS]
    if odd:
        raise BadLesson(tuple(Fault(at, _unseen(line)) for at, line in odd))
    long = [Fault(at, _TOO_LONG) for at, line in enumerate(lines, 1) if len(line) > LONGEST_LINE]
    if long:
        raise BadLesson(tuple(long[:MOST_FAULTS]))
    _count_steps(lines)
    return _Reader(lines).whole()


def _unseen(line: str) -> str:
    character = next(c for c in line if not is_clean(c))
    return f"U+{ord(character):04X} ({visible(character)}) cannot be shown: a lesson is plain text."


def _count_steps(lines: list[str]) -> None:
    """Refuse a file with too many steps before anything in it is read."""
    inside, steps = False, 0
    for at, line in enumerate(lines, 1):
        inside ^= _FENCE.match(line) is not None
        steps += not inside and line.startswith("## ")
        if steps > MOST_STEPS:
            raise BadLesson((Fault(at, f"Too many steps: a lesson has {MOST_STEPS} at the most."),))


class _Reader:
    """Walks through the lines once."""

    def __init__(self, lines: list[str]) -> None:
        self.lines, self.found = lines, Outline()
        self.paragraph: list[Prose] = []

    def whole(self) -> Outline:
        at = self._front()
        while at < len(self.lines) and len(self.found.faults) < MOST_FAULTS:
            at = self._line(at)
        self._end()
        if not self.found.title.line:
            self._fault(1, "The title is missing: one line “# …” stands before the steps.")
        if not self.found.sections:
            self._fault(1, "There are no steps: each begins with a line “## …”.")
        if len(self.found.sections) > MOST_STEPS:  # a fence misread by who counted them
            raise BadLesson((Fault(0, f"Too many steps: a lesson has {MOST_STEPS} at the most."),))
        for section in self.found.sections:
            if section.block is None:
                self._fault(section.line, "The step has no block: ```tfx and a command open it.")
        return self.found

    def _fault(self, line: int, sentence: str) -> None:
        self.found.faults.append(Fault(line, sentence))

    # ── front matter ───────────────────────────────────────────────────────────────────

    def _front(self) -> int:
        if self.lines[0].rstrip() != "---":
            return 0
        for at, line in enumerate(self.lines[1:], 1):
            if line.rstrip() == "---":
                return at + 1
            name, colon, value = line.partition(":")
            if line.strip() and not (colon and name.strip()):
                self._fault(at + 1, f"{_shown(line)} is no “key: value” line.")
                if len(self.found.faults) >= MOST_FAULTS:
                    break
            elif line.strip():
                self.found.facts[name.strip()] = value.strip()
        self._fault(1, "The front matter is never closed: a second line “---” ends it.")
        return len(self.lines)

    # ── the rest ───────────────────────────────────────────────────────────────────────

    def _line(self, at: int) -> int:
        """Read what begins in a line; returns where the next begins."""
        line = self.lines[at]
        if fence := _FENCE.fullmatch(line) or _FENCE.match(line):
            self._end()
            return self._block(at, fence)
        if heading := _HEADING.fullmatch(line):
            self._end()
            self._heading(at + 1, len(heading[1]), (heading[2] or "").strip())
        elif not line.strip():
            self._end()
        elif self.paragraph and _UNDERLINE.fullmatch(line):
            self.paragraph = []
            self._fault(at + 1, "A heading is underlined: here it begins with # or ##.")
        else:
            self.paragraph.append(Prose(at + 1, line.strip()))
        return at + 1

    def _heading(self, line: int, level: int, text: str) -> None:
        if not text:
            self._fault(line, "The heading is empty.")
        if level == 1:
            if self.found.title.line or self.found.sections:
                self._fault(
                    line, "There is a second title: one line “# …” stands before the steps."
                )
            self.found.title = Prose(line, text)
        elif level == 2:
            self.found.sections.append(Section(line, text))
        else:
            self._fault(line, f"{'#' * level} goes too deep: a lesson has one # and then ##.")

    def _block(self, at: int, fence: re.Match[str]) -> int:
        """Take a block; returns the line behind it."""
        marks, kind = fence[1], fence[2]
        end = next(
            (i for i in range(at + 1, len(self.lines)) if self.lines[i].strip() == marks), None
        )
        if end is None:
            self._fault(at + 1, f"The block is never closed: a line {marks} ends it.")
            return len(self.lines)
        lines = [Prose(i + 1, self.lines[i].strip()) for i in range(at + 1, end)]
        if marks != "```" or kind != "tfx":
            self._fault(
                at + 1, f"{_shown(marks + kind)} is no block of a lesson: it begins ```tfx."
            )
        elif not self.found.sections:
            self._fault(at + 1, "The block belongs to no step: a line “## …” begins one.")
        elif self.found.sections[-1].block is not None:
            self._fault(at + 1, "A second block in one step: the next step needs its “## …”.")
        else:
            section = self.found.sections[-1]
            section.block, section.block_line = [one for one in lines if one.text], at + 1
        return end + 1

    def _end(self) -> None:
        """End the paragraph."""
        if not self.paragraph:
            return
        prose = Prose(self.paragraph[0].line, " ".join(line.text for line in self.paragraph))
        self.paragraph = []
        if len(prose.text) > LONGEST_LINE:
            self._fault(prose.line, _TOO_LONG)
            return
        if not self.found.sections:
            self._fault(prose.line, "This stands before the first step, where nobody sees it.")
            return
        section = self.found.sections[-1]
        (section.before if section.block is None else section.after).append(prose)


def _shown(text: str) -> str:
    return visible(shorten(text.strip(), 30))
