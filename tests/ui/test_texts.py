"""Every status, hint, goal, sentence and refusal can be read whole, at 80 columns and at 60."""

import contextlib
import re
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from tui_transformer.concept import Concept
from tui_transformer.concepts import entries, load
from tui_transformer.controls import BadValue
from tui_transformer.render.canvas import Lines
from tui_transformer.render.palette import DARK
from tui_transformer.render.prose import wrap as wrap_prose
from tui_transformer.session import Session
from tui_transformer.ui import hints, parts
from tui_transformer.ui.column import column, offered
from tui_transformer.ui.commands import COMMANDS
from tui_transformer.ui.entry import EntryLine
from tui_transformer.ui.sheet import _broken
from tui_transformer.ui.sheets import challenges, help_sheet
from tui_transformer.ui.stage import Content

IDS = [entry.id for entry in entries()]
WIDTHS = (80, 60)
RANDOM = 6  # random states of each concept
BAD = (
    "",
    "x",
    "nan",
    "1e999",
    "-1e9",
    "1e9",
    "2.5",
    "1,2",
    "1;2;3",
    "1,2;3",
    "1/0",
    ",".join("1" * 40),
)
every_concept = pytest.mark.parametrize("concept", IDS)


@cache
def opened(concept: str) -> Concept:
    return load(concept)


def states(concept: str) -> Iterator[Session]:
    """The opening state, every preset, every solution, and some drawn at random."""
    one = opened(concept)
    yield Session.open(one)
    for number in range(1, len(one.presets) + 1):
        yield Session.open(one).preset(number)
    for challenge in one.challenges:
        yield Session.open(one).set(**challenge.solution)
    for seed in range(RANDOM):
        yield Session.open(one).randomise(np.random.default_rng(seed))


def words(text: str) -> str:
    """What must be there: everything but spaces, which wrapping moves."""
    return "".join(text.split())


def shown(lines: Lines) -> str:
    return words("".join(segment.text for line in lines for segment in line))


def rows(content: Content, width: int) -> list[str]:
    """The lines of a sheet in a terminal so wide."""
    inside = width - 4
    broken = [line for row in content.rows(inside, "") for line in _broken(row, inside)]
    found = ["".join(run.text for run in line) for line in broken]
    assert all(len(line) <= inside for line in found), max(found, key=len)
    return found


def assert_whole(text: str, lines: Lines, most: int = parts.LOWER) -> None:
    assert len(lines) <= most, f"{len(lines)} lines: {text}"
    assert shown(lines) == words(text), text


def statuses(concept: str) -> Iterator[str]:
    """Everything a session can say: its commands, walked over every control and every state."""
    start = Session.open(opened(concept))
    for at, knob in enumerate(start.knobs[:60]):
        held = start.hold(at)
        yield held.said
        for change in (1, -1, 1000, -1000):
            moved = held.nudge(change)
            yield moved.said
            yield moved.nudge(change).said  # at its end it says where that is
        yield held.lengthen(True).said
        yield held.lengthen(False).said
        yield held.place(knob, 0.7).said
        yield held.asks()[0]
    for session in (start, start.undo(), start.redo(), start.step(1), start.step(-1), start.play()):
        yield session.said
    yield start.play().play().said
    yield start.faster(1).said
    yield start.reset().said
    yield start.randomise(np.random.default_rng(0)).said
    yield start.compare().said
    yield start.compare().compare().said
    yield start.preset(99).said
    for number in range(1, len(start.concept.presets) + 1):
        yield start.preset(number).said
    for challenge in start.concept.challenges:
        yield start.set(**challenge.solution).noticed().said
        if challenge.hint:
            yield hints.hint_words(challenge)
        yield hints.solution_words(start, challenge)


@every_concept
def test_every_status_is_whole(concept: str) -> None:
    start = Session.open(opened(concept))
    for said in dict.fromkeys(statuses(concept)):
        for width in WIDTHS:
            lines = parts.status(start.say(said), width, DARK)
            assert len(lines) <= parts.LOWER, said
            task = words(f"☆ {start.concept.challenges[0].goal}")
            assert shown(lines).removesuffix(task) == words(said), said
            assert said or shown(lines) == task, "where nothing was said, the task"


