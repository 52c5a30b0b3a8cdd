"""Changes of controls: what they make of a state, and what is never pulled in."""

import pytest

from tui_transformer.concepts import load
from tui_transformer.controls import BadValue
from tui_transformer.lessons.change import apply, read_changes, words_of
from tui_transformer.link import words
from tui_transformer.model import Model


def changed(text: str, concept: str = "softmax", **controls: object) -> Model:
    model = load(concept).model(**controls)
    return apply(read_changes(words(text), type(model)), model)


LOGITS = {
    "logits=1,2,3": [1, 2, 3],
    "logits+=5": [7, 6, 5.1],
    "logits+=-1": [1, 0, -0.9],
    "logits*=2": [4, 2, 0.2],
    "logits[0]=9": [9, 1, 0.1],
    "logits[-1]=9": [2, 1, 9],
    "logits[1]+=0.5": [2, 1.5, 0.1],
    "logits[1]*=-3": [2, -3, 0.1],
    "logits+=1 logits*=2": [6, 4, 2.2],
    "logits*=2 logits+=1": [5, 3, 1.2],
    "logits[0]=5 logits=1,2,3 logits*=2": [10, 4, 6],  # whole values first, the rest as written
    "logits+=1/2": [2.5, 1.5, 0.6],
}


@pytest.mark.parametrize("text", LOGITS)
def test_what_becomes_of_a_vector(text: str) -> None:
    assert changed(text).logits.tolist() == pytest.approx(LOGITS[text], abs=1e-12)


def test_one_number_a_whole_one_a_matrix_and_words() -> None:
    assert changed("temperature*=2 temperature+=1").temperature == 3
    steps = changed("steps+=10", "descent", steps=5)
    assert (steps.steps, type(steps.steps)) == (15, int)
    assert changed("values[2,1]=-2", "values").values.tolist()[2][1] == -2
    assert changed("activation=relu", "neuron").activation == "relu"
    assert changed("causal=on", "self-attention").causal is True


def test_values_are_applied_in_the_order_of_the_controls() -> None:
    longer = changed("target=4 logits=1,2,3,4,5")  # 4 is a class only of the new logits
    assert (longer.target, len(longer.logits)) == (4, 5)


REFUSED = {
    "temperature=99": "temperature goes from 0.05 to 10.",
    "temperature+=99": "temperature goes from 0.05 to 10.",
    "logits[0]+=19": "logits goes from −20 to 20.",
    "logits*=1e308": "logits would not be finite.",
    "logits*=1e308*9": "logits: 1e308*9 is too large.",
    "logits[0]=nan": "logits is a number, nan is not one that can be used.",
    "logits[3]=1": "logits has 3 numbers, and none at [3].",
    "logits[0,0]=1": "logits has 3 numbers, and none at [0, 0].",
    "temperature[0]=1": "temperature is one number and has no place [0].",
    "logits+=1,2,3": "logits is one number, this is 3.",
    "target+=0.5": "target is a whole number, 0.5 is not.",
    "target+=3": "target goes from 0 to 2.",
    "logits=1,2": "target cannot stay 2 then, it would become 1: give it too.",
    "heat=2": "There is no control heat. There are logits, temperature, target and shift.",
    "logits-=1": "logits-=1 changes nothing: give it as name=value or name+=number.",
    "logits": "logits changes nothing: give it as name=value or name+=number.",
    "": "Nothing is changed: give a change, as in: temperature=0.5",
    "target=1 target=0": "target is given twice.",
    "probabilities=1": "There is no control probabilities. There are logits, temperature, "
    "target and shift.",
    "__class__=1": "There is no control __class__. There are logits, temperature, target "
    "and shift.",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_changed_gets_a_sentence(text: str) -> None:
    with pytest.raises(BadValue) as caught:
        changed(text, target=2 if text.startswith("logits=") else 0)
    assert str(caught.value) == REFUSED[text]


def test_a_word_or_a_text_is_given_whole() -> None:
    for concept, text in (("neuron", "activation+=1"), ("sorter", "letters[0]=A")):
        with pytest.raises(BadValue, match="has no numbers to change one by one"):
            changed(text, concept)


def test_changes_are_written_as_they_can_be_read() -> None:
    for text in ("logits[0]+=1 temperature=2", "logits*=-1", "logits=1,2,3"):
        model = load("softmax").model
        assert words_of(read_changes(words(text), model)) == text
    for sentence in ("It's a cat", "a “b” $c", "a\\b `c` #d", "x\x1b[31m"):
        model = load("self-attention").model
        changes = read_changes([f"sentence={sentence}"], model)
        assert words(words_of(changes)) == [f"sentence={sentence}"]
