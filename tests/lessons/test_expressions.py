"""The expression language: what it means, against Python; what it refuses, with its sentence."""

import json
import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_transformer.concepts import entries, load
from tui_transformer.controls import BadValue
from tui_transformer.lessons.evaluate import condition, evaluate
from tui_transformer.lessons.grammar import DEEPEST, LONGEST, parse
from tui_transformer.lessons.scope import MEASURED, Scope, uses_value, verified
from tui_transformer.lessons.tree import Logic, Name, names
from tui_transformer.model import Model


def state(concept: str = "softmax", **controls: object) -> Model:
    return load(concept).model(**controls)


def worth(text: str, model: Model | None = None, was: Model | None = None) -> object:
    model = model or state()
    node = verified(parse(text), type(model), was=was is not None)
    return evaluate(node, Scope(model, was))


def refused(text: str, model: Model | None = None) -> str:
    with pytest.raises(BadValue) as caught:
        worth(text, model)
    assert "\n" not in str(caught.value)
    return str(caught.value)


P = [math.exp(z) / sum(map(math.exp, (2, 1, 0.1))) for z in (2, 1, 0.1)]

WORTH = {
    "1 + 2 * 3": 7.0,
    "(1 + 2) * 3": 9.0,
    "2 - 3 - 4": -5.0,
    "12 / 3 / 2": 2.0,
    "-2 ** 2": -4.0,
    "2 ** -1": 0.5,
    "2 ** 3 ** 2": 512.0,
    "−0.5 + 1e3": 999.5,
    "3**6": 729.0,
    "probabilities[0]": P[0],
    "probabilities[-1]": P[2],
    "probabilities[argmax(logits)]": P[0],
    "probabilities[target]": P[0],
    "sum(probabilities)": 1.0,
    "len(probabilities)": 3.0,
    "mean(logits)": 3.1 / 3,
    "max(logits) - min(logits)": 1.9,
    "max(1, 5, 2)": 5.0,
    "argmin(logits)": 2.0,
    "abs(-3)": 3.0,
    "round(2.5)": 3.0,
    "round(-2.5)": -3.0,
    "round(0.125, 2)": 0.13,
    "round(1234, -2)": 1200.0,
    "exp(0) + log(1) + sqrt(9)": 4.0,
    "sum(logits * logits)": 5.01,
    "sum(2 * logits + 1)": 9.2,
    "control.temperature": 1.0,
    "yes and not no": True,
    "no or 1 < 2 < 3": True,
    "1 < 3 < 2": False,
    "1 < 2 != 3": True,
    "0.1 + 0.2 == 0.3": True,
    "1 == 1.00000001": False,
    "0 == 1e-15": False,
    "'a' == \"a\"": True,
    "none == none": True,
    "temperature == none": False,
    "logits == logits": True,
    "logits == probabilities": False,
    "len(logits) > 5 and logits[5] > 0": False,
}


@pytest.mark.parametrize("text", WORTH)
def test_what_an_expression_is_worth(text: str) -> None:
    found, wanted = worth(text), WORTH[text]
    assert type(found) is type(wanted)
    assert found == pytest.approx(wanted, rel=1e-12)


def test_arithmetic_is_element_by_element() -> None:
    found = worth("(logits - 1) ** 2 / 2")
    assert isinstance(found, np.ndarray)
    assert found.tolist() == pytest.approx([(z - 1) ** 2 / 2 for z in (2, 1, 0.1)])


def test_a_value_goes_before_a_control_of_the_same_name() -> None:
    xor = state("xor")
    assert worth("len(hidden)", xor) == 4.0  # the four corners, folded
    assert worth("control.hidden", xor) == 2.0
    norm = state("layer-norm", x=(1.0, 2.0, 3.0, 6.0))
    assert worth("mean", norm) == 3.0
    assert worth("mean(x)", norm) == 3.0


def test_places_by_name() -> None:
    mlp = state("mlp")
    assert worth('gradients["w1"]', mlp) == pytest.approx(float(mlp.gradients["w1"]))
    assert worth('tokens[7][0] == "i"', state("self-attention")) is True
    assert worth("attention[query, 5] == attention[query][5]", state("self-attention")) is True


