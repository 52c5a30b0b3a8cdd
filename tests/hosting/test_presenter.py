"""Who presents over SSH: by a key of their own, whatever lets the others in."""

import json
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncssh
import pytest

from tests.classroom.screens import everybody_reads
from tests.hosting.served import Host, children, make_key, serving
from tests.pty_terminal import Terminal
from tests.waiting import until


class Lecture:
    """A host whose class is physics, and the keys that lie about."""

    def __init__(self, host: Host, keys: Path, classes: Path) -> None:
        self.host, self.keys, self.classes = host, keys, classes

    def connect(self, who: str, *words: str, key: str = "", term: str = "") -> Terminal:
        """Come in under a name, with a key or with none."""
        only = ["-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes"]
        only += ["-i", str(self.keys / key)] if key else ["-o", "PubkeyAuthentication=no"]
        command = self.host.ssh(*words, options=("-e", "none", "-tt", *only))
        command[command.index("tfx@127.0.0.1")] = f"{who}@127.0.0.1"
        return Terminal(command, env={"TERM": term} if term else None)

    def present(self, *words: str, key: str = "teacher", term: str = "") -> Terminal:
        return self.connect("presenter", *words, key=key, term=term)

    def follow(self, *words: str, term: str = "") -> Terminal:
        return self.connect("ada", "follow", "physics", *words, term=term)


@contextmanager
def lecture(folder: Path, *options: str) -> Iterator[Lecture]:
    classes = folder / "classes"
    for name in ("teacher", "student", "stranger"):
        make_key(folder / name)
    given = ("--class", "physics", "--presenter-key", str(folder / "teacher.pub"), *options)
    with serving(folder, *given, env={"TFX_CLASS_DIR": str(classes)}) as host:
        yield Lecture(host, folder, classes)


def both(condition: object, *terminals: Terminal) -> bool:
    def holds() -> bool:
        everybody_reads(*terminals)
        return bool(condition())  # type: ignore[operator]

    return until(holds)


@pytest.fixture
def open_house(tmp_path: Path) -> Iterator[Lecture]:
    with lecture(tmp_path) as it:
        assert "presenter@127.0.0.1" in it.host.said
        yield it


def test_who_has_the_key_presents_and_is_followed(open_house: Lecture) -> None:
    with open_house.present("softmax", "temperature=2") as teacher:
        teacher.wait_for("0 following")
        with open_house.follow() as ada:
            ada.wait_for("following physics")
            ada.wait_for("0.501688")
            teacher.send("l")
            assert both(lambda: " 2.1 " in ada.text()[2], teacher, ada)
            ada.send("l")
            ada.wait_for("f lets you try")
            with open_house.connect("ben", "softmax") as ben:  # who does not follow is free
                ben.wait_for("0.659001")
            assert both(lambda: "1 following" in teacher.text()[0], teacher, ada)
            teacher.send("q")
            assert teacher.exit_status() == 0
            ada.wait_for("the class is over")
        assert open_house.host.empty()
    assert list(open_house.classes.iterdir()) == []


def test_a_presenter_who_is_killed_comes_back_to_everybody(open_house: Lecture) -> None:
    """By whatever is killed: the connection, which may hang, or the session itself."""
    with open_house.follow() as early:
        assert early.exit_status() == 2  # there is no class yet
    with open_house.present("softmax") as teacher, open_house.connect("x", "softmax") as other:
        teacher.wait_for("0 following")
        other.wait_for("0.659001")
        with open_house.follow() as ada:
            ada.wait_for("following physics")
            (session,) = holders(open_house)
            os.kill(session, signal.SIGKILL)
            assert teacher.exit_status() == 128 + signal.SIGKILL
            ada.wait_for("the presenter is gone")
            with open_house.present("softmax", "logits=5,1,1") as again:
                assert both(lambda: " 5 " in ada.text()[2], again, ada)
                os.kill(again.pid, signal.SIGSTOP)  # a line that hangs
                with open_house.present("softmax", "logits=4,1,1") as third:
                    assert both(lambda: " 4 " in ada.text()[2], third, ada)
                    os.kill(again.pid, signal.SIGCONT)
                    again.wait_for("presented from another terminal")
                    assert again.exit_status() == 128 + signal.SIGHUP
                    assert again.modes.private == {7, 25}
                    third.hang_up()
                    ada.wait_for("the presenter is gone")
    assert open_house.host.empty()


