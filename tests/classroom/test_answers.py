"""What a class has answered, as bars: every answer is counted once, and the line fits."""

import re

from hypothesis import given
from hypothesis import strategies as some
from rich.cells import cell_len

from tui_transformer.lessons.asking import Answer, question
from tui_transformer.lessons.pinned import about
from tui_transformer.lessons.records import Ask
from tui_transformer.link import open_command
from tui_transformer.ui.answers import bars, groups


def answer(typed: str) -> Answer:
    concept, model = open_command("softmax")
    step = about(concept, model, "scaled[0]", typed).steps[0]  # 2 before
    assert isinstance(step.task, Ask)
    return question(step.task, step.model).answer


COUNTS = (("larger", 12), ("smaller", 3), ("the same", 0))


def test_choices_stand_in_their_order_and_the_right_one_is_marked() -> None:
    shown = bars(COUNTS, answer("temperature=0.5"), 78)
    assert [right for _, right in shown] == [True, False, False]
    assert [text.split()[-1] for text, _ in shown] == ["12", "3", "0"]
    longest = [text.count("█") for text, _ in shown]
    assert longest[0] == 4 * longest[1] > longest[2] == 0
    assert not any(right for _, right in bars(COUNTS, None, 78))


@given(
    some.dictionaries(some.floats(-1e300, 1e300), some.integers(1, 9), min_size=1, max_size=40),
    some.booleans(),
)
def test_numbers_are_grouped_and_none_is_lost(given: dict[float, int], told: bool) -> None:
    counts = tuple((f"{value:g}", n) for value, n in sorted(given.items()))
    truth = answer("temperature=0.5 within 0.1") if told else None  # it is 4
    found = groups(counts, truth)
    assert sum(one.times for one in found) == sum(given.values())
    assert len(found) <= 6 and sum(one.right for one in found) == told


def test_few_numbers_stand_as_they_are() -> None:
    found = groups((("2", 1), ("4", 5)), answer("temperature=0.5 within 0.1"))
    assert [(one.label, one.times, one.right) for one in found] == [("2", 1, False), ("4", 5, True)]


@given(some.lists(some.integers(0, 200), min_size=2, max_size=4), some.integers(60, 200))
def test_the_line_fits(times: list[int], width: int) -> None:
    counts = tuple(zip(("larger", "smaller", "the same", "never"), times, strict=False))
    texts = [text for text, _ in bars(counts, None, width)]
    assert cell_len("   ".join(texts)) <= width
    assert [int(re.findall(r"\d+$", text)[0]) for text in texts] == times
