"""Tokens: how they flow, what parts them, and what a long text costs."""

import dataclasses
import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tui_transformer.panels import Tokens
from tui_transformer.pieces import Token
from tui_transformer.render.palette import ANSI, DARK, LIGHT, PLAIN
from tui_transformer.render.tokens import draw_tokens, tokens_cell, tokens_height
from tui_transformer.render.tokens_flow import shown
from tui_transformer.text import is_clean

ASCII = dataclasses.replace(PLAIN, ascii=True)
LOOKS = (DARK, LIGHT, ANSI, PLAIN, ASCII, dataclasses.replace(DARK, ascii=True))
NASTY = st.sampled_from(
    [
        "",
        "a",
        " the",
        "日本語",
        "🙂",
        "e\u0301",
        "\u0301",
        "\x1b[31m",
        "👨‍👩‍👧",
        "☺️",
        "a\nb",
        "\n",
        "x" * 90,
        "日" * 60,
    ]
)


def draw(panel, width, height, palette=DARK, pin=None):
    """Check the size of a drawing in cells, and hand its text over."""
    lines = draw_tokens(panel, width, height, palette, pin)
    assert len(lines) == height
    for line in lines:
        assert sum(segment.cell_length for segment in line) == width
        assert all(is_clean(segment.text) for segment in line)
    text = ["".join(segment.text for segment in line) for line in lines]
    assert not palette.ascii or "".join(text).isascii()
    return text


def tokens(*texts, **changes):
    return dataclasses.replace(
        Tokens("", tuple(Token(text, i) for i, text in enumerate(texts))), **changes
    )


MANY = tokens(*[f"t{i}" for i in range(5000)])
BPE = tokens("low", "est", " new", "er", "\n", "wid", "est", token=1)


def test_every_token_is_parted_from_the_next():
    assert draw(dataclasses.replace(BPE, token=None), 24, 3) == [
        " low│est│·new│er│↵      ",
        " wid│est                ",
        " " * 24,
    ]


def test_what_is_lit_is_framed():
    assert draw(BPE, 24, 2) == [" low▸est◂·new│er│↵      ", " wid│est                "]
    assert draw(BPE, 24, 2, ASCII) == [" low>est<_new|er|$      ", " wid|est                "]
    assert draw(dataclasses.replace(BPE, token=None), 24, 2, pin=(0, 0))[0].startswith("▸low◂est│")


@given(st.integers(0, 6), st.integers(3, 40))
def test_lighting_a_token_moves_nothing(lit, width):
    def bare(panel):
        return [line.translate(str.maketrans("▸◂│", "   ")) for line in draw(panel, width, 20)]

    assert bare(dataclasses.replace(BPE, token=lit)) == bare(dataclasses.replace(BPE, token=None))


@given(st.lists(NASTY | st.text(max_size=12), max_size=12), st.integers(8, 40))
def test_no_letter_is_lost(texts, width):
    panel = tokens(*texts)
    shown = "".join(draw(panel, width, 200)).replace("│", "").replace(" ", "")
    for text in texts:
        assert all(c in shown for c in text if c.isascii() and c.isalnum())


def test_groups_are_told_apart_with_and_without_colour():
    def looks(palette):
        line = draw_tokens(BPE, 24, 2, palette)[1]
        return [s.style for s in line if s.text in ("wid", "est")]

    assert looks(DARK)[0].bgcolor != looks(DARK)[1].bgcolor
    assert [bool(style.underline) for style in looks(PLAIN)] == [True, False]


@pytest.mark.parametrize("palette", LOOKS, ids=str)
def test_strength_is_told_with_and_without_colour(palette):
    shades = Tokens("", tuple(Token(f"t{i}", 0, i / 4) for i in range(5)))
    line = draw_tokens(shades, 24, 1, palette)[0]
    styles = [str(next(s.style for s in line if f"t{i}" in s.text)) for i in range(5)]
    assert len(set(styles)) >= (5 if palette.colors == "full" else 4)


def test_notes_stand_under_their_tokens():
    panel = Tokens("", (Token("it", 0, 0.5, "0.51"), Token("street", 1, 0.2, "0.2"), Token("x")))
    assert draw(panel, 20, 2) == [" it  │street│x      ", " 0.51 0.2           "]
    assert tokens_height(panel, 20) == 2


def test_long_tokens_go_on_in_the_next_line():
    assert draw(tokens("abcdefghij", "k"), 6, 4) == [" abcd ", " efgh ", " ij│k ", "      "]
    assert draw(tokens("日本語"), 5, 3) == [" 日  ", " 本  ", " 語  "]
    assert draw(tokens("日本語"), 6, 2) == [" 日本 ", " 語   "]


