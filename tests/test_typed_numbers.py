"""Numbers as people type and paste them: arithmetic, separators, gaps, decimal commas."""

import math
import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tui_transformer.concepts import entries, load
from tui_transformer.controls import BadValue
from tui_transformer.link import open_command
from tui_transformer.session import Session
from tui_transformer.text import is_clean


def softmax(**typed: str) -> Session:
    return Session.open(load("softmax"), typed)


def typed(text: str, at: int = 1, concept: str = "softmax", **assignments: str) -> Session:
    """Hold a knob and type a text for it."""
    return Session.open(load(concept), assignments).hold(at).answer(text)


# ── arithmetic ─────────────────────────────────────────────────────────────────────────

# A whole one is written with a point for Python, whose integers would stay exact.
literals = st.one_of(
    st.integers(0, 12).map(lambda i: f"{i}.0"),
    st.floats(0.001, 100).map(lambda x: f"{x:.3f}"),
    st.sampled_from(["1e-3", "2.5E2", ".5", "3."]),
)
expressions = st.recursive(
    literals,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "**"]), inner).map("".join),
        st.tuples(inner, st.sampled_from([" + ", " - ", " * ", " / "]), inner).map("".join),
        inner.map("({})".format),
        inner.map("-{}".format),
    ),
    max_leaves=8,
)


@given(expressions, st.integers(0, 4))
def test_arithmetic_means_what_python_says_in_any_of_its_signs(text: str, way: int) -> None:
    try:
        expected = eval(text)
    except (ArithmeticError, ValueError):
        assume(False)
    assume(not isinstance(expected, complex) and math.isfinite(expected))
    assume(-20 <= expected <= 20)
    written = [
        text,
        text.replace("**", "^"),
        re.sub(r"(?<!\*)\*(?!\*)", "·", text).replace("-", "−"),
        re.sub(r"(?<!\*)\*(?!\*)", "×", text).replace("/", "÷"),
        "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),  # full width
    ][way]
    assert typed(written).model.logits[1] == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/3", 1 / 3),
        ("2/11", 2 / 11),
        ("2*3", 6),
        ("-2**2", -4),
        ("2**3**2/64", 8),
        ("2^-1", 0.5),
        ("3²", 9),
        ("-3²", -9),
        ("10⁻²", 0.01),
        ("2·(1 + 2)²", 18),
        ("( 1 - 2 ) / 4", -0.25),
        ("(1 -2)", -1),
        ("1 − 2", -1),
        ("--5", 5),
        ("1e−3", 0.001),
        ("1.", 1),
        ("+.5", 0.5),
        ("５", 5),
        ("1 / 3\n", 1 / 3),
        ("[4]", 4),
        ("4,", 4),
    ],
)
def test_a_calculation_is_one_number(text: str, value: float) -> None:
    session = typed(text)
    assert session.model.logits.tolist() == [2.0, value, 0.1]
    assert session.said.startswith("logits dog = ")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1/0", "1/0 divides by zero"),
        ("0**-1", "divides by zero"),
        ("9**9**9", "9**9**9 is too large"),
        ("1/(1e308*10)", "is too large"),
        ("2^99999", "is too large"),
        ("(-8)^(1/3)", "is no real number"),
        ("(" * 60 + "1" + ")" * 60, "goes too deep"),
        ("2**" * 60 + "1", "goes too deep"),
        ("1+" * 60_000 + "1", "are too many for numbers"),
        ("9" * 400, "is not one that can be used"),
        ("(1", "(1 is not one that can be used"),
        ("1)", "1) is not one"),
        ("2(3)", "2(3) is not one"),
        ("1 -", "- is not one"),
        ("*2", "*2 is not one"),
        ("1//3", "1//3 is not one"),
        ("1%3", "1%3 is not one"),
        ("1_000", "1_000 is not one"),
        ("0x10", "0x10 is not one"),
        ("1e", "1e is not one"),
        ("½", "½ is not one"),
        ("nan", "nan is not one"),
        ("-inf", "-inf is not one"),
        ("e", "e is not one"),
        ("abs(1)", "abs(1) is not one"),
        ("__import__('os')", "is not one"),
        ("\x1b[2J", "␛[2J is not one"),
        ("", "nothing is not one"),
        ("()", "() is not one"),
    ],
)
def test_what_is_no_number_gets_a_sentence(text: str, says: str) -> None:
    for hold in ({"at": 1}, {"at": 3}):  # one number of several, and a number alone
        with pytest.raises(BadValue) as caught:
            typed(text, **hold)
        assert says in str(caught.value)
        assert is_clean(str(caught.value)) and len(str(caught.value)) < 120


