"""The look follows the terminal's background, unless one was chosen; its answers harm nothing."""

import json
import os
import sys
from pathlib import Path

import pytest

from tests.pty_terminal import Terminal
from tui_transformer.ui.terminal import background
from tui_transformer.ui.terminal.background import Question, is_light, light_by_variable

TFX = [sys.executable, "-m", "tui_transformer", "softmax"]
LIGHT, DARK = b"48;2;252;252;250", b"48;2;18;19;23"
WHITE, BLACK = "ffff/ffff/ffff", "1c1c/1c1c/2020"


def look(
    tmp_path: Path, *arguments: str, colour: str = "", changes: bool = False, **env: str
) -> tuple[bytes, Terminal]:
    home = {"XDG_STATE_HOME": str(tmp_path)} | env
    with Terminal([*TFX, *arguments], env=home, background=colour) as tfx:
        tfx.wait_for("0.659001")
        if changes:
            tfx.send("o")
            tfx.wait_for("Look: light.")
        tfx.send("q")
        assert tfx.exit_status() == 0
        assert tfx.attributes_restored()
        return tfx.raw, tfx


@pytest.mark.parametrize(
    ("colour", "variable", "there", "not_there"),
    [
        (WHITE, "", LIGHT, DARK),
        ("ff/ff/dd", "", LIGHT, DARK),
        (BLACK, "", DARK, LIGHT),
        ("", "", DARK, LIGHT),
        ("", "0;15", LIGHT, DARK),
        ("", "15;default;0", DARK, LIGHT),
        (BLACK, "0;15", DARK, LIGHT),  # the terminal knows better than what was inherited
    ],
)
def test_the_terminal_says_or_a_variable_does(
    tmp_path: Path, colour: str, variable: str, there: bytes, not_there: bytes
) -> None:
    raw, _ = look(tmp_path, colour=colour, COLORFGBG=variable)
    assert there in raw and not_there not in raw


def test_a_look_that_was_chosen_counts_more(tmp_path: Path) -> None:
    for arguments, env in ((["--theme", "dark"], {}), ([], {"TFX_THEME": "dark"})):
        raw, _ = look(tmp_path, *arguments, colour=WHITE, **env)
        assert LIGHT not in raw and b"\x1b]11;?" not in raw
    raw, _ = look(tmp_path, colour=BLACK, changes=True)  # from dark to light, and remembered
    assert LIGHT in raw
    assert json.loads((tmp_path / "tfx" / "progress.json").read_text())["theme"] == "light"
    raw, _ = look(tmp_path, colour=BLACK)
    assert LIGHT in raw and DARK not in raw and b"\x1b]11;?" not in raw


def test_what_is_typed_meanwhile_is_not_lost(tmp_path: Path) -> None:
    with Terminal(TFX, env={"XDG_STATE_HOME": str(tmp_path)}, background=WHITE) as tfx:
        tfx.send("\x1b[C")
        tfx.wait_for("0.681103")  # one step of the first logit: e^2.1 / (e^2.1 + e^1 + e^0.1)
        tfx.send("q")
        assert tfx.exit_status() == 0


def test_a_late_answer_types_nothing(tmp_path: Path) -> None:
    with Terminal(TFX, env={"XDG_STATE_HOME": str(tmp_path)}) as tfx:
        tfx.wait_for("0.659001")
        tfx.send(f"\x1b]11;rgb:{WHITE}\x1b\\\x1b[?62;22c")
        tfx.settle()
        assert "logits cat" in "\n".join(tfx.text()) and "nothing here" not in "\n".join(tfx.text())
        tfx.send("q")
        assert tfx.exit_status() == 0
        assert tfx.attributes_restored()


@pytest.mark.parametrize("supervisor", ["0", "1"])
def test_a_fault_after_the_question_leaves_the_terminal_as_it_was(
    tmp_path: Path, supervisor: str
) -> None:
    env = {"XDG_STATE_HOME": str(tmp_path), "TFX_KEYS": "undo=w", "TFX_SUPERVISOR": supervisor}
    with Terminal(TFX, env=env, background=WHITE) as tfx:
        assert tfx.exit_status() == 2
        assert tfx.attributes_restored()
        assert "rgb" not in "\n".join(tfx.text())


def test_a_question_ends_with_the_device_and_keeps_what_is_typed() -> None:
    reading, writing = os.pipe()
    for data, light, typed in (
        (b"a\x1b]11;rgb:ffff/ffff/ffff\x07b\x1b[?62;22cc", True, b"abc"),
        (b"\x1b]11;rgba:0000/0000/0000/ffff\x1b\\\x1b[?1;2c", False, b""),
        (b"x\x1b[?6c", None, b"x"),
    ):
        os.write(writing, data)
        assert Question(reading, 60).answer() is light
        assert background.typed_ahead() == typed
        assert background.typed_ahead() == b""
    os.write(writing, b"\x1b]11;rgb:ff")  # half an answer, and no more in time
    assert Question(reading, 0.01).answer() is None
    assert background.typed_ahead() == b"\x1b]11;rgb:ff"  # its rest ends in `sequences.py`


def test_colours_and_variables() -> None:
    assert is_light(b"f", b"f", b"f") and is_light(b"fdfd", b"f6f6", b"e3e3")  # solarized light
    assert not is_light(b"0000", b"2b2b", b"3636") and not is_light(b"00", b"00", b"ff")
    said = {"0;15": True, "0;7": True, "15;0": False, "7;8": False, "0;default;15": True}
    said |= {"": None, "x": None, "0;99": None, "²": None}
    for text, light in said.items():
        assert light_by_variable({"COLORFGBG": text}) is light
