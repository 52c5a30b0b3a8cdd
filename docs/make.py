"""`make site`: the pages of the site, from what the program itself shows and the README says.

Each concept's page is its explanation with its opening screen; the other pages are sections of the
README, so that nothing is said twice, and `lesson.md`, which stands beside this file.
"""

import asyncio
import re
import shutil
from html import escape
from pathlib import Path

from tui_transformer.concepts import entries, load
from tui_transformer.concepts.edges import builds_on, leads_to
from tui_transformer.concepts.syllabus import SYLLABUS
from tui_transformer.docs import picture

HERE = Path(__file__).parent
ROOT, MADE = HERE.parent, HERE / "made"

PAGES = {
    "index.md": ("", "Run it", "Concepts"),
    "teach.md": ("Lessons", "In a class"),
    "host.md": (
        "Host it",
        "In a lecture hall",
        "A server for a semester",
        "Over SSH",
        "A public account",
    ),
    "keys.md": ("Keys", "As you like it", "A state is a command", "For those who do not look"),
}
"""Which sections of the README a page is made of; the first has no heading of its own."""
TITLES = {"index.md": "tfx", "teach.md": "Teach a class", "host.md": "Host it",
          "lesson.md": "Write a lesson", "keys.md": "Keys and links"}  # fmt: skip
FONTS = re.compile(r"@font-face \{.*?\}", re.DOTALL)
"""In a picture, what a reader would fetch from elsewhere."""
CONCEPT = re.compile(r"\]\(([a-z-]+)\)")


def sections(readme: str) -> dict[str, str]:
    """The README's sections by their headings."""
    first, *others = re.split(r"^## ", readme, flags=re.MULTILINE)
    parted = (section.partition("\n") for section in others)
    return {"": first.partition("\n")[2]} | {name: f"## {name}\n{rest}" for name, _, rest in parted}


def page(name: str, readme: str) -> str:
    """A page of the README's sections; what leads out of the site becomes words."""
    found = sections(readme)
    text = "\n".join([f"# {TITLES[name]}", *(found[section] for section in PAGES[name])])
    text = re.sub(r"(?<!!)\[([^\]]+)\]\((?!https?://)[A-Z][^)]*\)", r"\1", text)
    known = {entry.id for entry in entries()}
    return re.sub(
        r"^(\| \d [^|]+\| )`([a-z-]+)` ([^|]+?) \|",
        lambda row: f"{row[1]}[{row[3]}](concepts/{row[2]}.md) |" if row[2] in known else row[0],
        text,
        flags=re.MULTILINE,
    )


def concept_page(name: str) -> str:
    """What a concept is about, what it builds on, and what to try there."""
    concept = load(name)
    prose = CONCEPT.sub(r"](\1.md)", concept.prose.strip())
    tasks = [f"{number}. {plain(task.goal)}" for number, task in enumerate(concept.challenges, 1)]
    return "\n".join([
        f"# {plain(concept.title)}", "", f"![The screen as it opens](../screens/{name}.svg)", "",
        prose, "", "```sh", f"tfx {name}", f"tfx learn {name}", "```", "",
        *_edges("Builds on", builds_on(name)),
        *_edges("Leads to", leads_to(name)),
        "## To try", "", *tasks, "",
    ])  # fmt: skip


def plain(text: str) -> str:
    """Write a text so that Markdown shows it as it is: <unk> is no element, w_q no emphasis."""
    return re.sub(r"([\\`*_\[\]])", r"\\\1", escape(text, quote=False))


def _edges(title: str, edges: dict[str, str]) -> list[str]:
    rows = [
        f"- [{plain(load(name).title)}]({name}.md): {plain(reason)}"
        for name, reason in edges.items()
    ]
    return [f"## {title}", "", *rows, ""] if rows else []


def navigation() -> str:
    """The order of the pages, as mkdocs reads it."""
    lines = ["nav:", *(f"  - {title}: {name}" for name, title in TITLES.items())]
    for chapter, concepts in SYLLABUS.items():
        lines.append(f"  - {chapter}:")
        lines += [f'    - "{entry.title}": concepts/{entry.id}.md' for entry in concepts]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write every page, the screens, and the settings with the order of the pages."""
    shutil.rmtree(MADE, ignore_errors=True)
    for folder in ("concepts", "screens", "screenshots"):
        (MADE / folder).mkdir(parents=True)
    for file in (ROOT / "screenshots").glob("*.svg"):
        (MADE / "screenshots" / file.name).write_text(
            FONTS.sub("", file.read_text("utf-8")), "utf-8"
        )
    readme = (ROOT / "README.md").read_text("utf-8")
    for name in PAGES:
        (MADE / name).write_text(page(name, readme), "utf-8")
    shutil.copy(HERE / "lesson.md", MADE)
    for entry in entries():
        (MADE / "concepts" / f"{entry.id}.md").write_text(concept_page(entry.id), "utf-8")
        screen = asyncio.run(picture(f"tfx {entry.id}", (), (100, 30)))
        (MADE / "screens" / f"{entry.id}.svg").write_text(FONTS.sub("", screen), "utf-8")
    settings = (HERE / "mkdocs.yml").read_text("utf-8") + navigation()
    (HERE / "made.yml").write_text(settings, "utf-8")


if __name__ == "__main__":
    main()
