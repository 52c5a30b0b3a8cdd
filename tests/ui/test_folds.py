"""Folding: at 80×24 every control, preset and a task are in sight, and all of it can be reached.

Rule 3 of the pages, over all concepts; then opening, walking, editing and closing a fold with keys
alone and with the mouse alone.
"""

from functools import cache

import pytest
from rich.cells import cell_len
from textual import events
from textual.pilot import Pilot

from tests.ui.test_instrument import app, lines, press, shown
from tui_transformer.concepts import entries, load
from tui_transformer.render.canvas import Lines
from tui_transformer.render.page import working_lines
from tui_transformer.render.palette import DARK
from tui_transformer.session import Session
from tui_transformer.ui import parts
from tui_transformer.ui.column import column
from tui_transformer.ui.measure import controls_width, figure_size

IDS = [entry.id for entry in entries()]
every_concept = pytest.mark.parametrize("concept", IDS)
HOME = (80, 24)


@cache
def states(concept: str) -> tuple[Session, ...]:
    """The opening state and the presets, as a session comes to them."""
    start = Session.open(load(concept))
    found = [start, *(start.preset(i) for i in range(1, len(start.concept.presets) + 1))]
    return tuple(found)


def drawn(session: Session, height: int = 0) -> list[str]:
    """The column of the controls at 80×24."""
    height = height or figure_size(session, *HOME, DARK)[1]
    lines = column(session, controls_width(HOME[0]), height, DARK).lines
    return ["".join(segment.text for segment in line).rstrip() for line in lines]


@every_concept
def test_every_control_and_every_preset_is_in_sight(concept: str) -> None:
    for session in states(concept):
        lines = drawn(session, 17)  # where the sentence takes two lines
        assert not any(sign in line for line in lines for sign in "▼▲"), session.said
        for i, name in enumerate(session.concept.presets, 1):
            assert f" {i} {name}" in lines, (session.said, lines)


@every_concept
def test_presets_share_lines_where_there_are_few_and_each_is_clicked_where_it_stands(
    concept: str,
) -> None:
    session = states(concept)[0]
    for height in (13, 15, 18):
        presets_are_clicked_where_they_stand(session, height)


def presets_are_clicked_where_they_stand(session: Session, height: int) -> None:
    names = list(session.concept.presets)
    found = column(session, 28, height, DARK)
    text = text_of(found.lines)
    spots = sorted(spot for spot in found.spots if spot.does == "preset")
    assert [spot.number for spot in spots] == list(range(1, len(spots) + 1))
    for spot in spots:
        assert text[spot.y][spot.start + 1 :].startswith(f"{spot.number} {names[spot.number - 1]}")
        before = [s for s in found.spots if s.y == spot.y and s.start > spot.start]
        assert not before or found.spots.index(before[0]) < found.spots.index(spot)
    if height == 18:
        assert len(spots) == len(names)


@every_concept
def test_a_row_of_the_controls_is_never_cut(concept: str) -> None:
    for session in states(concept):
        for row, line in zip(session.rows, drawn(session), strict=False):
            text = row.kind == "one" and session.knobs[row.start].control.kind == "text"
            assert text or "…" not in line or row.short, line
            assert cell_len(line) <= controls_width(HOME[0])
            assert line[1:].startswith(row.label)
            assert row.kind == "one" or "▸" in line[1:], line


@every_concept
def test_a_group_is_one_row_of_controls_that_are_there(concept: str) -> None:
    start = Session.open(load(concept))
    for label, names in start.concept.groups.items():
        [row] = [row for row in start.rows if row.label == label]
        held = {knob.control.name for knob in start.knobs[row.start : row.start + row.count]}
        assert held == set(names)
    assert sum(row.count for row in start.rows) == len(start.knobs)


@every_concept
def test_a_task_is_in_sight_whole_while_nothing_was_said(concept: str) -> None:
    """Below the controls, or where what happens is told."""
    for session in states(concept):
        quiet = session.say("")
        height = figure_size(quiet, *HOME, DARK)[1]
        below = column(quiet, controls_width(HOME[0]), height, DARK)
        told = parts.status(quiet, HOME[0], DARK, task=not below.tells_task)
        lines = [line[3:] for line in drawn(quiet)] if below.tells_task else text_of(told)
        found = "".join("".join(lines).split())
        assert "".join(quiet.concept.challenges[0].goal.split()) in found


