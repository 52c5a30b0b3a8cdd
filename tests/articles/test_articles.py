"""Every claim of the articles is on the screen where the table says, or it is said why not."""

from collections import Counter

import pytest

from tests.articles import table
from tests.articles.claims import ARTICLES, KINDS, VERDICTS, Place, Row, every, rows
from tests.claims.book import opened
from tui_transformer.concepts import entries, find, load
from tui_transformer.lessons.library import load as load_lesson
from tui_transformer.lessons.library import shipped
from tui_transformer.link import link, open_command

NEEDS_THE_ENCODER = "The finder"  # a panel of a published model, where that is installed


def names(row: Row) -> str:
    return f"{row.article}: {row.claim[:50]}"


@pytest.mark.parametrize("row", every(), ids=names)
def test_a_claim_is_where_the_table_says(row: Row) -> None:
    assert row.verdict in VERDICTS and row.claim.endswith(".") and row.places
    for place in row.places:
        assert place.kind in KINDS and place.what, f"an empty place: {place}"
        WHERE[place.kind](place)
    assert len({place.kind == "not" for place in row.places}) == 1, "there, or not there"


def a_preset(place: Place) -> None:
    concept = load(place.of)
    assert place.what in concept.presets, f"{place.of} has {list(concept.presets)}"
    command = link(concept.id, concept.preset(place.what).assignments())
    again, model = open_command(command)
    assert again.id == concept.id and model.same(concept.preset(place.what))


def a_task(place: Place) -> None:
    goals = [" ".join(task.goal.split()) for task in load(place.of).challenges]
    assert place.what in goals, f"{place.of} has {goals}"


def a_step(place: Place) -> None:
    assert place.of in shipped()
    steps = [step.heading for step in load_lesson(place.of).steps]
    assert place.what in steps, f"{place.of} has {steps}"


def an_explanation(place: Place) -> None:
    said = " ".join(load(place.of).prose.split())
    assert place.what in said, f"not in the explanation of {place.of}: {place.what}"
    assert len(place.what.split()) >= 3, "too little to be a sentence"


def a_panel(place: Place) -> None:
    state = opened(place.of)
    titles = [panel.title for panel in state.figure.panels]
    here = place.what in titles or any(title.startswith(place.what) for title in titles)
    absent = place.what.startswith(NEEDS_THE_ENCODER) and state.values.problem is not None
    assert here or absent, f"{place.of} has {titles}"


def a_reason(place: Place) -> None:
    assert not place.of and len(place.what.split()) >= 8, f"say why not: {place.what}"


WHERE = {
    "preset": a_preset,
    "task": a_task,
    "step": a_step,
    "prose": an_explanation,
    "panel": a_panel,
    "not": a_reason,
}


def test_no_claim_stands_twice_and_few_are_nowhere() -> None:
    assert len(every()) >= 128
    for article in ARTICLES:
        twice = [claim for claim, n in Counter(r.claim for r in rows(article)).items() if n > 1]
        assert not twice
    nowhere = [row.claim for row in every() if row.places[0].kind == "not"]
    assert len(nowhere) <= len(every()) // 20, nowhere


def test_what_is_weak_or_wrong_is_shown_by_doing() -> None:
    """Such a claim has more than a sentence: a state to open, a step, a task or a panel."""
    told = {"prose"}
    for row in every():
        assert row.verdict == "right" or {place.kind for place in row.places} != told, row.claim


def test_every_step_of_the_tours_answers_a_claim() -> None:
    answered = {place.what for row in every() for place in row.places if place.kind == "step"}
    for article in ARTICLES:
        steps = [step.heading for step in load_lesson(f"tour-{article}").steps]
        assert not [heading for heading in steps if heading not in answered]


def test_places_are_of_what_there_is() -> None:
    ids = {entry.id for entry in entries()}
    for row in every():
        for place in row.places:
            if place.kind in ("preset", "task", "prose"):
                assert find(place.of) is not None and place.of in ids


def test_the_table_is_up_to_date() -> None:
    assert table.TABLE.read_text(encoding="utf-8") == table.written(), (
        "python -m tests.generate writes it anew"
    )
