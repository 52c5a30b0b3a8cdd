"""What the last line offers does something there: in every concept, whatever is open in it."""

import pytest
from textual import events
from textual.keys import key_to_character

from tests.ui.test_instrument import app, press, shown
from tui_transformer.concepts import entries
from tui_transformer.configuration import Configuration
from tui_transformer.ui.app import build
from tui_transformer.ui.footer import called, footer, tokens
from tui_transformer.ui.keyboard import shown as offered
from tui_transformer.ui.stage import GO_TO, HELP

IDS = [entry.id for entry in entries()]
HOME = (80, 24)
# How each is reached from the figure. In what can be typed into, keys are letters.
MODES = {
    "plain": (),
    "pinned": ("tab",),
    "explained": ("e",),
    "zoomed": ("z",),
    "playing": ("space",),
    "comparing": ("b", "right"),
    "a step on": (".", "right"),
    "tasks": ("t",),
    "connections": ("c",),
    "all of the explanation": ("E",),
    "help": ("?",),
    "why": ("tab", "w"),
    "mathematics": ("tab", "m"),
    "search": ("ctrl+p",),
    "search, narrowed": ("ctrl+p", "s", "o"),
    "map": ("g",),
    "fold": ("fold", "enter"),
    "closed fold": ("fold",),
    "typing": ("one", "enter"),
}
OTHERS = ("descent", "attention")  # with a clock, and without


async def hear(pilot, *keys):
    """Hand keys to the screen, as a click on the last line does."""
    for key in keys:
        character = key if len(key) == 1 else key_to_character(key)
        with pilot.app._context():  # of several apps in one process, it is this one's key
            pilot.app.instrument.on_key(events.Key(key, character))
    await pilot.pause()


async def reach(pilot, keys):
    """Press the keys of a mode; False where a concept has no fold or nothing to type into."""
    screen = pilot.app.instrument
    for key in keys:
        if key in ("fold", "one"):
            rows = screen.session.rows
            found = [row.start for row in rows if (row.kind == "one") == (key == "one")]
            if not found:
                return False
            screen.hold(found[0])
            if key == "fold":
                screen.change(lambda session: session.close())
        else:
            await hear(pilot, key)
    return True


async def come_back(pilot, session):
    """Close whatever is open, and hold what was held."""
    screen = pilot.app.instrument
    screen.player.stop()
    if screen.entry.display:
        screen.close_entry()
    screen.teacher.run = None  # the map opens lessons, of this concept too
    if screen.session is None or screen.session.concept.id != session.concept.id:
        screen.open(session.concept.id)
    screen.sheet.close()
    screen.explain_beside(False)
    screen.zoom(False)
    screen.figure_view.page = screen.reading = 0
    screen.change(lambda _: session)
    await pilot.pause()


def standing(pilot):
    """What can be seen and what is remembered of a screen."""
    screen = pilot.app.instrument
    session = screen.session
    kept = session and (session.link, session.at, session.pin, session.fold, session.playing)
    return kept, screen.sheet.held, screen.sheet.top, screen.zoomed, shown(pilot), pilot.gone


async def does_something(pilot, session, mode, key):
    """Whether a key changes anything in a mode that is reached anew."""
    await come_back(pilot, session)
    pilot.gone = 0
    assert await reach(pilot, MODES[mode])
    before = standing(pilot)
    await hear(pilot, key)
    after = standing(pilot)
    assert "does nothing here" not in after[4]
    return after != before


async def assert_all_is_true(pilot, mode):
    """See what the last line offers, and press it: one key of each hint does something."""
    screen = pilot.app.instrument
    session = screen.session
    hints = offered(screen)
    words = [word for _, word in hints]
    if not screen.sheet.display and not screen.entry.display:
        assert ("step" in words) == bool(session.clock)
    assert_always(screen, words)
    for written, word in hints:
        keys = [key for key in map(called, tokens(written)) if key]
        for key in keys:
            if await does_something(pilot, session, mode, key):
                break
        else:
            assert word == "to filter", (mode, written, word)
        _, places = footer(((written, word),), 80, screen.palette)
        assert {place.key for place in places} >= set(keys[:1]), "a click presses it"


