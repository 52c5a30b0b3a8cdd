"""Where a text is expected, what can be typed is text: no letter acts, no paste loses any."""

import pytest
from textual import events
from textual.pilot import Pilot

from tests.ui.test_instrument import app, lines, press, shown
from tui_transformer.concepts import entries
from tui_transformer.ui.commands import BY_KEY, COMMANDS

PRINTABLE = [*(key for key in BY_KEY if len(key) == 1), " "]
# How to have a list that filters: its keys, and what the program was opened with.
FILTERS = {
    "go-to": (["ctrl+p"], "tfx softmax logits=1,2"),
    "go-to by /": (["/"], "tfx softmax logits=1,2"),
    "the map over a concept": (["g"], "tfx softmax logits=1,2"),
    "the map by esc": (["escape"], "tfx softmax logits=1,2"),
    "the first map": ([], ""),
    "go-to from the first map": (["ctrl+p"], ""),
    "go-to from help": (["?", "ctrl+p"], "tfx softmax logits=1,2"),
}


async def paste(pilot: Pilot[None], text: str) -> str:
    pilot.app.screen.post_message(events.Paste(text))
    await pilot.pause()
    return shown(pilot)


def footer(pilot: Pilot[None]) -> str:
    return lines(pilot)[-1]


@pytest.mark.parametrize("where", FILTERS)
async def test_no_key_of_any_command_acts_while_a_filter_is_shown(where: str) -> None:
    keys, link = FILTERS[where]
    async with app(link).run_test(size=(80, 24)) as pilot:
        await press(pilot, *keys)
        screen = pilot.app.instrument
        session, content = screen.session, screen.sheet.content
        assert screen.sheet.filterable and "_" in lines(pilot)[0]
        for key in PRINTABLE:  # each as the first letter, which is where letters used to act
            await pilot.press("space" if key == " " else key)
            assert screen.sheet.filter == key
            assert screen.session is session and screen.sheet.content is content
            await pilot.press("backspace")
        await pilot.press(*("space" if key == " " else key for key in PRINTABLE))
        await pilot.pause()
        assert screen.sheet.filter == "".join(PRINTABLE)
        assert screen.session is session and screen.sheet.content is content
        assert pilot.app.is_running and screen.sheet.display


async def test_a_search_for_what_does_not_exist_harms_nothing() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        await press(pilot, "right", "right")
        session = pilot.app.instrument.session
        text = await press(pilot, "ctrl+p", *"quadratic*r1u")
        assert "Go to  /quadratic*r1u_" in text
        assert "Nothing has that in its name; esc clears it." in text
        await press(pilot, "escape", "escape")
        assert pilot.app.instrument.session is session
        assert session.model.logits[0] == 2.2


@pytest.mark.parametrize("where", FILTERS)
async def test_the_footer_of_a_filter_is_true(where: str) -> None:
    keys, link = FILTERS[where]
    async with app(link).run_test(size=(80, 24)) as pilot:
        await press(pilot, *keys)
        sheet = pilot.app.instrument.sheet
        for promised in ("↑↓ choose", "enter open", "type to filter"):
            assert promised in footer(pilot)
        held = sheet.held
        await press(pilot, "down")
        assert sheet.held == held + 1
        await press(pilot, "tab", "shift+tab", "up")
        assert sheet.held == held
        await press(pilot, "pagedown")
        assert sheet.top > 0
        await press(pilot, "s")
        assert "esc clear" in footer(pilot) and "q quit" not in footer(pilot)
        await press(pilot, "escape")
        assert sheet.filter == "" and sheet.display
        if "esc close" in footer(pilot):
            await press(pilot, "escape")
            assert not sheet.display or (not link and "contents" in shown(pilot))
        else:
            assert where == "the first map"
            assert "ctrl+c quit" in footer(pilot)
            await press(pilot, "escape")
            assert sheet.display and pilot.app.is_running
            await press(pilot, "ctrl+c")
            assert not pilot.app.is_running


