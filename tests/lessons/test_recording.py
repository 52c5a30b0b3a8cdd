"""`tfx record`: what is played and typed becomes a lesson that opens and passes `tfx check`."""

import os
import re
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot

from tests.forked_terminal import ForkedTerminal
from tests.lessons.files import ASK, one
from tui_transformer import whole_file
from tui_transformer.concepts import entries, load
from tui_transformer.controls import BadValue
from tui_transformer.lessons.checking import check
from tui_transformer.lessons.reading import parse
from tui_transformer.lessons.recorded import Recorded
from tui_transformer.lessons.recording import Draft
from tui_transformer.session import Session
from tui_transformer.ui.app import TfxApp, build

TFX = [sys.executable, "-m", "tui_transformer"]
SOFTMAX = load("softmax")


def draft(**parts: str) -> Draft:
    """A step that asks about a warmer softmax."""
    model = SOFTMAX.model()
    typed = {"title": "Mine", "heading": "Warm", "question": "What happens?"} | parts
    return Draft(SOFTMAX, model.replace(temperature=2.0), model, **typed)


def faults(text: str) -> list[str]:
    return [fault.sentence for fault in check(text, draw=3).faults]


# ── a step ─────────────────────────────────────────────────────────────────────────────


def test_a_step_is_written_as_a_person_would() -> None:
    asked = draft(story="The cat has 0.66.\n\nThat is 66 %.", asked="probabilities[0]")
    text = asked.write(first=True)
    assert text == (
        "# Mine\n\n## Warm\n\nThe cat has 0.66.\n\nThat is 66 %.\n\nWhat happens?\n\n"
        "```tfx\nsoftmax\nask probabilities[0] after temperature=2\n"
        "larger | smaller | the same\nexpect round(was.probabilities[0], 2) == 0.66\n"
        "expect round(100 * was.probabilities[0], 0) == 66\n```\n"
    )
    assert faults(text) == []
    assert asked.write(first=False) == text.removeprefix("# Mine\n\n")


def test_without_a_question_the_state_is_shown() -> None:
    text = draft(story="Warm.", question="").write(first=True)
    (step,) = parse(text).steps
    assert step.model.temperature == 2 and step.task is None and faults(text) == []


def test_what_can_be_chosen_fits_what_is_asked() -> None:
    def choices(concept: str, now: dict[str, str], expression: str) -> list[str]:
        loaded = load(concept)
        was = loaded.model()
        made = Draft(loaded, was.parsed(now), was, "Mine", "One", "", expression, "What?")
        text = made.write(first=True)
        assert faults(text) == []
        (step,) = parse(text).steps
        return [choice.text for choice in step.task.choices]  # type: ignore[union-attr]

    assert choices("softmax", {"temperature": "2"}, "entropy") == ["larger", "smaller", "the same"]
    assert choices("softmax", {"temperature": "2"}, "entropy < 1") == ["yes", "no"]
    assert choices("softmax", {"temperature": "2"}, "probabilities[0] within 0.05") == []
    assert choices("descent", {"learning_rate": "0.3", "steps": "40"}, "status")[1] == "diverging"


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"heading": "It gets smaller"}, "tells the answer of a question: smaller."),
        ({"story": "It is 0.777."}, "0.777 is said, and no number here is that."),
        ({"story": "# A heading"}, "There is a second title"),
        ({"story": "## Another"}, "The step has no block"),
        ({"story": "```tfx\n\nsoftmax\n\n```"}, "A second block"),
        (
            {"story": "```tfx\n\nsoftmax\n\n```\n\n## Other"},
            "would be read as a heading or a block",
        ),
        ({"heading": "C #"}, "would be read as a heading or a block"),
        ({"story": "\x1b[2J"}, "cannot be shown: a lesson is plain text."),
        ({"story": "a" * 5000}, "Too long"),
        ({"story": "word " * 130}, "lines are too many"),
        ({"story": "See [this](nothing)."}, "links go to concept ids"),
        ({"question": "What happens"}, "No question"),
        ({"asked": "probabilities"}, "probabilities is 3 numbers: ask for one of them."),
        ({"asked": "probabilites[0]"}, "Did you mean probabilities?"),
        ({"asked": "temperature"}, "only reads controls"),
        ({"asked": "(" * 10_000}, "characters are too many"),
        ({"asked": "probabilities[0] after x=1"}, "cannot be read here"),
        ({"asked": "probabilities[0] within soon"}, "within"),
        ({"title": "Smaller"}, "tells the answer of a question"),
    ],
)
def test_what_breaks_the_contract_is_one_sentence(parts: dict[str, str], says: str) -> None:
    with pytest.raises(BadValue) as problem:
        draft(**{"asked": "probabilities[0]"} | parts).write(first=True)
    assert "\n" not in str(problem.value)
    assert says in str(problem.value)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80), st.text(max_size=200), st.text(max_size=40))
def test_anything_typed_is_a_sound_lesson_or_one_sentence(
    heading: str, story: str, asked: str
) -> None:
    try:
        text = draft(heading=heading, story=story, asked=asked).write(first=True)
    except BadValue as problem:
        assert str(problem) and "\n" not in str(problem)
        return
    assert faults(text) == []
    (step,) = parse(text).steps
    assert step.heading == " ".join(heading.split())


