"""A class on screens: everybody sees the same, leaves, comes back, answers, and is let go."""

import json
import os
import random
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.classroom.screens import FOLLOWING, TFX, Room, a_room, body

KEYS = ("left", "right", "up", "down", "shift+right", "tab", "*", "1", "2", "u", "b", "z", ".")
MORE = ("]", "[", "pagedown", "pageup", "r", "shift+tab")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with a_room(tmp_path) as it:
        yield it


@pytest.mark.parametrize("seed", range(3))
def test_everybody_sees_the_same_after_random_keys(room: Room, seed: int) -> None:
    """Followers of other sizes see the state; one of the presenter's size sees the same cells."""
    draw = random.Random(seed)
    presenter = room.present("softmax")
    twin = room.follow()
    others = [room.follow(columns=c, rows=r) for c, r in ((60, 18), (200, 50))]
    keys = [draw.choice((*KEYS, *MORE)) for _ in range(60)]
    for key in keys:
        presenter.key(key)
        for one in room.terminals:
            one.listen(0.01)
    room.until(lambda: body(twin) == body(presenter))
    name = presenter.text()[0].strip().split("  ")[0]
    for one in others:
        room.until(lambda one=one: name[:20] in one.text()[0])


def test_who_tries_for_themselves_comes_back_with_what_they_did(room: Room) -> None:
    presenter, follower = room.present("softmax"), room.follow("--name", "Ada")
    room.until(lambda: "f try" in follower.text()[-1])
    assert "change" not in follower.text()[-1]
    follower.key("right")
    room.until(lambda: "f lets you try" in "\n".join(follower.text()))
    assert "0.659001" in "\n".join(follower.text())
    presenter.key("right")
    room.until(lambda: " 2.1 " in follower.text()[2])
    follower.key("f")
    room.until(lambda: "away · f goes back" in follower.text()[0])
    room.until(lambda: "1 away" in presenter.text()[0])
    follower.key("shift+right")
    room.until(lambda: " 3.1 " in follower.text()[2])
    presenter.key("right")
    room.until(lambda: " 2.2 " in presenter.text()[2])
    assert " 3.1 " in follower.text()[2]
    follower.key("u")
    room.until(lambda: " 2.1 " in follower.text()[2])
    follower.key("u")  # nothing of what was followed
    room.until(lambda: "othing" in "\n".join(follower.text()[-4:]))
    follower.key("U")
    room.until(lambda: " 3.1 " in follower.text()[2])
    follower.key("f")
    room.until(lambda: " 2.2 " in follower.text()[2] and "following" in follower.text()[0])
    follower.key("f")
    follower.key("u")  # and what was tried is there again
    room.until(lambda: " 3.1 " in follower.text()[2])


def test_a_pinned_number_is_asked_of_everybody(room: Room, tmp_path: Path) -> None:
    log = tmp_path / "log"
    presenter = room.present("softmax", "--log", str(log))
    ada, ben = room.follow("--name", "Ada"), room.follow("--name", "Ben", columns=100, rows=30)
    presenter.key("P")
    room.until(lambda: "Pin a number first" in "\n".join(presenter.text()))
    presenter.key("tab")
    presenter.key("P")
    room.until(lambda: "what if" in "\n".join(presenter.text()))
    presenter.send("\x15temperature=-3\r")
    room.until(lambda: "✗" in "\n".join(presenter.text()))
    presenter.send("\x15temperature=0.5\r")
    for one in (ada, ben):
        room.sees(one, "everybody is asked", "with temperature=0.5?")
        assert "0.863" not in "\n".join(one.text())
    ada.key("1")
    ada.key("enter")
    ben.key("2")
    ben.key("enter")
    room.sees(presenter, "2 answers")
    room.sees(ada, "your answer is in")
    assert "answers" not in "\n".join(ada.text())
    presenter.key("P")
    for one in room.terminals:
        room.sees(one, "0.659001 → 0.863", "✓larger")
    room.sees(ada, "✓ your guess: larger")
    room.sees(ben, "▸ your guess: smaller")
    presenter.key("n")  # and all is as before, undo too
    room.until(lambda: "0.659001" in body(ada)[3] and body(ada) == body(presenter))
    (record,) = [json.loads(line) for line in log.read_text().splitlines()]
    assert record["truth"] == "larger"
    assert record["answers"] == {"larger": 1, "smaller": 1, "the same": 0}
    assert "Ada" not in log.read_text()


