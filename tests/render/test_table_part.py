"""A list that is longer than its room: which of its rows are shown, and what of the others."""

import dataclasses
import math

from hypothesis import given
from hypothesis import strategies as st

from tests.render.test_table import draw
from tui_transformer.panels import Others, Table
from tui_transformer.pieces import Bar, Cell, Column
from tui_transformer.render.table import table_cell

WORKING = "there is one"  # a cell that can be pinned
weights = st.lists(st.integers(0, 9), min_size=8, max_size=20)


def listing(numbers, lit=None, always=0, told=True):
    """A list of numbers with their bars, and at its end rows that always stand there."""

    def row(name, x):
        return Cell(name, "text"), Cell(Bar(x, 0, 9)), Cell(float(x), decimals=0, working=WORKING)

    def others(places):
        assert list(places) == sorted(places)
        return row("", sum(numbers[place] for place in places))[1:]

    rows = [row(f"r{i}", x) for i, x in enumerate(numbers)]
    rows += [row(f"all{i}", sum(numbers)) for i in range(always)]
    return Table(
        "A list",
        (Column("row"), Column("", bar=True), Column("x")),
        tuple(rows),
        lit,
        of=f"{len(numbers)} numbers",
        others=Others([*numbers, *[Others.ALWAYS] * always], others if told else None),
    )


def names(lines):
    return [line.strip("▸ ").split()[0] for line in lines if line.strip()]


def test_those_that_count_most_stand_there_in_their_own_order():
    panel = listing([1, 9, 2, 8, 3, 7, 0, 4], lit=6)
    lines = draw(panel, 30, 7)
    assert names(lines[1:5]) == ["r1", "r3", "r5", "r6"] and lines[4].startswith("▸")
    assert lines[5].split()[:2] == ["4", "others"] and lines[5].split()[-1] == "10"
    assert lines[6].strip() == "4 of 8 numbers"


def test_what_sums_up_stands_after_the_others_and_is_none_of_the_list():
    panel = listing([1, 9, 2, 8, 3, 7, 0, 4], always=1)
    lines = draw(panel, 30, 7)
    assert names(lines[1:4]) == ["r1", "r3", "r5"]
    assert lines[4].split()[:2] == ["5", "others"] and lines[4].split()[-1] == "10"
    assert lines[5].split()[0] == "all0" and lines[5].split()[-1] == "34"
    assert lines[6].strip() == "3 of 8 numbers"


@given(weights, st.integers(5, 12), st.data())
def test_the_shown_and_the_others_are_the_whole(numbers, height, data):
    lit = data.draw(st.none() | st.integers(0, len(numbers) - 1))
    pin = data.draw(st.none() | st.integers(0, len(numbers) - 1))
    always, told = data.draw(st.integers(0, 3)), data.draw(st.booleans())
    panel = listing(numbers, lit, always, told)
    lines = draw(panel, 30, height, pin=None if pin is None else (pin, 2))
    shown = [int(name[1:]) for name in names(lines[1:]) if name[0] == "r"]
    if len(panel.rows) < height:
        assert shown == [*range(len(numbers))]
        return
    assert shown == sorted(shown) and {lit, pin} - {None} <= {*shown}
    assert lines[-1].strip() == f"{len(shown)} of {len(numbers)} numbers"
    left = [x for i, x in enumerate(numbers) if i not in shown]
    free = [numbers[i] for i in shown if i not in (lit, pin)]
    assert max(left) <= min(free, default=math.inf), "what counts more is shown first"
    rest = [line.split() for line in lines if "others" in line]
    assert [(words[0], words[-1]) for words in rest] == (
        [(str(len(left)), str(sum(left)))] if rest else []
    )
    assert bool(rest) == (told and height >= 6)
    standing = [name for name in names(lines[1:]) if name.startswith("all")]
    assert len(shown) + len(rest) + len(standing) == height - 2, "no line stays empty"
    assert len(standing) == min(always, height - 4 - len(rest)), "two of the list are there first"
    if rest and standing:
        assert names(lines)[-2 - len(standing)] == str(len(left)), "what sums up comes last"


def test_with_room_for_all_of_it_a_list_is_like_any_other_table():
    panel = listing([1, 9, 2, 8, 3, 7, 0, 4])
    plain = dataclasses.replace(panel, others=None)
    assert draw(panel, 30, 9) == draw(plain, 30, 9) and draw(panel, 30, 20) == draw(plain, 30, 20)


@given(weights, st.integers(5, 8))
def test_the_mouse_finds_every_row_and_the_last_line_leads_to_those_that_are_hidden(
    numbers, height
):
    panel, pin, seen = listing(numbers), None, set()
    for _ in numbers:
        lines = draw(panel, 30, height, pin=pin)
        for y, name in enumerate(names(lines[1:-1]), 1):
            if name[0] == "r":
                assert table_cell(panel, 30, height, 28, y, pin) == (int(name[1:]), 2)
                seen.add(int(name[1:]))
        pin = table_cell(panel, 30, height, 3, height - 1, pin)
        if pin is None:
            break
    assert seen == {*range(len(numbers))}
