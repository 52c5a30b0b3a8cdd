"""Following line by line: what is presented is told, what is asked is answered at the prompt."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.classroom.screens import TFX, Running
from tests.pty_terminal import Terminal
from tests.waiting import until
from tui_transformer.classroom.messages import Ask, Bye, Greeting, State
from tui_transformer.classroom.place import Door
from tui_transformer.classroom.wire import write
from tui_transformer.text import is_clean


class Person(Running):
    """Somebody at a prompt, who hears what is said after what they last heard."""

    def __init__(self, place: dict[str, str], *words: str) -> None:
        super().__init__(place, *words, "--lines")
        self._heard = 0

    def hears(self, *texts: str) -> str:
        """Wait until each text was said, in this order, and return all that was."""
        said = ""
        for text in texts:
            assert until(lambda text=text: any(text in x for x in self.lines[self._heard :])), (
                text,
                self.lines[self._heard :],
            )
            at = next(i for i, x in enumerate(self.lines) if i >= self._heard and text in x)
            said += "".join(self.lines[self._heard : at + 1])
            self._heard = at + 1
        return said


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("TFX_CLASS_DIR", str(tmp_path / "c"))
    return {"TFX_CLASS_DIR": str(tmp_path / "c"), "XDG_STATE_HOME": str(tmp_path)}


@pytest.fixture
def both(place: dict[str, str]) -> Iterator[tuple[Person, Person]]:
    """A presenter at softmax, and Ada who has heard the first state."""
    presenter = Person(place, "present", "physics", "softmax")
    presenter.hears("∂L/∂z(bird)")
    ada = Person(place, "follow", "physics", "--name", "Ada")
    ada.hears("You follow physics", "Softmax & cross-entropy.", "p 0.659001", "∂L/∂z(bird)")
    yield presenter, ada
    for one in (ada, presenter):
        with suppress(BrokenPipeError):
            one.type("quit")
        assert one.end() == (0, "")


def test_a_change_is_told_with_its_sentence_and_what_is_new(both) -> None:
    presenter, ada = both
    presenter.type("target=1")
    ada.hears("target = 1", "Wrong: cat leads", "dog right: p 0.242433")
    presenter.type("target=0 temperature=2")
    said = ada.hears("∂L/∂z(bird)", "temperature = 2", "p 0.501688", "∂L/∂z(bird)")
    assert "Softmax & cross-entropy." not in said  # the title is told once
    presenter.type("neuron")
    ada.hears("Linear unit & nonlinearity.", "Truth table:")


def test_who_follows_looks_and_changes_nothing(both) -> None:
    _, ada = both
    for line in ("temperature=2", "next", "undo", "preset 1", "learn softmax", "neuron", "random"):
        ada.type(line)
        ada.hears("You follow the class; away lets you try for yourself.")
    for line, says in (
        ("values probabilities", "probabilities = 0.659001"),
        ("why probabilities[0]", "0.659001"),
        ("controls", "temperature = 1"),
        ("link", "tfx softmax"),
        ("explain", "Softmax"),
        ("words logit", "logit"),
        ("show", "p 0.659001"),
        ("help", "away  try for yourself"),
        ("class", "You follow physics; away lets you try for yourself."),
    ):
        ada.type(line)
        ada.hears(says)


def test_away_and_back_with_undo_intact(both) -> None:
    presenter, ada = both
    ada.type("away")
    ada.hears("You try for yourself; return goes back to physics.")
    presenter.type("class")
    assert until(lambda: presenter.type("class") or "1 away" in presenter.lines[-2])
    ada.type("temperature=3")
    ada.hears("p 0.444968")
    presenter.type("temperature=2")
    presenter.hears("p 0.501688")
    ada.type("class")
    assert "0.501688" not in ada.hears("You are away from physics; return goes back.")
    ada.type("return")
    ada.hears("You follow physics again.", "temperature = 2", "p 0.501688", "∂L/∂z(bird)")
    ada.type("away")
    ada.type("undo")
    ada.hears("Undone.", "p 0.444968")


def test_a_question_is_answered_in_words_and_the_last_answer_counts(both) -> None:
    presenter, ada = both
    presenter.type("learn softmax")
    said = ada.hears("page 1 of 7", "What becomes of the share", "Choose 1: larger, 2: smaller")
    assert "next goes on" not in said
    ada.type("smaller")
    ada.hears("That is not asked yet; you hear when everybody is asked.")
    for line in ("values", "why", "explain", "words"):  # which would tell too much
        ada.type(line)
        ada.hears("You follow the class")
    presenter.type("ask")
    ada.hears("Everybody is asked: Every score gains five points.", "Choose 1: larger")
    ada.type("5")
    ada.hears("That is no choice here. Choose 1: larger")
    ada.type("1")
    ada.hears("Your answer is in: larger. Another one takes its place.")
    ada.type("the s")
    ada.hears("Your answer is in: the same.")
    presenter.type("class")
    presenter.hears("1 of them have answered.")
    presenter.type("tell")
    presenter.hears("They answered: larger 0, smaller 0, the same 1.")
    said = ada.hears("was 0.659001 and is 0.659001.", "They answered: the same 1.")
    assert "Your guess was the same; which is right." in said and "next goes on" not in said
    ada.type("larger")
    ada.hears("Nothing is asked of you now.")
    presenter.type("next")
    ada.hears("page 2 of 7")


def test_a_number_is_asked_and_answered(both) -> None:
    presenter, ada = both
    presenter.type("ask probabilities[0] temperature=0.5 within 0.1")
    said = ada.hears("What becomes of probabilities[0]", "Type a number.", "Everybody is asked")
    assert "0.863777" not in said
    ada.type("many")
    ada.hears("the guess is a number")
    ada.type("0.5")
    ada.hears("Your answer is in: 0.5.")
    presenter.type("tell")
    ada.hears("Your guess was 0.5", "They answered: 0.5 1.")
    presenter.type("next")
    ada.hears("Right: cat leads")


def test_hand_and_chalk_and_asking_with_it(both) -> None:
    presenter, ada = both
    ada.type("chalk")
    ada.hears("hand raises a hand; who presents can hand you the chalk.")
    ada.type("ask temperature=0.5")
    ada.hears("Only who has the chalk can ask.")
    ada.type("tell")
    ada.hears("You have asked nothing.")
    ada.type("hand")
    ada.hears("Your hand is up; hand takes it down.")
    assert until(lambda: presenter.type("class") or any("up: Ada" in x for x in presenter.lines))
    presenter.type("chalk")
    presenter.hears("Ada has the chalk")
    ada.hears("You have the chalk: others see what you do.")
    ada.type("temperature=2")
    ada.hears("p 0.501688")
    json = Running(dict(os.environ), "follow", "physics", "--json")
    assert until(lambda: json.lines and json.stands_at(2.0))
    ada.type("ask probabilities[0] temperature=0.5")
    ada.hears("Everybody is asked; tell tells the answer.")
    ada.type("tell")
    ada.hears("probabilities[0] was 0.501688 and is 0.863777.", "Nobody answered.")
    ada.type("leave")
    ada.type("chalk")
    ada.hears("The chalk is back. You follow physics")
    presenter.type("temperature=3")
    ada.hears("temperature = 3", "p 0.444968")
    json.process.terminate()
    json.end()


def test_it_is_told_that_the_class_is_over_and_the_prompt_stays(place: dict[str, str]) -> None:
    presenter = Person(place, "present", "physics", "softmax")
    presenter.hears("∂L/∂z(bird)")
    ada = Person(place, "follow", "physics")
    ada.hears("∂L/∂z(bird)")
    presenter.type("quit")
    assert presenter.end() == (0, "")
    ada.hears("The presenter has closed the class.")
    ada.type("temperature=2")
    ada.hears("p 0.501688")
    assert ada.end() == (0, "")


def test_who_is_cut_off_is_back_when_the_presenter_is(place: dict[str, str]) -> None:
    presenter = Person(place, "present", "physics", "softmax")
    presenter.hears("∂L/∂z(bird)")
    ada = Person(place, "follow", "physics")
    ada.hears("∂L/∂z(bird)")
    presenter.process.kill()
    presenter.end()
    ada.hears("The presenter is gone; this is where the class was.")
    ada.type("class")
    ada.hears("The presenter of physics is gone, and is looked for.")
    again = Person(place, "present", "physics", "softmax", "temperature=2")
    ada.hears("temperature = 2", "p 0.501688")
    assert again.end() == ada.end() == (0, "")


def test_what_comes_first_is_told_before_input_ends(place: dict[str, str]) -> None:
    presenter = Person(place, "present", "physics", "softmax")
    presenter.hears("∂L/∂z(bird)")
    ada = Person(place, "follow")
    assert ada.end() == (0, "")  # it ends at once
    assert any("p 0.659001" in line for line in ada.lines)
    assert presenter.end() == (0, "")


def test_a_dumb_terminal_follows_by_itself(place: dict[str, str]) -> None:
    presenter = Person(place, "present", "physics", "softmax")
    presenter.hears("∂L/∂z(bird)")
    command = [*TFX, "follow", "physics"]
    with Terminal(command, columns=100, rows=60, env=place | {"TERM": "dumb"}) as tfx:
        tfx.wait_for("∂L/∂z(bird)")
        tfx.send("hal")  # what stands at the prompt when news come
        presenter.type("temperature=2")
        tfx.wait_for("p 0.501688")
        assert not re.search(rb"\x1b", tfx.raw)
        tfx.send("lo\n")
        tfx.wait_for("You follow the class")
        tfx.send("\x04")
        assert tfx.exit_status() == 0
    assert presenter.end() == (0, "")


class Rogue:
    """A class that says what no presenter would."""

    def __init__(self, place: dict[str, str], *first) -> None:
        self._door = Door("rogue")
        self._door.socket.setblocking(True)
        self.ada = Person(place, "follow", "rogue")
        self._connection, _ = self._door.socket.accept()
        self.say(Greeting("rogue"), *first)

    def say(self, *messages) -> None:
        self._connection.sendall(b"".join(map(write, messages)))

    def close(self) -> None:
        """Say nothing more; Ada leaves."""
        status = self.ada.end()
        self._connection.close()
        self._door.close()
        assert status == (0, "")


@pytest.fixture
def rogue(place: dict[str, str]) -> Iterator[Rogue]:
    found = Rogue(place, State("tfx softmax"))
    yield found
    found.close()


def test_what_a_rogue_class_sends_is_harmless(rogue: Rogue) -> None:
    evil = "\x1b]52;c;AAAA\x07\x9b31m\u202e"
    ada = rogue.ada
    ada.hears("p 0.659001", "∂L/∂z(bird)")
    for link in (f"tfx {evil}", "tfx real_model model=/etc/passwd", "softmax temperature=nan", ""):
        said = len(ada.lines)
        rogue.say(State(link))
        assert until(lambda said=said: len(ada.lines) > said)
    rogue.say(Ask(1, evil, (evil,)), State("tfx softmax temperature=3"))
    ada.hears("p 0.444968")
    rogue.say(*(State(f"tfx softmax temperature={1 + i / 10_000}") for i in range(10_000)))
    rogue.say(State("tfx softmax temperature=1.5"), Bye(evil))
    ada.hears("p 0.5570")
    ada.type(evil)
    assert all(is_clean(line.removesuffix("\n")) for line in ada.lines)
    assert len(ada.lines) < 400


def test_a_state_is_told_once_however_many_come(rogue: Rogue) -> None:
    ada = rogue.ada
    ada.hears("∂L/∂z(bird)")
    for i in range(100):
        rogue.say(State(f"tfx softmax temperature={2 + i / 100}"))
    rogue.say(State("tfx softmax temperature=3"))
    ada.hears("p 0.444968")
    assert sum(line.startswith("temperature = ") for line in ada.lines) <= 5
