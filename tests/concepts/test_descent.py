"""Descent: every axis a geometric series, its limits, and what becomes of every setting."""

import itertools
import json
import math
from collections.abc import Iterator

import numpy as np
import pytest

from tests.calculator import calculate
from tui_transformer.compare import name as called
from tui_transformer.concepts.descent import CONCEPT, Descent, line
from tui_transformer.concepts.descent import model as descent
from tui_transformer.figure import pinnable, same
from tui_transformer.nn.made_up import surfaces
from tui_transformer.nn.made_up.surfaces import Quadratic
from tui_transformer.panels import Field, Panel, Plot, Table
from tui_transformer.pieces import Bar, Line, Points
from tui_transformer.terms import plain

view = CONCEPT.view
SURFACES, RULES = ("bowl", "saddle", "rosenbrock"), ("gd", "momentum", "nesterov", "adam")


@pytest.fixture(autouse=True)
def _strict() -> Iterator[None]:
    with np.errstate(all="raise"):
        yield


def named(m: Descent, name: str) -> Panel:
    return next(panel for panel in view(m).panels if called(panel) == name)


def loss(m: Descent) -> Panel:
    return named(m, "Loss")


def axes(m: Descent) -> Panel:
    return named(m, "axes")


def corners() -> Iterator[Descent]:
    """The far ends of the domain, for every surface and rule."""
    for surface, rule, rate, beta in itertools.product(SURFACES, RULES, (0.001, 2.0), (0.0, 0.99)):
        yield Descent(
            surface=surface,
            optimizer=rule,
            learning_rate=rate,
            momentum=beta,
            start=(-1.2, 2.0),
            rotation=35 * (beta > 0),
            curvature=(0.1, 20.0),
            steps=500,
        )


def random_states(count: int) -> Iterator[Descent]:
    rng = np.random.default_rng(0)
    for _ in range(count):
        m = Descent()
        for name, control in m.controls().items():
            m = m.replace(**{name: control.randomise(getattr(m, name), rng, m)})
        yield m


def special() -> Iterator[Descent]:
    """Starts on an axis, on the centre, exact landings, edges, round bowls."""
    for surface, rule in itertools.product(SURFACES, RULES):
        for start, rotation, steps in (
            ((0.0, 0.0), 0, 0),
            ((1.0, 0.0), 0, 30),
            ((0.0, 1.0), 90, 1),
            ((1.0, 1.0), 45, 1),
            ((5e-324, 0.0), 0, 30),
            ((1.0, 0.0), 0, 0),
        ):
            yield Descent(
                surface=surface, optimizer=rule, start=start, rotation=rotation, steps=steps
            )
    yield Descent(curvature=(5.0, 5.0), learning_rate=0.2, steps=3)
    yield Descent(curvature=(5.0, 5.0), learning_rate=0.2, steps=0)
    yield Descent(learning_rate=0.2, steps=500)


# ── the numbers of the contract ────────────────────────────────────────────────────────


def test_ten_steps_from_the_opening_state() -> None:
    assert Descent().steps == 0
    m = Descent(steps=10)
    assert m.path.shape == (11, 2) and m.losses.shape == (11,)
    assert m.path[-1] == pytest.approx((0.137448, 0.107374), abs=5e-7)
    assert m.critical_learning_rate == pytest.approx(0.2, rel=1e-15)
    assert m.optimal_learning_rate == pytest.approx(0.181818, abs=5e-7)
    assert m.condition_number == 10
    assert m.status == "oscillating"


# ── status ─────────────────────────────────────────────────────────────────────────────


def test_just_past_the_limit_it_diverges() -> None:
    inside, outside = (Descent(learning_rate=rate, steps=500) for rate in (0.199, 0.201))
    assert inside.losses[-1] < 1e-3 < 5.5 < outside.losses[-1]


def test_rosenbrocks_limit_is_real() -> None:
    # The screen says that plain gd settles at (1, 1) only below 2/1001.6 = 0.0019968.
    start = (1.001, 1.001)
    inside = Descent(surface="rosenbrock", learning_rate=0.00199, start=start, steps=500)
    outside = inside.replace(learning_rate=0.00201)
    across = np.array([2, -1]) / math.sqrt(5)  # nearly the steep axis
    distances = [np.abs((m.path - 1) @ across) for m in (inside, outside)]
    assert distances[0][-1] < 0.2 * distances[0][0]
    assert distances[1][-1] > distances[1][0]


# ── the end of floating point ──────────────────────────────────────────────────────────


def test_a_path_that_leaves_float_range_stays() -> None:
    m = Descent(learning_rate=2.0, curvature=(20.0, 20.0), steps=500)
    assert m.ended and 90 < len(m.path) < 110 and len(m.losses) == len(m.path)
    assert np.isfinite(m.path).all() and np.isfinite(m.losses).all()
    assert m.status == "diverging"
    figure = view(m)
    assert "leaves float range" in figure.says and f"stays at {len(m.path) - 1}." in figure.says
    line = next(mark for mark in figure.panels[0].marks if isinstance(mark, Line))
    assert len(line.x) == len(m.path)
    assert same(m.replace(steps=499).path, m.path)
    assert not m.replace(steps=len(m.path) - 1).ended


