"""A line that goes past the compositor costs no more than it must, and is a strip all the same."""

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui_transformer.ui.lines import Finished

LINE = [Segment("ab", Style(bold=True)), Segment("cd  ", Style())]


def test_it_makes_nothing_that_is_not_asked_for() -> None:
    unasked = [name for name in Strip.__slots__ if not _is_there(Finished(LINE, 6), name)]
    assert sorted({*Strip.__slots__} - {*unasked}) == ["_cell_length", "_segments"]


def test_what_is_asked_of_it_is_what_a_strip_says() -> None:
    plain = Strip(LINE, 6)
    for ask in (
        lambda strip: strip.crop(1, 3),
        lambda strip: strip.adjust_cell_length(4),
        lambda strip: strip.adjust_cell_length(9, Style()),
        lambda strip: strip.divide([2, 6]),
        lambda strip: strip.text,
        lambda strip: strip.cell_length,
        lambda strip: strip.cell_count,
        lambda strip: list(strip.apply_style(Style(italic=True))),
        lambda strip: Strip.join([strip, strip]),
    ):
        assert ask(Finished(LINE, 6)) == ask(plain)
    assert Finished(LINE, 6) == plain


def _is_there(strip: Strip, name: str) -> bool:
    """Whether a slot is filled, without asking for it."""
    try:
        Strip.__dict__[name].__get__(strip, type(strip))
    except AttributeError:
        return False
    return True
