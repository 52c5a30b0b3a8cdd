"""The form of a file: one that follows the contract is read, one that breaks it gets its line."""

import time

import pytest

from tests.lessons.files import (
    ASK,
    ask_of,
    faults,
    lesson,
    line_of,
    one,
    only_step,
    step,
)
from tui_transformer.lessons.markdown import LONGEST
from tui_transformer.lessons.reading import parse
from tui_transformer.lessons.records import Ask, BadLesson, Do

WHOLE = """\
---
language: en
author: A. Teacher
level: 3
---

# A title

## Five points

A story.
On two lines.

Another paragraph.

What *happens*?

```tfx
tfx softmax logits=2,1,0.1

show logits
panel From logits to probabilities | A guess costs −ln p
pin probabilities[0]
compare logits=1,1,1
ask probabilities[0] after logits+=5 temperature=2 within 2 %
it grows = larger | smaller | the same
reply it grows Its power did.
reply smaller No.
expect round(exp(5)) == 148
expect temperature == 2 * was.temperature
vary logits=-3..3 target=0|1 temperature
when argmax(logits) == 0
variant logits*=2 temperature=1 : Doubled: and now?
```

After that.

And more.

## Now you

Make it so.

```tfx
softmax target=2
do cross_entropy < 0.1
only logits temperature
hint First the order.
solution logits=2,1,8
```

## To be looked at

```tfx
neuron
```
"""


def test_a_file_becomes_records() -> None:
    found = parse(WHOLE)
    assert (found.title, found.language, found.author) == ("A title", "en", "A. Teacher")
    assert found.other == {"level": "3"}
    first, second, third = found.steps
    assert first.story == ("A story. On two lines.", "Another paragraph.")
    assert first.question == "What *happens*?"
    assert [one.text for one in first.after] == ["After that.", "And more."]
    assert (first.concept.id, first.model.logits.tolist()) == ("softmax", [2, 1, 0.1])
    assert first.show == ("logits",)
    assert first.panels == ("From logits to probabilities", "A guess costs −ln p")
    assert first.pin == "probabilities[0]"
    assert [change.text for change in first.compare] == ["logits=1,1,1"]
    assert [expect.condition.text for expect in first.expects] == [
        "round(exp(5)) == 148",
        "temperature == 2 * was.temperature",
    ]
    ask = first.task
    assert isinstance(ask, Ask)
    assert ask.line == line_of(WHOLE, "ask ")
    assert ask.expression.text == "probabilities[0]"
    assert [(c.name, c.sign, c.value) for c in ask.changes] == [
        ("logits", "+=", "5"),
        ("temperature", "=", "2"),
    ]
    assert ask.within is not None
    assert (ask.within.amount, ask.within.percent) == (2, True)
    assert [(c.text, c.meaning) for c in ask.choices] == [
        ("it grows", "larger"),
        ("smaller", "smaller"),
        ("the same", "the same"),
    ]
    assert [ask.reply(i) for i in range(3)] == ["Its power did.", "No.", ""]
    assert [(v.name, v.low, v.high, v.among) for v in ask.vary] == [
        ("logits", -3, 3, ()),
        ("target", None, None, ("0", "1")),
        ("temperature", None, None, ()),
    ]
    assert ask.when is not None
    assert [v.question for v in ask.variants] == ["Doubled: and now?"]
    assert first.key == "softmax ask probabilities[0] after logits+=5 temperature=2"
    do = second.task
    assert isinstance(do, Do)
    assert (do.only, do.hint) == (("logits", "temperature"), "First the order.")
    assert second.question == "Make it so."
    assert second.key == "softmax do cross_entropy < 0.1"
    assert third.task is None


def test_windows_line_ends_tabs_and_a_byte_order_mark_are_read() -> None:
    text = "\ufeff" + WHOLE.replace("\n", "\r\n").replace("author: A", "author:\tA")
    assert parse(text).steps[0].question == "What *happens*?"


def test_changes_are_quoted_as_links_are() -> None:
    sentence = "The cat, which was tired, slept"
    block = f"""self-attention "sentence=The cat slept" query=0
ask tokens[query] after 'sentence={sentence}'
The | cat"""
    assert ask_of(one(block)).changes[0].value == sentence
    assert only_step(one(block)).key.endswith(f"after 'sentence={sentence}'")


