"""`python -m tui_transformer.docs` remakes what the README shows: the table and the pictures.

The pictures are the program's own screens, in states that anyone can open.
"""

import asyncio
import re
from pathlib import Path

from tui_transformer.concepts.syllabus import SYLLABUS
from tui_transformer.ui.app import build

ROOT = Path(__file__).parent.parent
START, END = "<!-- concepts: made by tui_transformer.docs -->", "<!-- end of concepts -->"

# file, link, keys pressed after opening, columns and rows
PICTURES: tuple[tuple[str, str, tuple[str, ...], tuple[int, int]], ...] = (
    ("map.svg", "", (), (80, 24)),
    ("neuron.svg", "tfx neuron w=1,1 b=-1.5 task=and", (), (100, 30)),
    ("softmax.svg", "tfx softmax logits=2,1,0.1 temperature=0.5", ("tab",), (80, 24)),
    ("descent.svg", "tfx descent learning_rate=0.19 steps=24", (), (120, 36)),
    ("tokenizer.svg", "tfx tokenizer merges=8", (), (80, 24)),
    ("attention.svg", "tfx attention", (), (120, 36)),
    ("training.svg", "tfx training steps=420", (), (80, 24)),
    ("generation.svg", "tfx generation tokens=40", (), (80, 24)),
)


def concept_table() -> str:
    """The syllabus as a Markdown table."""
    lines = ["| chapter | concept | what it shows |", "|---|---|---|"]
    for number, (chapter, concepts) in enumerate(SYLLABUS.items(), 1):
        for entry in concepts:
            lines.append(f"| {number} {chapter} | `{entry.id}` {entry.title} | {entry.line} |")
    return "\n".join(lines)


def with_table(readme: str) -> str:
    """Put the table where the README has it."""
    pattern = re.compile(f"{re.escape(START)}.*?{re.escape(END)}", re.DOTALL)
    return pattern.sub(lambda _: f"{START}\n{concept_table()}\n{END}", readme)


async def picture(link: str, keys: tuple[str, ...], size: tuple[int, int]) -> str:
    """Open a state, press keys, and take the screen as SVG."""
    app = build(link, "dark", False, None)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        return app.export_screenshot(title=link or "tfx")


def main() -> None:
    """Remake everything."""
    readme = ROOT / "README.md"
    readme.write_text(with_table(readme.read_text(encoding="utf-8")), encoding="utf-8")
    for file, link, keys, size in PICTURES:
        svg = asyncio.run(picture(link, keys, size))
        (ROOT / "screenshots" / file).write_text(svg + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
