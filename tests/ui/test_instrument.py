"""The screen shell without a terminal: every key, the sheets, typing, the mouse, two looks."""

import pytest
from textual.pilot import Pilot

from tui_transformer.concepts import entries, load
from tui_transformer.progress import Keeper
from tui_transformer.session import Session
from tui_transformer.ui.app import TfxApp, build
from tui_transformer.ui.commands import BY_KEY, COMMANDS

IDS = [entry.id for entry in entries()]


def app(link: str = "tfx softmax", state=None) -> TfxApp:
    return build(link, "dark", False, state)


def lines(pilot: Pilot[None]) -> list[str]:
    """The whole screen as text, as a stranger would read it."""
    strips = pilot.app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


def shown(pilot: Pilot[None]) -> str:
    return "\n".join(lines(pilot))


async def press(pilot: Pilot[None], *keys: str) -> str:
    await pilot.press(*keys)
    await pilot.pause()
    return shown(pilot)


async def test_a_key_moves_the_numbers() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        assert "0.659001" in await press(pilot)
        text = await press(pilot, "right")
        assert "logits cat = 2.1" in text
        assert "0.681103" in text
        assert "0.659001" not in text
        assert "0.659001" in await press(pilot, "u")
        assert "0.681103" in await press(pilot, "U")
        assert "0.659001" in await press(pilot, "r")


async def test_letters_work_as_arrows() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        await press(pilot, "j", "l", "l", "h", "L", "k")
        assert pilot.app.instrument.session.model.logits.tolist() == [2.0, 2.1, 0.1]


async def test_keys_faster_than_frames_are_all_applied() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        await press(pilot, *["right"] * 40)
        assert pilot.app.instrument.session.model.logits[0] == 6.0


async def test_typing_a_value_a_bad_one_and_leaving() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        text = await press(pilot, "enter")
        assert "logits cat = 2" in text
        assert "a number from −20 to 20" in text
        text = await press(pilot, "n", "a", "n", "enter")
        assert "nan is not one that can be used" in text
        assert pilot.app.instrument.session.model.logits[0] == 2.0
        await press(pilot, *["backspace"] * 3, "3", ".", "5", "enter")
        assert pilot.app.instrument.session.model.logits[0] == 3.5
        await press(pilot, "enter", "1", ",", "2", "enter")
        assert pilot.app.instrument.session.model.logits.tolist() == [1.0, 2.0]
        await press(pilot, "enter", "9", "escape")
        assert pilot.app.instrument.session.model.logits.tolist() == [1.0, 2.0]


async def test_pinning_shows_how_a_number_came_about() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        text = await press(pilot, "tab", "down")
        assert "p(dog) = e^(z(dog)/T) / Σ e^(z/T)" in text
        assert "e^(1/1) / (e^(2/1) + e^(1/1) + e^(0.1/1)) = 0.242433" in text
        assert "np.exp(z - np.max(" in await press(pilot, "m")
        assert "pin" in await press(pilot, "escape", "escape")
        assert pilot.app.instrument.session.pin is None


async def test_every_sheet_opens_and_closes() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        await press(pilot)
        for key, word in {
            "e": "raise e to each score",
            "c": "Builds on",
            "t": "☆ 1",
            "m": "Mathematics",
            "?": "Controls of",
            "g": "Neurons",
            "ctrl+p": "Go to",
        }.items():
            assert word in await press(pilot, key), key
            text = await press(pilot, "escape")
            assert "0.659001" in text, key


async def test_links_in_the_explanation_work_by_keyboard() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        await press(pilot, "E", *["down"] * 8, "up", "enter")
        assert pilot.app.instrument.session.concept.id == "attention"
        await press(pilot, "backspace")
        assert pilot.app.instrument.session.concept.id == "softmax"


async def test_the_map_filters_and_opens() -> None:
    async with app("").run_test(size=(80, 24)) as pilot:
        assert "Gradient descent" in await press(pilot)
        text = await press(pilot, *"cross")
        assert "Gradient descent" not in text
        assert "lesson" in await press(pilot, "enter")
        assert "0.659001" in await press(pilot, "escape")
        assert pilot.app.keeper.progress.visited == {"softmax"}


async def test_go_to_finds_concepts_presets_commands_and_links() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+p", *"shifted", "enter")
        assert pilot.app.instrument.session.model.shift == 5.0
        await press(pilot, "ctrl+p", *"randomise", "enter")
        assert len(pilot.app.instrument.session.before) == 2
        await press(pilot, "ctrl+p", *"tfx softmax temperature=4", "enter")
        assert pilot.app.instrument.session.model.temperature == 4.0
        assert "None" not in await press(pilot, "ctrl+p", *"zzzz", "enter", "escape")


