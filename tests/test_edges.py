"""What builds on what: each link in an explanation has its reason, and the course leads on."""

import re

import pytest
from textual.pilot import Pilot

from tui_transformer.concepts import entries, load
from tui_transformer.concepts.edges import EDGES, builds_on, leads_to
from tui_transformer.concepts.syllabus import SYLLABUS
from tui_transformer.ui.app import TfxApp, build

IDS = [entry.id for entry in entries()]
*EARLIER, LAST = SYLLABUS.values()
ROOM = 72  # columns that a sheet at 80×24 has for a line that stands in


@pytest.mark.parametrize("concept", IDS)
def test_every_link_to_an_earlier_concept_is_an_edge(concept: str) -> None:
    linked = re.findall(r"\]\(([a-z-]+)\)", load(concept).prose)
    assert linked and set(linked) <= set(IDS)
    before = IDS[: IDS.index(concept)]
    assert {name for name in linked if name in before} <= set(builds_on(concept))


@pytest.mark.parametrize("concept", ["hyperparameters", "real-model"])
def test_the_parts_of_a_model_of_today_lead_to_what_explains_them(concept: str) -> None:
    linked = set(re.findall(r"\]\(([a-z-]+)\)", load(concept).prose))
    assert {entry.id for entry in LAST} <= linked


def test_an_edge_goes_back_and_says_why_in_one_line() -> None:
    for later, uses in EDGES.items():
        assert list(uses) == sorted(uses, key=IDS.index), "in the order of the course"
        for earlier, why in uses.items():
            assert IDS.index(earlier) < IDS.index(later)
            assert why[0].isupper() and why.endswith(".") and len(why) <= ROOM, why
    reasons = [why for uses in EDGES.values() for why in uses.values()]
    assert len(set(reasons)) == len(reasons)


def test_only_the_last_chapter_may_lead_nowhere() -> None:
    ends = [entry.id for chapter in EARLIER for entry in chapter if not leads_to(entry.id)]
    assert ends == []
    assert all(builds_on(name) for name in IDS if name not in ("neuron", "tokenizer"))


async def test_the_sheet_and_the_tooltip_say_why() -> None:
    app = build("tfx attention", "dark", False, None)
    async with app.run_test(size=(80, 24)) as pilot:
        shown = await connections(app, pilot)
        for name, why in (builds_on("attention") | leads_to("attention")).items():
            assert why in shown and f"{name}: {why}" in str(app.instrument.line("title").tooltip)


async def connections(app: TfxApp, pilot: Pilot[None]) -> str:
    """Open the sheet with a key, and read all of it."""
    await pilot.pause()
    await pilot.press("c")
    await pilot.pause()
    return "\n".join("".join(run.text for run in row) for row in app.instrument.sheet.rows)
