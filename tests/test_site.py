"""The site's pages: every command runs, every link leads somewhere, nothing is fetched."""

import importlib.util
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tui_transformer.concepts import entries, load
from tui_transformer.concepts.edges import builds_on, leads_to
from tui_transformer.lessons.checking import check

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
LESSON = (ROOT / "docs" / "lesson.md").read_text("utf-8")
IDS = [entry.id for entry in entries()]

place = importlib.util.spec_from_file_location("site_pages", ROOT / "docs" / "make.py")
assert place and place.loader
make = importlib.util.module_from_spec(place)
place.loader.exec_module(make)


@cache
def pages() -> dict[str, str]:
    concepts = {f"concepts/{name}.md": make.concept_page(name) for name in IDS}
    return {name: make.page(name, README) for name in make.PAGES} | {"lesson.md": LESSON} | concepts


def examples() -> list[str]:
    """Every command of every page; of what is the same for each concept, one."""
    found: dict[str, None] = {}
    for name, text in pages().items():
        for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            for line in block.splitlines():
                for command in line.split("#")[0].split("; "):
                    if command.startswith("tfx ") and name != "concepts/softmax.md":
                        found[command.strip()] = None
    return [command for command in found if not re.fullmatch(r"tfx (learn )?[a-z-]+", command)] + [
        "tfx softmax", "tfx learn softmax"
    ]  # fmt: skip


PRINTED = ("--json", "--text", "--svg", "--lines", "--paths", "--completions", "--reset")
PRINT = ("list", "help", "explain", "words", "check", "progress")
ASK = ("learn", "quiz")
# What needs a screen or several people is run by lessons/test_recording.py, tests/classroom and
# hosting/test_documented.py.
ELSEWHERE = ("record", "present", "follow", "class", "host")


@pytest.mark.parametrize("command", examples())
def test_every_command_runs(command: str, tmp_path: Path) -> None:
    _, *given = shlex.split(command)
    if given[0] in ELSEWHERE or "--kiosk" in given:  # (a kiosk: test_kiosk.py)
        return
    example = re.search(r"````markdown\n(.*?)````", LESSON, re.DOTALL)
    assert example
    mine = next((word for word in given if word.endswith(".md")), "")
    if mine:
        (tmp_path / mine).write_text(example[1], "utf-8")
    if given[0] in ASK:
        given.append("--lines")
    elif given[0] not in PRINT and not any(word in PRINTED for word in given):
        given.append("--json")
    done = subprocess.run(
        [sys.executable, "-m", "tui_transformer", *given], cwd=tmp_path, input="quit\n",
        capture_output=True, text=True, timeout=300,
        env={"HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout or given[0] == "check" or any(tmp_path.glob("*.svg"))


def test_the_example_of_a_lesson_has_no_fault() -> None:
    example = re.search(r"````markdown\n(.*?)````", LESSON, re.DOTALL)
    assert example
    assert not check(example[1]).faults


def test_every_link_leads_to_a_page() -> None:
    for name, text in pages().items():
        plain = re.sub(r"^````?.*?^````?$", "", text, flags=re.MULTILINE | re.DOTALL)
        for path in re.findall(r"\]\((?!https?://|#)([^)\s]+)\)", plain):
            place = Path(name).parent / path
            if place.suffix == ".svg":
                screens = {f"concepts/../screens/{name}.svg" for name in IDS}
                assert (ROOT / place).exists() or str(place) in screens, (name, path)
            else:
                assert str(place) in pages(), (name, path)


def test_every_section_of_the_readme_is_on_a_page_or_about_the_checkout() -> None:
    told = {section for sections in make.PAGES.values() for section in sections}
    assert set(make.sections(README)) == told | {"Test it", "Add a concept"}


def test_a_picture_fetches_nothing() -> None:
    for file in (ROOT / "screenshots").glob("*.svg"):
        picture = make.FONTS.sub("", file.read_text("utf-8"))
        assert "http" not in picture.replace("http://www.w3.org/2000/svg", "").replace(
            "https://www.textualize.io", ""
        )


def shown(text: str) -> str:
    """What a reader of a page sees; an element that is none of Markdown's would not be seen."""
    seen: list[str] = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        for part in (token, *(token.children or ())):
            assert "html" not in part.type or part.content.startswith("<!--"), part.content
            if part.type in ("text", "code_inline", "fence", "softbreak"):
                seen.append(part.content or " ")
        seen.append(" ")
    return " ".join("".join(seen).split())


@pytest.mark.parametrize("name", IDS)
def test_what_is_no_markdown_is_shown_as_it_is(name: str) -> None:
    """`<unk>` in a task is no element, and what the screen writes as it is has no emphasis here."""
    concept, text = load(name), shown(pages()[f"concepts/{name}.md"])
    reasons = (builds_on(name) | leads_to(name)).values()
    for said in (concept.title, *(one.goal for one in concept.challenges), *reasons):
        assert " ".join(said.split()) in text


def test_no_page_has_elements_of_its_own() -> None:
    for text in pages().values():
        assert shown(text)
