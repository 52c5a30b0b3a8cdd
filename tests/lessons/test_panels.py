"""`panel`: only these are drawn while it is asked; told compares all that there is."""

from dataclasses import replace

import pytest

from tests.lessons.files import one
from tui_transformer.compare import compare
from tui_transformer.figure import same
from tui_transformer.lessons import library
from tui_transformer.lessons.reading import parse
from tui_transformer.lessons.records import Ask
from tui_transformer.lessons.run import Run

BLOCK = """\
softmax logits=2,1,0.1
panel A guess costs −ln p
ask probabilities[0] after logits[0]+=1
larger | smaller"""


def titles(run: Run) -> list[str]:
    return [panel.title for panel in run.session.figure.panels]


def test_while_asked_these_alone_and_told_all_of_them_compared() -> None:
    run = Run.of(parse(one(BLOCK)))
    (step,) = run.lesson.steps
    every = [panel.title for panel in step.concept.look(step.model).panels]
    assert titles(run) == ["A guess costs −ln p"] and len(every) > 1
    told = run.take()
    assert titles(told) == every
    asked = [panel for panel in told.session.figure.panels if panel.title in titles(run)]
    assert asked and all(panel.main for panel in asked)
    now, was = step.concept.look(told.session.model), step.concept.look(step.model)
    wanted = {panel.title: replace(panel, main=False) for panel in compare(now, was).panels}
    for panel in told.session.figure.panels:
        assert same(replace(panel, main=False), wanted[panel.title])
    assert titles(told.again()) == titles(told.back()) == ["A guess costs −ln p"]


def test_a_number_that_is_pinned_is_pinned_in_either() -> None:
    block = BLOCK.replace("A guess costs −ln p", "The whole guess")
    run = Run.of(parse(one(block + "\npin cross_entropy")))
    asked, told = run.session, run.take().session
    assert asked.working.name == told.working.name == "cross_entropy"


def test_where_something_is_to_be_done_they_stay_alone() -> None:
    block = (
        "softmax logits=2,1\npanel A guess costs −ln p\ndo cross_entropy < 0.1\nsolution logits=5,1"
    )
    run = Run.of(parse(one(block)))
    done = run.changed(run.session.type("logits", "5,1"))
    assert done.phase == "done" and titles(done) == ["A guess costs −ln p"]


@pytest.mark.parametrize("name", library.shipped())
def test_what_is_closed_while_asked_is_there_when_told(name: str) -> None:
    lesson = library.load(name)
    for at, step in enumerate(lesson.steps):
        if isinstance(step.task, Ask) and step.panels and not step.skipped:
            run = Run.of(lesson, at)
            told = run.type("1").take() if not step.task.choices else run.take()
            assert told.phase == "told"
            assert set(titles(run)) <= {p.title for p in step.concept.look(step.model).panels}
            assert len(titles(run)) == len(step.panels) <= len(titles(told))
