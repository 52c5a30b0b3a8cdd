"""The shipped lessons: each keeps the contract, and its answers are those of plain Python.

Nothing below asks the program for a number: softmax, neuron and descent are written out again.
What self-attention and the sorter do is fixed by their design and their weights; of them the
tests say what a reader can tell from the letters.
"""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from tui_transformer.concepts import entries
from tui_transformer.lessons.asking import question
from tui_transformer.lessons.checking import check
from tui_transformer.lessons.doing import parts, reached, solved
from tui_transformer.lessons.library import load, shipped, text_of
from tui_transformer.lessons.records import Ask, Do, Step

IDS = shipped()


@pytest.mark.parametrize("lesson", IDS)
def test_it_keeps_the_contract(lesson: str) -> None:
    found = check(text_of(lesson), shipped=True, draw=0)
    assert [f"{lesson}.md:{fault.line}: {fault.sentence}" for fault in found.faults] == []


@pytest.mark.parametrize("lesson", IDS)
def test_every_question_can_be_asked_again(lesson: str) -> None:
    notes = check(text_of(lesson), shipped=True, draw=3).notes
    assert not [note for note in notes if "no draw is clear-cut" in note.sentence]


def test_lessons_are_named_after_concepts() -> None:
    assert {"neuron", "softmax", "descent", "self-attention", "sorter"} <= set(IDS)
    course = [entry.id for entry in entries() if entry.id in IDS]
    assert list(IDS[: len(course)]) == course


def answers(lesson: str) -> dict[str, object]:
    """The answers of a lesson, by heading."""
    found: dict[str, object] = {}
    for step in load(lesson).steps:
        if isinstance(step.task, Ask):
            answer = question(step.task, step.model).answer
            found[step.heading] = answer.after if answer.choice is None else answer.text
    return found


# ── softmax ────────────────────────────────────────────────────────────────────────────


def softmax(logits: list[float], temperature: float = 1.0) -> list[float]:
    powers = [math.exp(z / temperature) for z in logits]
    return [power / math.fsum(powers) for power in powers]


def way(before: float, after: float, tolerance: float = 1e-9) -> str:
    if abs(after - before) <= tolerance * max(abs(before), abs(after)):
        return "the same"
    return "larger" if after > before else "smaller"


def test_softmax() -> None:
    found = answers("softmax")
    p = softmax([2, 1, 0.1])
    assert found["Five points for everybody"] == way(p[0], softmax([7, 6, 5.1])[0])
    assert found["Nobody touched the dog"] == way(p[1], softmax([3, 1, 0.1])[1])
    assert found["Half as warm"] == pytest.approx(softmax([2, 1, 0.1], 0.5)[0])
    warm = softmax([2, 1, 0.1], 10)
    assert found["As warm as can be"] == ["cat", "dog", "bird"][warm.index(max(warm))]
    assert found["Sure, and mistaken"] == f"{-math.log(softmax([0, 4.595])[0]):.1f}"
    slopes = [abs(p[0]), abs(p[1]), abs(p[2] - 1)]
    assert found["Which way is cheaper?"] == ["cat", "dog", "bird"][slopes.index(max(slopes))]


# ── neuron ─────────────────────────────────────────────────────────────────────────────


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def test_neuron() -> None:
    found = answers("neuron")

    def y(w: tuple[float, float], b: float, x: tuple[float, float]) -> float:
        return sigmoid(w[0] * x[0] + w[1] * x[1] + b)

    assert found["Clouds and wind"] == way(y((2, -1), -0.5, (1, 1)), y((2, -1), -0.5, (2, 2)))
    # w0·x + w1·y + b = 0 has the slope −w0/w1, whatever b is
    assert found["What b moves"] == "slides, no turn"
    assert found["Another gate"] == "where it was"
    assert found["Louder, all of it"] == way(y((2, -1), -0.5, (1, 1)), y((4, -2), -1, (1, 1)))
    corners = [(0, 0), (0, 1), (1, 0), (1, 1)]
    right = sum((a + b - 2.5 > 0) == (a != b) for a, b in corners)
    assert found["One or the other, not both"] == str(right)