@every_concept
def test_which_page_is_shown_is_never_lost_nor_the_number_of_the_working(concept: str) -> None:
    sign = "panels 1/2: PgUp PgDn"
    for session in states(concept):
        formula = working_lines(session.working, HOME[0], DARK, margin=1)
        for said in ("", session.said):
            status = parts.status(session.say(said), HOME[0], DARK)
            below = text_of(parts.lower(formula, status, HOME[0], DARK, sign))
            assert len(below) <= parts.LOWER
            there = [mark for mark in (sign, "1/2 PgUp PgDn") if mark in " ".join(below)]
            assert sum(there[0] in line for line in below) == 1
            before = [line.split(there[0])[0].rstrip() for line in below]
            assert text_of(status)[-1] in " ".join(below)
            result = text_of(formula)[-1].split(" = ")[-1]
            assert any(line.endswith(result) for line in before)
            room = HOME[0] - len(there[-1]) - parts.GAP
            if not said and any(len(line) < room - 1 for line in text_of(formula)):
                assert before[:2] == text_of(formula)  # its symbols are there as well


def text_of(lines: Lines) -> list[str]:
    return ["".join(segment.text for segment in line).rstrip() for line in lines]


# ── what is open ───────────────────────────────────────────────────────────────────────


def held(pilot: Pilot[None]) -> Session:
    return pilot.app.instrument.session  # type: ignore[attr-defined]


async def test_a_matrix_is_opened_walked_edited_and_closed_with_keys() -> None:
    async with app("tfx library").run_test(size=HOME) as pilot:
        before = await press(pilot, "end")
        assert "▸contents      6×3 ▸" in before and "enter open" in before
        start = held(pilot)
        assert "enter opens it" in await press(pilot, "right", "shift+left")
        assert held(pilot).model is start.model
        text = await press(pilot, "enter")
        assert "contents 6×3" in text and "Moon & Tide" in text and "esc close" in text
        assert "Six books answer one query" in text, "the picture stays in sight"
        await press(pilot, "down", "down", "right")
        assert held(pilot).knob.index == (2, 1)
        assert "Fish Soups, stories = 0.3" in await press(pilot, "+")
        assert "Fish Soups, stories = 0.2" in await press(pilot, "-")
        assert "Fish Soups, stories = 1" in await press(pilot, "shift+right")
        await press(pilot, "enter", "backspace", ".", "4", "5", "enter")
        assert held(pilot).model.contents[2, 1] == 0.45
        assert held(pilot).link.strip("'").endswith("contents=0.1,0.8,0.1;0.5,0,0.5;0.4,0.45,0.4;"
                                         "0.7,0.3,0;0.1,0.1,0.8;0.8,0.1,0.1")  # fmt: skip
        await press(pilot, "u", "u")
        assert held(pilot).model.contents[2, 1] == 0.2 and held(pilot).fold is not None
        text = await press(pilot, "escape")
        screen = pilot.app.instrument  # type: ignore[attr-defined]
        assert held(pilot).fold is None and "▸contents" in text and not screen.sheet.display
        await press(pilot, "escape")
        assert screen.sheet.display, "the map, as ever"


async def test_the_edges_of_a_grid_are_where_the_arrows_end() -> None:
    async with app("tfx library").run_test(size=HOME) as pilot:
        await press(pilot, "end", "enter", "up", "left", "left")
        assert held(pilot).knob.index == (0, 0)
        await press(pilot, "end", "down", "right")
        assert held(pilot).knob.index == (5, 2)
        await press(pilot, "home")
        assert held(pilot).knob.index == (0, 0)


async def test_a_list_is_opened_and_its_rows_are_changed_as_any_control() -> None:
    async with app("tfx mlp").run_test(size=HOME) as pilot:
        assert "▸hinge 1" in await press(pilot)
        text = await press(pilot, "enter", "down", "right")
        assert "b1 = 0.1" in text and held(pilot).model.b1 == 0.1
        assert "hinge 2" not in text and "Hinges and their sum" in text
        await press(pilot, "escape", "down")
        assert held(pilot).row.label == "hinge 2"


async def test_a_vector_grows_and_shrinks_folded_and_open() -> None:
    async with app("tfx sampling").run_test(size=HOME) as pilot:
        await press(pilot, "+")
        assert len(held(pilot).model.logits) == 7 and held(pilot).closed
        await press(pilot, "enter", "end", "-", "-", "-")
        assert len(held(pilot).model.logits) == 4
        assert held(pilot).knob.control.name == "logits", "what is held stays held"
        assert held(pilot).fold is None, "four have a row each"
        await press(pilot, "u")
        assert held(pilot).knob.control.name == "logits"