async def test_compare_shows_what_differs_and_lets_go() -> None:
    async with app().run_test(size=(120, 36)) as pilot:
        text = await press(pilot, "b", "right")
        assert "comparing" in text
        assert "▲0.0221" in text.replace(" ", "")
        assert "No longer comparing" in await press(pilot, "b")
        assert "▲" not in shown(pilot)


async def test_a_challenge_is_noticed_and_remembered(tmp_path) -> None:
    state = tmp_path / "progress.json"
    async with app(state=state).run_test(size=(80, 24)) as pilot:
        text = await press(pilot, "down", "down", "down", "enter", "3", "enter")
        assert "★1" not in text, "one change earns nothing"
        text = await press(pilot, "down", "right")
        assert "★ Task 1: The same logits at T = 3" in text
        assert "★1/3" in text
    again = Keeper(state).progress
    assert again.solved_in("softmax") == 1


async def test_copying_shows_the_command() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        text = await press(pilot, "right", "y")
        assert "tfx softmax logits=2.1,1,0.1" in text
        assert pilot.app.clipboard == "tfx softmax logits=2.1,1,0.1"


async def test_playing_moves_the_clock_and_stops() -> None:
    async with app("tfx descent steps=0").run_test(size=(80, 24)) as pilot:
        await press(pilot, ">", ">", ">", "space")
        while pilot.app.instrument.session.model.steps < 3:
            await pilot.pause(0.01)
        await press(pilot, "space")
        steps = pilot.app.instrument.session.model.steps
        assert not pilot.app.instrument.player.running
        await pilot.pause(0.1)  # five steps' time
        assert pilot.app.instrument.session.model.steps == steps
        await press(pilot, ",")
        assert pilot.app.instrument.session.model.steps == steps - 1


async def test_the_mouse_pins_chooses_and_drags() -> None:
    async with app().run_test(size=(120, 36)) as pilot:
        await press(pilot)
        screen = lines(pilot)
        y = next(i for i, line in enumerate(screen) if "0.242433" in line)
        await pilot.click(offset=(screen[y].index("0.242433") + 3, y))
        await pilot.pause()
        assert pilot.app.instrument.session.pin is not None
        assert "p(dog) = " in shown(pilot)
        await pilot.click("#controls", offset=(3, 3))
        await pilot.pause()
        assert pilot.app.instrument.session.knob.label == "temperature"


SIZES = [(20, 5), (59, 17), (60, 18), (80, 24), (200, 50)]
BETWEEN = [(1, 1), (40, 10), (61, 19)]


@pytest.mark.parametrize("concept", IDS)
async def test_every_concept_at_every_size(concept: str) -> None:
    """It begins at one size, in turn, and is resized to each of the others, by way of odd ones."""
    turn = IDS.index(concept) % len(SIZES)
    sizes = SIZES[turn:] + SIZES[:turn]
    async with app(f"tfx {concept}").run_test(size=sizes[0]) as pilot:
        for at, size in enumerate(sizes):
            if at:
                for one in (BETWEEN[at % len(BETWEEN)], size):
                    await pilot.resize_terminal(*one)
                    await press(pilot, "right", "tab")
                pilot.app.instrument.arrive(Session.open(load(concept)))
            text = await press(pilot, "tab", "right", "e", "escape", "pagedown", "down")
            assert pilot.app.instrument.session.concept.id == concept
            if size[0] < 60 or size[1] < 18:
                continue
            assert "│" in text or "─" in text or "panels " in text
            await press(pilot, "*", "*", "b", "left", "r")
        await press(pilot, "]", "[")


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
@pytest.mark.parametrize("keys", [("e",), ("tab",), ("e", "tab"), ("tab", "e"), ("tab", "e", "e")])
async def test_escape_closes_what_was_opened_last_and_never_more(keys, size) -> None:
    """At every width: after as many escapes as things were opened, the instrument is left."""
    async with app("tfx attention").run_test(size=size) as pilot:
        screen = pilot.app.instrument
        await press(pilot, *keys)

        def opened() -> tuple[bool, bool, bool]:
            pinned = screen.session.pin is not None
            return screen.sheet.display, screen.has_class("-explained"), pinned

        while any(before := opened()):
            await press(pilot, "escape")
            assert sum(before) - sum(opened()) == 1
            assert not opened()[0]
        assert "One query asks every key" in shown(pilot)
        assert "The map" not in shown(pilot) and not screen.sheet.display


