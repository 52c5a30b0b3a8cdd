"""A star is earned by changing controls, and every place that shows stars shows the same ones."""

import numpy as np
import pytest
from rich.cells import cell_len

from tests.ui.test_instrument import press
from tui_transformer.concepts import entries, load
from tui_transformer.concepts.reworded import REWORDED
from tui_transformer.controls import Choice, Integer, Text
from tui_transformer.progress import Keeper, Progress
from tui_transformer.progress import load as read
from tui_transformer.session import Session
from tui_transformer.ui.app import build

every_concept = pytest.mark.parametrize("name", [entry.id for entry in entries()])


def opening_ways(start: Session) -> dict[str, Session]:
    """Every way to come to a state without changing a control, to states that solve something."""
    concept = start.concept
    solutions = [concept.model().replace(**task.solution) for task in concept.challenges]
    ways = {f"link {i}": Session(concept, model) for i, model in enumerate(solutions)}
    ways |= {f"preset {i}": start.preset(i) for i in range(1, len(concept.presets) + 1)}
    ways |= {f"draw {i}": start.randomise(np.random.default_rng(i)) for i in range(3)}
    ways |= {f"undo {i}": ways[f"link {i}"].nudge(1).undo() for i in range(len(solutions))}
    ways |= {
        f"redo {i}": ways[f"link {i}"].nudge(1).undo().redo().undo() for i in range(len(solutions))
    }
    return ways


@every_concept
def test_no_way_of_opening_a_state_awards_a_star(name: str) -> None:
    start = Session.open(load(name)).noticed()
    assert not start.solved
    for way, session in opening_ways(start).items():
        assert not session.noticed().solved, way
        moved = session.noticed().choose(1).noticed().pin_panel(1).noticed().compare().noticed()
        assert not moved.solved, f"{way}, then only looked at"


def test_what_a_preset_gave_is_earned_only_by_leaving_it_and_coming_back() -> None:
    given = Session.open(load("softmax")).set(temperature=3, target=1)
    opened = Session(given.concept, given.model)
    for there in (opened, opened.noticed()):
        still = there.set(temperature=3.1).set(logits=(2, 1, 0.1)).noticed()
        assert not still.solved, "it was solved all the time"
        left = still.set(temperature=1.0, target=2).noticed()
        assert not left.solved
        assert left.set(temperature=10).noticed().solved == {0}


@pytest.mark.parametrize("name", ["embeddings", "self-attention", "heads", "receptive-field"])
def test_one_control_there_and_back_earns_nothing_though_it_took_others_along(name: str) -> None:
    """From a link that solves: what a text or a source pulled elsewhere was changed by nobody."""
    concept = load(name)
    for task in concept.challenges:
        opened = Session(concept, concept.model().replace(**task.solution)).noticed()
        for at, knob in enumerate(opened.knobs):
            if not isinstance(knob.control, Text | Choice | Integer) or knob.control.costly:
                continue
            for way in ((1, -1), (-1, 1), (1, 1)):
                session = opened.hold(at)
                for amount in way:
                    session = session.nudge(amount).noticed()
                assert not session.solved, f"{task.goal}: {knob.label} {way}"


def test_a_solved_task_says_what_was_seen() -> None:
    for name in ("softmax",):
        for i, task in enumerate(load(name).challenges):
            session = Session.open(load(name)).set(**task.solution).noticed()
            assert session.solved == {i}
            assert session.said.startswith(f"★ Task {i + 1}: ")
            assert session.said.endswith(task.praise(session.model))


async def test_title_list_and_sheet_show_the_same_stars(tmp_path) -> None:
    goals = [task.goal for task in load("softmax").challenges]
    keeper = Keeper(tmp_path / "progress.json")
    keeper.update(Progress().solve("softmax", goals[0]).solve("softmax", goals[2]))
    app = build("softmax", "dark", False, tmp_path / "progress.json")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "★2/3" in await press(pilot)
        sheet = (await press(pilot, "t")).splitlines()
        marks = [line.strip(" ▸")[0] for line in sheet if line.strip(" ▸")[:1] in ("★", "☆")]
        assert marks == ["★", "☆", "★"]
        await press(pilot, "escape")
        line = next(line for line in (await press(pilot, "g")).splitlines() if "Softmax" in line)
        assert line.count("★") == 2


@every_concept
def test_a_goal_fits_the_line_where_it_is_told(name: str) -> None:
    for task in load(name).challenges:
        assert cell_len(task.goal) <= 76, task.goal


def test_a_star_earned_under_other_words_stays(tmp_path) -> None:
    goals = {task.goal: entry.id for entry in entries() for task in load(entry.id).challenges}
    assert set(REWORDED.values()) <= set(goals) and not set(REWORDED) & set(goals)
    file = tmp_path / "progress.json"
    before = {(goals[new], old) for old, new in REWORDED.items()}
    file.write_text(Progress(solved=frozenset(before), earlier=frozenset(before)).to_json())
    found, problem = read(file)
    assert not problem and found.solved == found.earlier
    assert found.solved == {(goals[new], new) for new in REWORDED.values()}