@given(st.text(st.sampled_from("0123456789+-*/^().,; \t\n[]e²⁻·−⇥x"), max_size=40))
def test_any_text_is_numbers_or_a_sentence(text: str) -> None:
    for name in ("logits", "temperature", "target"):
        try:
            model = softmax(**{name: text}).model
        except BadValue as problem:
            assert is_clean(str(problem)) and str(problem).endswith(".")
        else:
            assert np.isfinite(model.logits).all()


def test_whole_numbers_can_be_calculated() -> None:
    assert softmax(target="2*3/3").model.target == 2
    assert softmax(target="2-1").model.target == 1
    with pytest.raises(BadValue, match="target is a whole number, 1/3 is not"):
        softmax(target="1/3")
    with pytest.raises(BadValue, match="target goes from 0 to 2"):
        softmax(target="2**4")


GROUPED = {"50,257": 50257, "50 257": 50257, "30\u202f522": 30522, "1,024": 1024, "12": 12}


@pytest.mark.parametrize("text", GROUPED)
def test_a_whole_number_may_have_groups_as_the_screen_writes_them(text: str) -> None:
    session = Session.open(load("hyperparameters"), {"vocabulary": text, "tokens_seen": text})
    assert session.model.vocabulary == session.model.tokens_seen == GROUPED[text]


@pytest.mark.parametrize("text", ["50,25", "50,2570", "0,257", "1,024 000", "1,,024", "50,257.5"])
def test_what_is_no_group_of_three_digits_is_several_numbers(text: str) -> None:
    with pytest.raises(BadValue, match="vocabulary"):
        Session.open(load("hyperparameters"), {"vocabulary": text})
    with pytest.raises(BadValue, match="temperature is one number"):
        softmax(temperature="1,024")  # which may be a little more than one


# ── several ────────────────────────────────────────────────────────────────────────────

THREE = [
    "1,2,3", "1, 2, 3", "1;2;3", "1; 2; 3", "1\t2\t3", "1\n2\n3", "1\r\n2\r\n3\r\n", "1\r2\r3\r",
    "1 2 3", "  1  2  3  ", "1，2，3", "1；2；3", "1、2、3", "1,\n2,\n3,\n", "1, 2, 3,",
    "[1, 2, 3]", "(1, 2, 3)", "{1,2,3}", "[1. 2. 3.]", "1\u00a02\u00a03", "1\u20092\u20293",
    "4/4, 2*1, 9^0.5", "1 4/2 3", "２－１；２；３", "(3-2),2,(3)", "1,\t2,\t3",
]  # fmt: skip


@pytest.mark.parametrize("text", THREE)
def test_any_usual_separator(text: str) -> None:
    assert softmax(logits=text).model.logits.tolist() == [1, 2, 3]
    session = typed(text)
    assert session.model.logits.tolist() == [1, 2, 3]
    assert session.said == "logits: all 3 numbers replaced."


ROWS = [
    "1,2;3,4;5,0", "1 2; 3 4; 5 0", "1\t2\n3\t4\n5\t0\n", "1,2\n3,4\n5,0", "1，2；3，4；5，0",
    "1, 2\r\n3, 4\r\n5, 0", "((1, 2), (3, 4), (5, 0))", "(1, 2), ((1+2), 4), (5, 0)",
    "[[1,2],[3,4],[5,0]]", "[[1. 2.]\n [3. 4.]\n [5. 0.]]\n",
    "[1,2],[3,4],[5,0]", "1,2;3,4;5,0;", "1,2;\n3,4;\n5,0", "1 4/2;3 2^2;5 0",
]  # fmt: skip