def test_a_number_is_asked_for(room: Room) -> None:
    presenter, ada = room.present("softmax"), room.follow()
    presenter.key("tab")
    presenter.key("P")
    room.until(lambda: "what if" in "\n".join(presenter.text()))
    presenter.send("\x15temperature=0.5 within 0.05\r")
    room.until(lambda: "everybody is asked" in "\n".join(ada.text()))
    ada.send("0.9x\r")
    room.sees(ada, "0.9x")
    room.sees(presenter, "0 answers")
    ada.send("\x7f\r")
    room.until(lambda: "1 answer " in "\n".join(presenter.text()))
    presenter.key("P")
    room.sees(ada, "→ 0.863", "✓ your guess")


LESSON = """\
# Warm and cold

## First

Read this.

```tfx
softmax logits=3,1
```

## Second

What becomes of the first share when all is colder?

```tfx
softmax logits=3,1
ask probabilities[0] after temperature=0.5
larger | smaller | the same
```

It leads by more.

## Third

Bring the second class above the first, and keep T.

```tfx
softmax logits=3,1
do probabilities[1] > 0.9 and temperature == 1
solution logits=1,4
```
"""


def test_a_lesson_of_ones_own_moves_everybody(room: Room, tmp_path: Path) -> None:
    (tmp_path / "own.md").write_text(LESSON)
    presenter = room.present(str(tmp_path / "own.md"))
    (tmp_path / "own.md").unlink()  # who follows opens no file
    ada = room.follow()
    room.until(lambda: "Read this." in "\n".join(ada.text()))
    ada.key("n")
    room.until(lambda: "1/3" in "\n".join(ada.text()))
    presenter.key("n")
    room.until(lambda: "not asked yet · 2/3" in "\n".join(ada.text()))
    assert "It leads by more" not in "\n".join(ada.text())
    presenter.key("P")
    room.until(lambda: "everybody is asked" in "\n".join(ada.text()))
    ada.key("3")
    ada.key("enter")
    room.until(lambda: "1 answer" in "\n".join(presenter.text()))
    late = room.follow()
    room.until(lambda: "everybody is asked · 2/3" in "\n".join(late.text()))
    presenter.key("P")
    for one in (ada, late):
        room.until(lambda one=one: "It leads by more" in "\n".join(one.text()))
    room.until(lambda: "the same █" in "\n".join(ada.text()))
    presenter.key("n")
    room.until(lambda: "Bring the second" in "\n".join(ada.text()))
    presenter.key("right")
    room.until(lambda: body(ada) == body(presenter) and " 3.1 " in ada.text()[1])
    presenter.key("N")
    room.until(lambda: "not asked yet · 2/3" in "\n".join(ada.text()))
    presenter.key("P")
    room.until(lambda: "everybody is asked" in "\n".join(ada.text()))
    presenter.key("n")  # called off
    room.until(lambda: "Bring the second" in "\n".join(ada.text()))


def test_the_chalk_is_handed_on_and_taken_back(room: Room) -> None:
    presenter, ada, ben = room.present("softmax"), room.follow(), room.follow("--name", "Ben")
    presenter.key("C")
    room.until(lambda: "No hand is up" in "\n".join(presenter.text()))
    ben.key("a")
    room.until(lambda: "1 hand" in presenter.text()[0])
    presenter.key("C")
    room.until(lambda: "you have the chalk" in ben.text()[0])
    ben.key("shift+right")
    for one in (ada, presenter):
        room.until(lambda one=one: " 3 " in one.text()[2])
    presenter.key("right")
    room.until(lambda: "f lets you try" in "\n".join(presenter.text()))
    presenter.key("C")
    room.until(lambda: FOLLOWING in ben.text()[0] and "2 following" in presenter.text()[0])
    presenter.key("right")
    for one in (ada, ben):
        room.until(lambda one=one: " 3.1 " in one.text()[2])


