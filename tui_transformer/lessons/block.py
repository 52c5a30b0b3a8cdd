"""The block of a step: a command, then one word a line, each read by a function of its name."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tui_transformer.concept import Concept
from tui_transformer.controls import BadValue
from tui_transformer.lessons import asked
from tui_transformer.lessons.change import known_control, read_changes
from tui_transformer.lessons.grammar import parse, shown
from tui_transformer.lessons.markdown import MOST_FAULTS, Section
from tui_transformer.lessons.records import Ask, Do, Expect, Fault, Prose, Reply, Step, Variant
from tui_transformer.lessons.scope import verified
from tui_transformer.lessons.states import open_state, skipped
from tui_transformer.lessons.vary import read_varied
from tui_transformer.link import words
from tui_transformer.model import Model
from tui_transformer.text import did_you_mean


@dataclass
class Draft:
    """What was read of a block so far."""

    concept: Concept
    state: Model
    parts: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    choices: Prose | None = None

    @property
    def model(self) -> type[Model]:
        """What the state is a state of."""
        return type(self.state)


def read_block(section: Section) -> tuple[Step | None, list[Fault]]:
    """Read a step; where its command opens nothing there is none."""
    lines = section.block or []
    if not lines:
        return None, [Fault(section.block_line, "The block is empty: a command comes first.")]
    try:
        draft = Draft(*open_state(lines[0].text))
    except BadValue as problem:
        return None, [Fault(lines[0].line, str(problem))]
    faults: list[Fault] = []
    at = 1
    while at < len(lines) and len(faults) < MOST_FAULTS:
        line, at = lines[at], at + 1
        try:
            if line.text.split(" ", 1)[0] == "ask" and at < len(lines) and " | " in lines[at].text:
                draft.choices, at = lines[at], at + 1
            _word(draft, line)
        except BadValue as problem:
            faults.append(Fault(line.line, str(problem)))
    try:
        return _made(section, draft, not faults), faults
    except BadLine as problem:
        return None, [*faults, Fault(problem.line, str(problem))]


class BadLine(BadValue):
    """A fault that belongs to another line than the one that was just read."""

    def __init__(self, line: int, sentence: str) -> None:
        self.line = line
        super().__init__(sentence)


def _word(draft: Draft, line: Prose) -> None:
    """Read one line of a block."""
    word, _, rest = line.text.partition(" ")
    if word not in _WORDS:
        guess = did_you_mean(word, _WORDS)
        raise BadValue(f"{shown(word)} is no word of a block.{guess}")
    if not rest.strip():
        raise BadValue(f"{word} stands alone: something must follow it.")
    if word in draft.lines and word not in _OFTEN:
        raise BadValue(f"{word} is given twice in one block.")
    for other in {"ask": ("do",), "do": ("ask",)}.get(word, ()):
        if other in draft.lines:
            raise BadValue("A step asks or wants something done, never both.")
    draft.lines.setdefault(word, line.line)
    found = _WORDS[word](draft, Prose(line.line, rest.strip()))
    if word in _OFTEN:
        draft.parts[word] = (*draft.parts.get(word, ()), found)
    else:
        draft.parts[word] = found


# ── one word each ──────────────────────────────────────────────────────────────────────


def _ask(draft: Draft, line: Prose) -> Ask:
    return asked.read_ask(line, draft.choices, draft.model)


def _reply(draft: Draft, line: Prose) -> Prose:
    return line  # which choice it belongs to is known when all is read


def _do(draft: Draft, line: Prose) -> Any:
    return verified(parse(line.text), draft.model)


def _names(draft: Draft, line: Prose) -> tuple[str, ...]:
    return tuple(known_control(name, draft.model) for name in line.text.split())


def _text(draft: Draft, line: Prose) -> str:
    return line.text


def _changes(draft: Draft, line: Prose) -> Any:
    return read_changes(words(line.text), draft.model)


def _vary(draft: Draft, line: Prose) -> Any:
    return read_varied(words(line.text), draft.state)


def _variant(draft: Draft, line: Prose) -> Variant:
    parts = re.split(r"\s:\s", line.text, maxsplit=1)
    if len(parts) < 2 or not parts[1].strip().endswith("?"):
        raise BadValue("A variant is a change, “ : ” and its question, which ends with “?”.")
    changes = read_changes(words(parts[0]), draft.model)
    return Variant(line.line, changes, parts[1].strip())


def _expect(draft: Draft, line: Prose) -> Expect:
    return Expect(line.line, verified(parse(line.text), draft.model, was=True))


def _panels(draft: Draft, line: Prose) -> tuple[str, ...]:
    return tuple(title.strip() for title in line.text.split(" | ") if title.strip())


_WORDS: Final[dict[str, Callable[[Draft, Prose], Any]]] = {
    "ask": _ask,
    "reply": _reply,
    "do": _do,
    "only": _names,
    "hint": _text,
    "solution": _changes,
    "vary": _vary,
    "when": _do,
    "variant": _variant,
    "expect": _expect,
    "show": _names,
    "panel": _panels,
    "pin": _text,
    "compare": _changes,
}
_OFTEN: Final = ("reply", "variant", "expect")
_BELONGS: Final = {
    "ask": ("reply", "vary", "when", "variant"),
    "do": ("only", "hint", "solution"),
}


# ── all together ───────────────────────────────────────────────────────────────────────


def _made(section: Section, draft: Draft, sound: bool) -> Step | None:
    parts, lines = draft.parts, draft.lines
    for word, others in _BELONGS.items():
        for other in others:
            if other in lines and word not in lines:
                raise BadLine(lines[other], f"{other} goes with {word}, which is not here.")
    if not sound:
        return None
    task: Ask | Do | None = None
    if "ask" in parts:
        task = _whole_ask(draft)
    elif "do" in parts:
        task = _whole_do(draft)
    return Step(
        line=section.line,
        heading=section.heading,
        before=tuple(section.before),
        concept=draft.concept,
        model=draft.state,
        task=task,
        after=tuple(section.after),
        expects=parts.get("expect", ()),
        show=parts.get("show", ()),
        panels=parts.get("panel", ()),
        pin=parts.get("pin", ""),
        compare=parts.get("compare", ()),
        block=tuple(section.block or ()),
        skipped=skipped(draft.concept, draft.state),
    )


def _whole_ask(draft: Draft) -> Ask:
    parts = draft.parts
    replies: list[Reply] = []
    ask: Ask = parts["ask"]
    for line in parts.get("reply", ()):
        try:
            reply = asked.read_reply(line, ask)
        except BadValue as problem:
            raise BadLine(line.line, str(problem)) from None
        if any(reply.choice == other.choice for other in replies):
            raise BadLine(line.line, f"{reply.choice} has two replies.")
        replies.append(reply)
    return asked.completed(
        ask,
        replies=tuple(replies),
        vary=parts.get("vary", ()),
        when=parts.get("when"),
        variants=parts.get("variant", ()),
    )


def _whole_do(draft: Draft) -> Do:
    parts, line = draft.parts, draft.lines["do"]
    if "solution" not in parts:
        raise BadLine(
            line, "The task has no solution: a line “solution …” shows that it can be met."
        )
    only = parts.get("only", ())
    for change in parts["solution"]:
        if only and change.name not in only:
            raise BadLine(
                draft.lines["solution"],
                f"The solution changes {change.name}, which is not allowed.",
            )
    return Do(line, parts["do"], only, parts.get("hint", ""), parts["solution"])
