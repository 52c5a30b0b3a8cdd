"""Whatever a file holds, it is answered with sentences, soon, and nothing of it acts."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lessons.files import ASK, DO, lesson, one, step
from tests.torture.hostile import JUNK
from tui_transformer.lessons.checking import check
from tui_transformer.lessons.library import text_in, text_of
from tui_transformer.lessons.markdown import MOST_FAULTS
from tui_transformer.lessons.reading import parse
from tui_transformer.lessons.records import BadLesson
from tui_transformer.text import is_clean

LINES = (
    "---", "# A", "## B", "### C", "#", "```tfx", "```", "~~~", "text 0.5 **a** [x](y)", "",
    "softmax logits=2,1", "neuron", "tfx softmax", "ask entropy after temperature=2",
    "ask probabilities[0] after logits[0]+=1 within 5 %", "larger | smaller", "yes | no | a = none",
    "1 | 2", "reply larger x", "do entropy > 1", "do entropy < 1 and (yes or no)", "only logits",
    "hint 0.1", "solution logits=1,1", "vary logits=-1..1 temperature", "when entropy > 0",
    "variant logits*=2 : A?", "expect entropy > 0", "expect was.entropy", "show logits",
    "panel A | B", "pin entropy", "compare logits=1,2", "What?", "language: en", " " * 50,
)  # fmt: skip


def looked_at(text: str) -> None:
    """Check a text: sentences that can be shown, and soon."""
    begun = time.process_time()
    report = check(text, draw=1)
    assert time.process_time() - begun < 10  # of computing
    assert len(report.faults) <= MOST_FAULTS
    for fault in report.faults + report.notes:
        assert fault.sentence
        assert is_clean(fault.sentence)
        assert 0 <= fault.line <= text.count("\n") + 1


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(LINES) | st.text(max_size=20), max_size=40).map("\n".join))
def test_any_lines(text: str) -> None:
    looked_at(text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(LINES), max_size=8).map("\n".join), st.sampled_from((ASK, DO)))
def test_any_lines_in_a_block(lines: str, block: str) -> None:
    looked_at(one(f"{block}\n{lines.replace('```', '')}"))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_shipped_lesson_with_a_piece_cut_out_or_put_in(data: st.DataObject) -> None:
    text = text_of("softmax")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 200)))
    piece = data.draw(st.sampled_from((*LINES, *JUNK[:20])) | st.text(max_size=10))
    looked_at(text[:start] + piece + text[end:])


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: repr(junk[:12]))
def test_junk_in_every_place(junk: str) -> None:
    line = junk.replace("\n", " ")
    for text in (
        junk,
        f"---\n{line}: x\n---\n" + lesson(step("neuron")),
        lesson(step("neuron", heading=line, before=line, after=line)),
        one(line),
        one(f"softmax\n{line}"),
        one(f"softmax\nask {line} after temperature=2\nlarger | smaller"),
        one(f"softmax\nask entropy after {line}\nlarger | smaller"),
        one(f"softmax\nask entropy after temperature=2\n{line} | {line} | x = {line}"),
        one(f"{ASK}\nreply {line}\nvary {line}\nvariant {line} : ?"),
        one(f"softmax\nexpect {line}\npin {line}\npanel {line}\ncompare {line}"),
        one(f"softmax\ndo {line}\nsolution {line}\nonly {line}\nhint {line}"),
    ):
        looked_at(text)


HUGE = {
    "a megabyte": "x" * 1_000_000,
    "a million lines": "\n" * 1_000_000,
    "a million steps": "## x\n" * 1_000_000,
    "many blocks": "# A\n" + "## x\n```tfx\n```\n" * 12_000,
    "many open blocks": "```tfx x\n" * 20_000,
    "a long block": one("softmax\n" + "foo\n" * 40_000),
    "many expectations": one("softmax\n" + "expect entropy > 0\n" * 9_000),
    "a long line": one("softmax\nexpect " + "(" * 150_000),
    "long choices": one("softmax\nask entropy after temperature=2\n" + "a | " * 40_000 + "b"),
    "long lines": one("softmax\n" + ("expect " + "x" * 3_900 + "\n") * 50),
    "many changes": one("softmax\nask entropy after " + "logits+=0 " * 15_000 + "within 1"),
    "many draws": one(f"{ASK}\nvary target=" + "|".join("0" * 50_000)),
    "a long word": one("softmax", before="x" * 150_000),
    "many long words": one("softmax", before=("x" * 3_999 + "\n\n") * 45),
    "many marks": one("softmax", before="[" * 50_000 + "*" * 50_000 + "`" * 50_000),
    "many quotes": one("softmax " + "'" * 99_999),
    "front matter": "---\n" + "a: b\n" * 39_000,
    "many numbers": one(f"{ASK}\nvary logits=0..1", before="1.5 " * 40_000 + "?"),
    "many variants": one(ASK + "\nvariant logits*=2 : And?" * 6_000),
    "one name": one("softmax\nshow " + "logits " * 20_000),
    "a number": one("softmax\nask entropy after temperature=2 within " + "9" * 100_000),
    "a meaning": one("softmax\nask entropy after temperature=2\n1e999999 | 1e-999999"),
}


@pytest.mark.parametrize("name", HUGE)
def test_what_is_huge_is_answered_soon(name: str) -> None:
    looked_at(HUGE[name])


def test_what_is_no_file_of_text_gets_a_sentence(tmp_path: Path) -> None:
    def refused(path: str | Path) -> tuple[int, str]:
        with pytest.raises(BadLesson) as caught:
            text_in(str(path))
        (fault,) = caught.value.faults
        return fault.line, fault.sentence

    binary = tmp_path / "binary.md"
    binary.write_bytes(b"# A\n\n\xff\xfe")
    assert refused(binary) == (3, "It is no text: a lesson is UTF-8.")
    large = tmp_path / "large.md"
    large.write_bytes(b"x" * 1_000_001)
    assert refused(large) == (0, "It cannot be read: more than 1,000,000 bytes.")
    import os

    os.mkfifo(tmp_path / "pipe.md")
    assert refused(tmp_path / "pipe.md") == (0, "It cannot be read: no regular file.")
    assert refused("/dev/zero") == (0, "It cannot be read: no regular file.")
    assert refused(tmp_path)[1].startswith("It cannot be read: ")
    assert refused(tmp_path / "nothing.md") == (0, "It cannot be read: No such file or directory.")
    assert refused("a\0b")[1].startswith("It cannot be read: ")
    good = tmp_path / "good.md"
    good.write_text(one("neuron"), encoding="utf-8")
    assert parse(text_in(str(good))).title == "A title"
