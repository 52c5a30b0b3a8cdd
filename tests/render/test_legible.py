"""Whatever is written in the figures of any concept can be read, in every look."""

import re
from functools import cache

from tests.render.test_colors import LOOKS, SYSTEM, contrast, sent
from tui_transformer.compare import compare
from tui_transformer.concepts import entries, load
from tui_transformer.figure import Figure
from tui_transformer.render.layout import arrange
from tui_transformer.render.page import PanelCache, draw_page
from tui_transformer.render.palette import Palette
from tui_transformer.session import Session

WIDTH, HEIGHT = 70, 30
WRITTEN = re.compile(r"[^\W_]")


@cache
def figures() -> tuple[tuple[str, Figure], ...]:
    """How every concept begins, and how another state of it is compared with that."""
    found = []
    for entry in entries():
        session = Session.open(load(entry.id))
        other = session.preset(2).figure
        found += [(entry.id, session.figure), (entry.id, compare(other, session.figure))]
    return tuple(found)


@LOOKS
def test_every_word_and_number_is_read_on_its_ground(look: Palette) -> None:
    seen: dict[object, str] = {}
    for concept, figure in figures():
        for page in arrange(figure, WIDTH, HEIGHT):
            for line in draw_page(page, WIDTH, HEIGHT, look, None, PanelCache()):
                for segment in line:
                    if WRITTEN.search(segment.text):
                        seen.setdefault(segment.style, f"{concept}: {segment.text}")
    assert len(seen) > 20
    for style, where in seen.items():
        ink, paper = sent(style, SYSTEM[look.indexed])
        assert contrast(ink, paper) >= 4.5, where
