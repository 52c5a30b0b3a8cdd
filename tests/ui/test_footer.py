"""The footer is true and can be clicked; Home, End and pages work everywhere; rows are whole."""

import re

import pytest

from tests.ui.test_instrument import app, lines, press, shown
from tui_transformer.concepts import entries, load
from tui_transformer.render.palette import DARK
from tui_transformer.ui.app import build
from tui_transformer.ui.commands import BY_KEY, FOOTER
from tui_transformer.ui.footer import called, footer, tokens

IDS = [entry.id for entry in entries()]


def last(pilot) -> str:
    return lines(pilot)[-1]


def test_every_hint_of_the_footer_is_a_key_of_a_command() -> None:
    names = {"full_stop": ".", "comma": ",", "question_mark": "?"}
    for keys, _ in FOOTER:
        for token in tokens(keys):
            key = called(token)
            assert names.get(key, key) in BY_KEY, token


@pytest.mark.parametrize("ascii", [False, True])
def test_what_can_be_clicked_is_where_it_is_written(ascii: bool) -> None:
    import dataclasses

    palette = dataclasses.replace(DARK, ascii=ascii)
    drawn, places = footer(FOOTER, 300, palette)
    text = "".join(segment.text for segment in drawn[0])
    for keys, _ in FOOTER:
        one_word = ascii and keys == "↑↓←→"
        for token in tokens(keys)[: 1 if one_word else None]:
            spots = {text[p.start : p.end] for p in places if p.key == called(token)}
            assert ("arrows" if one_word else palette.spell(token)) in spots
    for keys, word in FOOTER:
        at = text.index(f"{palette.spell(keys)} {palette.spell(word)}") + len(palette.spell(keys))
        [place] = [p for p in places if p.start <= at + 1 < p.end]
        assert place.key == called(tokens(keys)[0])


@pytest.mark.parametrize("concept", IDS)
async def test_step_is_offered_where_there_is_a_clock_and_nothing_that_is_idle(concept) -> None:
    async with app(f"tfx {concept}").run_test(size=(200, 40)) as pilot:
        await press(pilot)
        assert (". , step" in last(pilot)) == bool(load(concept).clock)
        assert ("space play" in last(pilot)) == bool(load(concept).clock)
        assert "? help" in last(pilot) and "ctrl+p find" in last(pilot)
        assert "u undo" not in last(pilot)
        await press(pilot, "shift+right", "shift+left", "right")
        session = pilot.app.instrument.session
        assert ("u undo" in last(pilot)) == bool(session.before)


async def click(pilot, text: str, line: int = -1) -> str:
    row = lines(pilot)[line]
    at = row.index(text)
    y = pilot.app.size.height - 1 if line == -1 else line
    await pilot.click(offset=(at, y))
    await pilot.pause()
    return shown(pilot)


async def test_the_footer_is_clicked() -> None:
    async with app("tfx descent").run_test(size=(200, 36)) as pilot:
        await press(pilot)
        screen = pilot.app.instrument
        start = screen.session.model.steps
        await click(pilot, ". , step")
        assert screen.session.model.steps == start + 1
        await click(pilot, ", step")
        assert screen.session.model.steps == start
        await click(pilot, "undo")
        assert screen.session.model.steps == start + 1
        at = screen.session.at
        await click(pilot, "↓←→")
        assert screen.session.at == at + 1
        assert "Controls of" in await click(pilot, "help")
        await click(pilot, "close")
        assert not screen.sheet.display
        assert "enter open" in last(pilot) and "←→" not in last(pilot), "it holds a fold"
        await press(pilot, "up")
        await click(pilot, "enter type")
        assert screen.entry.display
        await click(pilot, "leave it")
        assert not screen.entry.display
        assert "Go to" in await click(pilot, "ctrl+p")


@pytest.mark.parametrize("ascii", [False, True])
@pytest.mark.parametrize("concept", ["softmax", "heads", "training"])
async def test_chapter_stars_and_task_are_clicked(concept, ascii) -> None:
    program = build(f"tfx {concept}", "dark", ascii, None)
    async with program.run_test(size=(80, 24)) as pilot:
        top, *_, task, _ = (await press(pilot)).split("\n")
        star, open_task = ("(*)", "( )") if ascii else ("★", "☆")
        chapter = re.search(r"\d [A-Z][a-z ]+(?=\W*\d)", top)
        tasks = [(top.index(star), 0), (top.index(star) + len(star) + 2, 0)]
        if open_task in task:  # elsewhere it stands among the controls
            tasks += [(task.index(open_task), 22), (len(task.rstrip()) - 1, 22)]
        places = {"Tasks": tasks, "tfx": [(chapter.start(), 0), (chapter.end() + 2, 0)]}
        assert (open_task in task) == (concept != "softmax")
        for title, found in places.items():
            for place in found:
                await pilot.click(offset=place)
                await press(pilot)
                assert pilot.app.instrument.sheet.display, (place, top)
                assert pilot.app.instrument.sheet.content.title.startswith(title), place
                await press(pilot, "escape")
        await pilot.click(offset=(2, 0))  # the title itself stands for nothing
        await press(pilot)
        assert not pilot.app.instrument.sheet.display


