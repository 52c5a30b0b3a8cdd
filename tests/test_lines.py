"""Line mode: what goes in are lines, what comes out are lines, and the session is the same."""

import gc
import io
import json
import math
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pty_terminal import Terminal
from tui_transformer import kiosk
from tui_transformer.concepts import entries, load
from tui_transformer.lines.curves import course, plot_sentence
from tui_transformer.lines.figures import panel_lines
from tui_transformer.lines.loop import LONGEST, run, spoken
from tui_transformer.lines.prompt import Prompt
from tui_transformer.panels import Heatmap, Plot, Table
from tui_transformer.pieces import Axis, Cell, Column, Line, Points
from tui_transformer.progress import Keeper
from tui_transformer.session import Session
from tui_transformer.text import is_clean

IDS = [entry.id for entry in entries()]
TFX = [sys.executable, "-m", "tui_transformer"]


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"XDG_STATE_HOME": str(tmp_path)}


def talk(
    home: dict[str, str], *arguments: str, typed: str | bytes = ""
) -> subprocess.CompletedProcess[str]:
    data = typed.encode() if isinstance(typed, str) else typed
    done = subprocess.run(
        [*TFX, *arguments, "--lines"],
        input=data,
        capture_output=True,
        timeout=120,
        env=os.environ | home,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def at(concept: str) -> Prompt:
    prompt = Prompt(Keeper(None))
    prompt.follow(concept)
    prompt.tell()
    return prompt


def told(prompt: Prompt, line: str) -> str:
    return "\n".join([*prompt.answer(line), *(prompt.tell() if prompt.changed() else [])])


# ── through a pipe ─────────────────────────────────────────────────────────────────────


def test_a_pipe_is_answered_to_its_end(home: dict[str, str]) -> None:
    done = talk(home, "softmax", typed="temperature=2\nlink\nundo\nlink\nwhy probabilities[0]")
    assert (done.returncode, done.stderr) == (0, "")
    text = done.stdout
    z = [math.exp(x / 2) for x in (2.0, 1.0, 0.1)]
    first, second = text.split("temperature = 2\n")
    assert "p 0.659001" in first and f"p {z[0] / sum(z):.6f}" in second
    assert "tfx softmax temperature=2\n" in second and "Undone." in second
    assert second.split("Undone.")[1].count("tfx softmax\n") == 1
    assert "probabilities[cat] = 0.659001" in second and "e^(2/1)" in second
    assert "\x1b" not in text and "★" not in text


def test_the_numbers_are_those_of_json(home: dict[str, str]) -> None:
    """What is told after a change is the state that the same assignments open."""
    plain = subprocess.run([*TFX, "attention", "--json"], capture_output=True, text=True)
    weights = json.loads(plain.stdout)["values"]
    said = talk(home, "attention", typed="values").stdout
    for name, found in weights.items():
        if isinstance(found, float):
            assert f"{name} = {found:.6g}".replace("-", "−") in said


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("temprature=3", "softmax has no control temprature. Did you mean temperature?"),
        ("temperature=nan", "nan is not one that can be used"),
        ("temperature=99", "temperature"),
        ("temperature=1 temperature=2", "temperature is given twice: 1 and 2."),
        ("temperature=2 x", "x sets nothing: give a control as name=value."),
        ("\x1b]52;c;AAAA\x07=1", "has no control"),
        ("undoo", "There is no command undoo. Did you mean undo?"),
        ("preset 99", "This concept has"),
        ("preset x", "x begins no preset. preset lists them."),
        ("play", "Say how many steps"),
        ("next 0", "0 is no number"),
        ("next ²", "² is no number"),
        ("next", "Nothing runs by itself"),
        ("why nothing[0]", "there is no number called nothing[0]"),
        ("why probabilities[99]", "is no number; one has its place"),
        ("values nothing", "There is no value nothing."),
        ("tasks 9", "There are 3 tasks here."),
        ("tfx nothing", "There is nothing called nothing."),
        ("logits='1", "The quotation mark ' is never closed."),
        ("redo", "Nothing to redo."),
        ("undo", "Nothing to undo."),
    ],
)
def test_a_mistake_gets_one_sentence_and_changes_nothing(line: str, says: str) -> None:
    prompt = at("softmax")
    model = prompt.session.model
    answer = told(prompt, line)
    assert says in answer
    assert answer.count("\n") == 0
    assert prompt.session.model is model


@given(st.text(max_size=60))
def test_no_line_raises_and_nothing_raw_comes_back(line: str) -> None:
    prompt = at("softmax")
    for answer in (*prompt.answer(line), *prompt.tell()):
        assert is_clean(spoken(answer, str))


def test_hostile_bytes_and_endless_lines_get_a_sentence(home: dict[str, str]) -> None:
    typed = b"\xff\xfe\x00\x1b[31m\n" + b"a" * (LONGEST * 3) + b"\nlink\n" + b"=" * 99
    done = talk(home, "softmax", typed=typed)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("There is no command") == 1
    assert done.stdout.count("longer than 100,000 characters") == 1
    assert "\ntfx softmax\n" in done.stdout and "\x1b" not in done.stdout


