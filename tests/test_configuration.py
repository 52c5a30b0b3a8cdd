"""config.toml and its variables: what they change, and the sentence where they cannot be used."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from textual.theme import BUILTIN_THEMES

from tests.pty_terminal import Terminal
from tests.ui.test_instrument import lines, press
from tui_transformer.cli import main
from tui_transformer.configuration import BadConfiguration, Configuration, load
from tui_transformer.progress import Keeper
from tui_transformer.ui.app import build
from tui_transformer.ui.commands import COMMANDS
from tui_transformer.ui.keymap import RESERVED, keymap

TFX = [sys.executable, "-m", "tui_transformer"]
README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def written(folder: Path, text: str) -> dict[str, str]:
    file = folder / "tfx" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return {"XDG_CONFIG_HOME": str(folder), "XDG_STATE_HOME": str(folder)}


def configured(**keys: str | tuple[str, ...]):
    asked = {n.replace("_", "-"): (k,) if isinstance(k, str) else k for n, k in keys.items()}
    return build("tfx softmax", "dark", False, None, configuration=Configuration(keys=asked))


def test_a_file_that_is_not_there_changes_nothing(tmp_path: Path) -> None:
    assert load(tmp_path / "config.toml", {}) == Configuration()


def test_variables_count_more_than_the_file(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('theme = "light"\nmouse = false\n[keys]\nundo = "Z"\nwhy = ["w", "f2"]\n')
    assert load(file, {}) == Configuration(
        "light", mouse=False, keys={"undo": ("Z",), "why": ("w", "f2")}
    )
    variables = {"TFX_THEME": "ansi", "TFX_MOUSE": "on", "TFX_ANIMATIONS": "off"}
    variables |= {"TFX_START": "xor", "TFX_KEYS": "redo=Z redo=f3"}
    assert load(file, variables) == Configuration("ansi", "xor", True, False, {"redo": ("Z", "f3")})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('theme = "nrod"', "there is no theme called nrod. Did you mean nord?"),
        ('theme = "Nord"', "there is no theme called Nord. Did you mean nord?"),
        ('theme = "solarised"', "called solarised. Did you mean solarized-dark?"),
        ("theme = 3", "there is no theme called 3. Did you mean "),
        ("theme = []", "there is no theme called []. Did you mean "),
        ('start = "softmx"', "there is no concept called softmx."),
        ("mouse = 1", "mouse is true or false, not 1."),
        ("colour = 1", "there is no colour, only theme, start, mouse, animations and keys."),
        ("keys = 1", "[keys] has lines such as"),
        ("[keys]\nundo = 1", "undo has a key or a list of keys."),
        ("theme = ", "is no TOML"),
        ('"\\u001b[31m" = 1', "there is no ␛[31m"),
        ("[keys]\nundoo = 'z'", "there is no command called undoo. Did you mean undo?"),
        ("[keys]\nundo = 'w'", "keys: w is a key of undo and why."),
        ("[keys]\nundo = 'esc'", "keys: escape is a key of undo and leave."),
        ("[keys]\nundo = 'no key'", "keys: no key is no key"),
        ("[keys]\nundo = []", "keys: undo has no key."),
        ("[keys]\npreset = ['a']", "keys: preset has 9 keys"),
        ("[keys]\nundo = 'n'", "keys: n is a key of the next page of a lesson and undo."),
        ("[keys]\nundo = 'ctrl+c'", "keys: ctrl+c is a key of undo and quit."),
    ],
)
def test_what_cannot_be_used_is_a_sentence_at_the_start(
    tmp_path: Path, text: str, says: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(BadConfiguration) as problem:
        keymap(load(file, {}).keys)
    assert says in str(problem.value) and str(problem.value).count("\n") == 0


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x" * 200_000, b"[" * 5000, b"a = 1\x00"])
def test_a_damaged_file_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(content)
    with pytest.raises(BadConfiguration):
        load(file, {})
    with pytest.raises(BadConfiguration, match="not a file"):
        load(tmp_path, {})


async def test_a_key_that_is_moved_acts_and_is_shown_and_the_old_one_does_not() -> None:
    async with configured(undo="Z", why=("w", "f2"), redo="u").run_test(size=(200, 40)) as pilot:
        await press(pilot, "right")
        screen = pilot.app.instrument
        assert screen.session.model.logits[0] == 2.1
        assert "Z undo" in lines(pilot)[-1]
        await press(pilot, "Z")
        assert screen.session.model.logits[0] == 2.0
        await press(pilot, "u")
        assert screen.session.model.logits[0] == 2.1
        assert "U does nothing here" in await press(pilot, "U")
        assert "Why" in await press(pilot, "f2")
        await press(pilot, "escape")
        text = await press(pilot, "?", "end", "pageup")
        assert re.search(r"Z +undo", text) or "z           undo" in text


MOVED = {
    "explain": "X",
    "explain_all": "V",
    "leave": "f4",
    "compare": "B",
    "undo": "Z",
    "tasks": "T",
    "elsewhere": "S",
    "preset": tuple("!@$%&~(){"),
}


async def test_what_is_drawn_and_said_names_the_keys_as_they_are() -> None:
    async with configured(**MOVED).run_test(size=(80, 24)) as pilot:
        text = await press(pilot)
        assert "! three classes" in text and "1 three classes" not in text
        assert "T 2 more" in text and "t 2 more" not in text
        assert "X next · V all · f4 close" in await press(pilot, "X")
        assert "explanation" not in await press(pilot, "f4")
        assert "B lets go" in await press(pilot, "B")
        assert "No longer" in await press(pilot, "B")
        assert "Z takes it back" in await press(pilot, "*")
        assert "S opens a sentence" in await press(pilot, "S")
        assert "f4 plays freely" in await press(pilot, "g", "home")
    async with configured(**MOVED).run_test(size=(120, 36)) as pilot:
        await press(pilot)
        assert "X: all of it" in await press(pilot, "X")
    async with configured(leave="backspace", back="f4").run_test(size=(80, 24)) as pilot:
        screen = pilot.app.instrument
        screen.follow("tfx attention")
        await press(pilot)
        text = await press(pilot, "down", "down", "enter")
        assert screen.session.fold is not None
        assert "esc" not in text and "closes" in text
        await press(pilot, "backspace")
        assert screen.session.fold is None


async def test_presets_and_quitting_can_be_moved_and_nobody_is_locked_in() -> None:
    presets = tuple("!@$%&~(){"[:9])
    async with configured(preset=presets, quit="Q").run_test(size=(80, 24)) as pilot:
        await press(pilot, "@")
        first = pilot.app.instrument.session.model
        concept = pilot.app.instrument.session.concept
        assert first.same(concept.preset(list(concept.presets)[1]))
        assert "2 does nothing here" in await press(pilot, "2")
        assert "q does nothing here" in await press(pilot, "q")
        await press(pilot, "Q")
        assert not pilot.app.is_running
    for key in RESERVED:
        async with configured(quit="Q").run_test(size=(80, 24)) as pilot:
            await press(pilot, key)
            assert not pilot.app.is_running


async def test_without_animations_space_takes_one_step() -> None:
    calm = Configuration(animations=False)
    app = build("tfx descent", "dark", False, None, configuration=calm)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot)
        start = pilot.app.instrument.session.model.steps
        await press(pilot, "space")
        session = pilot.app.instrument.session
        assert session.model.steps == start + 1 and not session.playing


def test_names_of_commands_are_unique_and_in_the_readme() -> None:
    names = [command.name for command in COMMANDS]
    assert len(names) == len(set(names))
    told = README.split("<!-- the commands -->")[1].split("\n\n")[0]
    assert set(re.findall(r"`([a-z-]+)`", told)) == set(names)
    for name in names:
        keymap({name: [f"f{i}" for i in range(20, 29)]})


def test_the_configuration_of_the_readme_can_be_used(tmp_path: Path) -> None:
    text = README.split("<!-- a configuration -->\n```toml\n")[1].split("```")[0]
    file = tmp_path / "config.toml"
    file.write_text(text)
    found = load(file, {})
    assert keymap(found.keys) and set(tomllib.loads(text)) == set(vars(found))


# ── in a terminal ──────────────────────────────────────────────────────────────────────


def test_a_configured_start_without_a_mouse(tmp_path: Path) -> None:
    home = written(tmp_path, 'start = "softmax"\nmouse = false\n[keys]\nundo = "Z"\n')
    with Terminal(TFX, env=home) as tfx:
        tfx.wait_for("0.659001")
        assert b"\x1b[?1000h" not in tfx.raw and b"\x1b[?1003h" not in tfx.raw
        tfx.send("q")
        assert tfx.exit_status() == 0


def test_a_clash_is_told_before_there_is_a_screen(tmp_path: Path) -> None:
    home = written(tmp_path, '[keys]\nundo = "w"\n')
    with Terminal(TFX, env=home) as tfx:
        assert tfx.exit_status() == 2
        assert "keys: w is a key of undo and why." in "\n".join(tfx.text())
        assert b"\x1b[?1049h" not in tfx.raw and tfx.attributes_restored()


def test_a_kiosk_reads_none(tmp_path: Path) -> None:
    home = written(tmp_path, '[keys]\nundo = "w"\n') | {"TFX_THEME": "pink"}
    with Terminal([*TFX, "--kiosk", "softmax"], env=home) as tfx:
        tfx.wait_for("0.659001")
        tfx.send("q")
        assert tfx.exit_status() == 0


NORD = b"48;2;46;52;64"  # its background, #2E3440


def test_a_theme_by_name_is_drawn_from_the_first_picture_on(tmp_path: Path) -> None:
    home = written(tmp_path, 'theme = "nord"\n')
    for arguments, more, shown in (
        ([], {}, NORD),
        ([], {"TFX_THEME": "dracula"}, b"48;2;40;42;54"),
        (["--theme", "light"], {}, b"48;2;252;252;250"),
        (["--kiosk"], {}, b"48;2;18;19;23"),
    ):
        with Terminal([*TFX, *arguments, "softmax"], env=home | more) as tfx:
            tfx.wait_for("0.659001")
            tfx.send("q")
            assert tfx.exit_status() == 0
            assert shown in tfx.raw and (shown == NORD or NORD not in tfx.raw)


def test_an_unknown_theme_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["softmax", "--theme", "nrod", "--text"]) == 2
    assert capsys.readouterr() == ("", "tfx: there is no theme called nrod. Did you mean nord?\n")
    assert main(["softmax", "--theme", "nord", "--text"]) == 0


async def test_search_offers_the_themes_and_remembers_the_one_that_is_chosen(
    tmp_path: Path,
) -> None:
    state = tmp_path / "progress.json"
    app = build("tfx softmax", None, False, state)
    async with app.run_test(size=(80, 60)) as pilot:
        shown = await press(pilot, "ctrl+p", *"theme")
        for name in BUILTIN_THEMES:
            assert re.search(rf"theme +{name} ", shown), name
        await press(pilot, *" drac", "enter")
        assert app.palette.name == "dracula" and app.theme == "dracula"
        assert Keeper(state).progress.theme == "dracula"
        await press(pilot, "o")
        assert app.palette.name == "dark" and app.theme == "textual-dark"
        await press(pilot, "ctrl+p", *"gruvbox", "enter")
    again = build("tfx softmax", None, False, state)
    assert again.palette.background == (40, 40, 40)  # its #282828


def test_paths_names_the_files(tmp_path: Path) -> None:
    home = written(tmp_path, "")
    done = subprocess.run(
        [*TFX, "--paths"], capture_output=True, text=True, env=os.environ | home, check=True
    )
    config, progress, key = done.stdout.splitlines()
    assert config.endswith(str(tmp_path / "tfx" / "config.toml"))
    assert "progress.json  (not there)" in progress
    assert "host_key" in key
