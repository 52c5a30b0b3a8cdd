"""What every concept must keep, whichever it is: the tests a new one gets for nothing."""

import dataclasses
import json
import math
import re
from collections.abc import Iterator
from functools import cache
from itertools import islice

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.calculator import worked_out
from tui_transformer.concept import Concept
from tui_transformer.concepts import entries, load
from tui_transformer.concepts.edges import builds_on
from tui_transformer.concepts.syllabus import SYLLABUS
from tui_transformer.figure import Figure, Pin, pinnable, working_at
from tui_transformer.link import open_command
from tui_transformer.model import Model
from tui_transformer.panels import Heatmap, Table
from tui_transformer.render.layout import arrange
from tui_transformer.render.page import PanelCache, draw_page, whole, working_lines
from tui_transformer.render.palette import ANSI, DARK, LIGHT, PLAIN
from tui_transformer.session import Session
from tui_transformer.terms import Working
from tui_transformer.ui import parts
from tui_transformer.ui.column import column as controls

IDS = [entry.id for entry in entries()]
FIGURE_SIZES = [(33, 12), (53, 18), (123, 39)]  # what 60×18, 80×24 and 160×45 leave for panels
PALETTES = [DARK, LIGHT, ANSI, PLAIN, dataclasses.replace(PLAIN, ascii=True)]

every_concept = pytest.mark.parametrize("concept", IDS)
patient = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@cache
def opened(concept: str) -> Concept:
    return load(concept)


def states(concept: str, seed: int) -> Model:
    """A random state: every control drawn, then the clock set somewhere near its start."""
    session = Session.open(opened(concept)).randomise(np.random.default_rng(seed))
    if session.clock is not None:
        session = session.step(seed % 7)
    return session.model


def cells(figure: Figure, most: int = 300) -> Iterator[tuple[Pin, float, str]]:
    """Every number that can be pinned, with what is shown."""
    for i, panel in enumerate(figure.panels):
        for row, column in islice(pinnable(panel), most):
            if isinstance(panel, Heatmap):
                yield Pin(i, row, column), float(panel.values[row, column]), panel.title
            elif isinstance(panel, Table):
                content = panel.rows[row][column].content
                yield Pin(i, row, column), content, panel.title  # type: ignore[misc]


def assert_workings_hold(figure: Figure, turn: int = 0, turns: int = 1) -> None:
    """Check the formula and the numbers whose turn it is: all, or every third in three turns."""
    assert holds(figure.formula), figure.formula.shown
    for i, (pin, shown, title) in enumerate(islice(cells(figure), turn, None, turns)):
        working = working_at(figure, pin)
        where = f"{title} {pin.row},{pin.column}: {working.symbols} = {working.shown}"
        assert isinstance(shown, int | float | np.number), where
        assert math.isclose(working.value, shown, rel_tol=1e-9, abs_tol=1e-12), where
        assert holds(working) if i % 20 == 0 else agrees(working), where


def agrees(working: Working) -> bool:
    """Say whether the arithmetic gives the value, worked out by the terms themselves."""
    return _near(float(working.term.value), working)


def holds(working: Working) -> bool:
    """Say whether the arithmetic, worked out by the calculator of the tests, gives the value."""
    return _near(worked_out(working.term), working)


def _near(result: float, working: Working) -> bool:
    value = float(working.value)
    near = result == value or abs(result - value) <= 1e-9 * abs(value) + 1e-12
    return near or abs(result - value) <= working.tolerance


def test_the_syllabus_builds_up() -> None:
    for i, entry in enumerate(entries()):
        assert set(builds_on(entry.id)) <= set(IDS[:i]), f"{entry.id} builds on what comes later"
        assert entry.line.endswith(".")


@every_concept
def test_controls_are_documented(concept: str) -> None:
    model = opened(concept).model()
    for name, control in model.controls().items():
        assert control.help.endswith("."), name
        assert 10 < len(control.help) < 120, name
        assert control.domain(model), name
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert not hasattr(Model, name), f"{name} is a name of Model's own"


@every_concept
def test_values_are_documented(concept: str) -> None:
    for name, value in opened(concept).model.computed().items():
        assert value.__doc__ and value.__doc__.strip(), name
        assert f"def {name}" in value.source


