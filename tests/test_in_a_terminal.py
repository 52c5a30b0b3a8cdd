"""The installed program in a real pseudo-terminal: keys typed, numbers read off the screen."""

import json
import re
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from tests.pty_terminal import Terminal
from tests.render.pixels import SHADED, halves

TFX = [sys.executable, "-m", "tui_transformer"]


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"XDG_STATE_HOME": str(tmp_path)}


def values(*arguments: str) -> dict[str, object]:
    done = subprocess.run([*TFX, *arguments, "--json"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["values"]


def opened(home: dict[str, str], *arguments: str, **options: object) -> Terminal:
    return Terminal([*TFX, *arguments], env=home, **options)


def test_the_numbers_on_the_screen_are_those_of_json(home: dict[str, str]) -> None:
    with opened(home, "softmax", columns=120, rows=36) as tfx:
        tfx.wait_for("0.659001")
        for _ in range(7):
            tfx.key("right")
        tfx.wait_for("logits cat = 2.7")
        said = values("softmax", "logits=2.7,1,0.1")
        for p in said["probabilities"]:
            assert f"{p:.6f}" in "\n".join(tfx.text())
        tfx.send("q")
        assert tfx.exit_status() == 0


def test_the_link_that_is_copied_opens_the_same_screen(home: dict[str, str]) -> None:
    with opened(home, "softmax") as tfx:
        tfx.wait_for("0.659001")
        tfx.send("jlljlly")
        tfx.wait_for("copied: tfx")
        link = re.search(r"copied: tfx (.*?)(?:\s{2,}|\s*$)", "\n".join(tfx.text()), re.MULTILINE)
        assert link is not None
        figure = [line[28:] for line in tfx.text()[2:20]]
        assert b"\x1b]52;c;" in tfx.raw
    with opened(home, *link[1].split()) as again:
        again.wait_for("0.6")
        again.settle()
        assert [line[28:] for line in again.text()[2:20]] == figure


def test_the_map_opens_and_remembers(home: dict[str, str]) -> None:
    with opened(home) as tfx:
        tfx.wait_for("Neurons")
        tfx.send("entropy")
        tfx.key("enter")
        tfx.wait_for("Five points for everybody")  # asked first
        tfx.key("escape")
        tfx.wait_for("temperature")
        tfx.send("q")
        assert tfx.exit_status() == 0
    with opened(home) as tfx:
        tfx.wait_for("Neurons")
        tfx.send("entropy")
        tfx.wait_for("○ Softmax")  # opened, and not learnt yet


def test_a_paste_of_100_kilobytes_is_a_text_like_any(home: dict[str, str]) -> None:
    text = "the cat sat on the mat " * 4400
    with opened(home, "tokenizer", columns=120, rows=36) as tfx:
        tfx.wait_for("low low low")
        tfx.key("enter")
        tfx.wait_for("text =")
        tfx.paste(text)
        tfx.wait_for("characters)")
        tfx.key("enter")
        tfx.wait_for("the cat")
        tfx.send(".")
        tfx.wait_for("merges = 1")
        tfx.send("q")
        assert tfx.exit_status() == 0


def test_hostile_text_never_reaches_the_terminal(home: dict[str, str]) -> None:
    hostile = "\x1b]0;owned\x07\x1b[31m[bold red]x[/][@click=app.quit]y\u202e\x9b5n"
    with opened(home, "tokenizer", f"text={hostile}", f"sample={hostile}") as tfx:
        tfx.wait_for("tokens")
        tfx.settle()
        tfx.send("y")
        tfx.wait_for("copied")
        tfx.settle()
        assert b"owned\x07" not in tfx.raw
        assert b"\x1b[31m[bold" not in tfx.raw
        assert "\u202e".encode() not in tfx.raw


@pytest.mark.parametrize(
    ("term", "says"), [("unknown", "unknown"), ("", "TERM")], ids=["odd", "unset"]
)
def test_a_terminal_that_cannot_draw_gets_a_sentence(
    home: dict[str, str], term: str, says: str
) -> None:
    with opened({**home, "TERM": term}, "softmax") as tfx:
        assert tfx.exit_status() == 2
        assert says in "\n".join(tfx.text())


def test_variables_of_any_value_end_nothing(home: dict[str, str]) -> None:
    names = ("COLOR_SYSTEM", "FPS", "ANIMATIONS", "DRIVER", "THEME", "SMOOTH_SCROLL", "DIM_FACTOR")
    odd = {f"TEXTUAL_{name}": "odd" for name in names}
    odd |= dict.fromkeys(("COLUMNS", "LINES", "ESCDELAY", "TFX_SUPERVISOR", "COLORTERM"), "odd")
    with opened({**home, **odd}, "softmax") as tfx:
        tfx.wait_for("0.659001")
        tfx.send("q")
        assert tfx.exit_status() == 0


@pytest.mark.parametrize("leave", ["q", "\x03"], ids=["q", "ctrl+c"])
def test_leaving_puts_the_terminal_right(home: dict[str, str], leave: str) -> None:
    with opened(home, "neuron") as tfx:
        tfx.wait_for("y over the plane")
        tfx.send(leave)
        assert tfx.exit_status() == 0
        assert tfx.attributes_restored()
        assert tfx.nothing_left()


def test_the_first_map_is_left_with_ctrl_c(home: dict[str, str]) -> None:
    """A letter is typed into its filter, and the footer says which key leaves."""
    with opened(home) as tfx:
        tfx.wait_for("ctrl+c quit")
        tfx.send("q")
        tfx.wait_for("/q_")
        tfx.send("\x1b[27u")
        tfx.wait_for("/_")
        assert tfx.running
        tfx.send("\x03")
        assert tfx.exit_status() == 0


def test_sixteen_colours_no_colour_and_ascii(home: dict[str, str]) -> None:
    with opened({**home, "NO_COLOR": "1"}, "attention") as tfx:
        tfx.wait_for("attic")
        tfx.settle()
        assert not re.search(rb"\x1b\[[0-9;]*3[0-8][;m]", tfx.raw)
    with opened({**home, "LC_ALL": "C", "PYTHONUTF8": "0"}, "softmax") as tfx:
        tfx.wait_for("0.659001")
        tfx.settle()
        assert "\n".join(tfx.text()).isascii()


def test_with_256_colours_a_slope_shows_no_band(home: dict[str, str]) -> None:
    """What is sent for the unit's plane, on which the output grows from left to right."""
    with opened({**home, "COLORTERM": ""}, "neuron") as tfx:
        tfx.wait_for("y over the plane")
        tfx.settle()
        assert not re.search(rb"[34]8;2;", tfx.raw), "only numbers of the 256 are sent"
        top = next(y for y in range(24) if "y over the plane" in tfx.text()[y]) + 2
        paper, plane = tfx.cell(0, 23).bg, {}
        for x, y in product(range(80), range(top, 20)):
            cell = tfx.cell(x, y)
            if cell.data in SHADED and cell.bg != paper:
                plane[x, y] = halves(cell.data, cell.fg, cell.bg)
        beside = [(x, y) for x, y in plane if (x + 1, y) in plane]
        assert len(beside) > 150
        for x, y in beside:
            for here, there in zip(plane[x, y], plane[x + 1, y], strict=True):
                for was, now in zip(*map(bytes.fromhex, (here, there)), strict=True):
                    assert 0 <= now - was <= 50, f"{here} beside {there}"  # red, green and blue


def test_resizing_while_it_runs(home: dict[str, str]) -> None:
    with opened(home, "descent") as tfx:
        tfx.wait_for("minimum")
        for columns, rows in [(40, 12), (10, 4), (200, 50), (80, 24)]:
            tfx.resize(columns, rows)
            tfx.settle()
        tfx.wait_for("minimum")
        tfx.send("q")
        assert tfx.exit_status() == 0