def test_an_exact_landing_is_said() -> None:
    m = Descent(curvature=(5.0, 5.0), learning_rate=0.2, steps=4)
    assert m.losses[1] == 0
    plot = loss(m)
    assert plot.title == "Loss · exactly 0 at step 1"
    assert all(not np.any(np.asarray(mark.y) == 0) for mark in plot.marks if isinstance(mark, Line))
    # Far down a loss is below all floats; the walker is not at the minimum for all that.
    m = Descent(curvature=(5.0, 5.0), learning_rate=0.15, steps=500)
    assert m.losses[-1] == 0 != m.path[-1][0]
    assert loss(m).title == "Loss · under 0.001 at step 4"


def test_a_run_that_flies_off_earns_no_star() -> None:
    # Far out it comes close to an axis by itself: nobody stood on one.
    m = Descent(learning_rate=0.3, steps=40)
    assert m.angle_to_minimum < 1
    assert not CONCEPT.challenges[2].solved(m)


def test_turned_onto_an_axis_it_is_another_task() -> None:
    # Turned by 45° the start lies on the flat axis, where plain gd is fast.
    flat = Descent(curvature=(0.1, 20.0), rotation=45, learning_rate=2.0, steps=60)
    assert flat.losses[-1] < 0.001 and not CONCEPT.challenges[3].solved(flat)


@pytest.mark.parametrize("states", [corners, special], ids=["corners", "special"])
def test_every_state_draws_and_every_working_holds(states) -> None:
    for m in states():
        figure = view(m)
        json.loads(m.to_json("descent"), parse_constant=lambda c: pytest.fail(c))
        assert len(figure.says) <= 78, figure.says
        assert not any(word in figure.says for word in ("×∞", "nan", "inf "))
        workings = [figure.formula]
        for panel in figure.panels:
            for row, column in pinnable(panel):
                cell = panel.rows[row][column]
                made = cell.working
                workings.append(made() if callable(made) else made)
                assert workings[-1].value == cell.content
                assert math.isfinite(cell.content)
        for working in workings:
            assert calculate(plain(working.term)) == pytest.approx(working.value, rel=1e-9), (
                m.assignments(),
                working,
            )
            assert working.of in m.explained()
            assert working.shown


def test_every_computed_number_has_a_working() -> None:
    for name in CONCEPT.presets:
        m = CONCEPT.preset(name)
        given = {float(x) for x in m.curvature} | {float(x) for x in m.start}
        for panel in view(m).panels:
            if not isinstance(panel, Table):
                continue
            for cell in itertools.chain(*panel.rows):
                if not isinstance(cell.content, str | Bar):
                    assert cell.working or cell.content in given, (name, panel.title, cell)


# ── the picture ────────────────────────────────────────────────────────────────────────


def test_the_picture_holds_still_while_the_clock_runs() -> None:
    for name in CONCEPT.presets:
        fields = [
            view(CONCEPT.preset(name).replace(steps=steps)).panels[0]
            for steps in (0, 1, 7, 40, 500)
        ]
        for field in fields:
            assert isinstance(field, Field) and field.sets == "start"
            assert (field.x, field.y, field.levels) == (fields[0].x, fields[0].y, fields[0].levels)
            assert np.array_equal(field.values, fields[0].values)


def test_the_picture_holds_start_centre_and_converging_path() -> None:
    for m in random_states(40):
        field = view(m).panels[0]
        for x, y in (m.start, m.ground.centre):
            assert field.x.low < x < field.x.high and field.y.low < y < field.y.high
        if m.optimizer == "gd" and m.surface == "bowl" and m.status != "diverging":
            assert np.abs(m.path).max() < field.x.high


def test_the_loss_is_the_sum_of_its_axes_shares() -> None:
    plot = loss(Descent(rotation=20, steps=30))
    assert isinstance(plot, Plot) and plot.y.log
    lines = {mark.label: mark for mark in plot.marks if isinstance(mark, Line)}
    assert len(lines["sum"].x) == 31
    assert lines["flat"].y[:10] + lines["steep"].y[:10] == pytest.approx(lines["sum"].y[:10])
    # a geometric series is a straight line on a log axis
    for label, factor in (("flat", 0.82), ("steep", 0.8)):
        assert np.diff(np.log(lines[label].y[:20])) == pytest.approx(2 * math.log(factor))


def fates(m: Descent) -> Table:
    """The table of what becomes of each axis."""
    return next(panel for panel in view(m).panels if panel.key == "fates")