@pytest.mark.parametrize("name", [entry.id for entry in entries() if entry.id != "training"])
def test_a_change_of_any_concept_can_be_shown_and_comes_back(name: str) -> None:
    """Drawn states of every concept are opened again by what is written."""
    if name == "real-model":
        return  # its controls depend on what is installed; tests/published.py
    concept, rng = load(name), np.random.default_rng(7)
    was = Session.open(concept).randomise(rng).model
    for _ in range(2):
        now = Session(concept, was).randomise(rng).model
        (step,) = parse(Draft(concept, now, was, "Mine", "One").write(first=True)).steps
        assert step.model.same(now)
        was = now


# ── the file ───────────────────────────────────────────────────────────────────────────


def test_an_existing_lesson_is_added_to_and_what_stood_there_stays(tmp_path: Path) -> None:
    file = tmp_path / "old.md"
    old = one(ASK).rstrip() + "\n\n\n"
    file.write_text(old, encoding="utf-8")
    file.chmod(0o640)
    recorded = Recorded(str(file))
    assert (recorded.title, recorded.steps) == ("A title", 1)
    recorded.write(draft(title=recorded.title, asked="entropy"))
    text = file.read_text(encoding="utf-8")
    assert text.startswith(old.rstrip()) and text.count("\n# ") == 0
    assert len(parse(text).steps) == 2 and faults(text) == []
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_what_somebody_else_wrote_meanwhile_stays(tmp_path: Path) -> None:
    file = tmp_path / "shared.md"
    recorded = Recorded(str(file))
    recorded.write(draft(heading="First"))
    recorded.finish()
    edited = file.read_text(encoding="utf-8").replace("First", "Edited")
    file.write_text(edited, encoding="utf-8")
    recorded.write(draft(heading="Second"))
    assert [step.heading for step in parse(file.read_text(encoding="utf-8")).steps] == [
        "Edited",
        "Second",
    ]
    file.write_text("no lesson any more", encoding="utf-8")
    with pytest.raises(BadValue, match="is no lesson to add to"):
        recorded.write(draft(heading="Third"))
    assert file.read_text(encoding="utf-8") == "no lesson any more"


def test_a_full_disk_is_a_sentence_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "full.md"
    recorded = Recorded(str(file))
    recorded.write(draft())
    before = file.read_text(encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_file.os, "fsync", full)
    with pytest.raises(BadValue, match=r"full\.md cannot be written: No space left on device\."):
        recorded.write(draft(story="More."))
    assert file.read_text(encoding="utf-8") == before
    assert [found.name for found in tmp_path.iterdir()] == ["full.md"]
    monkeypatch.undo()
    recorded.write(draft(story="More."))
    assert len(parse(file.read_text(encoding="utf-8")).steps) == 1


REFUSED = {
    "no lesson": ("notes.md", "Just some notes.\n", "is no lesson to add to: "),
    "no text": ("data.md", b"\xff\xfe\x00", "It is no text"),
    "another ending": ("notes.txt", None, "a lesson's file ends in .md"),
    "nothing but the ending": (".md", None, "a lesson's file ends in .md"),
    "a folder": ("folder.md/", None, "a lesson's file ends in .md"),
    "no folder": ("nowhere/x.md", None, "there is no such folder."),
    "hostile": ("\x1b[31m\n/x.md", None, "there is no such folder."),
    "very long": ("x" * 300 + ".md", None, "cannot be read: File name too long."),
    "full": ("long.md", "# A\n\n" + "## B\n\n```tfx\nneuron\n```\n\n" * 60, "is full: "),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_recorded_in_is_refused_in_one_sentence(case: str, tmp_path: Path) -> None:
    name, content, says = REFUSED[case]
    if content is not None:
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadValue) as problem:
        Recorded(f"{tmp_path}/{name}")
    said = str(problem.value)
    assert says in said and said.isprintable() and len(said) < 300