def test_what_is_asked_by_who_was_handed_the_chalk_is_kept_too(room: Room, tmp_path: Path) -> None:
    log = tmp_path / "log"
    presenter, ada = room.present("softmax", "--log", str(log)), room.follow()
    ada.key("a")
    room.until(lambda: "1 hand" in presenter.text()[0])
    presenter.key("C")
    room.until(lambda: "you have the chalk" in ada.text()[0])
    for keys, seen in (("\t", "[0.659001]"), ("P", "what if"), ("\x15temperature=0.5\r", "0.5?")):
        ada.send(keys)
        room.until(lambda seen=seen: seen in "\n".join(ada.text()))
    room.until(lambda: "everybody is asked" in "\n".join(presenter.text()))
    presenter.key("enter")  # who opened the class answers, too
    room.until(lambda: "1 answer" in "\n".join(ada.text()))
    assert log.read_text() == ""
    ada.key("P")
    for one in (presenter, ada):
        room.until(lambda one=one: "✓larger" in "\n".join(one.text()))
    ada.key("n")
    room.until(lambda: "✓larger" not in "\n".join(presenter.text()))
    presenter.key("C")
    room.until(lambda: FOLLOWING in ada.text()[0])
    (record,) = [json.loads(line) for line in log.read_text().splitlines()]
    assert record["truth"] == "larger" and "temperature=0.5" in record["question"]
    assert record["answers"] == {"larger": 1, "smaller": 0, "the same": 0}


def test_who_is_killed_takes_nobody_along(room: Room, tmp_path: Path) -> None:
    presenter, ada, ben = room.present("softmax"), room.follow(), room.follow()
    presenter.key("right")
    room.until(lambda: " 2.1 " in ada.text()[2] and " 2.1 " in ben.text()[2])
    ben.kill()
    room.terminals.remove(ben)
    room.until(lambda: "1 following" in presenter.text()[0])
    os.killpg(presenter.pid, signal.SIGKILL)
    room.terminals.remove(presenter)
    room.until(lambda: "the presenter is gone" in ada.text()[0])
    assert " 2.1 " in ada.text()[2]
    ada.key("f")  # keys come one after the other: by the second they try for themselves
    ada.key("right")
    room.until(lambda: " 2.2 " in ada.text()[2])
    ada.key("f")
    again = room.present("softmax", "logits=5,1,1")
    room.until(lambda: " 5 " in ada.text()[2] and "1 following" in again.text()[0])
    again.key("q")
    room.until(lambda: "the class is over" in ada.text()[0])
    assert again.exit_status() == 0
    ada.key("q")
    assert ada.exit_status() == 0


@pytest.mark.parametrize("cut", ["the line", "SIGTERM"])
def test_a_presenter_who_is_cut_off_finds_everybody_again(room: Room, cut: str) -> None:
    """A line that drops is no goodbye, though the program itself has time to put all right."""
    presenter, ada = room.present("softmax"), room.follow()
    presenter.key("right")
    room.until(lambda: " 2.1 " in ada.text()[2])
    if cut == "SIGTERM":
        os.kill(presenter.pid, signal.SIGTERM)
        assert presenter.exit_status() == 128 + signal.SIGTERM
    else:
        presenter.hang_up()
        assert presenter.nothing_left()
    room.terminals.remove(presenter)
    room.until(lambda: "the presenter is gone" in ada.text()[0])
    again = room.present("softmax", "logits=5,1,1")
    room.until(lambda: " 5 " in ada.text()[2] and "1 following" in again.text()[0])


