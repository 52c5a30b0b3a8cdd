"""The page that tells: what the question was asked over stays in sight, large."""

import pytest
from textual.pilot import Pilot

from tests.lessons.test_screen import answer, lines, run_of
from tui_transformer.lessons.library import load, shipped
from tui_transformer.lessons.records import Ask, Step
from tui_transformer.lessons.run import Run
from tui_transformer.panels import Panel
from tui_transformer.ui.app import TfxApp, build

QUICK = [name for name in shipped() if name not in ("training", "real-model")]


def asked_over(step: Step) -> list[Panel]:
    """The panels that were drawn while it was asked."""
    panels = step.concept.view(step.model).panels
    return [panel for panel in panels if {panel.title, panel.key} & set(step.panels)]


@pytest.mark.parametrize("name", QUICK)
def test_those_asked_over_are_large_when_it_is_told(name: str) -> None:
    lesson = load(name)
    for at, step in enumerate(lesson.steps):
        if not (isinstance(step.task, Ask) and step.panels):
            continue
        told = Run.of(lesson, at).hold(0).type("1").take()
        assert told.phase == "told"
        large = [panel for panel in told.session.figure.panels if panel.main]
        others = [p for p in large if not {p.title, p.key} & set(step.panels)]
        assert len(large) > len(others) <= 1
        step.model.forget()


SEEN = {"positions": 0, "hyperparameters": 0, "block": 3, "scaling": 0, "library": 2, "heads": 2}


@pytest.mark.parametrize("name", SEEN)
async def test_it_is_seen_on_a_small_screen(name: str) -> None:
    app = build("", "dark", False, None, name)
    async with app.run_test(size=(80, 24)) as pilot:
        await told_at(pilot, SEEN[name])
        step = run_of(pilot).step
        assert any(panel.title[:6] in lines(app) for panel in asked_over(step))


async def told_at(pilot: Pilot[None], at: int) -> None:
    """Answer the question of a step."""
    await pilot.pause()
    for _ in range(at):
        await pilot.press("n")
        await pilot.pause()
    await answer(pilot, True)
    await pilot.pause()
    assert isinstance(pilot.app, TfxApp) and run_of(pilot).phase == "told"
