"""Asking: which choice is right, what counts as the same, what cannot be asked; and guesses."""

import pytest

from tests.lessons.files import ask_of, do_of, one, only_step
from tui_transformer.concepts import load
from tui_transformer.controls import BadValue
from tui_transformer.lessons.asking import Answer, Question, question, read_guess
from tui_transformer.lessons.doing import one_key, parts, reached, solved
from tui_transformer.lessons.records import Step


def asked(ask: str, choices: str = "", state: str = "softmax logits=2,1,0.1") -> Answer:
    step: Step = only_step(one(f"{state}\n{ask}\n{choices}"))
    assert step.task is not None
    return question(ask_of(one(f"{state}\n{ask}\n{choices}")), step.model).answer


def refused(ask: str, choices: str = "", state: str = "softmax logits=2,1,0.1") -> str:
    with pytest.raises(BadValue) as caught:
        asked(ask, choices, state)
    return str(caught.value)


WAYS = "larger | smaller | the same"
DIRECTIONS = {
    "ask probabilities[0] after logits+=5": "the same",
    "ask probabilities[0] after logits*=2": "larger",
    "ask probabilities[1] after logits[0]+=1": "smaller",
    "ask entropy after temperature=10": "larger",
    "ask log_sum_exp after logits+=-5": "smaller",  # 2.417 → −2.583
    "ask gradient[0] after logits[0]+=1": "larger",  # −0.34 → −0.16
    "ask probabilities[0] after logits[0]+=0.05 within 0.05": "the same",
    "ask probabilities[0] after logits[0]+=0.05 within 5 %": "the same",
    "ask probabilities[0] after logits[0]+=0.5 within 5 %": "larger",
    "ask 0 * entropy + temperature - 1 after temperature=2": "larger",  # 0 → 1
}


@pytest.mark.parametrize("ask", DIRECTIONS)
def test_how_a_number_changes(ask: str) -> None:
    assert asked(ask, WAYS).text == DIRECTIONS[ask]


def test_a_meaning_may_be_named_in_any_words() -> None:
    answer = asked("ask entropy after temperature=10", "größer = larger | kleiner = smaller")
    assert answer.text == "größer"


def test_what_an_expression_becomes() -> None:
    ask = "ask argmax(probabilities) after temperature=10"
    assert asked(ask, "cat = 0 | dog = 1").text == "cat"
    assert asked("ask cross_entropy after logits=0,4.595", "0.99 | 4.6 | 99").text == "4.6"
    assert asked("ask probabilities[0] > 0.7 after temperature=0.5", "yes | no").text == "yes"
    picked = asked("ask entropy > 9 after temperature=2", "it is = yes | it is not = no")
    assert picked.text == "it is not"
    # −ln(1/3) = 1.0986…: as many digits as are written
    assert asked("ask -entropy after logits=0,0,0", "−1.10 | 1.10 | −1.09").text == "−1.10"
    assert asked("ask 100 * probabilities[0] after logits=0,0,0", "33 | 34").text == "33"
    thousands = asked("ask 1000 * entropy + 0.4 after logits=0,0,0", "1,099 | 1,098.1")
    assert thousands.text == "1,099"
    tiny = asked(
        "ask probabilities[1] after logits=20,-20", "4.2e-18 | 4e-17", "softmax logits=1,0"
    )
    assert tiny.text == "4.2e-18"


def test_none_and_texts() -> None:
    none = asked("ask task_accuracy after task=none", "a half = 0.5 | nothing = none",
                 "neuron task=and")  # fmt: skip
    assert none.text == "nothing"
    word = asked(
        "ask tokens[0] after 'sentence=the cat sat' query=0", "The | the", "self-attention"
    )
    assert word.text == "the"


def test_a_number_is_asked_for_within_a_tolerance() -> None:
    answer = asked("ask probabilities[0] after temperature=0.5 within 0.06")
    assert answer.after == pytest.approx(0.863777, abs=1e-6)
    assert [answer.is_right(x) for x in (0.86, 0.9237, 0.8038, 0.9239, 0.8036)] == [
        True, True, True, False, False,
    ]  # fmt: skip
    share = asked("ask log_sum_exp after logits=0,0,0 temperature=1 within 10 %")
    assert share.tolerance == pytest.approx(0.10986, abs=1e-5)  # a tenth of ln 3
    told = answer.told(0.8)
    assert (told.right, told.guess, told.reply) == (False, "0.8", "")
    assert told.off == pytest.approx(0.063777, abs=1e-6)