# ── descent ────────────────────────────────────────────────────────────────────────────


def walk(
    rate: float, curvature: tuple[float, float], steps: int, momentum: float = 0.0
) -> list[tuple[float, float]]:
    """Descend ½(a·x² + b·y²) from (1, 1); the curvatures lie along the axes."""
    at, speed = [1.0, 1.0], [0.0, 0.0]
    path = [(1.0, 1.0)]
    for _ in range(steps):
        for i in (0, 1):
            speed[i] = momentum * speed[i] - rate * curvature[i] * at[i]
        at = [at[0] + speed[0], at[1] + speed[1]]
        path.append((at[0], at[1]))
    return path


def height(at: tuple[float, float], curvature: tuple[float, float]) -> float:
    return sum(c * x * x for c, x in zip(curvature, at, strict=True)) / 2


def test_descent() -> None:
    found = answers("descent")
    first = walk(0.18, (1, 10), 1)[-1]
    assert found["The first step"] == ("yes" if first[1] < 0 else "no")
    miss = math.degrees(math.acos((1 + 10) / (math.sqrt(2) * math.hypot(1, 10))))
    assert round(miss) == 39
    assert found["Which way is down?"] == "smaller"  # in a round bowl it is 0
    fast, slow = (height(walk(rate, (1, 10), 20)[-1], (1, 10)) for rate in (0.18, 0.01))
    assert found["Careful, careful"] == {"larger": "higher", "smaller": "lower"}[way(fast, slow)]
    assert found["Where is the edge?"] == f"{2 / 5:g}"
    across = [y for _, y in walk(0.19, (1, 10), 20)]
    assert all(a * b < 0 and abs(b) < abs(a) for a, b in pairwise(across))
    assert found["Close to the edge"] == "jumps across, shrinking"
    plain, heavy = (height(walk(0.1, (0.5, 10), 30, m)[-1], (0.5, 10)) for m in (0.0, 0.7))
    assert found["A heavy ball"] == {"larger": "higher", "smaller": "lower"}[way(plain, heavy)]


# ── attention and the sorter ───────────────────────────────────────────────────────────


def test_self_attention() -> None:
    found = answers("self-attention")
    assert found["Too wide"] == "street"  # what is too wide
    assert found["One word later"] == "animal"  # what is too tired
    assert found["How did it know?"] == "wide"
    assert found["No peeking ahead"] == "0"  # exactly: struck out before the shares are made
    assert found["Where did the share go?"] == "as much"  # shares of one
    assert found["So, street or animal?"] == "no"


def test_sorter() -> None:
    found = answers("sorter")
    assert found["The first letter"] == min("CBABBC")
    assert found["What does it know at the start?"] == "CBABCB"[-1]
    assert found["One layer of three"] == "no"
    assert found["Does it count?"] == "".join(sorted("CBABBC"))[:3]
    assert found["Who is left?"] == (set("CBABBC") - set("ABBB")).pop()


# ── tasks ──────────────────────────────────────────────────────────────────────────────

DONE: dict[str, Callable[[Step], bool]] = {
    "softmax": lambda step: -math.log(softmax([2, 1, 5])[2]) < 0.1,
    "neuron": lambda step: all((a + b - 1.5 > 0) == bool(a and b) for a in (0, 1) for b in (0, 1)),
    "descent": lambda step: height(walk(0.18, (1, 10), 20)[-1], (1, 10)) < 0.001,
    "sorter": lambda step: "".join(sorted("CACBCA")) == "AABCCC",
}


@pytest.mark.parametrize("lesson", IDS)
def test_every_task_starts_undone_and_its_solution_does_it(lesson: str) -> None:
    for step in load(lesson).steps:
        if isinstance(step.task, Do) and not step.skipped:
            end = solved(step.task, step.model)
            assert not reached(step.task, step.model)
            assert reached(step.task, end)
            assert all(part.holds for part in parts(step.task, end))
            untouched = [c for c in end.controls() if c not in step.task.only]
            assert all(
                np.array_equal(getattr(end, name), getattr(step.model, name))
                for name in untouched
                if step.task.only
            )
            if lesson in DONE:
                assert DONE[lesson](step)
