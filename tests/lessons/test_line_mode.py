"""Lessons line by line: asked in sentences, answered by number or in words, nothing told before."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.pty_terminal import Terminal
from tui_transformer.controls import BadValue
from tui_transformer.lessons import asking, library
from tui_transformer.lessons.asking import question
from tui_transformer.lessons.doing import solved
from tui_transformer.lessons.records import Ask, Do
from tui_transformer.lines.prompt import Prompt
from tui_transformer.link import quote
from tui_transformer.model import Model
from tui_transformer.progress import Keeper
from tui_transformer.text import is_clean

TFX = [sys.executable, "-m", "tui_transformer"]


def begun(name: str) -> tuple[Prompt, str]:
    """A prompt at which a lesson was begun, and what was told."""
    prompt = Prompt(Keeper(None))
    return prompt, told(prompt, f"learn {name}")


def told(prompt: Prompt, line: str) -> str:
    """Type a line; what is said then."""
    return "\n".join([*prompt.answer(line), *(prompt.tell() if prompt.changed() else [])])


def assigned(do: Do, model: Model) -> list[str]:
    """The solution of a task as assignments, one a line."""
    end = solved(do, model)
    return [
        quote(f"{name}={control.format(getattr(end, name))}")
        for name, control in model.controls().items()
        if control.format(getattr(end, name)) != control.format(getattr(model, name))
    ]


def guess(prompt: Prompt, right: bool) -> str:
    """Answer what is asked."""
    run = prompt.lesson.run
    assert run is not None and isinstance(run.task, Ask)
    answer = question(run.task, run.step.model).answer
    if answer.choice is None:
        return told(prompt, repr(float(answer.after) + (0 if right else 1000)))
    choices = run.task.choices
    return told(prompt, choices[(answer.choice + (not right)) % len(choices)].text)


@pytest.mark.parametrize("name", library.shipped())
def test_it_is_played_to_its_end(name: str) -> None:
    """With right answers, while a look at the change before an answer is a fault."""
    with patch.object(asking, "apply", side_effect=BadValue("looked")):
        prompt, said = begun(name)
    lesson = library.load(name)
    for at, step in enumerate(lesson.steps):
        assert f"page {at + 1} of {len(lesson.steps)}: " in said and is_clean(
            said.replace("\n", "")
        )
        run = prompt.lesson.run
        assert run is not None
        match run.task:
            case Ask():
                assert run.session.model is step.model
                said = guess(prompt, right=True)
                assert "which is right." in said
            case Do() as do:
                assert "Not yet: " in said
                said = "".join(told(prompt, typed) for typed in assigned(do, step.model))
                assert "Reached." in said
        with patch.object(asking, "apply", side_effect=BadValue("looked")):
            said = told(prompt, "next")
    assert "That was the last page" in said and prompt.lesson.run is None
    if not any(step.skipped for step in lesson.steps):
        learnt = prompt.lesson._keeper.progress.learnt
        assert learnt == {name}


def test_an_answer_is_given_by_number_in_words_or_as_they_begin() -> None:
    for typed in ("3", "the same", "THE  SAME", "the"):
        prompt, said = begun("softmax")
        assert "Choose 1: larger, 2: smaller, 3: the same." in said
        assert "which is right" in told(prompt, typed)
    for typed in ("4", "0", "smallest", "maybe", "the same "):
        prompt, _ = begun("softmax")
        said = told(prompt, typed)
        assert "which is right" in said if typed.strip() == "the same" else said.count("\n") == 0
        assert prompt.lesson.run is not None


def test_where_choices_are_numbers_they_are_counted_by_letters() -> None:
    prompt, _ = begun("softmax")
    for _ in range(4):
        said = told(prompt, "next")
    assert "Choose a: 0.99, b: 4.6, c: 99, d: no end." in said
    assert "which is right" in told(prompt, "b")


def test_a_number_is_typed_and_what_is_none_changes_nothing() -> None:
    prompt, _ = begun("softmax")
    for _ in range(2):
        said = told(prompt, "next")
    assert said.endswith("Type a number.")
    assert "\n" not in told(prompt, "a lot") and prompt.lesson.run.phase == "ask"
    assert "off by 0.00" in told(prompt, "0.86")


@pytest.mark.parametrize(
    "line", ["temperature=2", "undo", "preset 1", "values", "why", "play 3", "random", "tasks"]
)
def test_while_it_is_asked_a_guess_comes_first(line: str) -> None:
    prompt, _ = begun("softmax")
    model = prompt.session.model
    said = told(prompt, line)
    assert said.count("\n") == 0 and "0.659" not in said
    assert prompt.session.model is model and prompt.lesson.run.phase == "ask"
    assert "logits = 2,1,0.1" in told(prompt, "controls")
    assert "Five points for everybody" in told(prompt, "show")


def test_next_back_hint_and_leave() -> None:
    prompt, _ = begun("softmax")
    assert "page 2 of 7" in told(prompt, "next")
    assert "page 1 of 7" in told(prompt, "back")
    assert "page 1 of 7" in told(prompt, "back")
    assert prompt.lesson._keeper.progress.missed  # a question that was skipped comes back
    for _ in range(6):
        said = told(prompt, "next")
    assert "You may set logits, which is 2,1,0.1." in said
    assert told(prompt, "target=1") == (
        "target stays as it is here; you may change logits and temperature."
    )
    assert "once more" in told(prompt, "hint")
    assert told(prompt, "hint") == "One solution: logits=2,1,5"
    assert "Not yet: cross_entropy (now 0.169846) < 0.1" in told(prompt, "logits=2,1,4")
    assert "Not yet: cross_entropy (now 2.31703) < 0.1" in told(prompt, "undo")
    assert "Reached." in told(prompt, "logits=2,1,5")
    said = told(prompt, "leave")
    assert prompt.lesson.run is None and "Softmax & cross-entropy." in said
    assert prompt.session.concept.presets and "Randomised" in told(prompt, "random")


def test_a_page_that_is_only_read_says_once_how_it_goes_on(tmp_path: Path) -> None:
    pages = "\n\n".join(f"## Page {at}\n\nRead.\n\n```tfx\nneuron\n```" for at in (1, 2))
    (tmp_path / "mine.md").write_text(f"# Two neurons\n\n{pages}\n", "utf-8")
    prompt = Prompt(Keeper(None))
    prompt.learn(str(tmp_path / "mine.md"))
    for text in ("\n".join(prompt.tell()), told(prompt, "next")):
        assert text.splitlines().count("next goes on.") == 1, text


def test_another_concept_ends_the_lesson_and_nothing_of_it_stays() -> None:
    prompt, _ = begun("softmax")
    assert "Linear unit" in told(prompt, "neuron")
    assert prompt.lesson.run is None and "temperature" not in told(prompt, "controls")
    assert "page 1 of" in told(prompt, "learn")
    assert prompt.lesson.run.step.concept.id == "neuron"
    assert "page 1 of 10" in told(prompt, "leave") + told(prompt, "quiz")
    assert told(prompt, "learn nothing") != ""


def test_what_is_shown_while_asked_is_the_opening_state_and_told_what_is_new() -> None:
    prompt, said = begun("softmax")
    assert "0.659001" in said and "A guess costs" not in said
    said = told(prompt, "3")
    assert "probabilities[0] was 0.659001 and is 0.659001." in said
    assert "z 7.000" in said and "A guess costs" in said


def talk(home: Path, *arguments: str, typed: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*TFX, *arguments, "--lines"],
        input=typed,
        capture_output=True,
        text=True,
        env=os.environ | {"XDG_STATE_HOME": str(home)},
    )


def test_through_a_pipe_it_is_remembered(tmp_path: Path) -> None:
    done = talk(tmp_path, "learn", "softmax", typed="smaller\nnext\nquit\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "page 1 of 7" in done.stdout and "page 2 of 7" in done.stdout
    kept = json.loads((tmp_path / "tfx" / "progress.json").read_text())
    assert list(kept["missed"]) == ["softmax ask probabilities[0] after logits+=5"]
    done = talk(tmp_path, "learn", typed="")  # the course begins with its first lesson
    assert "page 1 of" in done.stdout
    done = talk(tmp_path, "quiz", "softmax", typed="next\n")
    assert "Lesson Quiz, page 2 of " in done.stdout
    done = talk(tmp_path, "learn", "softmx", typed="")
    assert (done.returncode, done.stdout) == (2, "") and "Did you mean softmax?" in done.stderr


def test_a_dumb_terminal_learns_line_by_line(tmp_path: Path) -> None:
    env = {"XDG_STATE_HOME": str(tmp_path), "TERM": "dumb"}
    with Terminal([*TFX, "learn", "neuron"], env=env, rows=60) as tfx:
        tfx.wait_for("Choose 1:")
        tfx.send("1\r")
        tfx.wait_for("Your guess was")
        tfx.send("quit\r")
        assert tfx.exit_status() == 0
        assert b"\x1b" not in tfx.raw


LINES = (
    *("next", "back", "hint", "again", "leave", "show", "help", "controls", "values", "why"),
    *("1", "2", "a", "b", "0.5", "yes", "learn", "quiz softmax", "undo", "play 2", "reset", "list"),
    *(
        "temperature=2",
        "x=1",
        "seed=3",
        "logits=1,2",
        "=",
        "\x1b[2J",
        "learn xor",
        "neuron",
        "é" * 99,
    ),
)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_typed_is_answered(seed: int) -> None:
    rng = random.Random(seed)
    prompt, _ = begun(rng.choice(("softmax", "neuron", "descent", "tokenizer")))
    for _ in range(120):
        line = rng.choice(LINES)
        said = told(prompt, line)
        run = prompt.lesson.run
        assert run is None or prompt.session is run.session, line
        assert said or line in ("undo", "=") or run is not None, line
