"""A keyboard without Latin letters: the person is told once how to leave, and can."""

import asyncio

import pytest
from rich.cells import cell_len

from tests.torture.inputs import Input
from tests.torture.memory import Program, started
from tui_transformer.ui.commands import BY_KEY
from tui_transformer.ui.layout import ADVICE, is_foreign

FOREIGN = ("й", "Ф", "λ", "ქ", "ק", "ع", "あ", "ㅂ", "字", "ｑ")
LATIN = ("é", "ß", "ñ", "ø", "ı", "Ł")
# F10, which every keyboard has, and what most terminals send for the key that is q elsewhere.
QUITTING = ("\x1b[21~", "\x11")


async def typed(program: Program, *texts: str) -> None:
    for text in texts:
        program.send(Input(text, text))
        await program.rest()


def said(program: Program) -> str:
    session = program.app.instrument.session
    return session.said if session is not None else ""


@pytest.mark.parametrize("letter", FOREIGN)
async def test_a_letter_that_can_be_no_command_tells_how_to_leave_once(letter: str) -> None:
    async with started("tfx softmax") as program:
        await typed(program, letter)
        assert said(program) == ADVICE
        await typed(program, "l", letter)
        assert said(program) == "logits cat = 2.1"


async def test_other_letters_of_a_latin_keyboard_tell_nothing() -> None:
    async with started("tfx softmax") as program:
        await typed(program, *LATIN, "1", "%", "\t", "\x1b[A")
        assert said(program) != ADVICE


async def test_a_command_that_hides_behind_another_alphabet_tells_it_too() -> None:
    async with started("tfx softmax") as program:
        await typed(program, "\x1b[1089;5u")  # ctrl and the key that is c elsewhere
        assert said(program) == ADVICE


async def test_it_is_told_over_what_is_read_and_where_nothing_is_found() -> None:
    async with started("tfx softmax") as program:
        await typed(program, "e", "й")
        assert not program.app.instrument.sheet.display and said(program) == ADVICE
    async with started("") as program:
        await typed(program, "й")
        sheet = program.app.instrument.sheet
        shown = ["".join(segment.text for segment in line) for line in sheet._lines]
        assert any(ADVICE in line for line in shown)


@pytest.mark.parametrize("keys", QUITTING)
@pytest.mark.parametrize(
    "before", ["", "\r", "e", "\x10й"], ids=["shown", "typed", "read", "sought"]
)
async def test_keys_without_a_letter_leave_from_anywhere(keys: str, before: str) -> None:
    async with started("tfx softmax") as program:
        await typed(program, *before, keys)
        assert not program.running


async def test_a_key_to_leave_may_come_before_the_first_picture() -> None:
    for turns in range(20):
        async with started("tfx softmax") as program:
            for _ in range(turns):
                await asyncio.sleep(0)
            program.send(Input("ctrl+q", "\x11"))
            await program.rest()
            assert not program.running


def test_the_advice_fits_and_names_what_leaves() -> None:
    assert cell_len(ADVICE) <= 60 - 2
    assert BY_KEY["f10"] is BY_KEY["ctrl+q"] is BY_KEY["q"]
    assert is_foreign("ctrl+й") and not is_foreign("shift+pagedown") and not is_foreign("½+…")