async def test_the_footer_of_other_lists_is_true() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        await press(pilot, "m")
        assert "enter" not in footer(pilot) and "filter" not in footer(pilot)
        assert "esc close" in footer(pilot) and "quit" not in footer(pilot)
        await press(pilot, "escape", "?")
        assert "enter open" in footer(pilot)  # its words open what explains them
        await press(pilot, "escape", "t")
        assert "enter open" in footer(pilot)
        await press(pilot, "escape")
        assert "q quit" in footer(pilot)
    async with app("").run_test(size=(80, 24)) as pilot:
        await press(pilot, "f1")
        assert "Keys" in shown(pilot) and "q quit" in footer(pilot)
        await press(pilot, "q")
        assert not pilot.app.is_running


async def test_letters_erase_and_clear_as_in_a_shell() -> None:
    async with app("").run_test(size=(80, 24)) as pilot:
        await press(pilot, *"soft max", "ctrl+w")
        sheet = pilot.app.instrument.sheet
        assert sheet.filter == "soft "
        await press(pilot, "ctrl+h", "backspace")
        assert sheet.filter == "sof"
        await press(pilot, "left", "right", "home", "ctrl+b", "delete", "f5", "shift+left")
        assert sheet.filter == "sof" and sheet.display
        await press(pilot, "ctrl+u", "backspace")
        assert sheet.filter == "" and sheet.display


async def test_what_is_typed_last_is_in_sight() -> None:
    async with app().run_test(size=(60, 18)) as pilot:
        text = await press(pilot, "ctrl+p", *"x" * 100, "y")
        assert "xxy_" in text.split("\n")[0] and "…" in text.split("\n")[0]


# ── links ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("start", ["tfx softmax logits=1,2", ""], ids=["a concept", "the map"])
async def test_a_bad_link_gets_its_sentence_and_can_be_mended(start: str) -> None:
    async with app(start).run_test(size=(80, 24)) as pilot:
        await press(pilot, *(["ctrl+p"] if start else []), *"tfx softmax temp=3", "enter")
        screen = pilot.app.instrument
        said = " ".join(shown(pilot).split())
        assert "softmax has no control temp. Did you mean temperature? It has logits, temp" in said
        assert screen.sheet.filter == "tfx softmax temp=3"
        assert (screen.session is None) == (start == "")
        await press(pilot, *["backspace"] * 2)
        assert "no control" not in shown(pilot)
        await press(pilot, *"erature=3", "enter")
        assert screen.session.model.temperature == 3
        assert not screen.sheet.display


LINKS = [
    "tfx softmax temperature=2",
    "$ tfx softmax temperature=2",
    "softmax temperature=2",
    "  tfx softmax temperature=2  \n",
    "tfx softmax\n  temperature=2\n",
    "tfx\tsoftmax\ttemperature=2",
    "tfx softmax\r\ntemperature=2\r\n",
    "tfx softmax \\\n    temperature=2",
    "tfx\u00a0softmax\u00a0temperature=2",
    "tfx softmax temperature=“2”",
    "tfx softmax ‘temperature=2’",
    "`tfx softmax temperature=2`",
    "me@host:~/tfx$ .venv/bin/tfx softmax temperature=2   # open it",
    "\ufefftfx soft\u200bmax temperature=2",
    "tfx softmax 'temperature=2'",
    "tfx softmax temperature=1*2",
]


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("start", ["tfx softmax logits=1,2", ""], ids=["a concept", "the map"])
async def test_a_link_is_understood_as_it_is_pasted(start: str, link: str) -> None:
    async with app(start).run_test(size=(80, 24)) as pilot:
        await press(pilot, *(["ctrl+p"] if start else []))
        assert "open  " in await paste(pilot, link)
        await press(pilot, "enter")
        assert pilot.app.instrument.session.model.temperature == 2


async def test_a_long_link_is_taken_whole() -> None:
    text = "añ\x07b " * 30_000
    from tui_transformer.link import link

    async with app().run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+p")
        await paste(pilot, link("tokenizer", {"text": text}))
        await press(pilot, "enter")
        assert pilot.app.instrument.session.model.text == text


