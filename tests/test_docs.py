"""What the documents say is true: the table, the pictures, the commands."""

import re
from pathlib import Path

from rich.cells import cell_len

from tui_transformer.concepts import entries
from tui_transformer.docs import PICTURES, with_table
from tui_transformer.link import words
from tui_transformer.session import Session
from tui_transformer.ui.commands import COMMANDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_the_table_of_concepts_is_up_to_date() -> None:
    assert with_table(README) == README, "run: make generated"


def test_the_pictures_are_there_and_shown() -> None:
    for file, _, _, _ in PICTURES:
        assert (ROOT / "screenshots" / file).read_text(encoding="utf-8").startswith("<svg")
    for file in re.findall(r"\(screenshots/([^)]+)\)", README):
        assert file in {name for name, *_ in PICTURES}


def test_every_command_of_the_readme_opens_a_state() -> None:
    from tui_transformer.concepts import load

    ids = {entry.id for entry in entries()}
    for line in re.findall(r"^tfx ([a-z-]+ [^#\n;]*)", README, re.MULTILINE):
        concept, *parts = words(line)
        if concept in ids:
            typed = dict(part.split("=", 1) for part in parts if "=" in part)
            assert Session.open(load(concept), typed).figure.says


def test_every_key_of_the_readme_is_a_command() -> None:
    table = README.split("## Keys")[1].split("##")[0]
    named = {key for line in table.splitlines()[4:] for key in re.findall(r"`([^`]+)`", line)}
    known = {key for command in COMMANDS for key in (*command.keys, *command.key.split())}
    known |= {"↑ ↓", "← →", "h j k l", "shift", "1", "9"}
    assert named <= known, named - known


def test_architecture_is_one_page_and_names_what_exists() -> None:
    lines = ARCHITECTURE.splitlines()
    assert len(lines) < 90
    assert max(cell_len(line) for line in lines if not line.startswith("|")) <= 100
    for name in re.findall(r"`([a-z_/]+(?:\.py|/))`", ARCHITECTURE):
        home = ROOT if name.startswith("tests/") else ROOT / "tui_transformer"
        assert (home / name).exists(), name
