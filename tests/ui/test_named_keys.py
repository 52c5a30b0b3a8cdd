"""A key that a text names does something there, and so does its word in line mode."""

import re
from collections.abc import Iterator

import pytest
from textual.pilot import Pilot

from tests.test_lines import at
from tests.ui.test_instrument import app, press, shown
from tui_transformer.concepts import entries, load
from tui_transformer.lines.commands import COMMANDS as WORDS
from tui_transformer.lines.commands import KEYS
from tui_transformer.ui.commands import BY_KEY, COMMANDS
from tui_transformer.ui.footer import called

PRESSED = re.compile(r"[Pp]ress(?:ing)? `?([^\s`]+)`?|`([^`\s]{1,8})`|\b(Space) trains")
IDS = [entry.id for entry in entries()]


def texts(concept: str) -> Iterator[str]:
    """What is said of a concept as it opens: its explanation, its tasks, its sentence."""
    opened = load(concept)
    model = opened.model()
    yield opened.prose
    yield opened.view(model).says
    for task in opened.challenges:
        yield from (task.goal, task.hint)
    yield from (control.help for control in model.controls().values())


def named(concept: str) -> set[str]:
    """The keys that these texts name, as Textual calls them."""
    model = load(concept).model()
    names = {*model.controls(), *model.computed()}
    found = set()
    for text in texts(concept):
        for match in PRESSED.finditer(text):
            word = next(filter(None, match.groups())).rstrip(".,;:") or "."
            *shift, key = word.casefold().split("+") if len(word) > 1 else [word]
            key = "+".join([*shift, key if key in BY_KEY else called(key)])
            if key in BY_KEY and word not in names:
                found.add(key)
    return found


def test_keys_are_found_in_texts() -> None:
    assert named("backprop") >= {".", "2"}
    assert named("scaling") >= {".", "shift+right"}
    assert "s" in named("self-attention") and "right" in named("self-attention")
    assert "b" in named("hyperparameters") and "space" in named("xor")


def looks(pilot: Pilot[None]) -> tuple[object, ...]:
    screen = pilot.app.instrument  # type: ignore[attr-defined]
    session = screen.session
    return session.model, session.pinned, session.playing, screen.entry.display, session.concept


@pytest.mark.parametrize("concept", [name for name in IDS if named(name)])
async def test_each_key_that_a_text_names_does_something(concept: str) -> None:
    for key in sorted(named(concept)):
        async with app(f"tfx {concept}").run_test(size=(100, 30)) as pilot:
            await press(pilot)
            before = looks(pilot)
            if key in (",", "-"):
                await press(pilot, "." if key == "," else "+")
            if pilot.app.instrument.session.closed and key in ("left", "right"):
                assert re.search("[Ee]nter opens", load(concept).prose), (
                    "what is folded opens first"
                )
                await press(pilot, "enter")
            await press(pilot, key)
            if looks(pilot) == before and key in ("left", "right"):  # it stands at that end
                await press(pilot, "left" if key == "right" else "right")
            assert looks(pilot) != before or key in (",", "-", "+"), key
            assert "does nothing" not in shown(pilot) and "Nothing" not in shown(pilot), key


@pytest.mark.parametrize("concept", [name for name in IDS if named(name)])
def test_line_mode_takes_each_of_them(concept: str) -> None:
    """But for arrows and for what turns the number in hand: there, name=value does it."""
    for key in named(concept) - {"left", "right", "shift+right", "enter", "+", "-", "tab"}:
        prompt = at(concept)
        said = prompt.answer(key)
        assert prompt.changed() or prompt.session.concept.id != concept, (key, said)


def test_the_keys_of_line_mode_are_those_of_the_screen() -> None:
    words = {command.keys: command for command in COMMANDS}
    same = {"next": "step", "back": "step-back", "elsewhere": "elsewhere", "random": "randomise"}
    same |= {"link": "copy", "play": "play"}
    for key, line in KEYS.items():
        word = line.split(" ")[0]
        assert word in WORDS
        assert BY_KEY[key].name == same.get(word, word), (key, words)