def test_the_gauge_marks_the_danger() -> None:
    table = axes(Descent(learning_rate=0.21))
    gauges = [row[2].content for row in table.rows]
    assert all((g.low, g.high, g.marks) == (-1.5, 1.5, (-1.0, 1.0)) for g in gauges)
    last = [row[-1].content for row in fates(Descent(learning_rate=0.21)).rows]
    assert last == ["shrinks", "flips, grows"]
    assert [row[-1].content for row in fates(Descent()).rows] == ["shrinks", "flips, shrinks"]
    for rule in RULES[1:]:  # never let plain gd's multiplier pass for another rule's
        for surface in SURFACES:
            table = axes(Descent(optimizer=rule, surface=surface))
            assert "gd" in table.title
            assert ("(1, 1)" in table.title) == (surface == "rosenbrock")
            titles = [column.title for column in table.columns]
            assert ("|z|" in titles) == (rule != "adam")
            becomes = fates(Descent(optimizer=rule, surface=surface)).columns[-1].title
            assert (becomes == "so gd") == (rule == "adam")


def test_steps_are_points() -> None:
    marks = view(Descent(steps=5)).panels[0].marks
    points = [mark for mark in marks if isinstance(mark, Points)]
    assert {label for mark in points for label in mark.labels} == {"minimum", "start", "now"}
    assert any(len(mark.x) == 5 for mark in points)


# ── the clock ──────────────────────────────────────────────────────────────────────────


def test_a_step_costs_one_step_and_back_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []
    real = surfaces.walk
    monkeypatch.setattr(surfaces, "walk", lambda *a: taken.append(1) or real(*a))
    m = Descent(learning_rate=0.123456, steps=200)  # a setting no other test has kept
    assert len(m.path) == 201 and len(taken) == 200
    assert len(m.replace(steps=201).path) == 202 and len(taken) == 201
    for steps in (200, 40, 0, 201):
        assert len(m.replace(steps=steps).path) == steps + 1
    assert len(taken) == 201
    assert descent.timeline.cache_info().maxsize is not None


def test_a_longer_run_begins_as_a_shorter_one() -> None:
    for rule in RULES:
        long, short = (Descent(optimizer=rule, steps=steps) for steps in (50, 20))
        assert np.array_equal(long.path[:21], short.path)


# ── whose weights they are, other ground, a few examples ───────────────────────────────


def a_plot(m: Descent, start: str) -> Plot:
    (found,) = (p for p in view(m).panels if p.title.startswith(start))
    assert isinstance(found, Plot)
    return found


@pytest.mark.parametrize("rotation", [0.0, 35.0, 90.0])
@pytest.mark.parametrize("curvature", [(1.0, 10.0), (3.0, 3.0), (20.0, 0.1)])
def test_the_line_misses_its_points_by_the_loss(rotation, curvature) -> None:
    """Squared misses of five points, turned into a bowl: the same height up to one factor."""
    heights = []
    for start in ((1.0, 1.0), (-0.3, 2.0), (1.5, 0.0)):
        m = Descent(curvature=curvature, rotation=rotation, start=start)
        dots = next(k for k in a_plot(m, "Slope x").marks if isinstance(k, Points))
        miss = sum((start[0] * t + start[1] - y) ** 2 for t, y in zip(dots.x, dots.y, strict=True))
        heights.append(m.losses[0] / miss)
    assert heights == pytest.approx([heights[0]] * 3, rel=1e-9)


def test_only_the_bowl_is_a_lines() -> None:
    for surface in ("saddle", "rosenbrock"):
        titles = [panel.title for panel in view(Descent(surface=surface)).panels]
        assert not [title for title in titles if title.startswith("Slope x")]


@pytest.mark.parametrize("start", [(1.0, 1.0), (-0.5, 0.2)])
def test_the_batch_steadies_the_gradient(start) -> None:
    """64 batches round the full gradient, which is the bowl's; off by the spread over √B."""
    m = Descent(start=start, rotation=20.0)
    assert isinstance(m.ground, Quadratic)
    found = line.batches(m.ground, *start)
    assert found.full == pytest.approx(m.gradient, abs=1e-9)
    assert found.gradients.shape == (5, 64, 2)
    for size, gradients in zip(line.SIZES, found.gradients, strict=True):
        off = math.sqrt(sum(math.dist(g, m.gradient) ** 2 for g in gradients) / 64)
        assert 0.75 < off * math.sqrt(size) / found.spread < 1.25
        middle = np.mean(gradients, axis=0)
        assert math.dist(middle, m.gradient) < 4 * found.spread / math.sqrt(64 * size)


def test_with_two_minima_the_start_decides() -> None:
    """Plain loops: the hill between them is where the basins part."""

    def slope(x: float) -> float:
        h = 1e-5
        f = lambda t: ((t * t - 1) ** 2 + 0.3 * t) / 10  # noqa: E731
        return (f(x + h) - f(x - h)) / (2 * h)

    plot = a_plot(Descent(), "Hills and valleys")
    left, right = (k for k in plot.marks if isinstance(k, Points) and k.marker in "◂▸")
    assert max(left.x) < min(right.x) < 0.2
    for x, side in [*((x, -1) for x in left.x), *((x, 1) for x in right.x)]:
        for _ in range(500):
            x -= 0.18 * slope(x)
        assert x * side == pytest.approx(1, abs=0.05)
    now = next(
        k
        for k in a_plot(Descent(start=(-0.5, 1.0), steps=500), "Hills").marks
        if isinstance(k, Points) and k.marker == "◆"
    )
    assert float(now.x[0]) == pytest.approx(-1.035, abs=5e-3)