@every_concept
def test_the_prose_is_short_and_its_links_lead_somewhere(concept: str) -> None:
    prose = opened(concept).prose
    text = re.sub(r"\]\([^)]*\)", "", prose)
    words = [word for word in text.split() if any(c.isalnum() for c in word)]
    assert 120 <= len(words) <= 250, f"{len(words)} words"
    links = re.findall(r"\]\(([^)]*)\)", prose)
    assert links
    assert all(re.fullmatch(r"[a-z-]+", target) for target in links)


@every_concept
def test_presets_and_challenges(concept: str) -> None:
    one = opened(concept)
    assert 1 <= len(one.presets) <= 9
    for name in one.presets:
        one.view(one.preset(name))
    assert len(one.challenges) >= 2
    for challenge in one.challenges:
        assert not challenge.solved(one.model()), challenge.goal
        assert challenge.solved(one.model().replace(**challenge.solution)), challenge.goal
        assert 0 < len(challenge.goal) <= 120
    session = Session.open(one)
    assert session.noticed().solved == frozenset()


@every_concept
def test_a_challenge_is_noticed_at_once(concept: str) -> None:
    one = opened(concept)
    for i, challenge in enumerate(one.challenges):
        session = Session.open(one).set(**challenge.solution).noticed()
        assert i in session.solved or session.noticed().noticed().solved >= {i}


@every_concept
def test_the_default_says_something_in_one_line(concept: str) -> None:
    one = opened(concept)
    figure = one.view(one.model())
    assert 10 < cell_len(figure.says) <= 78, figure.says
    assert figure.data
    for name in one.presets:
        assert one.view(one.preset(name)).says


@every_concept
def test_workings_evaluate_to_what_is_shown(concept: str) -> None:
    """Every number of the opening state, and of the presets every third in turn."""
    one = opened(concept)
    assert_workings_hold(one.view(one.model()))
    for turn, name in enumerate(one.presets):
        assert_workings_hold(one.view(one.preset(name)), turn % 3, 3)


@every_concept
@patient
@given(seed=st.integers(0, 10_000))
def test_workings_hold_at_random_states(concept: str, seed: int) -> None:
    assert_workings_hold(opened(concept).view(states(concept, seed)), seed % 3, 3)


@every_concept
@patient
@given(seed=st.integers(0, 10_000))
def test_any_state_computes_and_prints(concept: str, seed: int) -> None:
    with np.errstate(all="raise", under="ignore"):
        model = states(concept, seed)
        for challenge in opened(concept).challenges:
            challenge.solved(model)
        record = json.loads(model.to_json(concept), parse_constant=lambda c: pytest.fail(c))
    assert list(record) == ["concept", "controls", "values", "labels"]
    assert list(record["values"]) == list(model.computed())


@every_concept
@patient
@example(seed=224)  # a published size that another size pulls along on the way
@given(seed=st.integers(0, 10_000))
def test_any_state_survives_its_link(concept: str, seed: int) -> None:
    session = Session(opened(concept), states(concept, seed))
    reopened = open_command(session.link)[1]
    assert reopened.same(session.model)