def test_a_file_of_the_presenters_is_opened_by_nobody(room: Room, tmp_path: Path) -> None:
    """What is sent by hand: a presenter has such a model only where one lies on the disk."""
    from tui_transformer.classroom.messages import State

    presenter, ada = room.present("softmax"), room.follow()
    room.until(lambda: "0.659001" in "\n".join(ada.text()))
    presenter.kill()
    room.terminals.remove(presenter)
    room.until(lambda: "gone" in ada.text()[0])
    os.environ["TFX_CLASS_DIR"] = room.env["TFX_CLASS_DIR"]
    from tui_transformer.classroom.beside import Beside
    from tui_transformer.classroom.place import Door

    beside = Beside(Door("physics"))
    try:
        beside.send(State("real-model model=/etc/passwd"))
        room.until(lambda: "no file is opened here" in "\n".join(ada.text()))
        assert "0.659001" in "\n".join(ada.text())
        beside.send(State("\x1b]52;c;aGk=\x07 list"))
        room.until(lambda: "comes after a concept" in "\n".join(ada.text()))
        beside.send(State("attention"))
        room.until(lambda: "attention" in ada.text()[0])
    finally:
        beside.close()
        del os.environ["TFX_CLASS_DIR"]


def test_a_long_training_is_followed_without_waiting(room: Room) -> None:
    presenter, ada = room.present("training"), room.follow()
    room.until(lambda: FOLLOWING in ada.text()[0])
    presenter.key("space")
    room.until(lambda: "steps" in "\n".join(ada.text()))
    ada.key("?")  # it hears keys meanwhile
    room.until(lambda: "Keys" in "\n".join(ada.text()) or "quit" in "\n".join(ada.text()))
    ada.key("escape")
    presenter.key("space")
    room.until(lambda: body(ada) == body(presenter))


def test_a_class_can_begin_with_the_map(room: Room) -> None:
    presenter = room.run([*TFX, "present", "physics"])
    room.until(lambda: "tfx · contents" in presenter.text()[0])
    ada = room.run([*TFX, "follow", "physics"])
    room.until(lambda: "nothing is shown there yet" in "\n".join(ada.text()))
    presenter.send("softmax\r")
    room.until(lambda: FOLLOWING in ada.text()[0] and body(ada) == body(presenter))
    room.until(lambda: "1 following" in presenter.text()[0])


def test_for_the_front_of_the_room(room: Room) -> None:
    presenter = room.present("softmax", "--keys", "--clock")
    for key in ("right", "z", "space"):
        presenter.key(key)
    room.until(lambda: "→ z space   0:0" in presenter.text()[-1])


def test_zoom_is_remembered_for_each_step(room: Room) -> None:
    presenter, ada = room.present("learn", "softmax"), room.follow()
    room.until(lambda: "1/" in "\n".join(ada.text()))
    presenter.key("z")
    for one in (presenter, ada):
        room.until(lambda one=one: "p−y" in one.text()[2])
    presenter.key("n")
    room.until(lambda: "2/" in "\n".join(ada.text()))
    presenter.key("N")
    room.until(lambda: "1/" in "\n".join(ada.text()[-7:]))
    for one in (presenter, ada):
        room.until(lambda one=one: "p−y" in one.text()[2])


def test_a_visitor_of_a_kiosk_can_follow(room: Room) -> None:
    """It connects before it is armed; where classes lie is the machine's own place."""
    presenter = room.present("softmax")
    command = (
        "import os, sys; from pathlib import Path; from tui_transformer.classroom import place;"
        f"place.SHARED = Path({room.env['TFX_CLASS_DIR']!r});"
        "sys.argv = ['tfx', '--kiosk', 'follow', 'physics'];"
        "from tui_transformer.cli import main; sys.exit(main())"
    )
    visitor = room.run([sys.executable, "-I", "-B", "-c", command])
    room.until(lambda: FOLLOWING in visitor.text()[0])
    presenter.key("right")
    room.until(lambda: body(visitor) == body(presenter) and " 2.1 " in visitor.text()[2])
    visitor.key("a")
    room.until(lambda: "1 hand" in presenter.text()[0])
    presenter.kill()
    room.terminals.remove(presenter)
    room.until(lambda: "the presenter is gone" in visitor.text()[0])
    again = room.present("softmax", "logits=5,1,1")  # who is found again, though it is armed
    room.until(lambda: " 5 " in visitor.text()[2] and "1 following" in again.text()[0])
    visitor.key("q")
    assert visitor.exit_status() == 0