def test_what_is_held_stays_held_where_what_stands_before_it_changes_its_size() -> None:
    start = Session.open(load("attention"))
    names = [knob.control.name for knob in start.knobs]
    held = start.hold(names.index("selected"))
    assert held.preset(2).knob.control.name == "selected", "two keys fewer"
    assert held.preset(2).undo().knob.control.name == "selected"
    assert held.preset(2).undo().redo().knob.control.name == "selected"
    inside = start.hold(names.index("keys") + 15)
    assert inside.knob.index == (3, 3)
    fewer = inside.preset(2)
    assert fewer.knob.index == (1, 3) and fewer.fold is not None, "the nearest there is"


async def test_what_is_found_opens_the_fold_that_holds_it() -> None:
    async with app("tfx attention").run_test(size=HOME) as pilot:
        text = await press(pilot, "ctrl+p", *"control keys", "enter")
        assert held(pilot).knob.control.name == "keys" and held(pilot).fold is not None
        assert "keys 4×4" in text


@pytest.mark.parametrize("first", ["pin", "fold"])
async def test_arrows_and_escape_belong_to_what_was_opened_last(first: str) -> None:
    async with app("tfx library").run_test(size=HOME) as pilot:
        keys = {"pin": ["tab"], "fold": ["enter"]}
        await press(pilot, "end", *keys[first], *keys["fold" if first == "pin" else "pin"])
        pin, at = held(pilot).pin, held(pilot).at
        await press(pilot, "down")
        assert (held(pilot).pin == pin, held(pilot).at == at) == (first == "pin", first == "fold")
        await press(pilot, "escape")
        assert (held(pilot).pin is None) == (first == "fold")
        assert (held(pilot).fold is None) == (first == "pin")


async def test_a_fold_opens_over_a_zoomed_panel() -> None:
    async with app("tfx attention").run_test(size=HOME) as pilot:
        zoomed = await press(pilot, "z", *["down"] * 3)
        assert "attic court" not in zoomed
        text = await press(pilot, "enter", "+")
        assert "esc closes" in text and "Weights by divisor" in text
        assert held(pilot).model.keys[0, 0] == 1.5
        text = await press(pilot, "escape")
        assert "esc closes" not in text and "presets" not in text, "zoomed still"


# ── the mouse ──────────────────────────────────────────────────────────────────────────


def row_of(pilot: Pilot[None], text: str) -> int:
    """The line of the controls that begins with a text, or else has it somewhere."""
    wide = controls_width(pilot.app.size.width)
    found = [line[:wide] for line in lines(pilot)[2:-1]]
    begins = [y for y, line in enumerate(found) if line[1:].startswith(text)]
    return 2 + next(iter(begins or (y for y, line in enumerate(found) if text in line)))


async def click(pilot: Pilot[None], text: str) -> str:
    """Click where a text stands in the controls."""
    y = row_of(pilot, text)
    await pilot.click(offset=(lines(pilot)[y].index(text), y))
    await pilot.pause()
    return shown(pilot)


async def turn(pilot: Pilot[None], x: int, text: str, up: bool = True, shift: bool = False) -> None:
    """Turn the wheel over a line of the controls."""
    y = row_of(pilot, text)
    wheel = events.MouseScrollUp if up else events.MouseScrollDown
    await pilot._post_mouse_events([wheel], offset=(x, y), shift=shift)
    await pilot.pause()


async def test_a_matrix_is_opened_edited_and_closed_with_the_mouse() -> None:
    async with app("tfx library").run_test(size=HOME) as pilot:
        await press(pilot)
        assert "contents 6×3" in await click(pilot, "contents")
        row = next(line for line in lines(pilot) if "Fish Soups" in line[:28])
        await turn(pilot, row.index("0.2"), "Fish Soups")
        assert held(pilot).knob.index == (2, 1), "the cell under the wheel is held"
        assert held(pilot).model.contents[2, 1] == pytest.approx(0.3)
        await turn(pilot, row.index("0.2"), "Fish Soups", up=False, shift=True)
        assert held(pilot).model.contents[2, 1] == pytest.approx(0.29)
        await click(pilot, "Star Atlas")
        assert held(pilot).knob.index == (1, 1)
        await click(pilot, "●")
        assert held(pilot).model.contents[1, 1] == 0.0, "the gauge is where it was"
        text = await click(pilot, "contents 6×3")
        assert "esc closes" not in text and held(pilot).fold is None


