"""What the package index and `man` are told, and that it is the truth."""

import re
from dataclasses import fields
from pathlib import Path

from hatch_build import ADDRESS, LINK, Metadata, far_away
from tui_transformer.cli import manual
from tui_transformer.cli.options import parser
from tui_transformer.concepts.syllabus import COMMANDS
from tui_transformer.configuration import Configuration

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SOURCES = [file.read_text("utf-8") for file in (ROOT / "tui_transformer").rglob("*.py")]


def test_every_link_into_the_checkout_leads_somewhere() -> None:
    paths = [path for _, _, path in LINK.findall(README)]
    assert len(paths) >= 3
    assert all((ROOT / path).exists() for path in paths)


def test_far_from_the_checkout_no_link_is_broken() -> None:
    words = far_away(README, "")
    assert not LINK.findall(words)
    assert "CONTRIBUTING.md does it" in words
    whole = far_away(README, "https://host.example/owner/tfx")
    assert not LINK.findall(whole)
    assert "(https://host.example/owner/tfx/raw/main/screenshots/softmax.svg)" in whole
    assert "(https://host.example/owner/tfx/blob/main/CONTRIBUTING.md)" in whole


def test_no_address_is_invented() -> None:
    told: dict[str, object] = {}
    Metadata(str(ROOT), {}).update(told)
    assert ("urls" in told) == bool(ADDRESS)
    invented = re.compile(r"github\.com/|gitlab\.com/|example\.com")
    for text in (README, (ROOT / "SECURITY.md").read_text("utf-8"), manual.page()):
        assert not invented.search(text)


def test_the_manual_is_the_one_of_this_command_line() -> None:
    made = manual.page()
    assert (ROOT / "man" / "tfx.1").read_text("utf-8") == made, "python -m tests.generate"
    plain = made.replace("\\-", "-")
    options = [name for action in parser()._actions for name in action.option_strings]
    assert all(name in plain for name in options)
    assert all(f"tfx {command}" in plain for command in COMMANDS)


def test_the_manual_names_every_variable_that_is_read() -> None:
    read = set(re.findall(r"TFX_[A-Z_]+[A-Z]", "".join(SOURCES)))
    read |= {f"TFX_{field.name.upper()}" for field in fields(Configuration)}
    assert read == set(re.findall(r"TFX_[A-Z_]+[A-Z]", manual.page()))


def test_no_line_of_the_manual_is_taken_for_a_request() -> None:
    requests = {"TH", "SH", "TP", "B"}
    for line in manual.page().splitlines():
        assert not line.startswith("'")
        assert not line.startswith(".") or line[1:].split()[0] in requests