def test_ascii_where_the_stream_speaks_no_unicode(home: dict[str, str]) -> None:
    locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    typed = "explain\ntasks\nwhy\nhelp\ncontrols\nlink\n"
    assert talk(home | locale, "attention", typed=typed).stdout.isascii()
    assert talk(home, "tokenizer", "text=é", "--ascii", typed="link").stdout.isascii()
    assert not talk(home, "attention", typed=typed).stdout.isascii()


def test_without_a_name_it_asks_for_one(home: dict[str, str]) -> None:
    text = talk(
        home, typed="next\nlist\nsoftmax temperature=2\ntfx neuron\nlink\nquit\nlink"
    ).stdout
    assert text.startswith("Name a concept")
    assert all(f"\n{concept}  " in text for concept in IDS)
    assert "p 0.501688" in text  # e^1 / (e^1 + e^0.5 + e^0.05)
    assert text.count("tfx neuron\n") == 1  # nothing is answered after quit


@pytest.mark.parametrize("missing", ["textual", "termios", "fcntl", "resource", "curses"])
def test_it_needs_nothing_that_only_some_systems_have(home: dict[str, str], missing: str) -> None:
    code = (
        f"import sys; sys.modules[{missing!r}] = None; from tui_transformer.cli import main;"
        "sys.exit(main(['softmax', '--lines']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input="temperature=3 target=1\nexplain\nquit\n",
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | home,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "A star for task 1" in done.stdout


# ── stars, clocks, presets ─────────────────────────────────────────────────────────────


def test_a_star_is_said_in_words_and_kept(home: dict[str, str]) -> None:
    text = talk(home, "softmax", typed="tasks\ntemperature=3 target=1\ntasks\n").stdout
    assert text.count("Solved.") == 1
    assert "A star for task 1:" in text and "★" not in text
    assert "Solved." in talk(home, "softmax", typed="tasks").stdout


def test_the_clock_goes_on_and_back() -> None:
    prompt = at("descent")
    start = prompt.session.model.steps
    for line, steps in (("next", 1), ("play 5", 6), ("back 2", 4), ("undo", 6), ("redo", 4)):
        told(prompt, line)
        assert prompt.session.model.steps == start + steps


def test_what_a_key_does_a_word_does() -> None:
    """Each word gives the model that the session gives for the key."""
    prompt, session = at("descent"), Session.open(load("descent"))
    pairs = [
        ("preset 2", lambda s: s.preset(2)),
        ("learning_rate=0.1 steps=3", lambda s: s.type("learning_rate", "0.1").type("steps", "3")),
        ("next 2", lambda s: s.step(2)),
        ("reset", lambda s: s.reset()),
    ]
    for line, change in pairs:
        told(prompt, line)
        session = change(session)
        assert prompt.session.model.same(session.model)


def test_several_assignments_are_one_change() -> None:
    prompt = at("softmax")
    told(prompt, "temperature=2 target=1")
    told(prompt, "undo")
    assert prompt.session.model.same(load("softmax").model())


def test_only_what_is_new_is_told_again() -> None:
    prompt = at("descent")
    answer = told(prompt, "next")
    assert "Surface, rule, status" in answer.split("As before: ")[1]
    assert "f = ½" not in answer and "f = ½" in told(prompt, "show")


@pytest.mark.parametrize("concept", IDS)
def test_every_concept_can_be_told(concept: str) -> None:
    prompt = Prompt(Keeper(None))
    prompt.follow(concept)
    figure = prompt.session.figure
    text = "\n".join(prompt.tell())
    assert figure.says in text
    for panel in figure.panels:
        words = re.findall(r"\w\w+", panel.title)  # signs are said as words
        assert any(all(word in line for word in words) for line in text.split("\n")), words
    for line in ("explain", "tasks", "values", "controls", "why", "preset", "link", "help"):
        assert prompt.answer(line), line
    assert len(text) < 30_000


def test_a_matrix_is_told_row_by_row_with_its_names() -> None:
    assert (
        "  keys club: quiet −1, big 0, cheap −1, central 0"
        in told(at("attention"), "controls").splitlines()
    )
    answer = told(at("library"), "controls").splitlines()
    assert "  contents Night Sailor: facts 0.7, stories 0.3, pictures 0" in answer
    assert "  shelf Fish Soups: sea 0.6, sky 0, food 0.8" in answer


# ── pictures in words ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("y", "says"),
    [
        ([5, 3, 0], "falls from 5 to 0 as p goes from 0 to 2"),
        ([1, 1, 2], "rises from 1 to 2 as p goes from 0 to 2"),
        ([4, 4, 4], "stays at 4 as p goes from 0 to 2"),
        ([4, 1, 2], "falls from 4 to 1 at p = 1, then rises to 2, as p goes from 0 to 2"),
        ([0, 2, 1, 5], "turns 2 times between 0 and 5, from 0 to 5, as p goes from 0 to 3"),
        ([7], "is one point at 0, 7"),
    ],
)
def test_how_a_curve_runs(y: list[float], says: str) -> None:
    assert course(np.arange(len(y), dtype=float), np.array(y, float), "p") == says


