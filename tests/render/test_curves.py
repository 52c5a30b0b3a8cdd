"""Rasterising with plotext: its private kernel against its public figure, and the paths
against brute force."""

import importlib.metadata
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_transformer.render import curves, paths
from tui_transformer.render.curves import Strokes, rasterise
from tui_transformer.render.paths import segments

SHOW = [
    Strokes([0, 0], [0, 7], [39, 39], [23, 7], [1, 2]),
    Strokes([5], [3], [5], [3], [70_000], "●"),
    Strokes([0], [5], [19], [5], [4], "─"),
    Strokes([10, 39], [0, 0], [10, 0], [23, 23], [5, 5]),
]


def grid(runs: list[curves.Run], width: int, height: int) -> tuple[list[str], list[list[int]]]:
    chars = [[" "] * width for _ in range(height)]
    owners = [[-1] * width for _ in range(height)]
    for row, column, text, owner in runs:
        chars[row][column : column + len(text)] = text
        owners[row][column : column + len(text)] = [owner] * len(text)
    return ["".join(row) for row in chars], owners


def dots(rows: list[str]) -> set[tuple[int, int]]:
    bits = ((1, 8), (2, 16), (4, 32), (64, 128))
    return {
        (2 * c + dx, 4 * r + dy)
        for r, row in enumerate(rows)
        for c, char in enumerate(row)
        if char != " "
        for dy in range(4)
        for dx in range(2)
        if ord(char) - 0x2800 & bits[dy][dx]
    }


# ── what we use of plotext ─────────────────────────────────────────────────────────────


def test_plotext_still_is_what_the_kernel_calls_expect():
    """If this fails, plotext has changed inside: plots are still drawn, but 40 times slower,
    until curves._SIGNATURES is looked through."""
    assert importlib.metadata.version("plotext").startswith("6.")
    assert curves._kernel() is not None


def test_the_kernel_draws_what_the_figure_draws():
    assert curves._kernel().draw(SHOW, 20, 6) == curves._draw_with_figure(SHOW, 20, 6)


def test_plots_are_drawn_even_without_the_kernel(monkeypatch):
    with_kernel = rasterise(SHOW, 20, 6)
    monkeypatch.setattr(curves, "_kernel", lambda: None)
    assert rasterise(SHOW, 20, 6) == with_kernel


def test_a_changed_kernel_is_noticed(monkeypatch):
    monkeypatch.setitem(curves._SIGNATURES, "signal_new", ((curves._P,), curves._P))
    assert curves._kernel.__wrapped__() is None
    monkeypatch.setitem(curves._SIGNATURES, "no_such_function", ((), None))
    assert curves._kernel.__wrapped__() is None


RUN = "import sys; from tui_transformer.render.curves import Strokes, rasterise, _plotext;"


def run(code: str) -> str:
    result = subprocess.run(
        [sys.executable, "-c", RUN + code], capture_output=True, text=True, check=True, timeout=30
    )
    return result.stdout.strip()


def test_only_plotexts_kernel_is_imported_and_on_the_first_draw():
    kernel = "any(m.startswith('plotext') for m in sys.modules)"
    assert (
        run(
            f"print({kernel}); rasterise([Strokes([0],[0],[3],[3],[1])],2,2); print({kernel},"
            "'plotext' in sys.modules, any('prettydoc' in m for m in sys.modules))"
        )
        == "False\nTrue False False"
    )


def test_the_whole_of_plotext_can_be_imported_after_its_kernel():
    assert (
        run("rasterise([Strokes([0],[0],[3],[3],[1])],2,2); print(_plotext().figure is not None)")
        == "True"
    )


def test_if_the_short_import_fails_the_long_one_is_done():
    code = (
        "import builtins; real = builtins.__import__; seen = []\n"
        "def broken(name, *rest):\n"
        "    if name == 'plotext' and not seen:\n"
        "        seen.append(name); raise ImportError('changed')\n"
        "    return real(name, *rest)\n"
        "builtins.__import__ = broken\n"
        "print(_plotext().doc is not None, len(rasterise([Strokes([0],[0],[3],[3],[1])],2,1)))"
    )
    assert run("\n" + code) == "True 1"


def test_a_busy_thread_cannot_slow_drawing_down():
    """A ctypes call that lets go of the interpreter lock may have to wait 5 ms to get it back."""
    kernel = curves._kernel()
    keeps_the_lock = 4  # FUNCFLAG_PYTHONAPI of ctypes
    calls = [kernel._append, kernel._fill, *vars(kernel._call).values()]
    assert all(type(call)._flags_ & keeps_the_lock for call in calls)


def test_later_strokes_own_the_cell_and_dots_stay():
    rows, owners = grid(rasterise(SHOW[:1], 20, 6), 20, 6)
    both = [Strokes([0, 1], [0, 3], [0, 1], [0, 3], [7, 8])]
    chars, whose = grid(rasterise(both, 1, 1), 1, 1)
    assert chars == [chr(0x2800 + 1 + 128)] and whose == [[8]]
    assert {owner for row in owners for owner in row} == {-1, 1, 2}
    assert rows[1].strip() != ""


def test_nothing_is_drawn_from_nothing():
    assert rasterise([], 5, 5) == []
    assert rasterise([Strokes([], [], [], [], [])], 5, 5) == []


