"""Whatever is written on the screen as something to do is done by a click on it."""

import re

import pytest
from textual import events
from textual.pilot import Pilot

from tests.ui.test_instrument import app, lines, press
from tui_transformer.concepts import entries
from tui_transformer.panels import Table
from tui_transformer.ui.app import build
from tui_transformer.ui.sheets import MOUSE

SIZES = pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 36)], ids=str)
CHAPTER = r"\d [A-Z][a-z ]+ · \d/\d"


async def mouse(pilot: Pilot[None], event: type[events.MouseEvent], x: int, y: int) -> str:
    kinds = [event] if event is not events.Click else [events.MouseDown, events.MouseUp, event]
    await pilot._post_mouse_events(kinds, offset=(x, y), button=1)
    await pilot.pause()
    return "\n".join(lines(pilot))


async def click(pilot: Pilot[None], pattern: str, where: slice = slice(None)) -> str:
    """Click the middle of what is written somewhere on the screen."""
    for y, line in [*enumerate(lines(pilot))][where]:
        if found := re.search(pattern, line):
            return await mouse(pilot, events.Click, (found.start() + found.end() - 1) // 2, y)
    raise AssertionError(f"{pattern} is nowhere in\n" + "\n".join(lines(pilot)))


@SIZES
async def test_chapter_stars_and_a_task_on_each_of_its_lines(size) -> None:
    async with app().run_test(size=size) as pilot:
        await press(pilot)
        for words in (r"★\d/\d", r"☆", r"touching", r"logit *$|a logit"):
            assert "Tasks · Softmax" in await click(pilot, words), words
            assert "Tasks ·" not in await press(pilot, "escape")
        assert "contents" in await click(pilot, CHAPTER)


@SIZES
async def test_a_sheet_goes_on_where_it_says_that_there_is_more(size) -> None:
    async with app("").run_test(size=size) as pilot:
        for keys in ((), ("f1",), ("escape", "ctrl+p")):
            await press(pilot, *keys)
            title = lines(pilot)[0]
            assert "▲" not in title
            await click(pilot, r"▼ \d+ more", slice(1))
            assert "▲" in lines(pilot)[0]
            await click(pilot, r"▲ \d+ more", slice(1))
            assert lines(pilot)[0] == title


async def test_what_stands_over_the_explanation_is_clicked() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        text = await press(pilot, "e")
        [count] = re.findall(r"explanation 1/(\d)", text)
        for page in range(2, int(count) + 1):
            assert f"explanation {page}/{count}" in await click(pilot, r"e next")
        assert "explanation" not in await click(pilot, r"e close")
        await press(pilot, "e")
        assert "softmax" in (await click(pilot, r"E all")).casefold()
        assert pilot.app.instrument.sheet.display
        await press(pilot, "escape")
        assert "explanation" not in await click(pilot, r"esc close", slice(-1))


async def test_what_stands_below_the_explanation_beside_the_figure_is_clicked() -> None:
    async with app().run_test(size=(120, 36)) as pilot:
        await press(pilot, "e")
        await click(pilot, r"e: all of it")
        assert pilot.app.instrument.sheet.display


@pytest.mark.parametrize("ascii", [False, True])
async def test_an_answer_is_chosen_and_taken_with_the_mouse_alone(ascii: bool) -> None:
    async with build("", "dark", ascii, None, lesson="softmax").run_test(size=(80, 24)) as pilot:
        await press(pilot)
        for held, words in ((1, "2 smaller"), (0, "1 larger"), (2, "3 the same")):
            await click(pilot, words)
            run = pilot.app.instrument.teacher.run
            assert (run.held, run.phase) == (held, "ask")
        text = await click(pilot, "answer", slice(-1, None))
        assert pilot.app.instrument.teacher.run.phase == "told"
        assert "your guess: the same" in text
        await click(pilot, "next", slice(-1, None))
        assert pilot.app.instrument.teacher.run.at == 1


async def tables(pilot: Pilot[None]):
    """The tables in sight, each with the places where it says that there are more rows."""
    view = pilot.app.instrument.figure_view
    for box in view.pages[view.page]:
        if isinstance(box.panel, Table):
            y = view.region.y + box.y + box.height - 1
            found = re.match(r"(▲ \d+ )?(▼ \d+ )?more", lines(pilot)[y][view.region.x + box.x :])
            if found:
                yield box.panel, view.region.x + box.x, y, found


@pytest.mark.parametrize("size", [(60, 18), (80, 24)], ids=str)
@pytest.mark.parametrize("concept", [entry.id for entry in entries()])
async def test_hidden_rows_of_every_table_are_reached_by_click(concept: str, size) -> None:
    async with app(f"tfx {concept}").run_test(size=size) as pilot:
        await press(pilot)
        screen = pilot.app.instrument
        for page in range(len(screen.figure_view.pages)):
            async for panel, x, y, found in tables(pilot):
                if not found[2] or not ([*panel.cells()] or panel.row_control):
                    continue
                before = screen.session
                at = x + len(found[1] or "")
                await mouse(pilot, events.MouseDown, at, y)
                assert screen.session is not before, panel.title
                screen.change(lambda _, before=before: before)
                await press(pilot)
            screen.figure_view.page = page + 1
            await press(pilot, "ctrl+l")


async def test_the_wheel_walks_a_table_to_its_ends_and_turns_pages_elsewhere() -> None:
    async with app("tfx receptive-field").run_test(size=(80, 24)) as pilot:
        await press(pilot, "e")
        view = pilot.app.instrument.figure_view
        x, y = view.region.x + 20, view.region.y + 11
        assert "▼ 3 more" in "\n".join(lines(pilot))
        assert "▲ 3 more" in await mouse(pilot, events.MouseScrollDown, x, y)
        assert view.page == 0
        assert "▼ 3 more" in await mouse(pilot, events.MouseScrollUp, x, y)
        await mouse(pilot, events.MouseScrollDown, x, y - 8)  # a picture has no rows
        assert view.page == 1
        await mouse(pilot, events.MouseScrollUp, x, y - 8)
        assert view.page == 0


async def test_the_wheel_walks_a_list_of_which_a_part_is_shown_to_its_end() -> None:
    async with app("tfx hyperparameters").run_test(size=(80, 24)) as pilot:
        await press(pilot, "e")
        screen = pilot.app.instrument
        view, seen = screen.figure_view, set()
        x, y = view.region.x + 20, view.region.y + 2
        text = "\n".join(lines(pilot))
        assert re.search(r"\d of 5 parts", text)
        hidden = {part for part in screen.session.model.ledger if f" {part} " not in text}
        for _ in screen.session.model.ledger:
            text = await mouse(pilot, events.MouseScrollDown, x, y)
            if view.page:
                break
            part = [*screen.session.model.ledger][screen.session.pin.row]
            assert part in text and part not in seen, "it is in sight, and another one"
            seen.add(part)
        assert seen == hidden and view.page == 1, "after the last the page is turned"


async def test_help_says_what_can_be_clicked() -> None:
    async with app().run_test(size=(80, 50)) as pilot:
        text = " ".join((await press(pilot, "?", "end")).split())
        assert all(line in text for line in MOUSE)
        for words in ("preset", "task", "stars", "chapter", "explanation", "answer", "▼"):
            assert any(words in line for line in MOUSE), words


@SIZES
@pytest.mark.parametrize("ascii", [False, True])
async def test_the_cursor_goes_to_where_a_typed_text_is_clicked(size, ascii: bool) -> None:
    text = "日本 low é " + "abcdefghij " * 12  # wide, and longer than the line
    async with build("tfx tokenizer", "dark", ascii, None).run_test(size=size) as pilot:
        await press(pilot)
        screen = pilot.app.instrument
        await press(pilot, "enter")
        screen.entry.insert(text)
        for place in ("end", "home"):
            await press(pilot, place)
            for x in range(10, size[0] - 2, 7):
                await mouse(pilot, events.Click, x, screen.entry.region.y)
                typed = screen.entry.typed
                assert typed.text == text
                strip = pilot.app.screen._compositor.render_strips()[screen.entry.region.y]
                left = 0
                for segment in strip:
                    if left <= x < left + segment.cell_length:
                        break
                    left += segment.cell_length
                cursor = screen.palette.role("cursor", reverse=True)
                assert typed.at == len(text) or segment.style == cursor, (x, place)
        await press(pilot, "home", "delete")
        assert screen.entry.typed.text == text[1:]


async def test_every_sheet_is_as_it_was_after_a_very_small_screen() -> None:
    """A text is read where it was; of a list that is searched the choice stays in sight."""
    for key in ("?", "ctrl+p", "c", "t", "E", "w", "g", "m"):
        async with app().run_test(size=(80, 24)) as pilot:
            before = await press(pilot, "tab", key, "down", "down")
            sheet = pilot.app.instrument.sheet
            assert sheet.display, key
            held = sheet.held
            for small in ((40, 10), (20, 4), (80, 24)):
                await pilot.resize_terminal(*small)
                after = await press(pilot)
                assert sheet.display and sheet.held == held, (key, small)
                assert not sheet.filterable or sheet._in_sight(held), (key, small)
            assert sheet.filterable or after == before, key
