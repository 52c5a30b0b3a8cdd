"""Checking: each rule of the contract, with a file that keeps it and one that breaks it."""

import pytest

from tests.lessons.files import ASK, DO, checked, lesson, line_of, one, pairs, report, step

FULL = ASK + "\nreply larger It is shared.\nreply smaller It is shared."


def test_a_sound_file_has_no_fault() -> None:
    for block in (FULL, DO, "softmax"):
        assert checked(one(block), shipped=True) == []


def only(text: str, shipped: bool = False) -> tuple[int, str]:
    (found,) = checked(text, shipped)
    return found


# ── what is said ───────────────────────────────────────────────────────────────────────


def test_words_of_a_step() -> None:
    story = "\n\n".join(["a " * 20] * 2)
    assert checked(one(FULL, before=f"{story}\n\nWhat happens?", after="end " * 18), True) == []
    text = one(FULL, before=f"{story}\n\nWhat happens?", after="end " * 19)
    assert only(text, shipped=True) == (3, "61 words are too many: a step has 60 at the most.")
    assert checked(text) == []
    text = one(FULL, before=f"{'a ' * 100}\n\nWhat?", after="b " * 20)
    assert only(text) == (3, "121 words are too many: a step has 120 at the most.")


def test_lines_at_78_columns() -> None:
    wide = "x" * 70  # one to a line
    kept = one(FULL, before=f"{wide} {wide}\n\n{wide}\n\nWhat?", after=f"{wide} {wide}")
    assert checked(kept) == []
    text = one(FULL, before=f"{wide} {wide} {wide}\n\n{wide}\n\nWhat?")
    assert only(text) == (
        3, "5 lines are too many for story and question: 4 of 78 columns are the most.",
    )  # fmt: skip
    text = one(FULL, after=f"{wide}\n\n{wide} {wide}")
    assert only(text) == (
        line_of(text, wide),
        "3 lines are too many for the paragraphs after: 2 of 78 columns are the most.",
    )  # fmt: skip
    text = one(ASK + f"\nreply larger {wide} {wide} {wide}")
    assert only(text) == (11, "3 lines are too many for the reply: 2 of 78 columns are the most.")
    marked = "**" + "y" * 76 + "**"  # marks take no columns
    assert checked(one(FULL, before=f"{marked}\n\n{marked}\n\n{marked}\n\nWhat?")) == []
    assert len(checked(one(FULL, before="日" * 40 + "\n\n" + "日 " * 79 + "\n\nWhat?"))) == 1


def test_a_number_said_is_a_number_expected() -> None:
    for said in ("It is 0.66.", "It is 66 %.", "−0.66 it is.", "a: 1,234 of them."):
        text = one(FULL, after=said)
        ((line, sentence),) = checked(text)
        assert line == line_of(text, said)
        assert sentence.endswith("is said, and nothing in the block holds it: expect it.")
    held = FULL + "\nexpect round(was.probabilities[0], 2) == 0.66"
    assert checked(one(held, after="It is 0.660, one of 3; 01 and 10 are corners, and w12.")) == []
    assert checked(one(held, after="It is −0.66.")) == []
    assert only(one(held, after="It is 10."))[1].startswith("10 is said")
    assert checked(one(FULL + "\nexpect 3**6 + 84855 == 85584", after="Those 85,584 here.")) == []
    in_reply = ASK + "\nreply larger Its power is 148 times as large."
    assert only(one(in_reply)) == (
        11, "148 is said, and nothing in the block holds it: expect it.",
    )  # fmt: skip
    assert checked(one(in_reply + "\nexpect round(exp(5)) == 148")) == []
    hint = one(DO + "\nhint Try 0.25 first.")
    assert only(hint) == (12, "0.25 is said, and nothing in the block holds it: expect it.")


