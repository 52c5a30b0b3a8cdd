"""Comparing two states: every difference is that of one and the same thing, on every screen.

The partners are found here again, with plain dictionaries from what things are called; nothing
of `compare` is asked for an expectation.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np

from tests.comparing.states import (
    column_names,
    every_concept,
    figures,
    known,
    row_names,
    sides,
    title,
)
from tui_transformer.compare import compare
from tui_transformer.figure import Figure
from tui_transformer.panels import Field, Heatmap, Panel, Plot, Table, Tokens, Words
from tui_transformer.pieces import NEW, Bar, Cell, Columns, Line, Points, Rule
from tui_transformer.render.table_cells import change


def pairs(concept: str) -> Iterator[tuple[str, Figure, Figure]]:
    """Figures to compare: each with the opening one, there and back, and random ones."""
    seen = figures(concept)
    for name, figure in seen.items():
        yield f"{name} now", figure, seen["opening"]
        yield f"{name} before", seen["opening"], figure
    yield "random", seen["random 0"], seen["random 1"]


def counted(panel: Panel, new: int, gone: int) -> None:
    """What is new and what is gone is said in numbers (or, where there is room, by name)."""
    said = panel.outcome[-1].replace("−", "-")
    assert (f"+{new}" in said) == bool(new), (panel.title, panel.outcome, new)
    assert (f"-{gone}" in said) == bool(gone), (panel.title, panel.outcome, gone)


# ── each kind of panel ─────────────────────────────────────────────────────────────────


def number(content: object) -> float | None:
    numeric = isinstance(content, int | float | np.number) and not isinstance(content, bool)
    return float(content) if numeric else None  # type: ignore[arg-type]


def near(a: float, b: float, within: float, least: float) -> bool:
    """Say whether a number is another, as `pytest.approx` does: there are 80,000 of them."""
    return a == b or (math.isfinite(b) and abs(a - b) <= max(within * abs(b), least))


def check_cell(drawn: Cell, now: Cell, before: Cell | None) -> None:
    """The content is today's, and what is said to have changed is today's minus the earlier."""
    old = None if before is None else before.content
    if isinstance(now.content, Bar):
        assert isinstance(drawn.content, Bar)
        shown, x = drawn.content.value, now.content.value
        assert near(shown, x, 1e-6, 1e-12) or (shown != shown and x != x)
        moved = isinstance(old, Bar) and abs(old.value - now.content.value) > 1e-9
        assert not moved or drawn.content.before == old.value  # type: ignore[union-attr]
        return
    assert drawn.content is now.content
    text, x, was = change(drawn, 30), number(now.content), number(old)
    if x is not None and was is not None and np.isfinite(x) and np.isfinite(was):
        shown = float(text[1:].replace(",", "") or 0) if text else 0.0
        signed = -shown if text.startswith("▼") else shown
        assert near(signed, x - was, 6e-3, 1e-11 * max(abs(x), abs(was)))
    elif now.content not in (None, "") and (old is None or old == "" or isinstance(old, Bar)):
        assert drawn.before is NEW and text == "new"
    elif not (old is None or isinstance(old, Bar) or old == now.content or (x != x and was != was)):
        assert text.startswith("was ") or text == "differs"


def check_table(drawn: Table, now: Table, before: Table) -> None:
    rows, columns = known(row_names(before)), known(column_names(before))
    names, heads = known(row_names(now)), known(column_names(now))
    assert len(drawn.rows) == len(now.rows)
    for name, i in names.items():
        if name not in rows:
            assert drawn.rows[i][0].before is NEW or drawn.rows[i][0].content in (None, "")
        for head, j in heads.items():
            if j >= len(now.rows[i]):
                continue
            named = j == 0 and (isinstance(now.rows[i][0].content, str) or now.rows[i][0].key)
            if name in rows and named and isinstance(now.rows[i][0].content, str | int):
                assert drawn.rows[i][0] == now.rows[i][0]
                continue
            old = before.rows[rows[name]] if name in rows else ()
            at = columns.get(head, len(old))
            check_cell(drawn.rows[i][j], now.rows[i][j], old[at] if at < len(old) else None)
    counted(
        drawn,
        len(names.keys() - rows.keys()) + len(heads.keys() - columns.keys()),
        len(rows.keys() - names.keys()) + len(columns.keys() - heads.keys()),
    )


def check_heatmap(drawn: Heatmap, now: Heatmap, before: Heatmap) -> None:
    (rows, columns), (old_rows, old_columns) = map(known, sides(now)), map(known, sides(before))
    down = [(i, old_rows[row]) for row, i in rows.items() if row in old_rows]
    across = [(j, old_columns[name]) for name, j in columns.items() if name in old_columns]
    if now.values.size and not (down and across):
        assert drawn.outcome == ("new",) and drawn.values is now.values
        return
    x, was = now.values.astype(float), np.full(now.values.shape, np.nan)
    partners = np.zeros(x.shape, bool)
    for i, k in down:  # row by row, as one would with a pencil
        for j, m in across:
            was[i, j], partners[i, j] = before.values[k, m], True
    both = np.isfinite(x) & np.isfinite(was)
    slack = 2e-12 * max((abs(v) for a in (x, was) for v in a[both]), default=0.0)
    changed = np.abs(np.where(both, x, 0.0) - np.where(both, was, 0.0)) > slack
    turned = partners & ~both & (np.isfinite(x) | np.isfinite(was))
    differs = bool(np.any(changed) or np.any(turned))
    assert ("diff" in drawn.outcome[-1]) == differs
    square, old_square = rows == columns, old_rows == old_columns
    counted(
        drawn,
        len(x) - len(down) + (0 if square else x.shape[1] - len(across)),
        len(old_rows) - len(down) + (0 if old_square else len(old_columns) - len(across)),
    )
    if not differs:
        assert drawn.values is now.values and drawn.unmatched is None
        return
    assert drawn.unmatched is not None
    np.testing.assert_allclose(drawn.values[both], (x - was)[both], rtol=0, atol=slack)
    alone = np.isfinite(x) & ~both
    np.testing.assert_array_equal(drawn.unmatched, alone)
    assert np.all(np.isnan(drawn.values[alone])), "no false zero"
    lost = ~np.isfinite(x)
    np.testing.assert_array_equal(drawn.values[lost], x[lost])


def points(marks: Iterable[object], *kinds: type) -> set[tuple[float, ...]]:
    """Where marks of some kinds lie: the points of curves, the places of rules."""
    found: set[tuple[float, ...]] = set()
    for mark in marks:
        if not isinstance(mark, kinds):
            continue
        if isinstance(mark, Rule):
            found.add((mark.at, float(mark.upright)))
        elif isinstance(mark, Line | Points | Columns):
            x, y = (np.nan_to_num(np.asarray(v, dtype=float), nan=7e77) for v in (mark.x, mark.y))
            found.update(zip(x.tolist(), y.tolist(), strict=False))
    return found


def check_marks(drawn: Plot | Field, now: Plot | Field, before: Plot | Field) -> None:
    assert drawn.marks[len(drawn.marks) - len(now.marks) :] == tuple(now.marks), (
        "today's lie on top"
    )
    behind = drawn.marks[: len(drawn.marks) - len(now.marks)]
    for kinds in ((Rule,), (Line,), (Points, Columns)):
        today, earlier = points(now.marks, *kinds), points(before.marks, *kinds)
        assert earlier <= today | points(behind, *kinds), "every earlier point is where it was"
        if drawn.outcome[-1] == "same":
            assert earlier == today and not behind


def check_texts(drawn: Tokens | Words, now: Tokens | Words, before: Tokens | Words) -> None:
    pieces = {
        panel: [token.text for token in panel.tokens]
        if isinstance(panel, Tokens)
        else list(panel.lines)
        for panel in (now, before)
    }
    here, there = Counter(pieces[now]), Counter(pieces[before])
    assert (drawn.outcome[-1] == "same") <= (pieces[now] == pieces[before])
    if isinstance(drawn, Tokens):
        kept = Counter(token.text for token in drawn.tokens if token.sign != "+")
        new = len(drawn.tokens) - kept.total()
        assert kept <= there and kept >= here & kept
        assert new >= (here - there).total()
        counted(drawn, new, there.total() - kept.total())


# ── all of them ────────────────────────────────────────────────────────────────────────


@every_concept
def test_every_difference_is_that_of_the_same_thing(concept: str) -> None:
    for state, now, before in pairs(concept):
        drawn = compare(now, before)
        earlier = {title(panel): panel for panel in before.panels}
        for shown, panel in zip(drawn.panels, now.panels, strict=False):
            partner = earlier.get(title(panel))
            assert shown.outcome, f"{state}: {panel.title} takes no part"
            assert shown.title == panel.title
            match panel, partner:
                case Table(), Table():
                    check_table(shown, panel, partner)  # type: ignore[arg-type]
                case Heatmap(), Heatmap():
                    check_heatmap(shown, panel, partner)  # type: ignore[arg-type]
                case (Plot(), Plot()) | (Field(), Field()):
                    check_marks(shown, panel, partner)  # type: ignore[arg-type]
                case (Tokens(), Tokens()) | (Words(), Words()):
                    check_texts(shown, panel, partner)  # type: ignore[arg-type]
                case _:
                    assert shown.outcome == ("new",)
        kept = {(title(panel), type(panel)) for panel in now.panels}
        gone = tuple(p.title for p in before.panels if (title(p), type(p)) not in kept)
        listed = drawn.panels[len(now.panels) :]
        assert [panel.lines for panel in listed] == ([gone] if gone else [])  # type: ignore[union-attr]
