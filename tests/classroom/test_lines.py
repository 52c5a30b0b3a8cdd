"""Presenting line by line: asking a number, telling it, the chalk, and who is there."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.classroom.screens import TFX, Running
from tests.pty_terminal import Terminal
from tests.waiting import PATIENCE, until
from tui_transformer.classroom.messages import (
    LARGEST_ID,
    Ask,
    Chalk,
    Raise,
    State,
    Tally,
    Tell,
    Vote,
)
from tui_transformer.classroom.seat import Lines, join
from tui_transformer.classroom.wire import write


@pytest.fixture
def place(tmp_path: Path) -> Iterator[dict[str, str]]:
    yield {**os.environ, "TFX_CLASS_DIR": str(tmp_path / "c"), "XDG_STATE_HOME": str(tmp_path)}


class Pupil:
    """Somebody who follows, message by message."""

    def __init__(self, path: Path, name: str) -> None:
        self._socket: socket.socket = join(path, name)
        self._socket.settimeout(PATIENCE)
        self._lines, self._heard = Lines(), []

    def say(self, message) -> None:
        self._socket.sendall(write(message))

    def hears(self, kind, holds=lambda message: True):
        """The first message of a kind that fits; what came before it is done with."""
        return self.hears_all((kind, holds))[0]

    def hears_all(self, *wanted):
        """The first message of each kind that fits, in whatever order they come."""
        found = {}
        while len(found) < len(wanted):
            while not self._heard:
                self._heard += self._lines.feed(self._socket.recv(65536))
            message = self._heard.pop(0)
            for at, (kind, holds) in enumerate(wanted):
                if at not in found and isinstance(message, kind) and holds(message):
                    found[at] = message
        return [found[at] for at in range(len(wanted))]

    def leave(self) -> None:
        self._socket.close()


@pytest.fixture
def both(place: dict[str, str], tmp_path: Path) -> Iterator[tuple[Running, Pupil]]:
    presenter = Running(
        place, "present", "physics", "softmax", "--lines", "--log", str(tmp_path / "log")
    )
    path = tmp_path / "c" / "physics.sock"
    assert until(lambda: any("class 0" in line or "cat" in line for line in presenter.lines))
    pupil = Pupil(path, "Ada")
    yield presenter, pupil
    presenter.type("quit")
    assert presenter.end()[0] == 0
    pupil.leave()


def said(presenter: Running, text: str) -> bool:
    return until(lambda: any(text in line for line in presenter.lines))


def test_a_number_is_asked_and_told_and_all_is_as_before(both, tmp_path: Path) -> None:
    presenter, pupil = both
    presenter.type("ask")
    assert said(presenter, "Say what changes")
    presenter.type("ask probabilities[0] temperature=-3")
    assert said(presenter, "temperature")
    presenter.type("tell")
    assert said(presenter, "Nothing is asked")
    presenter.type("ask probabilities[0] temperature=0.5")
    asked, state = pupil.hears_all(
        (Ask, lambda message: True), (State, lambda state: state.step is not None)
    )
    assert asked.question == "What becomes of probabilities[0] with temperature=0.5?"
    assert asked.choices == ("larger", "smaller", "the same")
    assert state.step.phase == "ask" and "0.86" not in str(state.step)
    pupil.say(Vote(asked.id, 1))
    presenter.type("class")
    assert said(presenter, "1 following, 0 away.")
    assert until(lambda: presenter.type("class") or any("1 of them" in x for x in presenter.lines))
    presenter.type("tell")
    assert said(presenter, "They answered: larger 0, smaller 1, the same 0.")
    assert said(presenter, "0.659001 and is 0.863")
    assert pupil.hears(Tell) == Tell(asked.id, "larger")
    presenter.type("next")
    free = pupil.hears(State, lambda state: state.step is None)
    assert free.link == "tfx softmax"
    (record,) = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert record["truth"] == "larger"
    assert record["answers"] == {"larger": 0, "smaller": 1, "the same": 0}


def test_the_formulas_number_is_meant_where_none_is_named(both) -> None:
    presenter, pupil = both
    presenter.type("ask logits[0]+=1")
    assert "with logits[0]+=1" in pupil.hears(Ask).question
    presenter.type("undo")  # is no answer
    assert said(presenter, "First your guess")
    presenter.type("leave")
    assert pupil.hears(Tell).truth == ""


def test_what_a_page_asks_is_asked_of_everybody(both) -> None:
    presenter, pupil = both
    presenter.type("learn softmax")
    pupil.hears(State, lambda state: state.step is not None and state.step.phase == "ask")
    presenter.type("ask")
    asked = pupil.hears(Ask)
    assert asked.choices == ("larger", "smaller", "the same")
    presenter.type("tell")
    assert pupil.hears(Tell).truth == "the same"
    assert said(presenter, "They answered: larger 0, smaller 0, the same 0.")
    presenter.type("ask")
    assert said(presenter, "Nothing is asked on this page.")
    presenter.type("help")
    assert said(presenter, "chalk [NAME]")


def test_the_chalk_goes_to_a_hand_and_comes_back(both) -> None:
    presenter, pupil = both
    presenter.type("help")
    for name in ("class", "ask [NUMBER] CHANGE", "tell", "chalk [NAME]"):
        assert said(presenter, name)
    presenter.type("chalk")
    assert said(presenter, "No hand is up.")
    pupil.say(Raise(True))
    assert until(lambda: presenter.type("class") or any("up: Ada" in x for x in presenter.lines))
    presenter.type("chalk Ben")
    assert said(presenter, "Whose hand, as in: chalk Ada.")
    presenter.type("chalk Ada")
    assert pupil.hears(Chalk).yours
    presenter.type("ask temperature=0.5")
    assert said(presenter, "The chalk is not with you")
    presenter.type("temperature=2")
    presenter.type("chalk")
    assert not pupil.hears(Chalk, lambda chalk: not chalk.yours).yours
    assert "temperature=2" in pupil.hears(State, lambda state: "temperature" in state.link).link


def test_what_is_asked_by_who_was_handed_the_chalk_is_kept(both, tmp_path: Path) -> None:
    presenter, pupil = both
    pupil.say(Raise(True))
    assert until(lambda: presenter.type("class") or any("up: Ada" in x for x in presenter.lines))
    presenter.type("chalk Ada")
    assert pupil.hears(Chalk).yours
    for message in (
        State("softmax temperature=2"),
        Ask(7, "What becomes of it?", ("larger", "smaller")),
        Vote(7, 1),
        Tell(7, "smaller"),
    ):
        pupil.say(message)
    assert until(lambda: (tmp_path / "log").read_text())
    (record,) = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert record == {
        "state": "softmax temperature=2",
        "question": "What becomes of it?",
        "truth": "smaller",
        "answers": {"larger": 0, "smaller": 1},
    }


def test_whatever_was_asked_before_the_next_question_is_another(both) -> None:
    """Who has the chalk numbers as they like; what comes after it can be read by everybody."""
    presenter, pupil = both
    for last in (1, LARGEST_ID):
        pupil.say(Raise(True))
        assert hands(presenter, "Ada")
        presenter.type("chalk Ada")
        assert pupil.hears(Chalk, lambda chalk: chalk.yours)
        pupil.say(Ask(last, "Who is it?"))
        assert pupil.hears(Tally, lambda tally, last=last: tally.id == last)  # it was heard
        presenter.type("chalk")
        assert pupil.hears(Chalk, lambda chalk: not chalk.yours)
        presenter.type("ask probabilities[0] temperature=0.5")
        asked = pupil.hears(Ask, lambda ask: "temperature" in ask.question)
        assert asked.id != last
        presenter.type("leave")
        assert pupil.hears(Tell) == Tell(asked.id)


def test_hands_of_one_name_can_be_told_apart(both, tmp_path: Path) -> None:
    presenter, pupil = both
    path = tmp_path / "c" / "physics.sock"
    others = [Pupil(path, name) for name in ("Ada", "", "somebody-3", "Ada (2)")]
    up = ("Ada", "Ada (2)", "somebody-3", "somebody-3 (4)", "Ada (2) (5)")
    for at, one in enumerate((pupil, *others), 1):
        one.say(Raise(True))
        assert hands(presenter, ", ".join(up[:at]))
    presenter.type("chalk Ada (2)")
    assert others[0].hears(Chalk, lambda chalk: chalk.yours)
    for one in others:
        one.leave()


def hands(presenter: Running, names: str) -> bool:
    """Whether it comes to be said that just these have a hand up."""
    said = f"Hands up: {names}."
    return until(
        lambda: presenter.type("class") or any(said in line for line in presenter.lines[-6:])
    )


def test_what_no_prompt_can_do_says_so_on_a_dumb_terminal(place) -> None:
    words = ("record", "my.md", "softmax")
    with Terminal([*TFX, *words], columns=120, env=place | {"TERM": "dumb"}) as tfx:
        tfx.wait_for("record opens the screen and nothing else.")
        assert tfx.exit_status() == 2
        assert "--lines" not in "\n".join(tfx.text())