def test_a_folder_and_a_pipe_by_a_lesson_s_name(tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()
    os.mkfifo(tmp_path / "pipe.md")
    for name in ("folder.md", "pipe.md"):
        with pytest.raises(BadValue, match=r"It cannot be read: (no regular file|Is a directory)"):
            Recorded(str(tmp_path / name))


def test_the_command_line_says_what_is_wrong(tmp_path: Path) -> None:
    file = str(tmp_path / "a.md")
    for arguments, says in (
        (["record"], "record takes a file and a concept, as in: tfx record lesson.md softmax"),
        (["record", file], "record takes a file and a concept"),
        (["record", file, "softmx"], "There is nothing called softmx. Did you mean softmax?"),
        (["record", file, "softmax", "temprature=1"], "Did you mean temperature?"),
        (["record", file, "softmax", "--json"], "record opens the screen and nothing else."),
        (["record", file, "softmax", "--lines"], "record opens the screen and nothing else."),
        (["--kiosk", "record", file, "softmax"], "nothing is recorded here."),
    ):
        done = subprocess.run(
            [*TFX, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
        assert (done.returncode, done.stdout) == (2, ""), arguments
        assert says in done.stderr and done.stderr.count("\n") == 1, done.stderr
    assert list(tmp_path.iterdir()) == []


# ── on the screen ──────────────────────────────────────────────────────────────────────


def lines(app: TfxApp) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(s.text for s in strip).rstrip() for strip in strips)


async def typed(pilot: Pilot[None], *texts: str) -> None:
    """Take what stands in the line (where nothing is typed), or a text in its place."""
    for text in texts:
        assert pilot.app.instrument.entry.display  # type: ignore[attr-defined]
        if text:
            pilot.app.instrument.entry.insert(text)  # type: ignore[attr-defined]
        await pilot.press("enter")
        await pilot.pause()


async def test_steps_are_recorded_one_after_the_other(tmp_path: Path) -> None:
    file = tmp_path / "mine.md"
    app = build("softmax", "dark", False, None, record=str(file))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "R record" in lines(app)
        await pilot.press("R")
        await typed(pilot, "", "Three scores", "The cat has 0.66.")
        assert "Step 1 is in" in lines(app)
        await pilot.press("down", "down", "down", "right", "right", "R")
        await typed(pilot, "Warmer", "", "probabilities[0]", "")
        assert "Step 2 is in" in lines(app)
        await pilot.press("right", "R")
        await typed(pilot, "Warmer still", "", "")
        assert "Step 3 is in" in lines(app)
    text = file.read_text(encoding="utf-8")
    first, second, third = parse(text).steps
    assert faults(text) == [] and parse(text).title == "Mine"
    assert first.story == ("The cat has 0.66.",) and first.task is None
    assert second.question == "What becomes of probabilities[0]?"
    assert third.model.temperature > second.model.temperature == 1 and third.task is None


async def test_what_was_left_half_way_is_gone_on_with(tmp_path: Path) -> None:
    file = tmp_path / "mine.md"
    app = build("softmax", "dark", False, None, record=str(file))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("R")
        await typed(pilot, "", "One")
        pilot.app.instrument.entry.insert("The start of a st")  # type: ignore[attr-defined]
        await pilot.press("escape")
        assert [s.heading for s in parse(file.read_text(encoding="utf-8")).steps] == ["One"]
        await pilot.press("right")  # the state, not the typed line
        await pilot.press("R")
        await pilot.pause()
        assert "The start of a st" in lines(app)
        await typed(pilot, "A story.", "")
    (step,) = parse(file.read_text(encoding="utf-8")).steps
    assert (step.heading, step.story) == ("One", ("A story.",))
    assert step.model.logits[0] == 2.1


async def test_a_line_that_cannot_be_used_stays_and_says_why(tmp_path: Path) -> None:
    file = tmp_path / "mine.md"
    app = build("softmax", "dark", False, None, record=str(file))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("R")
        await typed(pilot, "", "One", "It is 0.777.")
        assert "story = It is 0.777." in lines(app) and "✗ 0.777 is said" in lines(app)
        tmp_path.joinpath("mine.md").unlink()
        tmp_path.rmdir()
        pilot.app.instrument.entry.edit(  # type: ignore[attr-defined]
            replace(pilot.app.instrument.entry.typed, text="Fine.", at=5)  # type: ignore[attr-defined]
        )
        await typed(pilot, "")
        assert "story = Fine." in lines(app) and "cannot be written" in lines(app)


async def test_without_a_file_the_key_says_how_to_begin() -> None:
    app = build("softmax", "dark", False, None)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "R record" not in lines(app)
        await pilot.press("R")
        await pilot.pause()
        assert "tfx record lesson.md softmax begins one." in lines(app)


def test_in_a_terminal_nothing_typed_is_lost_when_the_program_ends(tmp_path: Path) -> None:
    file, home = tmp_path / "mine.md", {"XDG_STATE_HOME": str(tmp_path)}
    with ForkedTerminal([*TFX, "record", str(file), "softmax"], env=home) as tfx:
        tfx.wait_for("R record")
        tfx.send("R")
        tfx.wait_for("title =")
        tfx.key("enter")
        tfx.wait_for("heading =")
        tfx.send("One\r")
        tfx.wait_for("story =")
        tfx.send("Half a story")
        tfx.wait_for("Half a story")
        tfx.send("\x03")
        assert tfx.exit_status() == 0 and tfx.attributes_restored()
    (step,) = parse(file.read_text(encoding="utf-8")).steps
    assert (step.heading, step.story) == ("One", ("Half a story",))
    with ForkedTerminal([*TFX, "record", str(file), "softmax"], env=home) as tfx:
        tfx.wait_for("R record")
        tfx.send("R")
        tfx.wait_for("heading =")
        tfx.send("Two\r")
        tfx.wait_for("story =")
        tfx.send("It is 0.777")
        tfx.wait_for("0.777")
        tfx.send("\x03")
        assert tfx.exit_status() == 0
        assert re.search("Not written: It is 0.777", "\n".join(tfx.text()))
