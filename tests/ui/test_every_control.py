"""Every control of every concept is reached and turned by its finest step: by mouse, by keys."""

from collections.abc import Callable, Iterator

import pytest
from textual import events
from textual.pilot import Pilot

from tests.ui.test_instrument import app
from tui_transformer.concepts import entries, load
from tui_transformer.controls import resolve
from tui_transformer.controls.arrays import MatrixControl
from tui_transformer.render.palette import DARK
from tui_transformer.session import Session
from tui_transformer.ui.column import column
from tui_transformer.ui.measure import LINES, controls_width
from tui_transformer.ui.spots import Spot

every_concept = pytest.mark.parametrize("concept", [entry.id for entry in entries()])
SIZES = {"60x18": (60, 18), "80x24": (80, 24), "200x50": (200, 50)}
every_size = pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)


@pytest.fixture(autouse=True)
def one_picture(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the opening picture stand for all: here it is the controls that are looked at."""
    opened = load(request.node.callspec.params.get("concept", "attention"))
    view, figure = opened.view, opened.view(opened.model())
    object.__setattr__(opened, "view", lambda model: figure)
    yield
    object.__setattr__(opened, "view", view)


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, and wait until all is drawn; nobody reads it."""
    await pilot.press(*keys)
    await pilot.pause()


def held(pilot: Pilot[None]) -> Session:
    return pilot.app.instrument.session  # type: ignore[attr-defined]


async def at(pilot: Pilot[None], event: type[events.MouseEvent], spot: Spot, **keys: bool) -> None:
    view = pilot.app.instrument.controls_view  # type: ignore[attr-defined]
    offset = (view.region.x + spot.end - 1, view.region.y + spot.y)
    await pilot._post_mouse_events([event], offset=offset, button=1, **keys)
    await pilot.pause()


async def spots(pilot: Pilot[None]) -> list[Spot]:
    await press(pilot)
    return list(pilot.app.instrument.controls_view._spots)  # type: ignore[attr-defined]


def stands(session: Session, knob: int) -> bool:
    """Whether a control has nothing to be turned to here: it is idle, or has a single value."""
    control = session.knobs[knob].control
    limits = [getattr(control, end, None) for end in ("low", "high")]
    one = (
        None not in limits
        and len({resolve(x, session.model) for x in limits if x is not None}) == 1
    )
    return one or control.name in session.idle


async def turned(pilot: Pilot[None], ways: list[Callable]) -> bool:
    """Whether one of some ways to turn a knob changes the state; it is taken back."""
    for way in ways:
        before = held(pilot).link  # with every digit
        await way()
        if held(pilot).link != before or held(pilot).playing:  # it is on the way there
            await press(pilot, "u")
            return True
    return False


async def by_mouse(pilot: Pilot[None], spot: Spot) -> bool:
    """Turn what stands there with the wheel, by fine steps; a word by clicks; a text is typed."""
    screen = pilot.app.instrument  # type: ignore[attr-defined]
    wheel = [events.MouseScrollUp, events.MouseScrollDown]
    session = held(pilot)
    control = session.knobs[spot.number].control
    drawn = isinstance(control, MatrixControl) and control.is_drawing(session.model)
    fine = spot.does in ("gauge", "cell") and not drawn  # a drawing is on or off
    ways = [lambda e=event: at(pilot, e, spot, shift=fine) for event in wheel]
    if control.kind == "text" and spot.does == "word":
        await at(pilot, events.MouseDown, spot)
        await at(pilot, events.MouseDown, spot)
        typed = screen.entry.display
        await press(pilot, "escape")
        return typed
    if spot.does == "word":
        ways = [lambda: at(pilot, events.MouseDown, spot)] * 2
    return await turned(pilot, ways)


async def drag(pilot: Pilot[None], spot: Spot, columns: int) -> None:
    """Take a gauge with shift, and draw it some columns along."""
    view = pilot.app.instrument.controls_view  # type: ignore[attr-defined]
    x, y = view.region.x + (spot.start + spot.end) // 2, view.region.y + spot.y
    for event, along in (
        (events.MouseDown, 0),
        (events.MouseMove, columns),
        (events.MouseUp, columns),
    ):
        await pilot._post_mouse_events([event], offset=(x + along, y), button=1, shift=True)
    await pilot.pause()


async def reach(pilot: Pilot[None], found: set[int]) -> list[Spot]:
    """Turn every knob in sight that was not found yet; returns where knobs can be held."""
    there = [s for s in await spots(pilot) if s.does in ("gauge", "word", "cell", "flip")]
    for spot in there:
        if spot.number not in found:
            assert await by_mouse(pilot, spot), spot
            found.add(spot.number)
    return there


async def reach_all(pilot: Pilot[None], found: set[int]) -> None:
    """Turn every knob of the fold that is open, where it goes on beyond its edges, too."""
    seen, row = set[int](), held(pilot).row
    while ahead := [s for s in await reach(pilot, found) if s.number not in seen]:
        if found >= set(range(row.start, row.start + row.count)):
            return
        seen.add(ahead[0].number)
        await at(pilot, events.MouseDown, ahead[0])


@every_size
@every_concept
async def test_with_the_mouse_alone(concept: str, size: tuple[int, int]) -> None:
    async with app(f"tfx {concept}").run_test(size=size) as pilot:
        await press(pilot)
        found = set[int]()
        await reach(pilot, found)
        for spot in [spot for spot in await spots(pilot) if spot.does == "open"]:
            await at(pilot, events.MouseDown, spot)
            await reach_all(pilot, found)
            [close] = [spot for spot in await spots(pilot) if spot.does == "close"]
            await at(pilot, events.MouseDown, close)
        session = held(pilot)
        idle = {i for i, knob in enumerate(session.knobs) if knob.control.name in session.idle}
        assert found | idle == set(range(len(session.knobs)))


@every_concept
async def test_a_gauge_is_dragged_by_its_finest_step(concept: str) -> None:
    """A column with shift is what the finest step of the session is, from anywhere on a gauge."""
    async with app(f"tfx {concept}").run_test(size=(80, 24)) as pilot:
        await press(pilot)
        for spot in [spot for spot in await spots(pilot) if spot.does == "gauge"]:
            before = held(pilot).hold(spot.number)
            fine = before.knob.control.fine
            steps = {before.nudge(way * fine).link: way for way in (1, -1)}
            for link, way in steps.items():
                await drag(pilot, spot, way)
                on_the_way = held(pilot).playing  # to what is computed beside the program
                assert on_the_way or held(pilot).link == link, (before.knob.label, way)
                pilot.app.instrument.change(lambda _, before=before: before)
                await press(pilot)


BETWEEN, LARGE = (120, 36), (200, 50)
TURNING = ("gauge", "word", "cell", "flip", "open", "close")


def turning(found: tuple[Spot, ...] | list[Spot]) -> set[Spot]:
    """Where the mouse turns something, or comes to what it turns."""
    return {spot for spot in found if spot.does in TURNING}


def places(session: Session, size: tuple[int, int]) -> set[Spot]:
    return turning(column(session, controls_width(size[0]), size[1] - LINES, DARK).spots)


@every_concept
def test_between_the_sizes_controls_stand_where_they_are_turned_above(concept: str) -> None:
    """So what was turned with the mouse at 200×50 is turned by the same clicks at 120×36."""
    session = Session.open(load(concept))
    folds = [session.hold(row.start) for row in session.rows if row.kind != "one"]
    for state in (session, *folds):
        assert places(state, BETWEEN) == places(state, LARGE), state.fold


@pytest.mark.parametrize("size", [BETWEEN, LARGE])
async def test_and_so_they_do_on_the_screen(size: tuple[int, int]) -> None:
    async with app("tfx attention").run_test(size=size) as pilot:
        await press(pilot)
        for keys in ((), ("down", "down", "enter")):  # the rows, and a matrix that is open
            await press(pilot, *keys)
            assert turning(await spots(pilot)) == places(held(pilot), size)
        assert held(pilot).fold is not None


@every_concept
async def test_with_keys_alone(concept: str) -> None:
    """Down and enter come to every knob; left or right turn it, or a text can be typed."""
    async with app(f"tfx {concept}").run_test(size=(80, 24)) as pilot:
        await press(pilot)
        screen = pilot.app.instrument
        for place in range(len(held(pilot).rows)):
            await press(pilot, "home", *["down"] * place)
            row = held(pilot).row
            if row.kind != "one":
                await press(pilot, "enter")
            for knob in range(row.start, row.start + row.count):
                screen.hold(knob)
                assert held(pilot).at == knob
                keys = ("+", "-") if row.kind == "grid" else ("right", "left")
                ways = [lambda key=key: press(pilot, key) for key in keys]
                if not await turned(pilot, ways):
                    if stands(held(pilot), knob):
                        continue
                    assert held(pilot).knobs[knob].control.kind == "text", row.label
                    await press(pilot, "enter")
                    assert screen.entry.display
                    await press(pilot, "escape")
            if row.kind != "one":
                await press(pilot, "escape")
                assert held(pilot).fold is None
