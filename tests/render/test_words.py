"""Words: lines that are wrapped and lose nothing."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui_transformer.panels import Words
from tui_transformer.render.palette import DARK, PLAIN
from tui_transformer.render.words import draw_words, words_height
from tui_transformer.text import is_clean

ASCII = dataclasses.replace(PLAIN, ascii=True)


def draw(panel, width, height, palette=DARK):
    """Check the size of a drawing in cells, and hand its text over."""
    lines = draw_words(panel, width, height, palette)
    assert len(lines) == height
    for line in lines:
        assert sum(segment.cell_length for segment in line) == width
        assert all(is_clean(segment.text) for segment in line)
    text = ["".join(segment.text for segment in line) for line in lines]
    assert not palette.ascii or "".join(text).isascii()
    return [line.rstrip() for line in text]


def test_lines_are_wrapped_at_spaces_and_keep_their_place():
    panel = Words("", ("y = w·x + b", "    = 1·1 + 1·0 − 0.5", "", "A word"))
    assert words_height(panel, 30) == 4 and words_height(panel, 14) == 5
    assert draw(panel, 14, 5) == ["y = w·x + b", "    = 1·1 +", "    1·0 − 0.5", "", "A word"]


def test_a_word_that_is_longer_than_a_line_goes_on_in_the_next():
    assert draw(Words("", ("abcdefgh ij",)), 5, 3) == ["abcde", "fgh", "ij"]
    assert draw(Words("", ("日本語",)), 5, 2) == ["日本", "語"]


def test_lines_that_do_not_fit_are_not_lost_silently():
    assert draw(Words("", ("one", "two", "three")), 8, 2) == ["one", "two …"]


def test_the_colour_is_that_of_the_role():
    line = draw_words(Words("", ("a",), role="gradient"), 1, 1, DARK)[0]
    assert line[0].style == DARK.role("gradient")


def test_what_cannot_be_shown_is_made_visible():
    assert draw(Words("", ("a\x1b[31mb", "a\nb")), 10, 3) == ["a␛[31mb", "a", "b"]


@given(st.lists(st.text("ab c", max_size=60), max_size=4), st.integers(1, 30))
def test_no_letter_is_lost_and_no_word_torn_that_fits(lines, width):
    panel = Words("", tuple(lines))
    shown = draw(panel, width, words_height(panel, width))
    assert "".join(shown).replace(" ", "") == "".join(lines).replace(" ", "")
    if all(
        len(word) + (len(line) - len(line.lstrip())) <= width
        for line in lines
        for word in line.split()
    ):
        assert " ".join(shown).split() == " ".join(lines).split()


@given(
    st.lists(st.text(max_size=40), max_size=5),
    st.integers(0, 40),
    st.integers(0, 9),
    st.sampled_from([DARK, PLAIN, ASCII]),
)
def test_any_text_in_any_size_fills_it_exactly(lines, width, height, palette):
    draw(Words("", tuple(lines)), width, height, palette)
    assert words_height(Words("", tuple(lines)), width) >= 1


@pytest.mark.parametrize("text", ["x" * 100_000, " " * 100_000, "日" * 50_000, "a b " * 30_000])
def test_a_huge_line_is_no_burden(text):
    assert all(cell_len(line) <= 40 for line in draw(Words("", (text,)), 40, 5))
