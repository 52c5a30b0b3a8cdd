"""Panels side by side: every line is as wide as the page, whatever stands where."""

from tui_transformer.panels import Words
from tui_transformer.render.page import PanelCache, draw_page
from tui_transformer.render.palette import PLAIN
from tui_transformer.render.strips import Box


def test_a_panel_in_a_gap_is_drawn_left_of_an_earlier_one() -> None:
    """A short panel beside a tall one leaves room below it, which a later panel takes."""
    short, filling = (Words(title, ("a",)) for title in ("short", "filling"))
    tall = Words("tall", ("a", "b", "c"))
    page = (Box(0, short, 0, 0, 18, 2), Box(1, tall, 20, 0, 20, 4), Box(2, filling, 0, 2, 18, 2))
    lines = draw_page(page, 40, 4, PLAIN, None, PanelCache())
    written = ["".join(segment.text for segment in line) for line in lines]
    assert [len(line) for line in written] == [40] * 4
    assert written[2].startswith("filling") and written[2][20:].strip() == "b"
