"""`tfx learn` and `tfx check` as a shell sees them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lessons.files import ASK, lesson, line_of, one, step
from tui_transformer.concepts import entries
from tui_transformer.concepts._real_model_places import found
from tui_transformer.lessons import printed
from tui_transformer.lessons.again import ask_again
from tui_transformer.lessons.reading import parse


def tfx(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tui_transformer", *arguments],
        text=True,
        capture_output=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        **options,
    )


def test_a_lesson_is_printed_with_its_answers() -> None:
    done = tfx("learn", "softmax", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    record = json.loads(done.stdout)
    assert record["title"] == "From scores to a choice"
    first, second, third, *_, last = record["steps"]
    assert first["heading"] == "Five points for everybody"
    assert first["before"].startswith("A network scores a photo")
    assert first["link"] == "tfx softmax"
    assert first["after_text"].startswith("The same factor")
    assert {name: first["task"][name] for name in (
        "kind", "question", "expression", "after", "choices", "answer", "tolerance",
    )} == {
        "kind": "ask",
        "question": "Every score gains five points. What becomes of the share of the first class?",
        "expression": "probabilities[0]",
        "after": "logits+=5",
        "choices": ["larger", "smaller", "the same"],
        "answer": "the same",
        "tolerance": None,
    }  # fmt: skip
    assert first["expects"][0] == {"expression": "round(exp(5)) == 148", "holds": True}
    assert second["task"]["after"] == "logits[0]+=1"
    assert third["task"]["choices"] is None
    assert third["task"]["answer"] == pytest.approx(0.863777, abs=1e-6)
    assert third["task"]["tolerance"] == 0.06
    assert last["task"]["kind"] == "do"
    assert last["task"]["expression"].startswith("cross_entropy < 0.1 and ")
    assert (last["task"]["answer"], last["task"]["after"]) == (True, "logits=2,1,5")
    assert last["link"] == "tfx softmax target=2"


def test_a_file_of_a_person_s_and_a_step_to_look_at(tmp_path: Path) -> None:
    file = tmp_path / "mine.md"
    file.write_text(one("neuron b=1\nexpect z > 99 or yes", before="Look."), encoding="utf-8")
    (found_step,) = json.loads(tfx("learn", str(file), "--json").stdout)["steps"]
    assert found_step["before"] == "Look."
    assert (found_step["task"]["kind"], found_step["task"]["answer"]) == ("look", None)
    assert found_step["expects"] == [{"expression": "z > 99 or yes", "holds": True}]


def test_mistakes_get_one_sentence_and_exit_2(tmp_path: Path) -> None:
    bad = tmp_path / "bad.md"
    bad.write_text(one("softmx"), encoding="utf-8")
    wrong = tmp_path / "wrong.md"
    wrong.write_text(one(ASK.replace("+=5", "+=99")), encoding="utf-8")
    for arguments, says in (
        (["learn", "softmx", "--json"], "there is no lesson called softmx. Did you mean softmax?"),
        (["learn", "--json"], "learn --json takes one lesson, as in: tfx learn softmax --json"),
        (["learn", "softmax", "xor", "--json"], "takes one lesson"),
        (["learn", "\x1b[2J", "--json"], "there is no lesson called ␛[2J."),
        (["learn", "softmax", "--text"], "--json prints a lesson"),
        (["learn", "/nowhere.md", "--json"], "It cannot be read: No such file or directory."),
        (["learn", str(bad), "--json"], f"{bad}:8: There is nothing called softmx."),
        (["learn", str(wrong), "--json"], f"{wrong}:9: logits goes from −20 to 20."),
        (["check"], "check takes files, as in: tfx check lesson.md"),
    ):
        done = tfx(*arguments)
        assert (done.returncode, done.stdout) == (2, ""), arguments
        assert says in done.stderr
        assert done.stderr.count("\n") == 1


def test_check_is_silent_about_a_sound_file_and_says_each_fault(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.md", tmp_path / "bad.md"
    good.write_text(one(ASK), encoding="utf-8")
    bad.write_text(lesson(step("softmx"), step(ASK + "\nexpect no")), encoding="utf-8")
    done = tfx("check", str(good))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = tfx("check", str(good), str(bad), "/nowhere.md")
    assert done.returncode == 2
    assert done.stdout.splitlines() == [
        f"{bad}:8: There is nothing called softmx. Did you mean softmax?",
        f"{bad}:{line_of(bad.read_text(encoding='utf-8'), 'expect no')}: no does not hold.",
        "/nowhere.md:1: It cannot be read: No such file or directory.",
    ]


def test_what_is_only_reported_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "same.md"
    block = "softmax\nask entropy after temperature=9\nlarger | smaller\nvary logits=-3..3"
    file.write_text(one(block), encoding="utf-8")
    done = tfx("check", str(file))
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == (
        f"{file}:9: Asked again, the answer is the same in 40 draws: larger. (no fault)\n"
    )


def test_hostile_names_and_texts_reach_no_terminal(tmp_path: Path) -> None:
    file = tmp_path / "\x1b[31mred.md"
    file.write_text("# A\n\n## \x1b[31m\n", encoding="utf-8")
    done = tfx("check", str(file))
    assert done.returncode == 2
    assert "\x1b" not in done.stdout + done.stderr
    assert done.stdout.isprintable() or done.stdout.count("\n") == 1


def test_a_model_that_is_not_here_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "empty"))
    assert "gpt2" not in found()
    file = tmp_path / "gpt.md"
    text = one(
        "real-model model=gpt2\nask parameter_count after layer=1 within 1\nexpect yes",
        before="How many?",
    )
    file.write_text(text, encoding="utf-8")
    done = tfx("learn", str(file), "--json")
    (skipped,) = json.loads(done.stdout)["steps"]
    assert skipped["skipped"] == "There is no gpt2 on this computer: this step is skipped."
    assert skipped["task"]["answer"] is None
    done = tfx("check", str(file))
    assert (done.returncode, done.stdout) == (0, "")
    assert "There is no gpt2 on this computer: this step is skipped." in done.stderr


def test_no_lesson_is_loaded_where_none_is_asked_for() -> None:
    for arguments in (["softmax", "--json"], ["list"], ["help", "softmax"]):
        code = (
            f"import sys; from tui_transformer.cli import main; main({arguments});"
            "print([m for m in sys.modules if 'tui_transformer.lessons' in m], file=sys.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=60
        )
        assert done.stderr.strip() == "[]"


def test_the_map_can_ask_for_lessons_before_numpy_loads() -> None:
    code = (
        "import sys; from tui_transformer.lessons.library import shipped; "
        "print(shipped()[0], 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == f"{entries()[0].id} False"


def test_a_question_drawn_anew_is_printed_like_a_step() -> None:
    import numpy as np

    text = one(
        f"{ASK}\nvary logits=-3..3\nvariant logits*=2 : Doubled?", before="A story.\n\nWhat?"
    )
    (asked,) = parse(text).steps
    rng, seen = np.random.default_rng(0), set()
    for _ in range(20):
        again = ask_again(asked, rng)
        assert again is not None
        record = printed.again(again)
        seen.add((record["task"]["question"], record["before"]))
        assert record["link"].startswith("tfx softmax logits=")
        assert record["task"]["answer"] in ("larger", "smaller", "the same")
    assert seen == {("What?", "A story."), ("Doubled?", "")}