@every_concept
def test_every_sentence_is_whole(concept: str) -> None:
    """One line at 80 columns, so that the figure keeps its height; two at 60."""
    for session in states(concept):
        says = session.figure.says
        data = f"data: {session.figure.data}"
        for width, most in zip(WIDTHS, (1, 2), strict=True):
            lines = parts.sentence(session, width, DARK)
            assert len(lines) <= most, f"{len(says)}: {says}"
            assert shown(lines) in (words(says), words(says + data)), says
        session.model.forget()


def refusals(concept: str) -> Iterator[str]:
    """What is said to values that cannot be used, of every kind for every control."""
    start = Session.open(opened(concept))
    names = dict.fromkeys(knob.control.name for knob in start.knobs)
    for at, knob in enumerate(start.knobs):
        if knob.control.name not in names:
            continue
        del names[knob.control.name]
        for text in BAD:
            with contextlib.suppress(ZeroDivisionError):
                try:
                    start.hold(at).answer(text)
                except BadValue as problem:
                    yield str(problem)


@every_concept
def test_every_refusal_is_whole_beside_what_was_typed(concept: str) -> None:
    for problem in dict.fromkeys(refusals(concept)):
        entry = EntryLine()
        entry.label, entry.problem = "x", problem
        for width in WIDTHS:
            below = entry._below(width, DARK)
            assert len(below) <= 3, problem
            assert words("".join(below)) == words(f"✗ {problem}")


@every_concept
def test_every_goal_preset_and_help_is_whole(concept: str) -> None:
    session = Session.open(opened(concept))
    one = session.concept
    for width in WIDTHS:
        tasks = words("".join(rows(challenges(session), width)))
        for challenge in one.challenges:
            assert words(challenge.goal[1:]) in tasks, challenge.goal
        text = words("".join(rows(help_sheet(session, COMMANDS), width)))
        for name, control in session.model.controls().items():
            assert words(control.help) in text, name
            assert words(control.domain(session.model)) in text, name
        assert all(words(name) in text for name in one.presets)


@every_concept
def test_what_is_offered_below_the_controls_is_whole(concept: str) -> None:
    session = Session.open(opened(concept))
    offers = offered(session, 100, 28, DARK)
    texts = [*session.concept.presets, *(one.goal for one in session.concept.challenges)]
    for number, text in enumerate(texts):
        lines = [offer.text for offer in offers if offer.number == number]
        assert words("".join(lines)) == words(text)
    assert all(len(name) <= 23 for name in session.concept.presets), "one line each"
    for room in range(12):
        some = offered(session, room, 28, DARK)
        assert all(offer.y < room for offer in some)
        for number in {offer.number for offer in some if offer.number >= 0 and offer.key != "t"}:
            lines = [offer.text for offer in some if offer.number == number]
            assert words("".join(lines)) == words(texts[number]), "all of it or nothing"


@every_concept
def test_every_control_is_whole_in_its_column(concept: str) -> None:
    for session in states(concept):
        for row in session.rows:
            held = session.hold(row.start)
            lines = column(held, 28, row.count + len(session.rows) + 4, DARK).lines
            knobs = held.knobs[row.start : row.start + row.count]
            for i, knob in enumerate(knobs if row.kind == "list" else knobs[:1]):
                line = lines[session.rows.index(row) if row.kind == "one" else i + 1]
                text = "".join(segment.text for segment in line)
                assert row.kind == "grid" or knob.label in text
                if knob.control.kind != "text":
                    assert "…" not in text, text
        session.model.forget()


# ── markup ─────────────────────────────────────────────────────────────────────────────


@every_concept
def test_an_explanation_loses_nothing_but_its_marks(concept: str) -> None:
    prose = opened(concept).prose
    bare = re.sub(r"\[([^]]*)\]\([a-z-]+\)", r"\1", prose)
    bare = re.sub(r"^\s*[-*] |^#+ ", "", bare, flags=re.MULTILINE)
    for width in (76, 42):
        found = "".join(span.text for line in wrap_prose(prose, width) for span in line)
        assert words(found).replace("·", "") == re.sub(r"[*`·\s]", "", bare)


def test_brackets_are_text() -> None:
    for text in ("without <unk>, [CLS] and [SEP]", "by < 15 %", "a <b>c</b> [x] <!-- y --> z & w"):
        assert "".join(span.text for line in wrap_prose(text, 76) for span in line) == text