def test_curves_that_go_around_and_backwards() -> None:
    angle = np.linspace(0, 2 * np.pi, 9)
    assert course(np.cos(angle), np.sin(angle), "x").startswith("closes at 1, 0")
    down = np.array([2.0, 1.0, 0.0])
    assert course(down, down, "x") == "rises from 0 to 2 as x goes from 0 to 2"


def test_the_sentence_of_the_issue() -> None:
    p = np.linspace(0.01, 1, 50)
    marks = (Line(p, -np.log(p)), Points([0.659], [0.417], label="here"))
    said = plot_sentence(Plot("−ln p", marks, Axis("p"), Axis("nats")))
    assert said == "A curve falls from 4.61 to 0 as p goes from 0.01 to 1; you are at 0.659, 0.417."
    assert "Nothing" in plot_sentence(Plot("", (Line([math.nan], [1]),)))


def test_tables_and_matrices_have_their_names() -> None:
    table = Table("T", (Column(""), Column("p")), ((Cell("cat"), Cell(0.25, decimals=2)),), row=0)
    assert list(panel_lines(table)) == ["T:", "  cat: p 0.25, chosen"]
    matrix = Heatmap("M", np.array([[1.0, math.nan]]), ("a",), ("k", "l"), decimals=1)
    assert list(panel_lines(matrix)) == ["M:", "  a: k 1.0, l no number"]
    large = Heatmap("L", np.arange(900.0).reshape(30, 30), decimals=0)
    assert list(panel_lines(large)) == ["L:", "  30 × 30 numbers from 0 to 899, which is at 30, 30"]


# ── in a terminal ──────────────────────────────────────────────────────────────────────


def test_a_dumb_terminal_gets_it_by_itself(home: dict[str, str]) -> None:
    with Terminal([*TFX, "softmax"], env=home | {"TERM": "dumb"}) as tfx:
        tfx.wait_for("> ")
        tfx.send("temperature=2\n")
        tfx.wait_for("0.501688")
        tfx.send("quit\n")
        assert tfx.exit_status() == 0
        assert b"\x1b" not in tfx.raw
        assert tfx.attributes_restored()


@pytest.mark.parametrize(("key", "status"), [("\x03", 130), ("\x04", 0)], ids=["ctrl+c", "ctrl+d"])
def test_leaving_with_a_key(home: dict[str, str], key: str, status: int) -> None:
    with Terminal([*TFX, "softmax", "--lines"], env=home) as tfx:
        tfx.wait_for("help lists the commands")
        tfx.wait_for("> ")
        tfx.send(key)
        assert tfx.exit_status() == status
        assert b"Traceback" not in tfx.raw


def test_what_is_trained_meanwhile_can_be_stopped(home: dict[str, str]) -> None:
    with Terminal([*TFX, "training", "--lines"], env=home, rows=200) as tfx:
        tfx.wait_for("> ")
        tfx.send("play 3000\n")
        tfx.settle()
        tfx.send("\x03")
        tfx.wait_for("Stopped on the way")
        tfx.send("quit\n")
        assert tfx.exit_status() == 0


def test_no_terminal_is_told_of_line_mode(home: dict[str, str]) -> None:
    done = subprocess.run(
        [*TFX, "softmax"], stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert re.search(r"--lines needs none|With --lines it needs none", done.stderr)


class Watched(io.StringIO):
    """Lines, and what is so while each of them is waited for."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.seen: set[tuple[float, bool]] = set()

    def readline(self, size: int | None = -1, /) -> str:
        self.seen.add((signal.getitimer(signal.ITIMER_PROF)[0], gc.isenabled()))
        return super().readline(size)


def test_who_waits_for_a_line_computes_nothing_and_keeps_no_garbage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What a class says meanwhile is no picture's computing, be the wait as long as a lecture."""
    monkeypatch.setattr(kiosk, "_on", True)
    monkeypatch.setattr(kiosk, "idle", 3600)
    monkeypatch.setattr(sys, "stdin", lines := Watched("temperature=2\nquit\n"))
    before = signal.getsignal(signal.SIGALRM)
    gc.disable()
    try:
        assert run(Prompt(Keeper(None)), "tfx softmax", str) == 0
    finally:
        gc.enable()
        for timer in (signal.ITIMER_PROF, signal.ITIMER_REAL):
            signal.setitimer(timer, 0)
        signal.signal(signal.SIGALRM, before)
    assert lines.seen == {(0.0, True)}