@pytest.mark.parametrize("text", ROWS)
def test_rows_end_with_semicolons_or_lines(text: str) -> None:
    rows = [[1, 2], [3, 4], [5, 0]]
    session = typed(text, at=4, concept="values")
    assert session.knob.control.name == "values"
    assert session.model.values.tolist() == rows
    assert session.said == "values: all 6 numbers replaced."


def test_signs_in_a_list_belong_to_the_number_they_touch() -> None:
    assert softmax(logits="1 -2 +3").model.logits.tolist() == [1, -2, 3]
    assert softmax(logits="[ 1. -2.  3.]").model.logits.tolist() == [1, -2, 3]
    assert softmax(logits="1 - 2 3").model.logits.tolist() == [-1, 3]
    assert softmax(logits="1-2 3").model.logits.tolist() == [-1, 3]


@pytest.mark.parametrize(
    "text", ["1,,2", ",1,2", "1;;2", "1,;2", "1, ,2", "1\t\t2", "1，，2", ",,,", ";", "[1,,2]"]
)
def test_a_gap_is_refused(text: str) -> None:
    for take in (lambda: softmax(logits=text), lambda: typed(text)):
        with pytest.raises(BadValue, match="logits has a gap"):
            take()
    with pytest.raises(BadValue, match="values has a gap"):
        Session.open(load("values"), {"values": text})


def test_a_comma_never_stands_for_a_point_without_a_word() -> None:
    session = typed("1,5")
    assert session.model.logits.tolist() == [1, 5]
    assert session.said == "logits: all 3 numbers replaced by 2; a decimal has a point, as in 1.5."
    assert session.undo().model.logits.tolist() == [2, 1, 0.1]
    with pytest.raises(BadValue, match=r"is one number, this is 2; a decimal has a point.*0\.5\.$"):
        typed("0,5", at=3)
    with pytest.raises(BadValue, match=r"this has 2; a decimal has a point, as in −1\.25\.$"):
        typed("−1,25", at=1, concept="values")
    for several in ("0,5;1,5", "0,5 1,5", "0,5\t1,5", "0,5\n1,5"):
        with pytest.raises(BadValue, match="a decimal has a point"):
            typed(several)
    with pytest.raises(BadValue, match="a decimal has a point"):
        Session.open(load("values"), {"values": "0,5 1;1,5 2;2,5 3"})


def test_it_says_what_was_replaced() -> None:
    assert typed("5").said == "logits dog = 5"
    assert typed("1 2 3 4").said == "logits: all 3 numbers replaced by 4."
    assert typed("1/2", at=5, concept="values").said == "values river, finance = 0.5"
    assert typed("-1,2", at=0, concept="neuron").said.startswith("w: all 2 numbers replaced; a dec")


def test_the_whole_word_is_asked_for_where_it_is_what_is_typed() -> None:
    session = Session.open(load("encoder-decoder")).hold(2)
    label, domain, text = session.asks()
    assert (label, text) == ("source", session.model.source)
    assert "letters" in domain


@given(st.lists(st.floats(-20, 20), min_size=2, max_size=8), st.floats(0.05, 10))
def test_links_keep_every_digit(logits: list[float], temperature: float) -> None:
    session = softmax().set(logits=logits, temperature=temperature)
    assert open_command(session.link)[1].same(session.model)


@pytest.mark.parametrize("concept", [entry.id for entry in entries()])
def test_what_a_hint_tells_can_be_typed(concept: str) -> None:
    one = load(concept)
    for challenge in one.challenges:
        typed = {name: str(told) for name, told in challenge.solution.items()}
        assert Session.open(one, typed).model.same(one.model().replace(**challenge.solution))


@pytest.mark.parametrize("concept", [entry.id for entry in entries()])
def test_any_control_takes_what_is_typed_or_says_why_not(concept: str) -> None:
    """Nothing at all, and what no kind of control expects: one sentence, or a state to reopen."""
    model = load(concept).model()
    for name, control in model.controls().items():
        for text in ("", " \n", "[]", ";", "1;", "1;2", "nan", "1e999", "=", "x=1", "9" * 400, "∅"):
            try:
                typed = model.parsed({name: text})
            except BadValue as problem:
                assert is_clean(str(problem)) and str(problem).endswith("."), (name, text)
            else:
                written = control.format(getattr(typed, name))
                assert model.parsed({name: written}).same(typed), (name, text)
