"""The guided tours: they belong to no concept, and their answers are those of plain Python."""

import math

import numpy as np
import pytest
from textual.pilot import Pilot

from tests.lessons.test_shipped import answers, softmax
from tui_transformer.cli import main
from tui_transformer.concepts import entries
from tui_transformer.lessons.library import load, shipped, title_of, tours
from tui_transformer.lessons.quiz import drawn
from tui_transformer.ui.app import TfxApp, build

every_tour = pytest.mark.parametrize("tour", tours())


def test_what_is_shipped_is_a_lesson_of_a_concept_or_a_tour() -> None:
    assert set(shipped()) - set(tours()) <= {entry.id for entry in entries()}
    assert shipped()[-len(tours()) :] == tours() == ("tour-bricks", "tour-gates")


@every_tour
def test_it_leads_through_many_concepts(tour: str) -> None:
    lesson = load(tour)
    assert 15 <= len(lesson.steps) <= 60 and len({s.concept.id for s in lesson.steps}) >= 12
    assert all(step.task is not None for step in lesson.steps)
    assert title_of(tour) == lesson.title


def test_the_quiz_asks_nothing_twice_that_a_tour_asks_too() -> None:
    asked = [again.step.key for again in drawn(np.random.default_rng(0))]
    assert len(asked) == len(set(asked))
    own = {step.key for tour in tours() for step in load(tour).steps}
    assert own & set(asked)


def test_what_was_missed_on_a_tour_comes_first() -> None:
    step = load("tour-bricks").steps[2]
    assert next(drawn(np.random.default_rng(0), [step.key])).step.key == step.key


# ── where they are found ───────────────────────────────────────────────────────────────


def test_they_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", "learn"]) == 0
    printed = capsys.readouterr().out
    for name in shipped():
        assert f"   {name} " in printed and title_of(name) in printed


def lines(app: TfxApp) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(s.text for s in strip).rstrip() for strip in strips)


async def pressed(pilot: Pilot[None], *keys: str) -> str:
    await pilot.press(*keys)
    await pilot.pause()
    return lines(pilot.app)  # type: ignore[arg-type]


@pytest.mark.parametrize("learnt", [False, True], ids=["new", "taken before"])
async def test_they_stand_on_the_map_and_are_found_by_typing(learnt: bool) -> None:
    app = build("", "dark", False, None)
    if learnt:
        app.keeper.update(app.keeper.progress.learn("tour-gates"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        page = await pressed(pilot, "end")
        assert title_of("tour-bricks") in page and "tfx learn tour-gates" in page
        assert ("✓ " + title_of("tour-gates") in page) is learnt
        assert title_of("tour-gates") in await pressed(pilot, *"tour-gates")
        assert load("tour-gates").steps[0].heading in await pressed(pilot, "enter")
        run = app.instrument.teacher.run
        assert run is not None and run.lesson is load("tour-gates")


# ── the answers ────────────────────────────────────────────────────────────────────────


def test_the_first_tour() -> None:
    found = answers("tour-bricks")
    dog = softmax([2, 1, 0.1])[1], softmax([4, 2, 0.1])[1]
    assert found["Up, and yet down"] == ("larger" if dog[1] > dog[0] else "smaller")
    p = softmax([0, 9.21])[0]
    assert found["The price of being sure"] == f"{-math.log(p):.1f}"
    assert found["How hard it is pushed"] == f"{1 - p:.2f}"
    sea = [0.9, 0.0, 0.6, 0.8, 0.0, 0.5]  # on the six cards
    assert found["No match, no attention?"] == f"{softmax(sea)[4]:.2f}"
    spread = math.sqrt(sum((x - 2.5) ** 2 for x in (1, 2, 3, 4)) / 4)
    assert found["The instruments, recalibrated"] == f"−{(4 - 2.5) / spread:.2f}"
    assert found["The first of thirty-two"] == f"{1 / 32:.2f}"
    v, u2 = 0.0, 1.0
    for _ in range(2):
        v = 0.9 * v + 10 * u2
        u2 -= 0.05 * v
    assert found["A ball, or a walker?"] == ("across the floor" if u2 < 0 else "still on its side")
    height = ((1 - 0.21) ** 40 + 10 * (1 - 2.1) ** 40) / 2
    assert found["Ten percent more"] == f"{height:.0f}"
    assert found["A bump of two"] == f"−{abs(3 - 2 * (3 - 1))}"
    _, bank, money = softmax([2, 0, 0])
    assert found["A whisper that counts"] == f"{4 * money / (bank + 4 * money):.2f}"
    feed_forward, attention = 768 * 3072 + 3072 * 768, 4 * 768 * 768
    factors = {0.5: "half as many", 1: "as many", 2: "twice as many"}
    assert found["Who has the numbers?"] == factors[feed_forward / attention]


def test_the_second_tour() -> None:
    found = answers("tour-gates")
    assert found["The third hour"] == f"{3 - 0.75 * (3 - 1):g}"
    assert found["A frown"] == f"{1 / (1 + math.exp(3)):.2f}"
    assert found["At its best"] == "all of it"  # tanh′(0) = 1 − tanh(0)²
    sea = softmax([0.9, 0.0, 0.6, 0.8, 0.0, 0.5])
    assert found["What you carry home"] == f"{1 - max(sea):.2f}"
    assert found["A vector of length one"] == f"{3 * math.cos(math.radians(60)):.1f}"
    n, d = 2048, 768
    assert found["The bill for looking"] == f"{4 * n * d / (4 * n * d + 24 * d * d):.2f}"
    assert found["What attention is made of"] == f"{12 * 4 * (d * d + d) / 1e6:.0f}"
    assert found["Word five"] == str(len(range(6)))
    word, written = "STRESSED", "DE"  # what comes next stands where the last S does, not the first
    assert word.rindex("S") == len(word) - 1 - len(written) and word.index("S") == 0
    assert found["Across"] == "0.00"  # `tests/claims` recomputes the shares themselves
    dog = math.exp(0.772) / (math.exp(0.772) + math.exp(16.917))
    assert {4: "of ten thousand", 6: "of a million", 7: "of ten million"}[
        round(-math.log10(dog))
    ] == found["How many photos?"]
    assert found["A hundred for each"] == "just as sure"
    assert found["Twice as many pilots"] == "as much"
    assert found["A wider pipe"] == f"{(2 * d) ** 2 / d**2:.0f}"
    embedding, layer = (30522 + 512 + 2) * d, 12 * d * d + 13 * d
    left = (embedding + 6 * layer) / (embedding + 12 * layer)
    assert found["The lighter plane"] == f"{left:.1f}"
