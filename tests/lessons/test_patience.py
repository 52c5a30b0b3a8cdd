"""What a step may cost: a file that asks for hours of computing gets a sentence, and soon."""

import signal
import threading
import time
from pathlib import Path

import pytest

from tests.lessons.files import ASK, lesson, one, step
from tui_transformer.cli import main
from tui_transformer.lessons import patience as waiting
from tui_transformer.lessons.checking import check
from tui_transformer.lessons.patience import TooLong, patience
from tui_transformer.lessons.reading import parse
from tui_transformer.lessons.run import Run

LONG = "training layers=4 d_model=64 context=64 batch=64 seed=3"
HOURS = {
    "asked": f"{LONG}\nask validation_loss after steps=20000\nlarger | smaller",
    "expected": f"{LONG} steps=20000\nexpect accuracy > 0.5",
    "to be done": f"{LONG}\ndo accuracy > 0.9\nsolution steps=20000",
    "pinned": f"{LONG} steps=20000\npin loss[0]",
}


@pytest.mark.parametrize("block", HOURS.values(), ids=HOURS)
def test_hours_of_training_are_a_sentence(block: str) -> None:
    start = time.process_time()
    found = [(fault.line, fault.sentence) for fault in check(one(block), seconds=0.5).faults]
    assert (3, "This step takes more than 0.5 seconds to compute.") in found
    assert time.process_time() - start < 60


def test_too_many_of_them_and_the_rest_is_left_out() -> None:
    text = lesson(*[step(HOURS["asked"].replace("seed=3", f"seed={i}")) for i in range(20)])
    found = [fault.sentence for fault in check(text, seconds=0.2).faults]
    assert found.count("This step takes more than 0.2 seconds to compute.") == 3
    assert "The steps after this one are left out: too many take too long." in found


def test_a_question_whose_draws_take_too_long_is_checked_as_it_stands() -> None:
    text = one(ASK + "\nvary logits=-3..3")
    found = check(text, draw=1_000_000, seconds=0.5)
    assert found.faults == []
    (note,) = found.notes
    assert note.sentence == (
        "Asked again, it takes more than 0.5 seconds to compute: its draws are left out."
    )


def test_what_is_quick_is_left_in_peace_and_nothing_stays_behind() -> None:
    before = signal.getsignal(signal.SIGVTALRM)
    assert check(one(ASK), seconds=5).faults == []
    assert signal.getsignal(signal.SIGVTALRM) == before
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)


def test_memory_that_is_not_there_is_a_sentence_too() -> None:
    with pytest.raises(TooLong, match="needs more memory than there is"), patience(5):
        bytearray(1 << 62)


def test_beside_the_main_thread_it_waits() -> None:
    done: list[bool] = []

    def work() -> None:
        with patience(0.001):
            end = time.thread_time() + 0.05
            while time.thread_time() < end:
                pass
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


def test_who_answers_such_a_question_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "SECONDS", 0.3)
    taken = Run.of(parse(one(HOURS["asked"]))).take()
    assert taken.phase == "ask"
    assert taken.said == "The answer takes more than 0.3 seconds to compute; n goes on without."


def test_the_commands_name_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(waiting, "SECONDS", 0.3)
    file = tmp_path / "slow.md"
    file.write_text(one(HOURS["asked"]), encoding="utf-8")
    assert main(["check", str(file)]) == 2
    assert capsys.readouterr().out == (
        f"{file}:3: This step takes more than 0.3 seconds to compute.\n"
    )
    assert main(["learn", str(file), "--json"]) == 2
    assert "takes more than 0.3 seconds" in capsys.readouterr().err
