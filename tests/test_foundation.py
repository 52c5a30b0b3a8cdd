"""The ground everything stands on: numbers, workings, links, text, timeline, state."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.calculator import calculate
from tui_transformer.controls import BadValue
from tui_transformer.link import link, quote, words
from tui_transformer.numbers import fixed, number, probability
from tui_transformer.progress import Keeper, Progress, load, save
from tui_transformer.render.page import working_lines
from tui_transformer.render.palette import PLAIN
from tui_transformer.terms import (
    Term,
    Working,
    dot,
    exp,
    function,
    log,
    n,
    plain,
    shown,
    sqrt,
    total,
)
from tui_transformer.text import is_clean, visible
from tui_transformer.timeline import Timeline

finite = st.floats(allow_nan=False, allow_infinity=False)


@given(finite)
def test_operands_keep_every_digit(x: float) -> None:
    assert calculate(plain(n(x))) == x


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=40))
def test_a_dot_product_is_what_it_says(pairs: list[tuple[float, float]]) -> None:
    a, b = zip(*pairs, strict=True)
    expected = math.fsum(x * y for x, y in pairs)
    product = dot(map(n, a), map(n, b))
    assert calculate(plain(product)) == pytest.approx(expected, rel=1e-12, abs=1e-300)
    assert product.value == pytest.approx(expected, rel=1e-12, abs=1e-300)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (exp(n(0.1) / 1) / (exp(n(2) / 1) + exp(n(1) / 1)), "e^(0.1/1) / (e^(2/1) + e^(1/1))"),
        (function("max")(0, n(3) - n(-1)), "max(0, 3 − (−1))"),
        ((n(1) - 2) - (n(3) - 4), "1 − 2 − (3 − 4)"),
        (n(2) * (n(3) + 4), "2·(3 + 4)"),
        (sqrt(2), "√2"),
        ((n(2) + 3) ** 2, "(2 + 3)^2"),
        (log(total([n(1), n(2)])), "ln(1 + 2)"),
        (-(n(1) + 2), "−(1 + 2)"),
        (n(-0.5) * log(n(0.5)), "−0.5·ln(0.5)"),
    ],
)
def test_workings_read_like_mathematics(term: Term, text: str) -> None:
    assert shown(term) == text


def test_long_sums_and_lists_say_how_much_they_leave_out() -> None:
    assert shown(total(map(n, range(64)))) == "0 + 1 + 2 + 3 + … (+59 terms) + 63"
    largest = function("max")
    assert shown(largest(*range(64))) == "max(0, 1, 2, 3, … (+59 terms), 63)"
    assert shown(largest(*range(6))) == "max(0, 1, 2, 3, 4, 5)"
    assert calculate(plain(largest(*range(64)))) == 63


@given(st.floats(1e-300, 1 - 1e-15))
def test_a_probability_is_never_rounded_to_nothing_or_to_certainty(p: float) -> None:
    assert 0 < float(probability(p)) < 1


def test_numbers_keep_their_sign_and_size() -> None:
    assert number(-0.5) == "−0.5"
    assert number(-0.0) == "0"
    assert fixed(-0.0001, 2) == "−0.0001"
    assert fixed(-0.0, 2) == "0.00"
    assert (number(math.inf), number(-math.inf), number(math.nan)) == ("∞", "−∞", "×")


@given(st.text())
def test_what_is_shown_is_harmless_and_keeps_its_length(text: str) -> None:
    shown = visible(text)
    assert is_clean(shown)
    assert len(shown) == len(text)


def test_escape_sequences_become_pictures() -> None:
    assert visible("\x1b[31mred\x07\u202e\x9b") == "␛[31mred␇��"


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",))))
def test_a_quoted_word_is_read_back(word: str) -> None:
    assert is_clean(quote(word))
    assert words(f"tfx  {quote(word)} x") == ["tfx", word, "x"]


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",))))
def test_a_quoted_word_is_spelled_out_where_only_ascii_is_asked_for(word: str) -> None:
    assert quote(word, ascii=True).isascii()
    assert words(f"tfx {quote(word, ascii=True)}") == ["tfx", word]
    assert quote(f"β\n{word}").startswith("$'β\\x0a")  # else only what cannot be shown


def test_links_read_like_a_command() -> None:
    assert link("softmax", {"logits": "1,2", "temperature": "0.5"}) == (
        "tfx softmax logits=1,2 temperature=0.5"
    )
    with pytest.raises(BadValue, match="never closed"):
        words("tfx 'open")


@given(st.lists(st.integers(0, 60), min_size=1, max_size=30), st.integers(2, 9))
def test_a_timeline_gives_the_same_states_in_any_order(steps: list[int], keep: int) -> None:
    line = Timeline(1, lambda state: state * 3 % 10007, keep)
    for step in steps:
        assert line.at(step) == pow(3, step, 10007)
    assert len(line._kept) <= keep


def test_a_timeline_computes_each_state_once() -> None:
    calls: list[int] = []

    def advance(state: int) -> int:
        calls.append(state)
        return state + 1

    line = Timeline(0, advance)
    assert [line.at(40), line.at(39), line.at(12), line.at(41)] == [40, 39, 12, 41]
    assert calls == list(range(41))


def test_a_run_that_ends_stays_at_its_last_state() -> None:
    line = Timeline(0, lambda state: state + 1 if state < 5 else None)
    assert line.at(9) == 5
    assert line.end == 5
    assert line.until(9) == [0, 1, 2, 3, 4, 5]


def test_progress_survives_a_run(tmp_path) -> None:
    path = tmp_path / "deep" / "progress.json"
    progress = Progress(theme="light").visit("softmax").solve("softmax", "be sure")
    assert save(progress, path) == ""
    assert load(path) == (progress, "")
    assert [p.name for p in path.parent.iterdir()] == ["progress.json"]


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"version": 99}',
        "null",
        '"x"',
        "[" * 9999,
        json.dumps({"version": 1, "solved": 3}),
    ],
)
def test_a_damaged_file_is_left_alone(tmp_path, content: str) -> None:
    path = tmp_path / "progress.json"
    path.write_text(content)
    keeper = Keeper(path)
    assert "left alone" in keeper.complain()
    assert keeper.complain() == ""
    keeper.update(Progress().visit("softmax"))
    assert path.read_text() == content


def test_a_state_file_that_is_a_directory_is_no_disaster(tmp_path) -> None:
    keeper = Keeper(tmp_path)
    assert "cannot be read" in keeper.complain()


def test_what_another_run_saved_is_kept(tmp_path) -> None:
    path = tmp_path / "progress.json"
    one, two = Keeper(path), Keeper(path)
    one.update(one.progress.visit("softmax"))
    two.update(two.progress.visit("neuron"))
    assert load(path)[0].visited == {"softmax", "neuron"}


def test_models_kept_for_undo_hold_no_arrays() -> None:
    from tui_transformer.concepts import load
    from tui_transformer.session import Session

    session = Session.open(load("self-attention"))
    for _ in range(3):
        assert session.figure
        session = session.nudge(1)
    assert len(session.before) == 3
    assert all(set(vars(model)) == set(model.controls()) for model in session.before)
    assert session.undo().figure


def test_a_result_that_is_whole_is_written_with_all_its_digits() -> None:
    for value, text in ((2362368.0, "2362368"), (-1e15, "−1000000000000000"), (2.5e7, "25000000")):
        drawn = working_lines(Working("product", n(value), value), 80, PLAIN)
        assert "".join(segment.text for segment in drawn[1]).rstrip().endswith(f"= {text}")