def test_spaces_breaks_and_nothing_are_visible():
    assert draw(tokens("a b", "", "a\nb", "\t"), 20, 2) == [
        "·".join([" a", "b│∅│a↵" + " " * 11]),
        " b│␉" + " " * 16,
    ]


def test_what_is_not_shown_is_counted():
    panel = tokens(*["word"] * 1000)
    lines = draw(panel, 30, 3)
    assert lines[2] == " word│word│word … 987 more    "
    found = {tokens_cell(panel, 30, 3, x, y) for x in range(30) for y in range(3)} - {None}
    assert found == {(0, i) for i in range(13)}
    assert draw(panel, 20, 1)[0] == " word│word …+998    "


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 4999), st.integers(12, 80), st.integers(1, 9))
@example(1000, 14, 1)  # which has no room for what is before it and what is after it
def test_the_lit_token_is_always_shown_and_all_others_are_counted(lit, width, height):
    panel = dataclasses.replace(MANY, token=lit)
    lines = draw(panel, width, height)
    assert f"▸t{lit}◂" in "".join(lines)
    shown = {
        cell[1]
        for y in range(height)
        for x in range(width)
        if (cell := tokens_cell(panel, width, height, x, y))
    }
    assert lit in shown and len(shown) == max(shown) - min(shown) + 1
    after = "".join(lines).replace(",", "")
    if max(shown) < 4999:
        assert (
            f"… {4999 - max(shown)} more" in after
            or f"…+{4999 - max(shown)}" in after
            or (after.rstrip().endswith("…"))
        )
    if min(shown) > 0 and width > 30 and height > 1:
        assert f"… {min(shown)} before" in after


def test_a_walk_through_a_long_text_seldom_moves_it():
    panels = [tokens(*["word"] * 3000, token=i) for i in range(1000, 1100)]
    firsts = [tokens_cell(panel, 54, 6, 30, 0) for panel in panels]
    assert len(set(firsts)) <= 8


@pytest.mark.parametrize("lit", [None, 0, 50_000, 99_999])
def test_only_what_is_shown_is_looked_at(lit):
    class Watched(tuple):
        seen = 0

        def __getitem__(self, i):
            Watched.seen += 1
            return super().__getitem__(i)

    texts = Watched(Token(w, i) for i, w in enumerate(["low", "er", " new", "est"] * 25_000))
    panel = Tokens("", texts, token=lit)
    Watched.seen = 0
    draw(panel, 60, 8)
    tokens_cell(panel, 60, 8, 5, 5)
    assert Watched.seen < 1500
    assert tokens_height(panel, 60) == 200 and Watched.seen < 6000


def test_the_natural_height_shows_everything():
    panel = tokens(*[f"w{i}" for i in range(90)])
    height = tokens_height(panel, 33)
    assert "more" not in "".join(draw(panel, 33, height)) and "w89" in draw(panel, 33, height)[-1]
    assert draw(panel, 33, height - 1)[-1].rstrip().endswith("… 11 more")
    assert tokens_height(tokens(), 10) == 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(NASTY, max_size=20),
    st.integers(3, 40),
    st.integers(1, 8),
    st.none() | st.integers(0, 20),
)
def test_the_mouse_finds_the_token_it_points_at(texts, width, height, lit):
    panel = tokens(*texts, token=lit)
    pointed = dict.fromkeys(range(len(texts)), "")
    for y, line in enumerate(draw(panel, width, height)):
        grid = [part for c in line for part in (c, *[""] * (cell_len(c) - 1))]
        for x in range(width):
            cell = tokens_cell(panel, width, height, x, y)
            if cell:
                pointed[cell[1]] += grid[x]
    for i, text in enumerate(texts):
        whole = shown(text)[0]
        assert "…" in pointed[i] or whole.startswith(pointed[i].rstrip())


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_tokens_in_any_size_fill_it_exactly(data):
    strengths = st.none() | st.floats()
    one = st.builds(Token, NASTY, st.integers(-9, 9), strengths, st.just("") | NASTY)
    panel = Tokens(
        "", tuple(data.draw(st.lists(one, max_size=30))), data.draw(st.none() | st.integers(-2, 40))
    )
    width, height = data.draw(st.integers(0, 60)), data.draw(st.integers(0, 12))
    pin = data.draw(st.none() | st.tuples(st.just(0), st.integers(0, 40)))
    draw(panel, width, height, data.draw(st.sampled_from(LOOKS)), pin)
    assert 1 <= tokens_height(panel, width) <= 200
    assert tokens_cell(panel, width, height, width, 0) is None


def test_a_strength_that_is_no_number_is_none():
    draw(Tokens("", (Token("a", 0, math.nan), Token("b", 1, math.inf))), 10, 1)
