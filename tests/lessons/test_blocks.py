"""The block of a step: what breaks the contract gets a sentence, with the line it stands in."""

import pytest

from tests.lessons.files import ASK, DO, do_of, faults, lesson, line_of, one, step
from tui_transformer.lessons.reading import read

NO_HEAT = "There is no control heat. There are logits, temperature, target and shift."
BLOCKS = {
    "": (7, "The block is empty: a command comes first."),
    "softmx": (8, "There is nothing called softmx. Did you mean softmax?"),
    "softmax temperature=99": (8, "temperature goes from 0.05 to 10."),
    "softmax --json": (8, "--json is for the command line; a link has name=value only."),
    "learn softmax": (8, "learn is for the command line; a link names a concept first."),
    "softmax\nfoo bar": (9, "foo is no word of a block."),
    "softmax\nexpct yes": (9, "expct is no word of a block. Did you mean expect?"),
    "softmax\nexpect": (9, "expect stands alone: something must follow it."),
    "softmax\npin entropy\npin entropy": (10, "pin is given twice in one block."),
    "softmax\nshow heat": (9, NO_HEAT),
    "softmax\nexpect entropy >": (9, "entropy > ends before it is whole."),
    "softmax\nexpect entrop > 1": (9, "There is nothing called entrop. Did you mean entropy?"),
    "softmax\nwhen yes": (9, "when goes with ask, which is not here."),
    "softmax\nreply a b": (9, "reply goes with ask, which is not here."),
    "softmax\nhint b": (9, "hint goes with do, which is not here."),
    "softmax\ncompare heat=2": (9, NO_HEAT),
    f"{ASK}\ndo entropy > 1": (11, "A step asks or wants something done, never both."),
    f"{ASK}\nreply bigger Yes.": (11, "bigger Yes. answers no choice: a reply begins with a "
                                  "choice's text."),
    f"{ASK}\nreply larger": (11, "larger answers no choice: a reply begins with a choice's text."),
    f"{ASK}\nreply larger A.\nreply larger B.": (12, "larger has two replies."),
    f"{ASK}\nwhen was.entropy > 1": (11, "was.entropy: “was” is for what is expected after a "
                                     "change."),
    f"{ASK}\nvary heat": (11, NO_HEAT),
    f"{ASK}\nvary logits=-99..3": (11, "logits goes from −20 to 20."),
    f"{ASK}\nvary logits=3..-3": (11, "logits is drawn from 3 to −3: no range."),
    f"{ASK}\nvary target=0|9": (11, "target goes from 0 to 2."),
    f"{ASK}\nvary target=0": (11, "target=0 leaves nothing to draw: "
                                 "target=low..high or target=A|B."),
    f"{ASK}\nvary target target": (11, "target is drawn twice."),
    f"{ASK}\nvariant logits*=2 What?": (11, "A variant is a change, “ : ” and its question, which "
                                        "ends with “?”."),
    f"{ASK}\nvariant logits*=2 : What": (11, "A variant is a change, “ : ” and its question, which "
                                         "ends with “?”."),
    f"{ASK}\nvariant heat=2 : What?": (11, NO_HEAT),
    "softmax\nask entropy": (9, "The change is missing: ask an expression, “after” and what is "
                             "changed."),
    "softmax\nask entropy after": (9, "The change is missing: ask an expression, “after” and what "
                                   "is changed."),
    "softmax\nask entropy after hot": (9, "hot changes nothing: give it as name=value or "
                                       "name+=number."),
    "softmax\nask entropy after temperature=1 temperature=2 within 1": (9, "temperature is given "
                                                                        "twice."),
    "softmax\nask entropy after temperature=2": (9, "Nothing says what counts: give choices in the "
                                                 "next line, or “within”."),
    "softmax\nask entropy after temperature=2 within 0": (9, "within is a number above 0."),
    "softmax\nask temperature after temperature=2 within 1": (9, "temperature only reads controls: "
                                                              "ask something that is computed."),
    "softmax\nask entropy after temperature=2\na | b | c | d | e": (9, "5 choices are too many: "
                                                                    "there are 2 to 4."),
    "softmax\nask entropy after temperature=2\na | a": (9, "a can be chosen twice."),
    "softmax\nask entropy after temperature=2\na =  | b": (9, "a = is no choice: it is a text, or "
                                                           "text = meaning."),
    f"softmax\nask entropy after temperature=2\n{'a' * 40} | {'b' * 40}": (
        9, "The choices are 90 columns wide: one line has 78."),
    "softmax\ndo cross_entropy < 0.1": (9, "The task has no solution: a line “solution …” shows "
                                        "that it can be met."),
    f"{DO} temperature=2\nonly logits": (12, "only is given twice in one block."),
    f"{DO} target=0": (11, "The solution changes target, which is not allowed."),
}  # fmt: skip


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: repr(block[-30:]))
def test_a_block_that_breaks_the_contract_gets_a_sentence_with_its_line(block: str) -> None:
    assert BLOCKS[block] in faults(one(block))


def test_a_question_ends_with_a_question_mark() -> None:
    assert faults(one(ASK, before="What happens.")) == [
        (5, "No question: the paragraph before the block ends with “?”.")
    ]
    assert faults(one(ASK, before="")) == [
        (9, "No question: the paragraph before the block ends with “?”.")
    ]
    assert faults(one(DO, before="")) == [(9, "Nothing says what is to be done, before the block.")]


def test_every_fault_of_a_file_is_found_and_good_steps_stay() -> None:
    text = lesson(step("softmx"), step(ASK), step("neuron\nfoo x\nbar y"))
    reading = read(text)
    assert len(reading.lesson.steps) == 1
    assert [fault.line for fault in reading.faults] == [
        8,
        line_of(text, "foo"),
        line_of(text, "bar"),
    ]


def test_a_lesson_opens_no_file() -> None:
    blocks = (
        "real-model model=/etc/passwd",
        "tfx real-model 'model=/etc/passwd'",
        '"real-model model=/etc/passwd"',
        "real-model\ncompare model=/etc/passwd",
        "real-model\nask parameter_count after model=~/x.safetensors within 1",
        "real-model\nask parameter_count after query=1 within 1\nvary model=gpt2|/etc/passwd",
    )
    for block in blocks:
        ((_, sentence),) = faults(one(block))
        assert sentence.startswith("A lesson opens no file: model is a published model's name, ")


def test_a_task_keeps_what_may_be_changed() -> None:
    assert do_of(one(DO)).only == ("logits", "temperature")