@pytest.mark.parametrize("start", ["tfx softmax", ""], ids=["go to", "the map"])
async def test_home_and_end_in_lists(start: str) -> None:
    async with app(start).run_test(size=(80, 24)) as pilot:
        await press(pilot, *(["ctrl+p"] if start else []))
        sheet = pilot.app.instrument.sheet
        await press(pilot, "end")
        assert sheet.held == len(sheet.choices) - 1
        assert sheet.top + sheet._room >= len(sheet.rows)
        await press(pilot, "home")
        assert (sheet.held, sheet.top) == (0, 0)


async def test_home_and_end_in_texts_controls_and_typing() -> None:
    async with app("tfx descent").run_test(size=(80, 24)) as pilot:
        await press(pilot, "?", "end")
        screen = pilot.app.instrument
        assert "▼" not in lines(pilot)[0] and screen.sheet.top > 0
        await press(pilot, "home")
        assert screen.sheet.top == 0
        await press(pilot, "escape", "end")
        assert screen.session.at == len(screen.session.knobs) - 1
        await press(pilot, "home")
        assert screen.session.at == 0
        await press(pilot, "enter", "end", "home")
        assert screen.entry.typed.at == 0
        page = screen.figure_view.page
        await press(pilot, "pagedown")
        assert screen.figure_view.page == page + 1 and screen.entry.display
        await press(pilot, "pageup")
        assert screen.figure_view.page == page


async def test_pages_that_are_not_there_are_said() -> None:
    async with app("tfx descent").run_test(size=(80, 24)) as pilot:
        await press(pilot)
        assert "That is the first page." in await press(pilot, "pageup")
        assert "That is the last page." in await press(pilot, *["pagedown"] * 9)


async def test_an_unbound_key_says_so_once() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        await press(pilot)
        assert "Z does nothing here; ? lists the keys." in await press(pilot, "Z")
        assert "nothing here" not in await press(pilot, "right", "Z")
        assert "f9 does nothing here" in await press(pilot, "f9")
        assert "Only Latin letters" in await press(pilot, "й")
        assert "Only Latin" not in await press(pilot, "right", "ц")


async def test_the_whole_row_of_the_map_opens() -> None:
    for text in ("Scores become probabilities", "builds on neuron"):
        async with app("").run_test(size=(120, 60)) as pilot:
            await press(pilot)
            title = next(i for i, row in enumerate(lines(pilot)) if "Softmax & cross" in row)
            rows = [i for i, row in enumerate(lines(pilot)) if text in row]
            line = min(rows, key=lambda i: abs(i - title))
            await click(pilot, text, line)
            assert pilot.app.instrument.session.concept.id == "softmax"


async def test_a_row_that_goes_on_below_is_one_choice() -> None:
    async with app().run_test(size=(60, 24)) as pilot:
        await press(pilot, "ctrl+p", *"maximum")
        sheet = pilot.app.instrument.sheet
        assert len(sheet.rows) > 1 and len(sheet.choices) == 1
        for y in range(len(sheet.rows)):
            assert sheet.choice_at(6, y + 1) is not None


async def test_the_footer_of_a_list_that_fits_offers_no_scrolling() -> None:
    async with app().run_test(size=(80, 40)) as pilot:
        await press(pilot, "c")
        assert "scroll" not in last(pilot) and "esc close" in last(pilot)
        await press(pilot, "escape", "?")
        assert "PgUp PgDn scroll" in last(pilot)


async def test_what_a_new_figure_offers_is_offered_as_soon_as_it_is_drawn() -> None:
    """The last key is followed by nothing that would draw once more."""
    async with app("tfx softmax").run_test(size=(120, 36)) as pilot:
        await press(pilot)
        assert "tab pin" in last(pilot)
        for key in ("right", "2", "u", "]", "["):
            await press(pilot, key)
            assert "tab pin" in last(pilot), key
