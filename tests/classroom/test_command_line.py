"""`tfx present`, `tfx follow --json` and `tfx class`: processes that agree."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import tui_transformer
from tests.classroom.screens import TFX, Running
from tests.waiting import until
from tui_transformer.classroom.messages import Page, State
from tui_transformer.classroom.showing import OTHERS_FILE, markdown, shown, state_of
from tui_transformer.controls import BadValue
from tui_transformer.lessons.library import load, shipped
from tui_transformer.lessons.pinned import about
from tui_transformer.lessons.run import Run
from tui_transformer.link import open_command
from tui_transformer.session import Session


@pytest.fixture
def place(tmp_path: Path) -> Iterator[dict[str, str]]:
    yield {**os.environ, "TFX_CLASS_DIR": str(tmp_path / "c"), "XDG_STATE_HOME": str(tmp_path)}


def listed(place: dict[str, str]) -> str:
    return subprocess.run((*TFX, "class"), env=place, capture_output=True, text=True).stdout


def test_who_follows_agrees_with_who_presents(place: dict[str, str]) -> None:
    presenter = Running(place, "present", "physics", "softmax", "--lines")
    assert until(lambda: "physics" in listed(place))
    first = Running(place, "follow", "physics", "--json", "--name", "Ada")
    only = Running(place, "follow", "--json")  # the only one there is
    for warm in (2, 3, 0.5):
        presenter.type(f"temperature={warm}")
        for one in (first, only):
            assert until(
                lambda one=one, warm=warm: one.state()["controls"].get("temperature") == warm
            )
    late = Running(place, "follow", "physics", "--json")
    assert until(lambda: late.stands_at(0.5))
    assert "3 follow" in listed(place)
    presenter.type("attention scaled=off")
    assert until(lambda: all(one.state().get("concept") == "attention" for one in (first, late)))
    alone = subprocess.run(
        (*TFX, "attention", "scaled=off", "--json"), env=place, capture_output=True, text=True
    )
    assert json.loads(first.lines[-1]) == json.loads(alone.stdout)
    presenter.type("quit")
    assert presenter.end()[0] == 0
    for one in (first, only, late):
        status, said = one.end()
        assert status == 0 and "closed the class" in said
    assert listed(place) == "There is no class here. tfx present opens one.\n"
    assert list(Path(place["TFX_CLASS_DIR"]).iterdir()) == []


def test_a_presenter_that_is_killed_can_come_back(place: dict[str, str]) -> None:
    presenter = Running(place, "present", "physics", "softmax", "--lines")
    assert until(lambda: "physics" in listed(place))
    follower = Running(place, "follow", "physics", "--json")
    assert until(lambda: follower.lines)
    second = Running(place, "present", "physics", "softmax", "--lines")
    status, said = second.end()
    assert status == 2 and "physics already" in said
    presenter.process.send_signal(signal.SIGKILL)
    presenter.end()
    status, said = follower.end()
    assert status == 0 and "presenter is gone" in said
    assert "no class" in listed(place)
    again = Running(place, "present", "physics", "softmax", "temperature=2", "--lines")
    assert until(lambda: "physics" in listed(place))
    follower = Running(place, "follow", "physics", "--json")
    assert until(lambda: follower.stands_at(2))
    follower.process.send_signal(signal.SIGKILL)  # which the presenter does not mind
    follower.end()
    again.type("temperature=3")
    again.type("quit")
    assert again.end()[0] == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    (
        (("follow",), "there is no class here"),
        (("follow", "physics", "--json"), "there is no class physics here"),
        (("follow", "../x"), "no name for a class"),
        (("follow", "a", "b"), "follow takes one class"),
        (("class", "physics"), "class takes nothing"),
        (("present", "phys", "sofmax"), "there is no lesson called sofmax"),
        (("present", "physics", "softmax", "temperature=-1"), "temperature"),
        (("present", "learn"), "present takes one lesson"),
        (("present", "physics", "none.md"), "cannot be read"),
        (("present", "a_b", "softmax"), "no name for a class"),
        (("present", "physics", "softmax", "--log", "/dev/null/x"), "cannot be written"),
        (("present", "physics", "softmax", "--group", "no-such", "--lines"), "no group"),
        (("present", "--json"), "present opens a class"),
        (("softmax", "--name", "Ada"), "--name goes with follow only"),
        (("softmax", "--keys"), "--keys goes with present and host only"),
        (("--kiosk", "present", "physics"), "from an account of your own"),
    ),
)
def test_what_cannot_be_gets_a_sentence(
    place: dict[str, str], words: tuple[str, ...], sentence: str
) -> None:
    done = subprocess.run(
        (*TFX, *words), env=place, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 2 and sentence in done.stderr


# ── from a screen to a message and back ────────────────────────────────────────────────


@pytest.mark.parametrize("name", shipped())
def test_every_step_of_a_lesson_arrives_as_it_is(name: str) -> None:
    lesson = load(name)
    for at, step in enumerate(lesson.steps):
        run = Run.of(lesson, at)
        state = state_of(run.session, run, 0, False)
        assert len(markdown(lesson.title, step)) < 4000
        arrived = shown(state)
        assert arrived.run is not None
        theirs = arrived.run.step
        assert (theirs.heading, theirs.story, theirs.question) == (
            step.heading, step.story, step.question
        )  # fmt: skip
        assert [one.text for one in theirs.after] == [one.text for one in step.after]
        assert theirs.model.same(step.model) and theirs.key == step.key
        assert (arrived.run.at, len(arrived.run.lesson.steps)) == (at, len(lesson.steps))
        assert arrived.run.phase == run.phase and arrived.session.model.same(run.session.model)


def test_a_question_about_a_pinned_number_arrives_without_its_answer() -> None:
    concept, model = open_command("softmax logits=2,1,0.1")
    lesson = about(concept, model, "scaled[0]", "temperature=0.5")  # no name that --json has
    run = Run.of(lesson)
    state = state_of(run.session, run, 0, False)
    assert state.step == Page(
        "a question", "ask", "tfx softmax", number="scaled[0]", after="temperature=0.5"
    )
    asked = shown(state)
    assert asked.run is not None and asked.run.answer is None
    told = shown(state_of(run.tell().session, run.tell(), 0, False), asked)
    assert told.run is not None and told.run.answer is not None
    assert (told.run.answer.before, told.run.answer.after) == (2.0, 4.0)
    assert told.run.answer.text == "larger"
    number = Run.of(about(concept, model, "scaled[0]", "temperature=0.5 within 10%"))
    arrived = shown(state_of(number.session, number, 0, False))
    assert arrived.run is not None
    (step,) = arrived.run.lesson.steps
    assert not step.task.choices  # type: ignore[union-attr]
    assert arrived.run.tell(4.3).told.right  # type: ignore[union-attr]
    assert not arrived.run.tell(4.5).told.right  # type: ignore[union-attr]


LINKS = (
    "real-model model=/etc/passwd",
    "tfx real-model model=/tmp/x.safetensors prompt=Hi",
    "real-model 'model=../../x'",
    "  real-model   model=~/x",
)


@pytest.mark.parametrize("link", LINKS)
def test_no_file_is_opened_for_somebody_else(link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event in ("open", "os.listdir", "os.stat") and "x" in str(arguments[0]):
            opened.append(arguments[0])

    watching = False
    sys.addaudithook(hook)
    block = f"# A\n\n## B\n\nC.\n\n```tfx\n{link}\n```\n"
    for state in (
        State(link),
        State("softmax", compare=link),
        State("softmax", step=Page("A", "look", block)),
        State("softmax", step=Page("A", "ask", link, number="p[0]", after="x=1")),
    ):
        watching = True
        with pytest.raises(BadValue) as problem:
            shown(state)
        watching = False
        assert str(problem.value) in (OTHERS_FILE, f"line 8: {OTHERS_FILE}") or "file" in str(
            problem.value
        )
    own = ("site-packages", str(Path(tui_transformer.__file__).parent))  # modules that are loaded
    assert not [path for path in opened if not any(folder in str(path) for folder in own)]


ODD = (
    State(""),
    State("tfx"),
    State("list"),
    State("softmax --kiosk"),
    State("softmax temperature=nan"),
    State("softmax '"),
    State("softmax", compare="attention"),
    State("softmax", step=Page("A", "look", "no lesson")),
    State("softmax", step=Page("A", "look", "# A\n\n## B\n\n```tfx\nsoftmax\n```\n" * 2)),
    State("softmax", step=Page("A", "ask", "softmax", number="p", after="")),
    State("softmax", step=Page("A", "ask", "softmax", number="p", after="x=1")),
    *(
        State("neuron", step=Page("A", phase, "# A\n\n## B\n\n```tfx\nsoftmax\n```\n"))
        for phase in ("do", "done")
    ),
)


@pytest.mark.parametrize("state", ODD, ids=range(len(ODD)))
def test_odd_states_get_a_sentence(state: State) -> None:
    with pytest.raises(BadValue) as problem:
        shown(state)
    assert str(problem.value)


def test_pins_that_are_nowhere_are_let_go() -> None:
    odd = state_of(Session(*open_command("softmax")), None, 0, False)
    session = shown(State(odd.link, (99, 0, 0), at=9999, inside="nothing")).session
    assert session.noticed().pin is None
    assert session.knob is not None and session.fold is None
    run = Run.of(load("softmax"))
    lesson = shown(state_of(run.session, run, 0, False))
    assert lesson.page is not None
    assert shown(State(odd.link, (0, 99, 99), step=lesson.page)).session.pin is None
