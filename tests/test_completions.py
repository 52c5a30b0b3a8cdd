"""What the shells offer, asked of bash itself with the script sourced."""

import subprocess
from functools import cache

import pytest

from tests.test_cli import IDS, tfx
from tui_transformer.concepts import load
from tui_transformer.controls import Choice

# How readline hands a line over: it parts words at "=" as well.
ASK = """
source /dev/stdin
COMP_LINE=$1; COMP_POINT=${#1}
COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
compopt() { :; }
_tfx tfx "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%%s\\n' "${COMPREPLY[@]}"
"""


@cache
def script() -> str:
    return tfx("--completions", "bash").stdout


def offered(line: str) -> list[str]:
    parted = line.replace("=", " = ").split()
    words = [*parted, *([""] if line[-1] in " =" else [])]
    ask = ASK % " ".join(f"'{word}'" for word in words)
    done = subprocess.run(
        ["bash", "-c", ask, "bash", line],
        input=script(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert not done.stderr
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "among"),
    [
        ("tfx ", {"learn", "softmax", "quiz"}),
        ("tfx soft", {"softmax"}),
        ("tfx help ", {"learn", "softmax"}),
        ("tfx explain so", {"softmax", "sorter"}),
        ("tfx learn tour-", {"tour-bricks", "tour-gates"}),
        ("tfx quiz soft", {"softmax"}),
        ("tfx words soft", {"softmax"}),
        ("tfx softmax te", {"temperature="}),
        ("tfx --th", {"--theme"}),
        ("tfx softmax --theme n", {"nord"}),
        ("tfx --completions ", {"bash", "zsh", "fish"}),
        ("tfx descent optimizer=", {"gd", "momentum"}),
        ("tfx descent optimizer=mo", {"momentum"}),
    ],
)
def test_what_may_follow_is_offered(line: str, among: set[str]) -> None:
    assert among <= set(offered(line))


def test_a_file_is_left_to_the_shell() -> None:
    assert offered("tfx check les") == []
    assert "-o default" in script()


def test_every_word_of_every_choice_is_offered_and_can_be_set() -> None:
    for name in IDS:
        model = load(name).model
        for control in model.controls().values():
            if isinstance(control, Choice):
                words = offered(f"tfx {name} {control.name}=")
                assert set(words) == set(control.choices)
                assert all(control.parse(word, model()) == word for word in words)
