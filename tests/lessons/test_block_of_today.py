"""From 2017 to today: the first lesson of the last chapter, its answers from shapes alone."""

import math

from tests.lessons.test_shipped import answers, way
from tui_transformer.concepts.syllabus import SYLLABUS
from tui_transformer.lessons.asking import question
from tui_transformer.lessons.doing import reached, solved
from tui_transformer.lessons.library import load
from tui_transformer.lessons.records import Ask, Do

WIDE, PLACES, HEADS, UNITS = 512, 4096, 8, 2048
FEWER = round(8 / 3 * WIDE)  # units of a gated network with as many numbers
FIRST = ["norm", "biases", "kv_heads", "ffn", "d_ff", "positions"]


def attention(sets: int, bias: bool) -> int:
    """Query, key, value and what mixes the heads, matrix by matrix."""
    columns = (WIDE, sets * WIDE // HEADS, sets * WIDE // HEADS, WIDE)
    return sum(WIDE * n + (n if bias else 0) for n in columns)


def network(matrices: int, units: int, bias: bool) -> int:
    return matrices * WIDE * units + (((matrices - 1) * units + WIDE) if bias else 0)


def block(*, gain_alone: bool, bias: bool, sets: int, gate: bool, learned: bool) -> int:
    """All numbers of the block, of three norms and of a single token."""
    norms = 3 * WIDE * (1 if gain_alone else 2)
    wide = network(3, FEWER, bias) if gate else network(2, UNITS, bias)
    return attention(sets, bias) + wide + norms + WIDE + (PLACES * WIDE if learned else 0)


def cache(sets: int) -> int:
    """A key and a value of every set for every place, 4 bytes a number."""
    return 2 * PLACES * sets * (WIDE // HEADS) * 4


OLD = {"gain_alone": False, "bias": True, "sets": HEADS, "gate": False, "learned": True}
NEW = {"gain_alone": True, "bias": False, "sets": 2, "gate": True, "learned": False}


def test_each_part_is_changed_upon_the_one_before() -> None:
    """One and the same block: a step opens with all that earlier ones changed, and no more."""
    chapter = [entry.id for entry in list(SYLLABUS.values())[-1]]
    lesson = load(chapter[0])
    steps = [step for step in lesson.steps if step.concept.id == "hyperparameters"]
    assert lesson.steps[: len(steps)] == tuple(steps) and len(steps) == 6
    *parts, last = steps
    held = {name: getattr(parts[0].model, name) for name in FIRST}
    assert {name: getattr(last.model, name) for name in FIRST} == held
    for step in parts:
        assert {name: getattr(step.model, name) for name in FIRST} == held
        assert isinstance(step.task, Ask)
        now = question(step.task, step.model).after
        held = {name: getattr(now, name) for name in FIRST}


def test_what_becomes_of_each_part() -> None:
    found = answers("rotary")
    all_of_it = block(**OLD)
    gone = all_of_it - block(**OLD | {"gain_alone": True})
    assert found["The norms"] == f"{1000 * gone / all_of_it:.1f}"
    assert found["The biases"] == way(cache(HEADS), cache(HEADS))
    left = attention(2, False) / attention(HEADS, False)
    assert found["The keys"] == {1 / 4: "a quarter", 5 / 8: "five eighths"}[left]
    assert 4 * cache(2) == cache(HEADS)
    plain, gated = network(2, UNITS, False), network(3, FEWER, False)
    assert found["The gate"] == way(plain, gated, 0.01) == "the same"
    table = block(**NEW | {"learned": True})
    assert found["The places"] == f"{1 - block(**NEW) / table:.2f}"
    assert math.isclose(1 - block(**NEW) / table, PLACES * WIDE / table)


def test_all_of_it_together() -> None:
    step = load("rotary").steps[5]
    assert isinstance(step.task, Do)
    opened, done = step.model, solved(step.task, step.model)
    assert (opened.parameter_count, opened.kv_cache_bytes) == (block(**OLD), cache(HEADS))
    assert (done.parameter_count, done.kv_cache_bytes) == (block(**NEW), cache(2))
    assert reached(step.task, done) and not reached(step.task, opened)