def test_a_place_may_have_a_name() -> None:
    assert evaluate(parse('probabilities["dog"]'), Scope(state())) == pytest.approx(P[1])
    with pytest.raises(BadValue, match=r"and no \[\"cow\"\]"):
        evaluate(parse('probabilities["cow"]'), Scope(state()))


def test_was_is_the_state_before() -> None:
    after = state(logits=(3.0, 1.0, 0.1))
    assert worth("logits[0] - was.logits[0]", after, state()) == 1.0
    assert worth("was.control.temperature", after, state(temperature=2.0)) == 2.0


REFUSED = {
    "": "nothing ends before it is whole.",
    "1 +": "1 + ends before it is whole.",
    "(1": "(1 ends where “)” is missing.",
    "logits[0": "logits[0 ends where “]” is missing.",
    "1 2": "2 cannot follow here.",
    "a = 1": "= 1 cannot be read here as part of an expression.",
    "logits @ logits": "@ logits cannot be read here as part of an expression.",
    "'open": "'open cannot be read here as part of an expression.",
    "\x1b[31m": "␛[31m cannot be read here as part of an expression.",
    "logts": "There is nothing called logts. Did you mean logits?",
    "control.probabilities": "There is nothing called control.probabilities.",
    "scaled": "There is nothing called scaled.",
    "__class__": "There is nothing called __class__.",
    "logits.tolist": "There is nothing called logits.tolist. Did you mean logits?",
    "eval(1)": "There is no function eval.",
    "rond(1)": "There is no function rond. Did you mean round?",
    "was.logits": "was.logits: “was” is for what is expected after a change.",
    "1 / 0": "1 / 0 divides by zero.",
    "9**9**9": "9**9**9 is not finite.",
    "9**9**9**9": "9**9**9 is not finite.",
    "1e999": "1e999 is not finite.",
    "exp(1000)": "exp(1000) is not finite.",
    "log(0)": "log(0) is not finite.",
    "sqrt(-1)": "sqrt(-1) is not finite.",
    "(-8) ** 0.5": "(-8) ** 0.5 is not finite.",
    "argmax(logits * 0)": "argmax(logits * 0) is a tie, with no single answer.",
    "argmax(1)": "argmax(1) takes one row of numbers.",
    "logits[3]": "logits has 3 places, and no [3].",
    "logits[-4]": "logits has 3 places, and no [-4].",
    "logits[0.5]": "logits has places from 0 on, and no [0.5].",
    'logits["fish"]': 'logits has places from 0 on, and no ["fish"].',
    "temperature[0]": "temperature is a number and has no places.",
    "'a' + 1": "'a' is a text, and no number to calculate with.",
    "-'a'": "'a' is a text, and no number to calculate with.",
    "'a' < 'b'": "'a' is a text; < compares numbers.",
    "logits < 1": "logits is 3 numbers; < compares numbers.",
    "1 == 'a'": "1 is a number, and never a text.",
    "yes == 1": "yes is yes or no, and never a number.",
    "1 and 2": "1 is a number, not a condition.",
    "not logits": "logits is 3 numbers, not a condition.",
    "abs(1, 2)": "abs(1, 2) takes one thing, not 2.",
    "max(logits, 1)": "max(logits, 1) takes one array, or numbers.",
    "round(1, 99)": "round(1, 99): 15 digits are the most.",
    "len(1)": "len(1): a number has no length.",
    "none + 1": "none is none, and no number to calculate with.",
    "1 +" * 200: "600 characters are too many: an expression has 400 at the most.",
    "(" * 10_000: "10,000 characters are too many: an expression has 400 at the most.",
    "(" * 25 + "1" + ")" * 25: "Too deep: an expression goes 24 deep at the most.",
    "-" * 25 + "1": "Too deep: an expression goes 24 deep at the most.",
    "not " * 25 + "yes": "Too deep: an expression goes 24 deep at the most.",
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:20])
def test_what_cannot_be_worked_out_gets_a_sentence_cause_first(text: str) -> None:
    assert refused(text) == REFUSED[text]