REFUSED = {
    ("ask probabilities[0] after logits[0]+=0.05", WAYS):
        "probabilities[0] changes by less than 2 %, which nobody sees.",
    ("ask 1e-12 * entropy after temperature=2", WAYS):
        "1e-12 * entropy is nothing but rounding before and after: 8.46738e-13 and 1.03e-12.",
    ("ask entropy > 1 after temperature=2", WAYS):
        "entropy > 1 is yes or no, and neither larger nor smaller.",
    ("ask probabilities[0] after logits+=5", "larger | smaller"):
        "probabilities[0] is the same: no choice fits.",
    ("ask entropy after temperature=2", "0.5 | 0.6"): "entropy is 1.02624: no choice fits.",
    ("ask entropy after temperature=2", "1.0 | 1.03"): "entropy is 1.02624: 2 choices fit.",
    ("ask probabilities after temperature=2", "1 | 2"):
        "probabilities is 3 numbers: ask for one of them.",
    ("ask entropy > 1 after temperature=2 within 1", ""):
        "entropy > 1 is yes or no, where a number is asked for.",
    ("ask entropy after temperature=99 within 1", ""): "temperature goes from 0.05 to 10.",
    ("ask entropy after temperature=2", "yes | no"): "entropy is 1.02624: no choice fits.",
    ("ask argmax(probabilities) after logits=1,1,1", "0 | 1"):
        "argmax(probabilities) is a tie, with no single answer.",
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_asked_gets_a_sentence(what: tuple[str, str]) -> None:
    found = refused(*what)
    if "rounding" in found:
        assert found.startswith("1e-12 * entropy is nothing but rounding before and after: ")
    else:
        assert found == REFUSED[what]


def test_what_was_nothing_before_can_be_asked_for() -> None:
    """At the start all are equal, and no place has the most."""
    answer = asked("ask argmax(probabilities) after logits[1]=3", "0 | 1", "softmax logits=1,1")
    assert (answer.before, answer.text) == (None, "1")
    found = refused("ask argmax(probabilities) after logits[1]=3", WAYS, "softmax logits=1,1")
    assert found == "argmax(probabilities) is a tie, with no single answer."


def test_guesses_and_replies() -> None:
    text = one(
        "softmax\nask entropy after temperature=2\n" + WAYS + "\nreply smaller No: it levels."
    )
    ask = ask_of(text)
    assert [read_guess(ask, typed) for typed in ("1", " 3 ", "The Same", "smaller")] == [0, 2, 2, 1]
    for typed in ("0", "4", "²", "", "x\x1b", "9" * 5000):
        with pytest.raises(BadValue, match="is no choice: they go from 1 to 3"):
            read_guess(ask, typed)
    answer = question(ask, only_step(text).model).answer
    assert (answer.told(0).right, answer.told(0).reply) == (True, "")
    assert (answer.told(1).right, answer.told(1).reply) == (False, "No: it levels.")
    number = ask_of(one("softmax\nask entropy after temperature=2 within 1"))
    assert read_guess(number, "1/4") == 0.25
    with pytest.raises(BadValue, match="the guess is a number"):
        read_guess(number, "many")


def test_asking_does_not_look_at_the_change() -> None:
    """The page while asking is the opening state: nothing of what follows is worked out yet."""
    model = load("softmax").model()
    ask = ask_of(one("softmax\nask entropy after temperature=99\nlarger | smaller"))
    asked = Question(ask, model, ask.changes)  # out of range: would be a fault
    assert (asked.model, asked.ask) == (model, ask)
    with pytest.raises(BadValue):
        _ = asked.answer


# ── doing ──────────────────────────────────────────────────────────────────────────────


def test_each_part_of_a_task_has_its_live_numbers() -> None:
    text = one(
        "softmax logits=2,1,3.4 target=2\n"
        "do cross_entropy < 0.1 and probabilities[0] > probabilities[1] and argmax(logits) == 2\n"
        "solution logits=2,1,9"
    )
    do, model = do_of(text), only_step(text).model
    found = parts(do, model)
    assert [part.holds for part in found] == [False, True, True]
    assert found[0].text == "cross_entropy < 0.1"
    sides = [(side.sign, side.text, side.is_written) for side in found[1].sides]
    assert sides == [("", "probabilities[0]", False), (">", "probabilities[1]", False)]
    assert found[0].sides[0].value == pytest.approx(0.290664, abs=1e-6)  # −ln p of the bird
    assert (found[0].sides[1].value, found[0].sides[1].is_written) == (0.1, True)
    assert not reached(do, model)
    assert reached(do, solved(do, model))


def test_a_number_below_zero_is_written_once() -> None:
    text = one(
        "softmax logits=2,1\ndo logits[1] < -0.5 and -logits[1] > 0.25\nsolution logits=2,-1"
    )
    first, second = parts(do_of(text), only_step(text).model)
    said = [(side.text, side.is_written) for part in (first, second) for side in part.sides]
    assert said == [
        ("logits[1]", False), ("-0.5", True), ("-logits[1]", False), ("0.25", True),
    ]  # fmt: skip


def test_a_part_that_cannot_be_told_does_not_hold() -> None:
    text = one(
        "self-attention 'sentence=one two three' query=0\n"
        'do tokens[3] == "four" and len(tokens) == 4\n'
        "solution 'sentence=one two three four'"
    )
    do, model = do_of(text), only_step(text).model
    first, second = parts(do, model)
    assert (first.holds, first.problem) == (False, "tokens has 3 places, and no [3].")
    assert (second.holds, second.problem) == (False, "")
    assert not reached(do, model)
    assert reached(do, solved(do, model))


def test_one_key_that_does_it_is_found() -> None:
    text = one("descent steps=0 learning_rate=0.1\ndo losses[-1] < losses[0]\nsolution steps=5")
    keys = list(one_key(do_of(text), only_step(text).model))
    assert keys == ["→ at steps", "shift+→ at steps"]
    far = one("softmax\ndo cross_entropy < 1e-6\nonly logits\nsolution logits=15,0,0")
    assert list(one_key(do_of(far), only_step(far).model)) == []
    near = one("softmax logits=2,1\ndo logits[1] > 1.5 and entropy > 0\nsolution logits=2,1.7")
    assert list(one_key(do_of(near), only_step(near).model)) == ["shift+→ at logits[1]"]
