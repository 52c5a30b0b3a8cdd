"""`tfx progress`: what is learnt, what is due, the stars; and beginning anew."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.pty_terminal import Terminal
from tui_transformer.cli.progress import lines, record
from tui_transformer.lessons.library import shipped
from tui_transformer.progress import Keeper, Missed, Progress, clear, load, save

TFX = [sys.executable, "-m", "tui_transformer"]
TODAY = date(2026, 11, 28)
FULL = Progress(
    frozenset({"softmax", "xor"}),
    frozenset({("softmax", "win"), ("xor", "fold"), ("xor", "part")}),
    "light",
    frozenset({"softmax", "neuron"}),
    {
        "softmax ask entropy after temperature=2": Missed(0, TODAY),
        "neuron ask y after b+=1": Missed(1, TODAY + timedelta(3)),
        "xor do right == 4": Missed(0, TODAY + timedelta(1)),
    },
    frozenset({("neuron", "part them")}),
)


def tfx(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*TFX, "progress", *arguments],
        env=os.environ | {"XDG_STATE_HOME": str(home)},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )


def file_in(home: Path) -> Path:
    file = home / "tfx" / "progress.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def test_it_says_what_is_learnt_what_is_due_and_the_stars() -> None:
    assert list(lines(FULL, TODAY)) == [
        f"Learnt: 2 of {len(shipped())} lessons: neuron, softmax.",
        "Next: activations",
        "Quiz: 1 due now, 2 later.",
        "  now: softmax ask entropy after temperature=2",
        "  tomorrow: xor do right == 4",
        "  in 3 days: neuron ask y after b+=1",
        "Stars: 3: softmax 1, xor 2.",
        "Earlier stars (a preset or one key could earn them): 1: neuron 1.",
    ]
    assert "Stars: none yet." in list(lines(Progress(), TODAY))
    everything = Progress(learnt=frozenset(shipped()))
    assert "Next: nothing is left; tfx quiz asks again." in list(lines(everything, TODAY))


def test_as_json(tmp_path: Path) -> None:
    save(FULL, file_in(tmp_path))
    done = tfx(tmp_path, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == record(FULL)
    assert record(FULL)["stars"] == {"softmax": ["win"], "xor": ["fold", "part"]}
    assert record(FULL)["earlier_stars"] == {"neuron": ["part them"]}
    assert [one["due"] for one in record(FULL)["quiz"]] == [
        "2026-11-28",
        "2026-11-29",
        "2026-12-01",
    ]


def test_stars_of_the_first_version_are_earlier_ones_and_nothing_is_learnt(tmp_path: Path) -> None:
    file = file_in(tmp_path)
    old = {"version": 1, "theme": "ansi", "visited": ["xor"], "solved": {"xor": ["fold"]}}
    file.write_text(json.dumps(old))
    found, problem = load(file)
    assert problem == "" and (found.theme, found.visited) == ("ansi", {"xor"})
    assert found.earlier == {("xor", "fold")}
    assert not found.solved and not found.learnt and not found.missed
    keeper = Keeper(file)
    keeper.update(keeper.progress.solve("xor", "part"))
    again, _ = load(file)
    assert (again.solved, again.earlier) == ({("xor", "part")}, {("xor", "fold")})


def test_stars_of_the_second_version_are_stars(tmp_path: Path) -> None:
    file = file_in(tmp_path)
    old = {"version": 2, "theme": "", "visited": [], "solved": {"xor": ["fold"]}}
    file.write_text(json.dumps(old | {"learnt": ["xor"], "missed": {}}))
    found, problem = load(file)
    assert problem == "" and found.solved == {("xor", "fold")} and not found.earlier


@pytest.mark.parametrize("version", [1, 2])
def test_a_version_has_its_own_names_and_no_others(tmp_path: Path, version: int) -> None:
    file = file_in(tmp_path)
    file.write_text(json.dumps(json.loads(FULL.to_json()) | {"version": version}))
    assert load(file)[1].startswith("Damaged or from a newer tfx")


def test_beginning_anew_keeps_the_look_and_says_what_was_there(tmp_path: Path) -> None:
    file = file_in(tmp_path)
    save(FULL, file)
    refused = tfx(tmp_path, "--reset")
    assert (refused.returncode, refused.stdout) == (2, "") and "--yes" in refused.stderr
    assert load(file)[0] == FULL
    done = tfx(tmp_path, "--reset", "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "Cleared: 2 lessons learnt, 3 questions of the quiz, 3 stars, 1 earlier stars, "
        "2 concepts opened.\n"
    )
    assert load(file) == (Progress(theme="light"), "")


def test_it_asks_first_where_somebody_can_answer(tmp_path: Path) -> None:
    save(FULL, file_in(tmp_path))
    for answer, status, left in (("no\r", 1, FULL), ("yes\r", 0, Progress(theme="light"))):
        command = [*TFX, "progress", "--reset"]
        with Terminal(command, env={"XDG_STATE_HOME": str(tmp_path)}) as terminal:
            terminal.wait_for("Type yes:")
            terminal.send(answer)
            assert terminal.exit_status() == status
        assert load(file_in(tmp_path))[0] == left


def test_what_is_not_understood_is_left_alone(tmp_path: Path) -> None:
    file = file_in(tmp_path)
    file.write_text("{")
    for arguments in ([], ["--json"], ["--reset", "--yes"]):
        done = tfx(tmp_path, *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Damaged or from a newer tfx, left alone" in done.stderr
    assert clear(file) != "" and file.read_text() == "{"


@pytest.mark.parametrize(
    "arguments", [["softmax"], ["--text"], ["--yes"], ["--lines"], ["--reset", "--json"]]
)
def test_what_makes_no_sense_is_one_sentence(tmp_path: Path, arguments: list[str]) -> None:
    done = tfx(tmp_path, *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_only_progress_can_be_reset(tmp_path: Path) -> None:
    done = subprocess.run([*TFX, "softmax", "--reset"], capture_output=True, text=True)
    assert done.returncode == 2 and "--reset goes with progress only" in done.stderr