def test_the_limits_themselves_are_allowed() -> None:
    assert worth("(" * DEEPEST + "1" + ")" * DEEPEST) == 1.0
    assert worth("1" + "+1" * ((LONGEST - 1) // 2)) == (LONGEST + 1) // 2


def test_null_and_what_is_measured_are_faults_where_a_number_is_needed() -> None:
    neuron = state("neuron")
    assert worth("task_accuracy == none", neuron) is True
    assert refused("task_accuracy + 1", neuron) == (
        "task_accuracy is none, and no number to calculate with."
    )
    training = state("training")
    assert refused("steps_per_second", training) == (
        "steps_per_second is measured, and differs from run to run."
    )


def test_shapes_must_fit() -> None:
    assert refused("w + task_outputs", state("neuron")) == (
        "w + task_outputs puts 2 numbers and 4 numbers together, which differ in shape."
    )


def test_what_an_expression_looks_at() -> None:
    softmax = type(state())
    assert uses_value(parse("probabilities[target]"), softmax)
    assert not uses_value(parse("temperature * logits[target]"), softmax)
    assert not uses_value(parse("control.hidden"), type(state("xor")))
    assert [name.text for name in names(parse("a[b] + f.c < 2"))] == ["a", "b", "f.c"]
    split = parse('output == "A and B" and len(letters) > 2')
    assert isinstance(split, Logic)
    assert [part.text for part in split.parts] == ['output == "A and B"', "len(letters) > 2"]


WORDS = (
    "( ) [ ] , + - * / ** < <= == != and or not yes no none was. control. logits temperature "
    "probabilities entropy abs( min( max( sum( argmax( round( exp( log( len( 0 1 2.5 1e308 .5 "
    "'a' \" ' − 99 nan inf lambda __import__ . :"
)
PIECES = st.sampled_from(WORDS.split())


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=30).map(" ".join) | st.text(max_size=60))
def test_whatever_is_written_gets_a_worth_or_a_sentence(text: str) -> None:
    model = state()
    begun = time.process_time()
    try:
        condition(verified(parse(text), type(model)), Scope(model))
    except BadValue as problem:
        assert str(problem)
        assert "\n" not in str(problem)
        assert len(str(problem)) < 300
    assert time.process_time() - begun < 1  # of computing: a machine may be busy


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_arithmetic_is_python_s(data: st.DataObject) -> None:
    """Against Python's own reading of the same text."""
    numbers = st.sampled_from(["1", "2", "3.5", "0.25", "7"])
    grown = st.recursive(
        numbers,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*/"), inner).map(" ".join),
            inner.map(lambda text: f"({text})"),
            inner.map(lambda text: f"-{text}"),
            inner.map(lambda text: f"abs({text})"),
        ),
        max_leaves=8,
    )
    text = data.draw(grown.filter(lambda text: "/ 0" not in text and len(text) < LONGEST))
    try:
        wanted = eval(text)
    except ZeroDivisionError:
        assert "divides by zero" in refused(text)
        return
    assert worth(text) == pytest.approx(wanted, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("concept", [entry.id for entry in entries()])
def test_names_are_those_of_json(concept: str) -> None:
    """Against the printed record, read back by the standard library."""
    model = load(concept).model()
    record = json.loads(model.to_json(concept))
    scope = Scope(model)
    for name, printed in record["values"].items():
        if name not in MEASURED:
            assert same(scope.look(Name(name, name)), printed), name
    for name, printed in record["controls"].items():
        assert same(scope.look(Name(name, name, control=True)), printed), name


def same(thing: object, printed: object) -> bool:
    """Say whether something is what was printed, numbers as floats."""
    if isinstance(thing, np.ndarray):
        thing = thing.tolist()
    if isinstance(thing, list) and isinstance(printed, list):
        return len(thing) == len(printed) and all(map(same, thing, printed))
    if isinstance(thing, dict) and isinstance(printed, dict):
        return thing.keys() == printed.keys() and all(same(thing[k], printed[k]) for k in thing)
    if isinstance(printed, bool) or isinstance(thing, bool):
        return thing is printed
    return thing == printed and isinstance(thing, int) is False
