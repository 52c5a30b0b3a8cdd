"""`tfx view` as it is typed: what it prints, what it refuses, and the lines that make a file."""

import json
import subprocess
import sys

import numpy as np
import pytest

from tests.test_cli import tfx
from tests.viewing.files import TOKENS, attention


@pytest.fixture
def file(tmp_path):
    np.savez(tmp_path / "a.npz", attention=attention(3, 4, 12, 12), tokens=TOKENS)
    return str(tmp_path / "a.npz")


def test_it_prints_as_every_concept_does(file, tmp_path):
    drawn = tfx("view", file, "layer=2", "head=3", "--text", "--size", "90x60").stdout
    assert "Layer 2, head 3: query “[CLS]” (0) looks most at" in drawn
    assert "All heads" in drawn and "The finder" in drawn and "3 × 4 × 12 × 12" in drawn
    assert max(map(len, drawn.splitlines())) <= 90
    record = json.loads(tfx("view", file, "layer=2", "query=5", "--json").stdout)
    x = np.load(file)["attention"]
    assert record["values"]["attention"] == x[1, 0].astype(float).tolist()
    assert record["values"]["row"] == x[1, 0, 5].astype(float).tolist()
    assert record["values"]["shape"] == [3, 4, 12, 12]
    svg = tmp_path / "a.svg"
    tfx("view", file, "--svg", str(svg))
    assert svg.read_text("utf-8").startswith("<svg")
    why = tfx("view", file, "query=2", "--why", "sums[2]", "--depth", "1").stdout
    assert "attention[0, 0, 2, 0]" in why


def test_it_opens_in_line_mode(file):
    done = subprocess.run(
        [sys.executable, "-m", "tui_transformer", "--lines"],
        input=f"view {file}\nlayer=3\nlink\nquit\n", capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "Layer 3, head 0" in done.stdout
    assert f"tfx view file={file} layer=3" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["view", "none.npy"], "tfx: no such file or directory: “none.npy”."),
        (["view", "a", "b", "c"], "tfx: view takes one file, or two; c is one too many."),
        (["view", "layers=3"], "view has no control layers. Did you mean layer?"),
        (["view", "--how", "--json", "x"], "--how goes with view alone"),
        (["softmax", "--how"], "--how goes with view alone"),
        (["record", "lesson.md", "view"], "a lesson opens no file"),
        (["present", "view", "a.npy"], "a file of your own is not shown to a class"),
    ],
)
def test_what_cannot_be_is_one_sentence(words, said):
    more = [] if "--how" in words or words[0] != "view" else ["--text"]
    done = tfx(*words, *more)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1 and not done.stdout


def test_without_a_file_it_says_how_one_is_made():
    assert "No file is open" in tfx("view", "--text").stdout
    assert "Controls" in tfx("help", "view").stdout
    assert "Look at any file" in tfx("explain", "view").stdout


# Stands for the usual library: a model that gives a layer [batch, head, query, key] each.
LIBRARY = """
import numpy
from tests.viewing.files import TOKENS, attention

class Tensor:
    def __init__(self, x): self.x = x
    def __getitem__(self, at): return Tensor(self.x[at])
    def detach(self): return self
    def float(self): return Tensor(self.x.astype("f4"))
    def numpy(self): return self.x

class tokenizer:
    def __new__(cls, text, return_tensors): return {"input_ids": [list(range(12))]}
    def convert_ids_to_tokens(ids): return [TOKENS[i] for i in ids]

def model(input_ids, output_attentions):
    class Out: attentions = tuple(Tensor(x[None]) for x in attention(3, 2, 12, 12))
    return Out
"""


def test_the_lines_that_it_prints_save_what_it_opens(tmp_path):
    lines = tfx("view", "--how").stdout
    assert len([line for line in lines.splitlines() if not line.startswith("#")]) == 4
    subprocess.run(
        [sys.executable, "-c", f"{LIBRARY}\nimport os\nos.chdir({str(tmp_path)!r})\n{lines}"],
        check=True,
    )
    record = json.loads(tfx("view", str(tmp_path / "attention.npz"), "layer=3", "--json").stdout)
    assert record["values"]["attention"] == attention(3, 2, 12, 12)[2, 0].astype(float).tolist()
    assert record["values"]["key_names"] == TOKENS