@pytest.mark.parametrize(("keys", "left"), [(("e", "tab"), "e"), (("tab", "e"), "tab")])
async def test_beside_the_figure_escape_goes_back_in_order(keys, left) -> None:
    async with app("tfx attention").run_test(size=(200, 50)) as pilot:
        screen = pilot.app.instrument
        await press(pilot, *keys, "escape")
        assert screen.has_class("-explained") == (left == "e")
        assert (screen.session.pin is not None) == (left == "tab")


async def test_looks_change_and_are_remembered(tmp_path) -> None:
    state = tmp_path / "progress.json"
    async with app(state=state).run_test(size=(80, 24)) as pilot:
        await press(pilot, "o")
        assert pilot.app.palette.name == "light"
    assert Keeper(state).progress.theme == "light"


async def test_hostile_text_is_shown_and_never_obeyed() -> None:
    hostile = "[bold]x[/] \x1b[31m\x1b]52;c;x\x07 [@click=app.quit]"
    async with app("tfx tokenizer").run_test(size=(80, 24)) as pilot:
        session = pilot.app.instrument.session
        pilot.app.instrument.change(lambda s: s.set(text=hostile, sample=hostile))
        text = await press(pilot)
        assert "\x1b" not in text
        assert session is not None


def test_no_key_means_two_things() -> None:
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys)) == len(BY_KEY)


async def test_a_picture_that_needs_too_much_memory_is_stepped_back_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        session = pilot.app.instrument.session
        view = session.concept.view

        def hungry(model):
            if model.temperature > 1:
                raise MemoryError
            return view(model)

        object.__setattr__(session.concept, "view", hungry)
        try:
            await press(pilot, "right", "up", "up")
            text = await press(pilot, "down", "down", "down", "down")
            pilot.app.instrument.change(lambda s: s.type("temperature", "2"))
            text = await press(pilot)
        finally:
            object.__setattr__(session.concept, "view", view)
        assert "more memory than there is" in text
        assert pilot.app.instrument.session.model.temperature == 1
        assert pilot.app.instrument.session.model.logits[0] == 2.1


async def test_damaged_weights_are_a_sentence_not_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    from tui_transformer.controls import BadValue

    def damaged(*_, **__):
        raise BadValue("sorter.safetensors cannot be used: it is damaged.")

    monkeypatch.setattr(load("sorter").model, "__post_init__", damaged)
    async with app().run_test(size=(80, 24)) as pilot:
        pilot.app.instrument.open("sorter")
        text = await press(pilot)
        assert "it is damaged" in text
        assert "0.659001" in text
    async with app("").run_test(size=(80, 24)) as pilot:
        pilot.app.instrument.open("sorter")
        assert "it is damaged" in await press(pilot)
        assert "1  Neurons" in await press(pilot, "escape")


async def test_a_key_shows_the_page_on_which_something_has_changed() -> None:
    """Where nothing has on the page in sight; a page that was turned to stays."""
    async with app("tfx hyperparameters").run_test(size=(80, 24)) as pilot:
        await press(pilot)
        screen = pilot.app.instrument
        names = [knob.control.name for knob in screen.session.knobs]
        screen.hold(names.index("bytes_per_weight"))
        assert "The ledger" in await press(pilot)
        assert "What it costs" in await press(pilot, "left")  # four bytes a number, then two
        assert screen.figure_view.page == 1
        assert "The ledger" in await press(pilot, "pageup")
        assert "The ledger" in await press(pilot, "y")
        assert "What it costs" in await press(pilot, "u")
        screen.hold(names.index("layers"))
        assert screen.figure_view.page == 1
        assert "What it costs" in await press(pilot, "right")  # both change: this one is in sight


async def test_a_sentence_goes_along_into_the_published_model() -> None:
    typed = "The dog left the bread because it was stale"
    async with app("tfx self-attention").run_test(size=(80, 24)) as pilot:
        pilot.app.instrument.change(lambda s: s.type("sentence", typed))
        await press(pilot, "s")
        session = pilot.app.instrument.session
        assert (session.concept.id, session.model.text) == ("real-model", typed)
        await press(pilot, "backspace")
        assert pilot.app.instrument.session.model.sentence == typed
    async with app("tfx softmax").run_test(size=(80, 24)) as pilot:
        assert "self-attention" in await press(pilot, "s")
        assert pilot.app.instrument.session.concept.id == "softmax"