def test_the_word_after_may_stand_in_a_text() -> None:
    block = ASK.replace("probabilities[0] after", "len('an after b') * entropy after")
    assert ask_of(one(block)).expression.text == "len('an after b') * entropy"


OUTER = {
    "no title": ("## One\n\n```tfx\nneuron\n```", 1, "The title is missing: one line “# …” stands "
                 "before the steps."),
    "two titles": (lesson(step("neuron"), "# Two"), 13, "There is a second title: one line “# …” "
                   "stands before the steps."),
    "no steps": ("# A title", 1, "There are no steps: each begins with a line “## …”."),
    "no block": (lesson("## One\n\nText."), 3,
                 "The step has no block: ```tfx and a command open it."),
    "two blocks": (lesson(step("neuron") + "\n```tfx\nneuron\n```"), 13,
                   "A second block in one step: the next step needs its “## …”."),
    "open block": (lesson("## One\n\n```tfx\nneuron"), 5, "The block is never closed: a line ``` "
                   "ends it."),
    "other block": (lesson(step("neuron") + "\n```python\nx\n```"), 13,
                    "```python is no block of a lesson: it begins ```tfx."),
    "tildes": (lesson(step("neuron") + "\n~~~tfx\nx\n~~~"), 13,
               "~~~tfx is no block of a lesson: it begins ```tfx."),
    "block before steps": ("# A\n\n```tfx\nneuron\n```\n" + step("neuron"), 3,
                           "The block belongs to no step: a line “## …” begins one."),
    "deep heading": (lesson("### Deep", step("neuron")), 3, "### goes too deep: a lesson has one # "
                     "and then ##."),
    "underlined": (lesson(step("neuron", before="Heading\n---")), 6,
                   "A heading is underlined: here it begins with # or ##."),
    "empty heading": (lesson(step("neuron", heading="")), 3, "The heading is empty."),
    "text before": ("# A\n\nText.\n\n" + step("neuron"), 3, "This stands before the first step, "
                    "where nobody sees it."),
    "front matter open": ("---\nlanguage: en\n", 1, "The front matter is never closed: a second "
                          "line “---” ends it."),
    "front matter": ("---\n- a list\n---\n" + lesson(step("neuron")), 2,
                     "- a list is no “key: value” line."),
    "escape": (one("neuron", before="Red: \x1b[31m"), 5,
               "U+001B (␛) cannot be shown: a lesson is plain text."),
    "unseen": (one("neuron", before="a\u202eb"), 5,
               "U+202E (�) cannot be shown: a lesson is plain text."),
    "a long line": (one("neuron", before="x" * 4001), 5,
                    "Too long: a line or a paragraph has 4,000 characters at the most."),
    "a long paragraph": (one("neuron", before="x\n" * 2001), 5, "Too long: a line or a paragraph "
                         "has 4,000 characters at the most."),
    "too long": ("x" * (LONGEST + 1), 0, "Too long: a lesson has 200,000 characters at the most."),
}  # fmt: skip


@pytest.mark.parametrize("name", OUTER)
def test_the_outer_form_is_held(name: str) -> None:
    text, line, sentence = OUTER[name]
    with pytest.raises(BadLesson) as caught:
        parse(text)
    assert (line, sentence) in [(fault.line, fault.sentence) for fault in caught.value.faults]


def test_sixty_steps_are_the_most_and_are_counted_first() -> None:
    assert len(parse(lesson(*[step("neuron")] * 60)).steps) == 60
    with pytest.raises(BadLesson, match="Too many steps: a lesson has 60 at the most"):
        parse(lesson(*[step("neuron")] * 61))
    begun = time.process_time()
    for text in ("## x\n" * 1_000_000, "## x\n" * 39_000, "# x\n```\n" * 20_000, "---\n" * 49_000):
        with pytest.raises(BadLesson):
            parse(text)
    assert time.process_time() - begun < 10  # of computing, for four files


def test_headings_within_a_block_are_no_headings() -> None:
    assert faults(one("neuron\n# no comment")) == [(9, "# is no word of a block.")]