def test_a_question_with_draws_has_the_numbers_of_its_change_only() -> None:
    block = (
        "softmax logits=2,1\nask entropy after temperature=0.5\nlarger | smaller\nvary logits=-3..3"
    )
    assert checked(one(block, before="What becomes of it at T = 0.5?")) == []
    text = one(block, before="With 2 and 1, what becomes of it at T = 0.5?")
    assert checked(text) == [
        (5, "1 is in the question, but not in its change; it may be drawn."),
        (5, "2 is in the question, but not in its change; it may be drawn."),
    ]
    assert (
        checked(one(block.replace("\nvary logits=-3..3", ""), before="With 2 and 1: what?")) == []
    )
    text = one(block + "\nvariant temperature=3 : At T = 4?", before="And now?")
    assert only(text) == (12, "4 is in the question, but not in its change; it may be drawn.")


def test_links_go_to_concepts() -> None:
    assert checked(one("softmax", after="See [this](layer-norm).")) == []
    text = one("softmax", after="See [this](https://example.org).")
    assert only(text)[1] == "https://example.org is no concept: links go to concept ids."


def test_replies_of_shipped_lessons() -> None:
    assert checked(one(ASK)) == []
    assert checked(one(ASK), shipped=True) == [
        (9, "larger is wrong and has no reply."),
        (9, "smaller is wrong and has no reply."),
    ]
    two = ASK.replace("larger | smaller", "larger")
    assert checked(one(two), shipped=True) == []


def test_neither_title_nor_heading_tells_an_answer() -> None:
    named = FULL.replace("the same", "as much = the same")
    assert only(one(named, heading="As much for everybody")) == (
        3, "“As much for everybody” tells the answer of a question: as much.",
    )  # fmt: skip
    assert checked(one(named, heading="Larger, smaller or as much?")) == []
    assert checked(one(named, heading="Asmuch")) == []
    text = one(named).replace("# A title", "# As much as before")
    assert only(text)[0] == 1
    number = "softmax\nask 10 * entropy after logits=0,0 within 0.1"  # 10·ln 2 = 6.93
    assert only(one(number, heading="Nearly 6.93"))[0] == 3
    assert checked(one(number, heading="Nearly 7.5")) == []


# ── what is computed ───────────────────────────────────────────────────────────────────


def test_an_answer_that_is_none() -> None:
    assert only(one(ASK.replace("logits+=5", "logits[0]+=0.05"))) == (
        9, "probabilities[0] changes by less than 2 %, which nobody sees.",
    )  # fmt: skip
    assert only(one(ASK.replace("logits+=5", "logits+=19"))) == (9, "logits goes from −20 to 20.")


def test_what_is_expected_must_hold() -> None:
    assert checked(one(ASK + "\nexpect logits[0] == 7 and was.logits[0] == 2")) == []
    assert only(one(ASK + "\nexpect logits[0] == 2")) == (
        11, "logits[0] == 2 does not hold: logits[0] is 7.",
    )  # fmt: skip
    assert only(one(ASK + "\nexpect temperature == 1 and entropy > 9")) == (
        11, "entropy > 9 does not hold: entropy is 0.846738.",
    )  # fmt: skip
    assert only(one(ASK + "\nexpect no")) == (11, "no does not hold.")
    assert only(one(ASK + "\nexpect entropy")) == (11, "entropy is a number, not a condition.")
    assert only(one(ASK + "\nexpect logits[7] == 1")) == (11, "logits has 3 places, and no [7].")
    assert checked(one(DO + "\nexpect was.logits[2] == 0.1 and logits[2] == 5")) == []
    assert only(one("softmax\nexpect entropy > 1"))[0] == 9


def test_a_task_is_open_at_first_and_can_be_done() -> None:
    assert only(one("softmax\ndo entropy > 0.5\nsolution logits=1,1,1")) == (
        9, "Done already: the task is met in the state that the step opens.",
    )  # fmt: skip
    assert only(one(DO.replace("logits=2,1,5", "logits=2,1,3"))) == (
        11, "The solution does not do it: the task is not met there.",
    )  # fmt: skip
    assert only(one(DO.replace("logits=2,1,5", "logits=2,1,99"))) == (
        11, "The solution does not do it: logits goes from −20 to 20.",
    )  # fmt: skip
    assert only(one("descent steps=0\ndo losses[-1] < losses[0]\nsolution steps=5")) == (
        9, "One key does it: → at steps. A task takes more than that.",
    )  # fmt: skip
    fixed = (
        "descent steps=0\ndo losses[-1] < losses[0]\nonly learning_rate\nsolution learning_rate=1"
    )
    assert [line for line, _ in checked(one(fixed))] == [11]


