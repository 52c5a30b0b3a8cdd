"""A program that is forked finds what one that was started finds, and ends as one."""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.begun import files
from tests.forked_terminal import ForkedTerminal, LeavingTerminal
from tests.pty_terminal import Terminal

BEGUN = [sys.executable, "-m", "tests.begun"]
TRACED = ("ValueError: a fault", "KeyboardInterrupt")
KINDS = [Terminal, ForkedTerminal, LeavingTerminal]


def found(kind: type[Terminal], file: Path, *more: str) -> dict[str, Any]:
    env = {
        "XDG_STATE_HOME": str(file.parent),
        "MADE_UP": "é ✓",
        "TERM": "xterm",
        "PYTHONPATH": "/here",
    }
    command = [*BEGUN, str(file), "raise SystemExit(7)", *more]
    with kind(command, env=env, columns=91, rows=17) as terminal:
        terminal.wait_for("written")
        assert terminal.exit_status() == 7
        assert terminal.attributes_restored()
        assert terminal.nothing_left()
    return json.loads(file.read_text())


def test_it_finds_what_one_that_was_started_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inherited = {file for file in files() if file > 2 and os.get_inheritable(file)}
    started = found(Terminal, tmp_path / "file", "a b", "é")
    monkeypatch.setenv("COLUMNS", "9")  # which a person may have, and no terminal here
    forked = found(ForkedTerminal, tmp_path / "file", "a b", "é")
    started["files"] = sorted({*started["files"]} - inherited)  # as those of some shells
    assert forked == started
    assert started["environment"]["MADE_UP"] == "é ✓"


def test_it_is_where_the_tests_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    there = found(ForkedTerminal, tmp_path / "file")
    assert there["folder"] == there["path"][0] == str(tmp_path)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("code", "said", "status"),
    [
        ("pass", "", 0),
        ("raise SystemExit(300)", "", 300 & 0xFF),
        ("raise SystemExit('a sentence')", "a sentence", 1),
        ("raise ValueError('a fault')", "ValueError: a fault", 1),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", -signal.SIGINT),
        ("import os; os.abort()", "", -signal.SIGABRT),
        ("import os; os._exit(9)", "", 9),
        ("import sys; sys.stdout.write('not flushed')", "not flushed", 0),
        ("import atexit; atexit.register(print, 'at the end')", "at the end", 0),
        ("from threading import Timer; Timer(0.1, print, ['a thread']).start()", "a thread", 0),
    ],
)
def test_it_ends_as_one_that_was_started(
    kind: type[Terminal], code: str, said: str, status: int, tmp_path: Path
) -> None:
    with kind([*BEGUN, str(tmp_path / "file"), code]) as terminal:
        assert terminal.exit_status() == status
        text = "\n".join(terminal.text())
    assert text.startswith("written") and said in text
    assert ("Traceback" in text) == (said in TRACED)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_it_is_left(kind: type[Terminal]) -> None:
    with kind([sys.executable, "-m", "tui_transformer", "softmax"]) as terminal:
        terminal.wait_for("0.659001")
        assert terminal.running
    assert terminal.nothing_left()
    with kind([sys.executable, "-m", "tui_transformer", "softmax"]) as terminal:
        pass  # however early
    assert terminal.nothing_left()


def test_what_is_read_while_python_starts_wants_a_start() -> None:
    for name in ("PYTHONUTF8", "LC_ALL", "TEXTUAL_FPS"):
        with pytest.raises(AssertionError, match="read at a start"):
            ForkedTerminal(BEGUN, env={name: "1"})
    with pytest.raises(AssertionError, match="has to be started"):
        ForkedTerminal([sys.executable, "-c", "pass"])