@every_concept
@patient
@given(seed=st.integers(0, 10_000))
def test_any_state_draws_at_any_size(concept: str, seed: int) -> None:
    session = Session(opened(concept), states(concept, seed))
    palette = PALETTES[seed % len(PALETTES)]
    with np.errstate(all="raise", under="ignore"):
        figure = session.figure
        usual = FIGURE_SIZES[seed // len(PALETTES) % len(FIGURE_SIZES)]
        for width, height in [usual, (1 + seed % 40, 1 + seed % 17)]:
            for page in arrange(figure, width, height):
                lines = draw_page(page, width, height, palette, None, PanelCache())
                assert len(lines) == height
                for line in lines:
                    assert sum(cell_len(segment.text) for segment in line) == width
            controls(session, 26, height, palette)
            at = seed % len(session.knobs)
            controls(session.hold(at), 26, height, palette)
            parts.title(session, width, palette)
            parts.sentence(session, width, palette)
            working_lines(session.working, width, palette)


@every_concept
@patient
@given(
    keys=st.lists(
        st.sampled_from(
            [
                "nudge+",
                "nudge-",
                "big",
                "choose",
                "unfold",
                "walk",
                "close",
                "end",
                "step",
                "back",
                "undo",
                "redo",
                "pin",
                "move",
                "down",
                "longer",
                "shorter",
                "compare",
                "preset",
                "random",
                "reset",
            ]
        ),
        max_size=25,
    ),
    seed=st.integers(0, 99),
)
def test_any_keys_leave_a_session_that_draws(concept: str, keys: list[str], seed: int) -> None:
    rng = np.random.default_rng(seed)
    session = Session.open(opened(concept))
    for key in keys:
        session = {
            "nudge+": lambda s: s.nudge(1),
            "nudge-": lambda s: s.nudge(-1),
            "big": lambda s: s.nudge(10),
            "choose": lambda s: s.choose(1),
            "unfold": lambda s: s.unfold(),
            "walk": lambda s: s.walk(1, 1),
            "close": lambda s: s.close(),
            "end": lambda s: s.to_end(True),
            "step": lambda s: s.step(1),
            "back": lambda s: s.step(-1),
            "undo": lambda s: s.undo(),
            "redo": lambda s: s.redo(),
            "pin": lambda s: s.pin_panel(1),
            "move": lambda s: s.pin_move(0, 1),
            "down": lambda s: s.pin_move(1, 0),
            "longer": lambda s: s.lengthen(True),
            "shorter": lambda s: s.lengthen(False),
            "compare": lambda s: s.compare(),
            "preset": lambda s: s.preset(1 + seed % 9),
            "random": lambda s: s.randomise(rng),
            "reset": lambda s: s.reset(),
        }[key](session).noticed()
        assert session.knob
        controls(session, 28, 18, DARK)
    whole(concept, session.figure, 80, 24, DARK)
    assert session.working.symbols


@every_concept
def test_undo_takes_everything_back(concept: str) -> None:
    start = Session.open(opened(concept))
    session = start
    for seed in range(4):
        session = session.randomise(np.random.default_rng(seed))
    for _ in range(len(session.before)):
        session = session.undo()
    assert session.model is start.model


@pytest.mark.parametrize("concept", [concept for concept in IDS if load(concept).clock])
def test_a_clock_goes_back_exactly(concept: str) -> None:
    start = Session.open(opened(concept))
    there = start.step(1).step(1).step(1)
    here = there.step(-1).step(-1).step(-1)
    assert here.model.same(start.model)
    assert here.model.to_json(concept) == start.model.to_json(concept)
    assert there.step(-1).step(1).model.to_json(concept) == there.model.to_json(concept)


@every_concept
def test_challenges_with_keys_are_solved_by_those_keys(concept: str) -> None:
    one = opened(concept)
    for challenge in one.challenges:
        if challenge.keys:
            session = Session.open(one)
            for key in challenge.keys.split():
                session = pressed(session, key)
            assert challenge.solved(session.model), challenge.goal


def pressed(session: Session, key: str) -> Session:
    """What a key of the instrument does, as far as it concerns the model."""
    if key.isdecimal():
        return session.preset(int(key))
    return {
        "down": lambda: session.choose(1),
        "up": lambda: session.choose(-1),
        "enter": lambda: session.unfold(),
        "right": lambda: session.nudge(1),
        "left": lambda: session.nudge(-1),
        "shift+right": lambda: session.nudge(10),
        "shift+left": lambda: session.nudge(-10),
        ".": lambda: session.step(1),
        ",": lambda: session.step(-1),
    }[key]()


@pytest.mark.parametrize(
    "concept",
    [
        e.id
        for chapter in ("From text to vectors", "Attention")
        for e in SYLLABUS[chapter]
        if e.id != "tokenizer"
    ],
)
def test_an_aha_of_attention_takes_fewer_than_nine_keys(concept: str) -> None:
    """Two controls, chosen and turned."""
    assert 0 < len(opened(concept).challenges[0].keys.split()) < 9


@every_concept
def test_it_compares_with_itself_and_with_another_state(concept: str) -> None:
    session = Session.open(opened(concept)).compare()
    moved = session.randomise(np.random.default_rng(1))
    for state in (session, moved):
        whole(concept, state.figure, 80, 24, DARK)