def test_what_is_looked_at_is_there() -> None:
    assert checked(one("softmax\npanel A guess costs −ln p\npin probabilities[0]")) == []
    ((line, sentence),) = checked(one("softmax\npanel A guess costs −ln p | Elsewhere"))
    assert line == 9
    assert sentence.startswith("There is no panel Elsewhere. There are: From logits to probab")
    assert only(one("softmax\npin probabilities[9]")) == (
        9, "probabilities[9] is no number; one has its place, as in: probabilities[0].",
    )  # fmt: skip
    assert only(one("softmax\npin nothing"))[1].startswith("There is no number called nothing.")
    assert only(one("softmax\ncompare logits+=99")) == (9, "logits goes from −20 to 20.")


def test_questions_whose_answer_never_changes_are_reported_and_no_fault() -> None:
    block = "softmax\nask entropy after temperature=9\nlarger | smaller\nvary logits=-3..3"
    found = report(one(block), draw=40)
    assert found.faults == []
    assert pairs(found.notes) == [(9, "Asked again, the answer is the same in 40 draws: larger.")]
    changing = block.replace("entropy", "probabilities[0]")
    assert report(one(changing), draw=40).notes == []
    never = block + "\nwhen entropy > 9"
    assert pairs(report(one(never), draw=40).notes) == [
        (9, "Asked again, no draw is clear-cut: it is asked as it stands.")
    ]


def test_what_a_question_is_drawn_by_makes_sense_where_it_stands() -> None:
    drawn = f"{FULL}\nvary logits=-3..3"
    assert checked(one(f"{drawn}\nwhen entropy > 0\nvariant logits+=1 : And now?")) == []
    assert only(one(f"{drawn}\nwhen entropy")) == (14, "entropy is a number, not a condition.")
    assert only(one(f"{drawn}\nvariant logits+=99 : And now?")) == (
        14, "logits goes from −20 to 20.",
    )  # fmt: skip


def test_a_variant_that_nothing_can_be_drawn_of_has_an_answer_where_it_stands() -> None:
    block = (
        "softmax logits=2,1,0.1\nask argmax(probabilities) after logits=1,2,0\n"
        "cat = 0 | dog = 1\nvariant logits=2,1,0 : Who now?"
    )
    assert checked(one(block)) == []
    assert only(one(block.replace("logits=2,1,0 :", "logits=0,1,2 :"))) == (
        11, "argmax(probabilities) is 2: no choice fits.",
    )  # fmt: skip
    number = (
        "softmax logits=2,1,0.1\nask probabilities[0] after logits=0,0,0 within 0.05\n"
        "variant logits=9,0,0 : How much now?"
    )
    assert checked(one(number)) == []
    assert only(one(number.replace("9,0,0", "2,1,0"))) == (
        10, "It is never asked: the answer is too near to before.",
    )  # fmt: skip


def test_the_same_question_twice_is_reported() -> None:
    found = report(lesson(step(FULL), step(FULL.replace("2,1,0.1", "3,1,0.1"))))
    assert found.faults == []
    assert pairs(found.notes) == [(17, "The same is asked in line 3: the quiz takes both for one.")]


def test_each_fault_of_each_step_has_its_line() -> None:
    text = lesson(
        step(ASK + "\nexpect no"),
        step("softmx"),
        step(DO, after="Five is 5.55 here."),
        step(ASK.replace("+=5", "+=99")),
    )
    assert checked(text) == [
        (11, "no does not hold."),
        (line_of(text, "softmx"), "There is nothing called softmx. Did you mean softmax?"),
        (line_of(text, "Five"), "5.55 is said, and nothing in the block holds it: expect it."),
        (
            len(text[: text.index("ask probabilities[0] after logits+=99")].split("\n")),
            "logits goes from −20 to 20.",
        ),
    ]


@pytest.mark.parametrize("seed", range(3))
def test_checking_twice_says_the_same(seed: int) -> None:
    block = f"{FULL}\nvary logits=-3..3"
    assert report(one(block), draw=5) == report(one(block), draw=5)