async def test_a_drawing_opens_whole_and_a_click_paints() -> None:
    """Where each number is on or off; its name is only held, and the wheel turns as elsewhere."""
    async with app("tfx patches drawing=own").run_test(size=HOME) as pilot:
        await press(pilot)
        await click(pilot, "pixels")
        rows = [line[:28] for line in lines(pilot)[4:12]]
        assert [row.split()[-9:] for row in rows] == [
            [*(["▸0"] if i == 0 else [str(i)]), *"00000000"] for i in range(8)
        ]
        for expected in (1.0, 0.0, 1.0):
            await pilot.click(offset=(rows[4].rindex("0"), 8))
            await pilot.pause()
            assert held(pilot).knob.index == (4, 7)
            assert held(pilot).model.image[4, 7] == expected
        await pilot.click(offset=(1, 9))
        await pilot.pause()
        assert held(pilot).knob.index == (5, 7) and held(pilot).model.image.sum() == 1.0
        await turn(pilot, rows[4].rindex("0"), " 4 0", up=False)
        assert held(pilot).model.image.sum() == 0.0


@pytest.mark.parametrize("link", ["tfx library", "tfx sampling"])
async def test_the_pages_are_turned_where_they_are_written(link: str) -> None:
    """In the title of a panel, or below them where its waiting columns are named there."""
    async with app(link).run_test(size=HOME) as pilot:
        await press(pilot)
        for word, now in (("PgDn", "2/"), ("PgUp", "1/"), ("PgDn", "2/")):
            ((x, y),) = places(pilot, word)
            await pilot.click(offset=(x, y))
            await pilot.pause()
            assert any(now in line and "Pg" in line for line in lines(pilot)), lines(pilot)


def places(pilot: Pilot, word: str) -> list[tuple[int, int]]:
    """Where a word stands, above the line of keys."""
    return [(line.index(word), y) for y, line in enumerate(lines(pilot)[:-1]) if word in line]


async def test_the_wheel_turns_a_control_over_its_gauge_alone() -> None:
    async with app().run_test(size=HOME) as pilot:
        await press(pilot)
        await turn(pilot, 3, "temperature")
        assert held(pilot).model.temperature == 1.0
        await turn(pilot, 24, "temperature", up=False)
        assert held(pilot).model.temperature < 1.0
        await turn(pilot, 24, "logits dog", shift=True)
        assert held(pilot).model.logits[1] == pytest.approx(1.01)


async def test_a_gauge_is_dragged_and_with_shift_by_fine_steps() -> None:
    async with app().run_test(size=HOME) as pilot:
        await press(pilot)
        y = next(i for i, line in enumerate(lines(pilot)) if "logits dog" in line[:28])
        await pilot.mouse_down(offset=(24, y), shift=True)
        await pilot._post_mouse_events([events.MouseMove], offset=(26, y), shift=True)
        await pilot.mouse_up(offset=(26, y))
        assert held(pilot).model.logits[1] == pytest.approx(1.02)
        await pilot.mouse_down(offset=(22, y))
        await pilot._post_mouse_events([events.MouseMove], offset=(27, y))
        await pilot.mouse_up(offset=(27, y))
        assert held(pilot).model.logits[1] == 20.0


async def test_the_sign_of_more_scrolls() -> None:
    async with app("tfx block").run_test(size=(60, 14)) as pilot:
        text = await press(pilot)
        assert "▼" in text and "size" not in text
        await click(pilot, "▼")
        assert "size" in shown(pilot) and held(pilot).at == 0, "nothing else is held"
        assert "▲" in shown(pilot)
        await turn(pilot, 3, "size")
        assert "▼" in shown(pilot) and "▲" not in shown(pilot) and held(pilot).at == 0


@every_concept
async def test_every_control_is_reached_with_the_mouse_alone(concept: str) -> None:
    async with app(f"tfx {concept}").run_test(size=HOME) as pilot:
        await press(pilot)
        for row in held(pilot).rows:
            await click(pilot, row.label)
            assert held(pilot).row.label == row.label
            assert (held(pilot).fold is not None) == (row.kind != "one")
            if row.kind != "one":
                last = row.rows[-1] if row.kind == "list" else row.rows[-1][:8]
                await click(pilot, last)
                assert row.place(held(pilot).at)[0] == len(row.rows) - 1
                await click(pilot, "esc closes")
                assert held(pilot).fold is None
