"""Asked again: every draw keeps what the contract says, and the answer stays clear-cut."""

import math

import numpy as np
import pytest

from tests.lessons.files import ask_of, one, only_step
from tui_transformer.lessons.again import Again, ask_again, is_clear
from tui_transformer.lessons.asking import Question


def drawn(block: str, times: int = 40, seed: int = 0, **prose: str) -> list[Again]:
    step, rng = only_step(one(block, **prose)), np.random.default_rng(seed)
    found = [ask_again(step, rng) for _ in range(times)]
    assert all(again is not None for again in found)
    return [again for again in found if again is not None]


def softmax(logits: list[float], temperature: float = 1.0) -> list[float]:
    powers = [math.exp(z / temperature) for z in logits]
    return [power / sum(powers) for power in powers]


WAYS = "larger | smaller | the same"


def test_without_anything_to_draw_it_is_asked_as_it_stands() -> None:
    block = f"softmax logits=2,1,0.1\nask probabilities[0] after logits+=5\n{WAYS}"
    step = only_step(one(block))
    again = ask_again(step, np.random.default_rng(1))
    assert again is not None
    assert again.question.model is step.model
    assert (again.text, again.keeps_story) == ("What happens?", True)
    assert again.key == "softmax ask probabilities[0] after logits+=5"
    assert ask_again(only_step(one("softmax")), np.random.default_rng(1)) is None


def test_what_varies_is_drawn_within_its_range_and_the_rest_stays() -> None:
    block = f"""softmax logits=2,1,0.1 temperature=3 target=1
ask probabilities[0] after logits[0]+=1
{WAYS}
vary logits=-3..3 target=0|2"""
    found = drawn(block)
    for again in found:
        model = again.question.model
        assert all(-3 <= z <= 3 for z in model.logits)
        assert model.target in (0, 2)
        assert (model.temperature, len(model.logits)) == (3, 3)
        assert again.question.after.logits[0] == pytest.approx(model.logits[0] + 1)
    assert len({tuple(again.question.model.logits) for again in found}) > 30
    assert {again.question.model.target for again in found} == {0, 2}


def test_when_holds_in_the_opening_state() -> None:
    block = f"""softmax logits=2,1,0.1
ask probabilities[0] after temperature=0.5
{WAYS}
vary logits=-2..3
when argmax(logits) == 0 and probabilities[0] < 0.9"""
    for again in drawn(block):
        logits = [float(z) for z in again.question.model.logits]
        assert logits[0] == max(logits)
        assert softmax(logits)[0] < 0.9
        assert again.question.answer.text == "larger"


def test_one_of_the_change_and_its_variants_is_asked() -> None:
    block = f"""softmax logits=2,1,0.1
ask probabilities[0] after logits+=5
{WAYS}
vary logits=-3..3
variant logits*=2 : Doubled: and now?"""
    found = drawn(block)
    assert {again.text for again in found} == {"What happens?", "Doubled: and now?"}
    for again in found:
        before = softmax([float(z) for z in again.question.model.logits])
        doubled = softmax([2 * float(z) for z in again.question.model.logits])
        if again.text == "What happens?":
            assert again.question.answer.text == "the same"
            assert again.key.endswith("after logits+=5")
        else:
            wanted = "larger" if doubled[0] > before[0] else "smaller"
            assert again.question.answer.text == wanted
            assert again.key.endswith("after logits*=2")
            assert not again.keeps_story  # it speaks of another change


def test_the_answer_stays_when_a_drawn_number_moves_one_step() -> None:
    """Against a plain recomputation: one step of 0.1 up or down in each of the three."""
    block = """softmax logits=2,1,0.1
ask argmax(probabilities) after temperature=10
0 | 1 | 2
vary logits=-1..1"""
    for again in drawn(block, times=60):
        logits = [float(z) for z in again.question.model.logits]
        best = max(range(3), key=lambda i: logits[i])
        assert again.question.answer.choice == best
        for i in range(3):
            for step in (-0.1, 0.1):
                near = [z + step * (i == j) for j, z in enumerate(logits)]
                assert near[best] > max(z for j, z in enumerate(near) if j != best) + 1e-9


def test_a_tie_one_step_away_is_not_clear() -> None:
    block = """softmax logits=2,1,0.1
ask argmax(probabilities) after temperature=10
0 | 1 | 2
vary logits=-3..3"""
    step, ask = only_step(one(block)), ask_of(one(block))
    for logits, clear in (((1.0, 0.8, 0.0), True), ((1.0, 0.9, 0.0), False)):
        assert (
            is_clear_or_fault(Question(ask, step.model.replace(logits=logits), ask.changes))
            is clear
        )


def is_clear_or_fault(question: Question) -> bool:
    try:
        return is_clear(question)
    except ValueError:
        return False


def test_a_number_is_far_from_what_it_was() -> None:
    block = """softmax logits=2,1,0.1
ask probabilities[0] after temperature=0.5 within 0.06
vary logits=-2..3"""
    for again in drawn(block):
        logits = [float(z) for z in again.question.model.logits]
        before, after = softmax(logits)[0], softmax(logits, 0.5)[0]
        assert again.question.answer.after == pytest.approx(after)
        assert abs(after - before) > 2 * 0.06


def test_what_never_holds_is_given_up_after_some_tries() -> None:
    block = f"softmax\nask entropy after temperature=2\n{WAYS}\nvary logits=-3..3\nwhen entropy < 0"
    assert ask_again(only_step(one(block)), np.random.default_rng(0)) is None


def test_a_draw_that_leaves_the_range_of_a_control_is_drawn_again() -> None:
    block = f"""softmax logits=2,1,0.1
ask entropy after logits[0]+=10
{WAYS}
vary logits=0..20"""
    found = drawn(block, times=20)
    assert all(again.question.model.logits[0] + 10 <= 20 for again in found)


def test_the_story_is_told_only_where_it_is_true() -> None:
    block = f"""softmax logits=2,1,0.1
ask probabilities[0] after logits+=5
{WAYS}
vary logits=-3..3
expect argmax(logits) == 0"""
    story = "Five points for all.\n\nWhat becomes of the first?"
    found = drawn(block, before=story)
    assert {again.keeps_story for again in found} == {True, False}
    for again in found:
        logits = [float(z) for z in again.question.model.logits]
        assert again.keeps_story == (logits[0] == max(logits))
    numbers = "Here stand 2, 1 and 0.1.\n\nWhat becomes of the first?"
    assert not any(again.keeps_story for again in drawn(block, before=numbers))


def test_the_same_seed_draws_the_same() -> None:
    block = f"softmax\nask entropy after temperature=2\n{WAYS}\nvary logits=-3..3"
    first, second = (drawn(block, times=5, seed=7) for _ in range(2))
    for a, b in zip(first, second, strict=True):
        assert a.question.model.same(b.question.model)