# ── the line to type in ────────────────────────────────────────────────────────────────


async def test_no_key_of_any_command_acts_while_something_is_typed() -> None:
    async with app("tfx tokenizer").run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter", "ctrl+u")
        session, entry = pilot.app.instrument.session, pilot.app.instrument.entry
        await pilot.press(*("space" if key == " " else key for key in PRINTABLE))
        assert entry.typed.text == "".join(PRINTABLE)
        assert pilot.app.instrument.session is session
        await pilot.press("ctrl+p", "pagedown", "f1", "up", "shift+tab")
        assert entry.typed.text == "".join(PRINTABLE)
        assert pilot.app.instrument.session is session and not pilot.app.instrument.sheet.display


@pytest.mark.parametrize(
    "text", ["1\t2\t3", "1\n2\n3\n", "1\r\n2\r\n3", "1\r2\r3", "1;2;3", "1，2，3"]
)
async def test_a_pasted_column_sets_every_number(text: str) -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter")
        await paste(pilot, text)
        assert "logits: all 3 numbers replaced." in await press(pilot, "enter")
        assert pilot.app.instrument.session.model.logits.tolist() == [1, 2, 3]


async def test_numbers_are_set_apart_by_tab_and_line_keys_too() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter", "1", "tab", "2", "ctrl+j", "3", "enter")
        assert pilot.app.instrument.session.model.logits.tolist() == [1, 2, 3]


async def test_what_was_replaced_is_said() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        assert "logits dog = 0.333333" in await press(pilot, "down", "enter", *"1/3", "enter")
        assert pilot.app.instrument.session.model.logits.tolist() == [2, 1 / 3, 0.1]
        text = await press(pilot, "enter", *"1,5", "enter")
        assert "logits: all 3 numbers replaced by 2; a decimal has a point, as in 1.5." in text
        text = await press(pilot, "enter", *"1,,2", "enter")
        assert "✗ logits has a gap: a number is missing between two separators." in text
        text = await press(pilot, "escape", "down", "enter", *"0,5", "enter")
        assert "temperature is one number, this is 2; a decimal has a point, as in 0.5." in text
        assert pilot.app.instrument.session.model.temperature == 1


async def test_the_lines_of_a_pasted_text_stay_lines() -> None:
    async with app("tfx tokenizer").run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter")
        await paste(pilot, "one\r\ntwo\rthree\nfour\tfive")
        await press(pilot, "enter")
        assert pilot.app.instrument.session.model.text == "one\ntwo\nthree\nfour\tfive"


@pytest.mark.parametrize("concept", [entry.id for entry in entries()])
async def test_every_control_is_typed_without_a_key_acting(concept: str) -> None:
    """Each control refuses or takes what is typed; the session changes by enter alone."""
    async with app(f"tfx {concept}").run_test(size=(80, 24)) as pilot:
        await press(pilot)
        screen = pilot.app.instrument
        session = screen.session
        for at in range(len(session.knobs)):
            screen.hold(at)
            held = screen.session
            await pilot.press("enter", *"q1u*", "left", "backspace", "escape")
            assert screen.session is held and not screen.entry.display


async def test_undo_takes_back_a_link_that_was_pasted_over_the_same_concept() -> None:
    async with app("tfx softmax temperature=2").run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+p")
        await paste(pilot, "tfx softmax temperature=5")
        await press(pilot, "enter")
        session = pilot.app.instrument.session
        assert session.model.temperature == 5 and session.opened
        await press(pilot, "u")
        assert pilot.app.instrument.session.model.temperature == 2


@pytest.mark.parametrize("command", [c.name for c in COMMANDS if c.name not in ("shell", "quit")])
async def test_a_key_that_comes_before_the_parts_of_the_screen_is_harmless(command: str) -> None:
    key = next(c.keys[0] for c in COMMANDS if c.name == command)
    started = app("")
    async with started.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = started.instrument
        with started._context():
            screen.open("softmax")
            assert not screen.is_complete
            screen.on_key(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        assert screen.is_complete
