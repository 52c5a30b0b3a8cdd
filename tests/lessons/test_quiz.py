"""The quiz: a hundred different questions, each answer confirmed by somebody else."""

import json
from datetime import date, timedelta
from functools import cache
from itertools import islice

import numpy as np
import pytest

from tests.lessons.judge import confirm
from tui_transformer.cli import main
from tui_transformer.concepts import entries
from tui_transformer.lessons import library, printed
from tui_transformer.lessons.again import Again
from tui_transformer.lessons.quiz import LENGTH, SLOW, as_lesson, drawn
from tui_transformer.lessons.records import Ask
from tui_transformer.lessons.run import Run
from tui_transformer.progress import AGAIN, Progress

TODAY = date(2026, 11, 28)


NAMES = [name for name in library.shipped() if name not in SLOW]


@cache
def first_day(name: str) -> tuple[Again, ...]:
    """What the quiz can ask of a lesson on the first day, in one draw."""
    return tuple(drawn(np.random.default_rng(14), only=name))


def test_a_hundred_different_questions_can_be_asked_on_the_first_day() -> None:
    """Each is another expression, or asks about another change; other numbers count for none."""
    asked = [again.key for name in NAMES for again in first_day(name)]
    assert len(set(asked)) >= 100
    concepts = {again.step.concept.id for name in NAMES for again in first_day(name)}
    assert concepts == {entry.id for entry in entries()} - SLOW


@pytest.mark.parametrize("name", NAMES)
def test_each_answer_is_confirmed_by_plain_arithmetic(name: str) -> None:
    """By `judge`, from what is printed; what is asked about is worked out by other means."""
    assert first_day(name)
    for again in first_day(name):
        confirm(printed.again(again))


@pytest.mark.parametrize("wrong", ["choice", "number"])
def test_a_wrong_answer_is_not_confirmed(wrong: str) -> None:
    records = [printed.again(again) for again in first_day("softmax")]
    record = next(one for one in records if bool(one["task"]["choices"]) == (wrong == "choice"))
    task = record["task"]
    others = [text for text in task["choices"] or () if text != task["answer"]]
    task["answer"] = others[0] if others else task["answer"] * 1.001
    with pytest.raises(AssertionError):
        confirm(record)


def test_what_was_missed_comes_first_and_comes_back_later_each_time() -> None:
    step = next(s for s in library.load("softmax").steps if isinstance(s.task, Ask))
    progress = Progress().answer(step.key, False, TODAY)
    assert progress.due(TODAY) == []
    day = TODAY
    for wait in AGAIN:
        day += timedelta(wait)
        assert progress.due(day - timedelta(1)) == [] and progress.due(day) == [step.key]
        first = next(drawn(np.random.default_rng(0), progress.due(day)))
        assert first.step.key == step.key
        assert Progress.answer(progress, "another", True, day) == progress
        progress = progress.answer(step.key, True, day)
    assert not progress.missed


def test_a_quiz_is_taken_like_a_lesson() -> None:
    questions = tuple(islice(drawn(np.random.default_rng(2), only="softmax"), LENGTH))
    run = Run.of(as_lesson(questions))
    for again in questions:
        assert run.phase == "ask" and run.step.question == again.text
        if run.task.choices:  # type: ignore[union-attr]
            run = run.hold(again.question.answer.choice).take()  # type: ignore[arg-type]
        else:
            run = run.type(repr(again.question.answer.after)).take()
        assert run.told is not None and run.told.right
        run = run.next()
    assert run.ended and run.learnt and not run.missed


def test_the_next_question_is_printed_with_its_answer(capsys, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert main(["quiz", "softmax", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["task"]["question"].endswith("?") and record["task"]["answer"] is not None
    for wrong in (["quiz", "nothing", "--json"], ["quiz", "softmax", "neuron", "--json"]):
        assert main(wrong) == 2
        assert capsys.readouterr().err.startswith("tfx: ")