def test_who_presents_shows_keys_and_clock_and_what_was_told_is_kept(tmp_path: Path) -> None:
    """The host's own account writes the log, where it said; what visitors say writes nothing."""
    log, elsewhere = tmp_path / "taken home", str(tmp_path / "elsewhere")
    with lecture(tmp_path, "--log", str(log), "--keys", "--clock") as house:
        assert (log.read_bytes(), log.stat().st_mode & 0o777) == (b"", 0o600)
        with house.present("softmax") as teacher:
            teacher.wait_for("0 following")
            with house.follow() as ada:
                ada.wait_for("following physics")
                teacher.send("\t")
                _told(teacher, ada, "temperature=0.5", "✓larger")
                pressed = re.compile(r"P n   \d:\d\d *$")
                assert both(lambda: pressed.search(teacher.text()[-1]), teacher, ada)
                assert ":" not in ada.text()[-1]
                kept = log.read_text()
                log.unlink()
                log.mkdir()
                _told(teacher, ada, "temperature=0.4", "✓larger", "Is a directory")
                log.rmdir()
                _told(teacher, ada, "temperature=2", "✓smaller")
            teacher.send("q")
            assert teacher.exit_status() == 0
        for record, truth in ((kept, "larger"), (log.read_text(), "smaller")):
            told = json.loads(record)
            assert (told["truth"], sum(told["answers"].values())) == (truth, 1)
        for name, key in (("presenter", "teacher"), ("ben", "")):
            with house.connect(name, "present", "--log", elsewhere, key=key) as wrong:
                assert wrong.exit_status() == 2
    assert not Path(elsewhere).exists()


def _told(teacher: Terminal, ada: Terminal, change: str, *seen: str) -> None:
    """Ask what becomes of a number, hear an answer, tell it, and go on."""
    for keys, then in (("P", "what if"), (f"\x15{change}\r", f"with {change}?")):
        teacher.send(keys)
        assert both(lambda then=then: then in "\n".join(teacher.text()), teacher, ada)
    assert both(lambda: f"with {change}?" in "\n".join(ada.text()), teacher, ada)
    ada.send("1\r")
    assert both(lambda: "1 answer" in "\n".join(teacher.text()), teacher, ada)
    teacher.send("P")
    for text in seen:
        assert both(lambda text=text: text in "\n".join(teacher.text()), teacher, ada)
    teacher.send("n")
    assert both(lambda: seen[0] not in "\n".join(teacher.text()), teacher, ada)


def test_who_has_no_screen_presents_line_by_line(tmp_path: Path) -> None:
    """What is typed is shown, asked and told, and the host keeps it; no file is read for it."""
    log, secret = tmp_path / "taken home", tmp_path / "secret.md"
    secret.write_text("# Secret\n\n## s3cr3t\n\nwords\n")
    with lecture(tmp_path, "--log", str(log)) as house:
        with house.connect("ben", "present", "physics", term="dumb") as wrong:
            wrong.wait_for("from an account of your own")
            assert wrong.exit_status() == 2
        with house.present(str(secret), term="dumb") as wrong:
            wrong.wait_for("only the lessons that come with the program")
            assert wrong.exit_status() == 2
        with house.present("softmax", "temperature=2", term="dumb") as teacher:
            teacher.wait_for("p 0.501688")
            with house.follow() as ada, house.follow(term="dumb") as ben:
                ada.wait_for("following physics")
                ben.wait_for("p 0.501688")
                everybody = (teacher, ada, ben)
                _says(everybody, teacher, "temperature=3", "0.318834", ada)
                _says(everybody, teacher, "class", "2 following, 0 away.", teacher)
                _says(everybody, teacher, f"learn {secret}", "There is no lesson called", teacher)
                _says(everybody, teacher, f"real-model model={secret}", "> ", teacher)
                _says(everybody, teacher, "softmax", "p 0.659001", ben)
                question = "ask probabilities[0] temperature=0.5"
                _says(everybody, teacher, question, "Everybody is asked", ben)
                _says(everybody, ben, "larger", "Your answer is in", ben)
                ada.send("1\r")
                assert both(lambda: "your answer is in" in "\n".join(ada.text()), *everybody)
                _says(everybody, teacher, "tell", "They answered: larger 2", teacher)
                assert both(lambda: "✓larger" in "\n".join(ada.text()), *everybody)
                _says(everybody, ben, "hand", "Your hand is up", ben)
                _says(everybody, teacher, "chalk", "somebody-1 has the chalk", teacher)
                assert both(lambda: "You have the chalk" in "\n".join(ben.text()), *everybody)
                teacher.send("quit\n")
                assert teacher.exit_status() == 0
                ada.wait_for("the class is over")
            seen = teacher.raw
            assert b"s3cr3t" not in seen and b"Traceback" not in seen and b"\x1b" not in seen
        assert house.host.empty()
    (told,) = [json.loads(line) for line in log.read_text().splitlines()]
    assert (told["truth"], told["answers"]["larger"]) == ("larger", 2)
    assert list(house.classes.iterdir()) == []