def assert_always(screen, words):
    """Help and search are offered wherever letters are keys, but from within themselves."""
    title = screen.sheet.content.title if screen.sheet.display else ""
    if not screen.entry.display:
        assert ("help" in words) == (title != HELP)
        assert ("find" in words) == (title != GO_TO)


@pytest.mark.parametrize("concept", IDS)
async def test_every_key_that_is_offered_does_something(concept, monkeypatch):
    async with app(f"tfx {concept}").run_test(size=HOME) as pilot:
        await press(pilot)
        monkeypatch.setattr(pilot.app, "exit", lambda: setattr(pilot, "gone", 1))
        await assert_all_is_true(pilot, "plain")


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "plain"])
@pytest.mark.parametrize("concept", OTHERS)
async def test_whatever_is_open(concept, mode, monkeypatch):
    async with app(f"tfx {concept}").run_test(size=HOME) as pilot:
        await press(pilot)
        monkeypatch.setattr(pilot.app, "exit", lambda: setattr(pilot, "gone", 1))
        if await reach(pilot, MODES[mode]):
            await assert_all_is_true(pilot, mode)


async def in_phase(pilot, wanted):
    """Go on in a lesson until something is looked at, asked, told, to be done, or done."""
    screen = pilot.app.instrument
    await press(pilot)
    for _ in range(40):
        run = screen.teacher.run
        if run.phase == wanted:
            return
        await hear(pilot, *(("1", "enter") if wanted == "told" and run.phase == "ask" else ("n",)))
    raise AssertionError(f"no {wanted} in this lesson")


# Keys as somebody else likes them: none of these commands has the one that it had.
OTHER_KEYS = {"help": "f2", "find": "f3", "quit": "Q", "leave": "f5", "tasks": "T", "maths": "M",
              "reset": "f6", "why": "W", "pin": "f7", "zoom": "Z", "explain": "f8",
              "connections": "f9", "map": "f11", "explain-all": "f12"}  # fmt: skip


def with_other_keys(link="tfx descent", lesson=""):
    configured = Configuration(keys={name: (key,) for name, key in OTHER_KEYS.items()})
    return build(link, "dark", False, None, lesson, configured)


REMAPPED = {"plain": (), "pinned": ("f7",), "explained": ("f8",), "zoomed": ("Z",), "tasks": ("T",),
            "help": ("f2",), "why": ("f7", "W"), "connections": ("f9",), "search": ("f3",),
            "map": ("f11",)}  # fmt: skip


@pytest.mark.parametrize("mode", REMAPPED)
async def test_with_other_keys_these_are_offered(mode, monkeypatch):
    async with with_other_keys().run_test(size=HOME) as pilot:
        await press(pilot)
        monkeypatch.setattr(pilot.app, "exit", lambda: setattr(pilot, "gone", 1))
        monkeypatch.setitem(MODES, mode, REMAPPED[mode])
        assert await reach(pilot, MODES[mode])
        await assert_all_is_true(pilot, mode)


async def test_with_other_keys_an_unbound_one_says_which_lists_them():
    async with with_other_keys().run_test(size=HOME) as pilot:
        await press(pilot)
        assert "w does nothing here; f2 lists the keys." in await press(pilot, "w")


@pytest.mark.parametrize("others", [False, True], ids=["keys of the table", "other keys"])
@pytest.mark.parametrize("phase", ["ask", "told", "do"])
async def test_in_a_lesson(phase, others, monkeypatch):
    def lesson():
        if others:
            return with_other_keys("", "softmax")
        return build("", "dark", False, None, "softmax")

    async with lesson().run_test(size=HOME) as pilot:
        await in_phase(pilot, phase)
        hints = offered(pilot.app.instrument)
        assert_always(pilot.app.instrument, [word for _, word in hints])
    for written, word in hints:
        keys = [key for key in map(called, tokens(written)) if key]
        for key in keys:
            async with lesson().run_test(size=HOME) as pilot:
                pilot.gone = 0
                monkeypatch.setattr(pilot.app, "exit", lambda *a, p=pilot: setattr(p, "gone", 1))
                await in_phase(pilot, phase)
                before = standing(pilot)
                await hear(pilot, key)
                if standing(pilot) != before:
                    break
                monkeypatch.undo()
        else:
            raise AssertionError((phase, written, word))
