"""What can be found by typing, and in which order: word starts first, then near misses.

Textual's own matcher was tried and is too strict and too generous at once: letters must come in
order (`sotfmax` finds nothing), and then anywhere in a sentence (`attn` finds half of the map).
It needs neither NumPy nor any concept, so that the map can be searched at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tui_transformer.concepts.syllabus import SYLLABUS, Entry
from tui_transformer.concepts.words import WORDS
from tui_transformer.ui.hints import hint
from tui_transformer.ui.stage import Action, Command, Row, Stage, Text

if TYPE_CHECKING:
    from tui_transformer.session import Session

LONGEST = 1000  # characters in which a name is looked for
NEAR = 0.84  # how alike a mistyped word is, by difflib's measure
ASIDE = 0.6  # what is found in a sentence counts so much of what is found in a name
THEMED = 0.9  # a theme, after the command that goes on to the next look
_WORD = re.compile(r"[^\W_]+")


class Candidate(NamedTuple):
    """Something that can be found: by its names, or less well by what is said of it."""

    names: tuple[str, ...]
    said: str
    rows: tuple[Row, ...]
    weight: float = 1.0  # what comes first where several are found as well


def ranked(typed: str, candidates: Iterable[Candidate]) -> list[Row]:
    """Give the rows of what was typed, the best first; all of them where nothing was."""
    words = typed[: LONGEST + 1].casefold().split()
    if len(typed) > LONGEST:
        return []
    scored = [(each.weight * score(words, each), each.rows) for each in candidates]
    scored.sort(key=lambda pair: -pair[0])
    return [row for found, rows in scored if found for row in rows]


def score(words: Sequence[str], candidate: Candidate) -> float:
    """Say how well every typed word is found in a candidate, 0..1; 0 where one is not."""
    total = 0.0
    for word in words:
        best = max((_in_name(word, name.casefold()) for name in candidate.names), default=0.0)
        best = max(best, ASIDE * _in_text(word, candidate.said.casefold()))
        if not best:
            return 0.0
        total += best
    return total / len(words) if words else 1.0


@lru_cache(maxsize=4096)
def _parts(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text))


def _in_text(word: str, text: str) -> float:
    """Find a word as it stands: as the whole, a word, the start of one, or anywhere."""
    parts = _parts(text)
    if word == text:
        return 1.0
    if text.startswith(word):
        return 0.95
    if word in parts:
        return 0.92
    if any(part.startswith(word) for part in parts):
        return 0.85
    return 0.6 if word in text else 0.0


def _in_name(word: str, name: str) -> float:
    """Find a word in a name, letters left out (`attn`) or mistaken (`sotfmax`) too."""
    found = _in_text(word, name)
    if found or len(word) < 2:
        return found
    parts = _parts(name)
    joined = "".join(parts)
    if joined.startswith(word):  # layernorm
        return 0.9
    if "".join(part[0] for part in parts).startswith(word):  # qkv
        return 0.5
    inside = [len(word) / len(part) for part in (*parts, joined) if _left_out(word, part)]
    if inside:
        return 0.4 + 0.1 * max(inside) - 0.01 * len(parts)
    return 0.3 if any(_mistyped(word, part) for part in parts) else 0.0


def _left_out(word: str, part: str) -> bool:
    """Say whether a word is another with letters left out; the first is there."""
    if not part.startswith(word[0]) or len(part) > 3 * len(word):
        return False
    letters = iter(part)
    return all(letter in letters for letter in word)


def _mistyped(word: str, part: str) -> bool:
    """Say whether a word is nearly another, or the beginning of it."""
    if len(word) < 4 or len(part) < len(word) - 2:
        return False
    alike = SequenceMatcher(None, word, part[: len(word) + 1], autojunk=False)
    return (
        alike.quick_ratio() >= NEAR - 0.1
        and max(
            alike.ratio(), SequenceMatcher(None, word, part[: len(word)], autojunk=False).ratio()
        )
        >= NEAR
    )


# ── what there is ──────────────────────────────────────────────────────────────────────


def concepts(rows: Callable[[Entry], Sequence[Row]]) -> list[Candidate]:
    """List all concepts, found by id and title, by their line and by their chapter."""
    return [
        Candidate((entry.id, entry.title), f"{entry.line} {chapter}", tuple(rows(entry)))
        for chapter, listed in SYLLABUS.items()
        for entry in listed
    ]


def here(session: Session | None) -> list[Candidate]:
    """List what the open concept has: presets, controls, values, tasks."""
    if session is None:
        return []
    concept, model = session.concept, session.model
    found = [
        _candidate("preset", name, str(i), _preset(i)) for i, name in enumerate(concept.presets, 1)
    ]
    first: dict[str, int] = {}
    for at, knob in enumerate(session.knobs):
        first.setdefault(knob.control.name, at)
    found += [
        _candidate("control", name, control.help, _hold(first[name]))
        for name, control in model.controls().items()
        if name in first
    ]
    found += [
        _candidate("value", name, " ".join((item.__doc__ or "").split()), _value(name))
        for name, item in model.computed().items()
    ]
    return found + [
        _candidate("task", one.goal, str(i), _task(i - 1))
        for i, one in enumerate(concept.challenges, 1)
    ]


def orders(commands: Sequence[Command]) -> list[Candidate]:
    """List the commands that are worth choosing by name."""
    return [
        _candidate("command", command.help, command.key, command.run, command.name)
        for command in commands
        if command.name not in ("up", "down", "preset", "leave", "find")
    ]


def looks() -> list[Candidate]:
    """List the looks and themes that can be chosen by name; without colours there is one look."""
    from tui_transformer.themes import names

    colored = (name for name in names() if name != "plain")
    found = (_candidate("theme", name, "its colours, remembered", _wear(name)) for name in colored)
    return [candidate._replace(weight=THEMED) for candidate in found]


def _wear(name: str) -> Action:
    return lambda screen: screen.program.wear(name)


def glossary() -> list[Candidate]:
    """List the field's words with what they mean; choosing one opens what explains it."""
    found = (_candidate("word", word.name, word.gloss, _open(word.home)) for word in WORDS)
    return [candidate._replace(weight=ASIDE) for candidate in found]


def _open(concept_id: str) -> Action:
    return lambda screen: screen.open(concept_id)


def _candidate(kind: str, name: str, aside: str, action: Action, other: str = "") -> Candidate:
    names = (name, f"{kind} {name}", *((other,) if other else ()))
    row = (Text(f"{kind:<8} {name}", action=action), Text(f"  {aside}", "muted"))
    return Candidate(names, aside, (row,))


def _preset(number: int) -> Action:
    return lambda screen: screen.change(lambda session: session.preset(number))


def _hold(at: int) -> Action:
    return lambda screen: screen.hold(at)


def _task(number: int) -> Action:
    return lambda screen: hint(screen, number)


def _value(name: str) -> Action:
    """Walk a value down, from its first number if it has several; else say what it is."""

    def show(screen: Stage) -> None:
        from tui_transformer.ui.why import Walk, content

        if screen.session is None:
            return
        model = screen.session.model
        if name not in model.computed():  # another concept has come in sight since
            return
        try:
            named = model.the(name)
            screen.show_sheet(content(Walk(named[(0,) * getattr(named.values, "ndim", 0)])))
        except (KeyError, IndexError, TypeError, ValueError):
            screen.say(f"{name}: {' '.join((model.computed()[name].__doc__ or '').split())}")

    return show
