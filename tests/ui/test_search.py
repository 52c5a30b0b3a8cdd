"""What is typed on the map and in ctrl+p: names as people type them find what they mean, first."""

import pytest

from tests.ui.test_instrument import app, lines, press
from tui_transformer.concepts import entries, load
from tui_transformer.concepts.syllabus import SYLLABUS
from tui_transformer.session import Session
from tui_transformer.ui.commands import COMMANDS
from tui_transformer.ui.search import here
from tui_transformer.ui.sheets import go_to

SOFTMAX = Session.open(load("softmax"))


def found(typed: str, session: Session = SOFTMAX) -> list[str]:
    rows = go_to(session, COMMANDS).rows(120, typed)
    return [" ".join("".join(run.text for run in row).split()) for row in rows]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("sofmax", "concept Softmax"),
        ("sotfmax", "concept Softmax"),
        ("softmaxx", "concept Softmax"),
        ("attn", "concept Scaled dot-product attention attention"),
        ("atention", "concept Scaled dot-product attention attention"),
        ("self att", "concept Self-attention"),
        ("layernorm", "concept Layer normalisation"),
        ("tokeniser", "concept A toy tokenizer"),
        ("bpe", "concept A toy tokenizer"),
        ("GRADIENT DESCENT", "concept Gradient descent"),
        ("temperature", "control temperature"),
        ("temprature", "control temperature"),
        ("entropy", "value entropy"),
        ("shifted", "preset shifted"),
        ("maximum", "task bring the entropy"),
        ("theme", "command another look"),
        ("undo", "command undo"),
        ("copy", "command copy the command"),
    ],
)
def test_the_best_match_is_on_top(typed: str, first: str) -> None:
    assert found(typed)[0].startswith(first), found(typed)[:4]


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.id)
def test_every_concept_is_found_first_by_its_id_and_by_its_title(entry) -> None:
    for typed in (entry.id, entry.title, entry.id[:-1] if len(entry.id) > 4 else entry.id):
        assert found(typed)[0].endswith(f" {entry.id}"), typed


def test_a_chapter_finds_its_concepts() -> None:
    for chapter, listed in SYLLABUS.items():
        ids = {row.split()[-1] for row in found(chapter)}
        assert {entry.id for entry in listed} <= ids


def test_what_is_nowhere_near_finds_nothing() -> None:
    for typed in ("zzzz", "qqqqqq", "quadratic*r1u", "x" * 2000):
        assert found(typed) == []


def test_everything_is_there_before_anything_is_typed() -> None:
    everything = "\n".join(found(""))
    for kind in ("concept", "preset", "control", "value", "task", "command"):
        assert f"\n{kind} " in f"\n{everything}"


async def test_a_control_is_held_and_a_value_walked_down() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+p", *"temperature", "enter")
        assert pilot.app.instrument.session.knob.control.name == "temperature"
        assert "Why cross_entropy" in await press(pilot, "ctrl+p", *"cross_entropy", "enter")
        await press(pilot, "escape")
        assert "Why probabilities[cat]" in await press(pilot, "ctrl+p", *"probabilities", "enter")


@pytest.mark.parametrize("concept", [entry.id for entry in entries()])
async def test_every_control_value_and_task_can_be_chosen(concept: str) -> None:
    async with app(f"tfx {concept}").run_test(size=(80, 24)) as pilot:
        await press(pilot)
        screen = pilot.app.instrument
        for candidate in here(screen.session):
            [row] = candidate.rows
            screen.choose(row[0].action)
            shown = await press(pilot)
            assert screen.session.said or screen.sheet.display, (candidate.names, shown)
            screen.close_sheet()


async def test_the_map_searches_too_and_its_best_match_is_held() -> None:
    async with app("").run_test(size=(80, 24)) as pilot:
        await press(pilot)
        await press(pilot, *"sofmax")
        assert "Softmax" in lines(pilot)[1]
        await press(pilot, "enter")
        assert "0.659001" in await press(pilot, "escape")  # out of the lesson
        await press(pilot, "g", *"temperature")
        assert "control" in lines(pilot)[1]
