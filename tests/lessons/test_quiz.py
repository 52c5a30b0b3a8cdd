"""The quiz: a hundred different questions, each answer confirmed by the states it speaks of."""

import json
import re
from datetime import date, timedelta
from itertools import islice

import numpy as np

from tui_transformer.cli import main
from tui_transformer.lessons import library
from tui_transformer.lessons.quiz import LENGTH, as_lesson, drawn
from tui_transformer.lessons.records import Ask
from tui_transformer.lessons.run import Run
from tui_transformer.progress import AGAIN, Progress

TODAY = date(2026, 11, 28)


def test_a_hundred_different_questions_can_be_asked_on_the_first_day() -> None:
    asked = set()
    for seed in range(3):
        for again in drawn(np.random.default_rng(seed)):
            asked.add((again.key, str(again.question.model.assignments())))
    assert len(asked) >= 100


def test_an_answer_is_what_the_two_states_say() -> None:
    """Of questions for a direction: by the printed values of two states, opened by their links."""
    seen = 0
    for again in drawn(np.random.default_rng(1)):
        ask, question = again.question.ask, again.question
        plain = re.fullmatch(r"(\w+)(?:\[(\d+)\])?", ask.expression.text)
        if not ask.asks_direction or plain is None:
            continue
        was, now = (
            json.loads(model.to_json(again.step.concept.id))["values"][plain[1]]
            for model in (question.model, question.after)
        )
        if plain[2]:
            was, now = was[int(plain[2])], now[int(plain[2])]
        meaning = ask.choices[question.answer.choice].meaning  # type: ignore[index]
        near, scale = 1e-9, max(abs(was), abs(now))
        if ask.within is not None:  # an author may say what counts as the same
            near, scale = ask.within.amount, abs(was) / 100 if ask.within.percent else 1
        same = abs(now - was) <= near * scale
        assert meaning == ("the same" if same else "larger" if now > was else "smaller")
        seen += 1
    assert seen >= 10


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