@pytest.mark.parametrize("term", ["", "dumb"])
def test_a_presenter_without_a_screen_gives_way_to_the_next(open_house: Lecture, term: str) -> None:
    with open_house.present("softmax", term="dumb") as first:
        first.wait_for("p 0.659001")
        with open_house.follow() as ada:
            ada.wait_for("following physics")
            with open_house.present("softmax", "temperature=2", term=term) as second:
                second.wait_for("0.501688")
                first.wait_for("presented from another terminal")
                assert first.exit_status() == 128 + signal.SIGHUP
                assert b"\x1b" not in first.raw
                assert both(lambda: "0.501688" in "\n".join(ada.text()), second, ada)
                second.hang_up()
                ada.wait_for("the presenter is gone")
    assert open_house.host.empty()


def _says(
    everybody: tuple[Terminal, ...], who: Terminal, line: str, text: str, seen: Terminal
) -> None:
    """Type a line, and wait until somebody sees what comes of it."""
    who.send(f"{line}\n")
    assert both(lambda: text in "\n".join(seen.text()), *everybody), seen.text()


def holders(lecture: Lecture) -> list[int]:
    """The sessions that hold the class's lock."""
    lock = lecture.classes / "physics.lock"

    def holds(process: int) -> bool:
        files = Path(f"/proc/{process}/fd").iterdir()
        return any(file.readlink() == lock for file in files)

    return [process for process in children(lecture.host.nursery) if holds(process)]


def test_no_other_key_and_no_password_presents(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("chalk\n")
    options = ("--password-file", str(tmp_path / "password"))
    make_key(tmp_path / "pupil")
    keys = ("--authorized-keys", str(tmp_path / "pupil.pub"), "--max", "1")
    with lecture(tmp_path, *options, *keys) as house:
        for key in ("", "student", "pupil"):
            with house.present("softmax", key=key) as stranger:
                assert stranger.exit_status() == 255
        with house.connect("ada", "softmax", key="teacher") as ada:  # a name says who presents
            assert ada.exit_status() == 255
        with house.connect("ada", "present", "physics", key="pupil") as ada:
            ada.wait_for("from an account of your own")
        with house.connect("ada", "softmax", key="pupil") as ada:
            ada.wait_for("0.659001")
            with house.present("present", "physics", "softmax") as teacher:  # a full house, too
                teacher.wait_for("0 following")
            with house.present("/etc/passwd") as teacher:
                teacher.wait_for("only the lessons that come with the program")
                assert teacher.exit_status() == 2
            with house.present("learn", "softmax") as teacher:
                teacher.wait_for("1/")
    (tmp_path / "classes").rmdir()  # nothing is left in it


class Turncoat(asyncssh.SSHClient):
    """Begins under one name, and gives the password under another."""

    def __init__(self, second: str) -> None:
        self._second = second

    def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:
        self._connection = conn

    def password_auth_requested(self) -> str:
        self._connection._username = self._second
        return "chalk"


async def test_who_changes_their_name_gains_nothing(tmp_path: Path) -> None:
    """A name is asked for its key whenever it comes, and what it may do goes with it."""
    (tmp_path / "password").write_text("chalk\n")
    plain = {"known_hosts": None, "config": None, "client_keys": None}
    with lecture(tmp_path, "--password-file", str(tmp_path / "password")) as house:
        at = ("127.0.0.1", house.host.port)
        for first in ("ada", "presenter"):
            with pytest.raises((asyncssh.Error, OSError)):
                connection, _ = await asyncssh.create_connection(
                    lambda: Turncoat("presenter"), *at, username=first, **plain
                )
        connection, _ = await asyncssh.create_connection(
            lambda: Turncoat("ben"), *at, username="ada", **plain
        )
        async with connection:
            done = await connection.run("present physics softmax", term_type="xterm")
        assert done.exit_status == 2
        assert "from an account of your own" in str(done.stdout)