def test_memory_is_given_back():
    resource = pytest.importorskip("resource")
    for _ in range(50):
        rasterise(SHOW, 20, 6)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(3000):
        rasterise(SHOW, 20, 6)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8_000  # kilobytes


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.integers(0, 39), st.integers(0, 23), st.integers(0, 39), st.integers(0, 23))
def test_a_stroke_is_a_connected_straight_line(x0, y0, x1, y1):
    found = dots(grid(rasterise([Strokes([x0], [y0], [x1], [y1], [1])], 20, 6), 20, 6)[0])
    assert {(x0, y0), (x1, y1)} <= found
    assert len(found) == max(abs(x1 - x0), abs(y1 - y0)) + 1
    length = np.hypot(x1 - x0, y1 - y0)
    for x, y in found:
        assert abs((x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)) <= 1.0 * length


ends = st.integers(0, 39), st.integers(0, 7), st.integers(0, 39), st.integers(0, 7)
pieces = st.tuples(*ends, st.integers(1, 4), st.booleans())


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(pieces, min_size=1, max_size=30))
def test_what_is_covered_can_be_left_out(drawn):
    """Half of the pieces are level."""
    drawn = [(x0, y0, x1, y0 if level else y1, who) for x0, y0, x1, y1, who, level in drawn]
    seen = paths.uncovered(*map(list, list(zip(*drawn, strict=True))[:4]))
    left = [piece for piece, kept in zip(drawn, seen, strict=True) if kept]
    whole, short = (rasterise([Strokes(*zip(*of, strict=True))], 20, 2) for of in (drawn, left))
    assert whole == short


def test_of_curves_on_one_line_the_last_is_drawn():
    assert paths.uncovered([0, 3, 0, 0], [2, 2, 2, 2], [9, 9, 9, 0], [2, 2, 2, 5]) == [
        False,
        False,
        True,
        True,
    ]


# ── paths ──────────────────────────────────────────────────────────────────────────────


def seen(x, y, columns=40, rows=24, owners=None) -> set[tuple[int, int]]:
    """The dots of a path, walked through in tiny steps along its pieces."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    owners = np.zeros(len(x), int) if owners is None else np.asarray(owners)
    found = segments(x, y, owners, columns, rows)
    return {
        (round(a + (c - a) * t), round(b + (d - b) * t))
        for a, b, c, d in zip(found.x0, found.y0, found.x1, found.y1, strict=True)
        for t in np.linspace(0, 1, 200)
    }


def brute(x, y, columns=40, rows=24) -> set[tuple[int, int]]:
    found = set()
    for a, b, c, d in zip(x, y, x[1:], y[1:], strict=False):
        for t in np.linspace(0, 1, 12 * int(max(abs(c - a), abs(d - b))) + 4):
            u, v = a + (c - a) * t, b + (d - b) * t
            if 0 <= u < columns and 0 <= v < rows:
                found.add((int(u), int(v)))
    return found


def near(a: set[tuple[int, int]], b: set[tuple[int, int]], distance: int) -> bool:
    return all(any(max(abs(x - u), abs(y - v)) <= distance for u, v in b) for x, y in a)


quarters = st.integers(-240, 400).map(lambda i: i / 4 + 0.1)  # never just on an edge
coordinates = st.lists(st.tuples(quarters, quarters), min_size=2, max_size=8)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(coordinates)
def test_cutting_keeps_what_is_inside_and_nothing_else(points):
    x, y = zip(*points, strict=True)
    ours, theirs = seen(x, y), brute(x, y)
    assert near(ours, theirs, 1) or not theirs
    assert near(theirs, ours, 1)


@pytest.mark.parametrize("count", [50, 300, 3000])
def test_leaving_points_out_changes_no_dot_by_more_than_one(count):
    t = np.linspace(0, 1, count)
    curvy = 12 + 11 * np.sin(t * 20)
    ours, theirs = seen(t * 40, curvy), brute(t * 40, curvy)
    assert near(ours, theirs, 1) and near(theirs, ours, 1)
    found = segments(t * 40, curvy, np.zeros(count, int), 40, 24)
    assert len(found.x0) < 140


def test_spikes_in_both_directions_survive():
    y = np.full(5000, 12.0)
    y[1000], y[1001], y[4000] = 23.5, 0.2, 23.5
    found = seen(np.linspace(0, 40, 5000), y)
    assert {(8, 23), (8, 0), (32, 23)} <= found


def test_a_path_that_turns_back_is_not_shortened():
    assert {(30, 5), (2, 5)} <= seen([2, 30, 2] * 20, [5, 5, 5] * 20)


def test_nan_and_a_new_owner_end_a_curve():
    assert seen([0, 10, np.nan, 30, 39], [5] * 5) == {(x, 5) for x in [*range(11), *range(30, 40)]}
    assert seen([0, 10, 30, 39], [5] * 4, owners=[0, 0, 1, 1]) == {
        (x, 5) for x in [*range(11), *range(30, 40)]
    }


def test_a_point_alone_is_a_dot():
    assert seen([np.nan, 7, np.nan], [1, 3, 1]) == {(7, 3)}
    assert seen([40], [24]) == {(39, 23)}  # on the upper edge, which still belongs to the plane
    assert seen([41], [3]) == set()


def test_infinity_is_far_away():
    assert {(20, y) for y in range(12, 24)} <= seen([0, 20, 20], [12, 12, np.inf])
    assert len(segments(np.array([]), np.array([]), np.array([], int), 4, 4).x0) == 0


def test_paths_are_few_enough_to_be_fast():
    x = np.linspace(0, 108, 200)
    all_x = np.tile(x, 3)
    y = np.concatenate([24 + 22 * np.sin(x / 9 + i) for i in range(3)])
    found = segments(all_x, y, np.repeat([0, 1, 2], 200), 108, 48)
    assert len(found.x0) < 150
    assert paths.Segments._fields == ("x0", "y0", "x1", "y1", "owners")
