"""Lessons on the screen, in memory; `test_in_a_terminal` plays every one of them to its end."""

import dataclasses
from unittest.mock import patch

import pytest
from textual import events
from textual.pilot import Pilot

from tests.walking import way_to
from tui_transformer.controls import BadValue
from tui_transformer.lessons import asking, library
from tui_transformer.lessons.asking import question
from tui_transformer.lessons.doing import solved
from tui_transformer.lessons.records import Ask, Do
from tui_transformer.lessons.run import GUESS_FIRST, Run
from tui_transformer.ui.app import TfxApp, build


def run_of(pilot: Pilot[None]) -> Run:
    run = pilot.app.instrument.teacher.run  # type: ignore[attr-defined]
    assert isinstance(run, Run)
    return run


def lines(app: TfxApp) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(s.text for s in strip).rstrip() for strip in strips)


async def answer(pilot: Pilot[None], right: bool) -> None:
    """Answer what is asked, or do what is to be done, with keys."""
    run = run_of(pilot)
    match run.task:
        case Ask() as ask if ask.choices:
            choice = question(ask, run.step.model).answer.choice
            assert choice is not None
            await pilot.press(str(1 + (choice if right else (choice + 1) % len(ask.choices))))
            await pilot.press("enter")
        case Ask() as ask:
            truth = float(question(ask, run.step.model).answer.after)  # type: ignore[arg-type]
            text = repr(truth if right else truth + 1000)
            await pilot.press(*(key_of(letter) for letter in text), "enter")
        case Do() as do if right:
            wanted, model = solved(do, run.session.model), run.session.model
            for name, control in model.controls().items():
                text = control.format(getattr(wanted, name))
                if text != control.format(getattr(model, name)):
                    await set_control(pilot, name, text)


def key_of(letter: str) -> str:
    return {".": "full_stop", "-": "minus", "+": "plus"}.get(letter, letter)


async def set_control(pilot: Pilot[None], name: str, text: str) -> None:
    """Walk to a control and type its value."""
    session = run_of(pilot).session
    await pilot.press(*way_to(session, name))
    assert run_of(pilot).session.knob.control.name == name
    await pilot.press("enter")
    pilot.app.instrument.entry.insert(text)  # type: ignore[attr-defined]
    await pilot.press("enter")
    if run_of(pilot).session.fold is not None:
        await pilot.press("escape")
    await pilot.pause()


@pytest.mark.parametrize("name", ["softmax", "descent"])
async def test_while_it_is_asked_nobody_looks_at_the_change(name: str) -> None:
    """The page is the opening state, computed without the change; keys that would tell do not."""
    app = build("", "dark", False, None, name)
    with patch.object(asking, "apply", side_effect=BadValue("looked")):
        async with app.run_test(size=(80, 24)) as pilot:
            for _ in run_of(pilot).lesson.steps:
                await pilot.pause()
                run = run_of(pilot)
                if run.phase == "ask":
                    before = lines(app)
                    assert run.session.model is run.step.model and run.session.pinned is None
                    for key in ("space", "asterisk", "u", "r", "b", "e", "t", "m", "full_stop"):
                        await pilot.press(key)
                        await pilot.pause()
                        assert run_of(pilot).session.model is run.step.model
                    if not run.task.choices:  # type: ignore[union-attr]
                        continue  # letters are typed there
                    assert GUESS_FIRST in lines(app)
                    await pilot.press("1")
                    await pilot.press("left", "right")
                    await pilot.pause()
                    assert lines(app) == before or run.held
                await pilot.press("n")


async def test_escape_plays_freely_from_there_and_a_lesson_is_left_behind() -> None:
    app = build("", "dark", False, None, "softmax")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        model = run_of(pilot).session.model
        await pilot.press("escape")
        await pilot.pause()
        session = app.instrument.session
        assert app.instrument.teacher.run is None and session is not None
        assert session.model is model and session.concept.presets
        assert "temperature" in lines(app) and "lesson" not in lines(app).splitlines()[0]


async def test_in_a_lesson_a_fold_opens_with_keys_and_escape_closes_no_more_than_it() -> None:
    app = build("", "dark", False, None, "library")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        while "shelf" not in run_of(pilot).session.only:
            await pilot.press("n")
        await pilot.press("end")
        assert run_of(pilot).session.row.label == "shelf"
        await pilot.press("enter", "end", "+")
        assert run_of(pilot).session.model.shelf[5, 2] == 0.1
        await pilot.pause()
        assert "Moon & Tide" in lines(app) and "esc close" in lines(app).splitlines()[-1]
        await pilot.press("escape")
        assert run_of(pilot).session.fold is None, "the lesson goes on"
        await pilot.press("escape")
        assert app.instrument.teacher.run is None


async def test_what_a_lesson_shows_can_be_looked_into_while_nothing_is_to_be_done() -> None:
    app = build("", "dark", False, None, "attention")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        session = run_of(pilot).session
        await pilot.press("1", "enter")  # an answer: now it is told
        shown = run_of(pilot).session
        app.instrument.change(lambda s: dataclasses.replace(s, only=frozenset(["keys"])))
        await pilot.press("enter", "down", "right", "+", "enter")
        opened = run_of(pilot).session
        assert opened.fold is not None and opened.knob.index == (1, 1)
        assert opened.model is shown.model is not session.model, "and nothing changed"
        await pilot.press("escape")
        assert run_of(pilot).session.fold is None


WAYS_OUT = {
    "a pasted link": ("ctrl+p", "paste", "enter"),
    "a search": ("ctrl+p", *"neuron", "enter"),
}


@pytest.mark.parametrize("way", WAYS_OUT.values(), ids=WAYS_OUT)
async def test_a_lesson_ends_where_another_concept_comes_in_sight(way: tuple[str, ...]) -> None:
    """Whatever key is pressed then is that concept's, and no state goes from one to the other."""
    app = build("", "dark", False, None, "residual")
    for name in library.shipped():
        app.keeper.update(app.keeper.progress.learn(name))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for key in way:
            if key == "paste":
                app.screen.post_message(events.Paste("tfx neuron"))
            else:
                await pilot.press(key)
            await pilot.pause()
        session = app.instrument.session
        assert session is not None and session.concept.id != "residual"
        assert app.instrument.teacher.run is None
        await pilot.press("t", "escape", "right", "escape", "escape", "backspace")
        await pilot.pause()
        session = app.instrument.session
        assert session is not None and isinstance(session.model, session.concept.model)


async def test_what_is_found_from_within_a_lesson_changes_nothing_in_it() -> None:
    """Presets, values, tasks and commands would give the answer away, or another state."""
    app = build("", "dark", False, None, "softmax")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+p")
        await pilot.pause()
        found = {row[0].text.split(" ")[0] for row in app.instrument.sheet.rows if row}
        assert found == {"concept", "word", ""}  # a long line goes on in the next
