"""Files of published models that cannot be used: each gets one sentence, and nothing hangs."""

import json
import os
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from tests.published import bert_folder, gpt2_folder, gpt2_tensors, gpt2_vocabulary
from tui_transformer.cli import main
from tui_transformer.concepts import _real_model_places as places
from tui_transformer.concepts import load
from tui_transformer.concepts.real_model import RealModel, files
from tui_transformer.concepts.real_model.view import refused
from tui_transformer.controls import BadValue
from tui_transformer.nn.published.safetensors import write
from tui_transformer.render.page import whole
from tui_transformer.render.palette import DARK
from tui_transformer.session import Session
from tui_transformer.text import ending, is_clean
from tui_transformer.ui import parts

CONCEPT = load("real-model")


pytestmark = pytest.mark.usefixtures("nothing_installed")


@pytest.fixture
def gpt2(tmp_path):
    return gpt2_folder(tmp_path / "gpt2")


def opened(folder, **controls):
    return RealModel(model=str(folder), **controls)


def _replaced(name, content):
    def make(folder):
        if isinstance(content, bytes):
            (folder / name).write_bytes(content)
        else:
            (folder / name).unlink()
            content(folder / name)

    return make


def _truncated(folder):
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])


def _sharded(index, *parts):
    """An index with this in it, and the model as the named files."""

    def make(folder):
        for part in parts or ("a.safetensors",):
            shutil.copy(folder / "model.safetensors", folder / part)
        (folder / "model.safetensors").unlink()
        content = index if isinstance(index, str) else json.dumps({"weight_map": index})
        (folder / "model.safetensors.index.json").write_text(content)

    return make


def _cycle(folder):
    """An index that names itself, by a link that ends as a file of weights does."""
    _sharded({"wte.weight": "b.safetensors"})(folder)
    (folder / "b.safetensors").symlink_to(folder / "model.safetensors.index.json")


def _part_cut_short(folder):
    _sharded(dict.fromkeys(gpt2_tensors(), "a.safetensors"))(folder)
    file = folder / "a.safetensors"
    file.write_bytes(file.read_bytes()[:-100])


def _pickled(folder):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def _sparse(name, size):
    def make(folder):
        with (folder / name).open("wb") as file:
            file.truncate(size)

    return make


def _tensors(**changes):
    return lambda folder: write(
        folder / "model.safetensors",
        {name: x for name, x in (gpt2_tensors() | changes).items() if x is not None}, {},
    )  # fmt: skip


def _two(folder):
    shutil.copy(folder / "model.safetensors", folder / "b.safetensors")
    (folder / "model.safetensors").rename(folder / "a.safetensors")


PICKLE = b"\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x00cposix\nsystem\n."
NAN = {"wte.weight": np.full_like(gpt2_tensors()["wte.weight"], np.nan)}
HEADER = (2**40).to_bytes(8, "little") + b"{}"
CASES = [
    ("missing", lambda f: (f / "model.safetensors").unlink(), "no .safetensors file"),
    ("truncated", _truncated, "should hold"),
    ("empty", _replaced("model.safetensors", b""), "cut short"),
    ("text", _replaced("model.safetensors", b"hello, " * 99), "not a safetensors file"),
    ("pickle", _replaced("model.safetensors", PICKLE), "pickle"),
    ("zip", _replaced("model.safetensors", b"PK\x03\x04" + bytes(99)), "archive"),
    ("huge header", _replaced("model.safetensors", HEADER), "cut short"),
    ("folder", _replaced("model.safetensors", Path.mkdir), "it is a folder"),
    ("pipe", _replaced("model.safetensors", os.mkfifo), "it is no file"),
    ("device", _replaced("model.safetensors", lambda p: p.symlink_to("/dev/zero")), "no file"),
    ("loop", _replaced("model.safetensors", lambda p: p.symlink_to(p)), "symbolic links"),
    ("dangling", _replaced("model.safetensors", lambda p: p.symlink_to("/no")), "no such file"),
    ("too large", _sparse("model.safetensors", 2**42), "GB of memory"),
    ("index empty", _sharded("{}"), "has no weight_map"),
    ("index no JSON", _sharded("{"), "has no weight_map"),
    ("index too deep", _sharded("[" * 10**6), "has no weight_map"),
    ("index too large", _sharded(" " * 17_000_000), "has no weight_map"),
    ("index a list", _sharded(["wte.weight"]), "has no weight_map"),
    ("index a number", _sharded({"wte.weight": 3}), "no .safetensors file beside it"),
    ("index upwards", _sharded({"x": "../a.safetensors"}), "no .safetensors file beside it"),
    ("index away", _sharded({"x": "/etc/a.safetensors"}), "no .safetensors file beside it"),
    ("index names itself", _sharded({"x": "model.safetensors.index.json"}), "beside it"),
    ("index of escapes", _sharded({"x": "\x1b[2J\u202e"}), "no .safetensors file beside it"),
    ("index of a cycle", _cycle, "of its part b.safetensors"),
    ("index of what is gone", _sharded({"x": "no.safetensors"}), "no such file"),
    ("index of a lie", _sharded({"\x1b[2Jx": "a.safetensors"}), "which lacks it"),
    ("index of many", _sharded({f"{i}": f"{i}.safetensors" for i in range(1001)}), "1,000 files"),
    ("part of an index cut short", _part_cut_short, "of its part a.safetensors: it should hold"),
    ("a Mamba", _replaced("config.json", b'{"model_type": "mamba"}'),
     "it is a Mamba: no attention; not read here"),
    ("a T5", _replaced("config.json", b'{"model_type": "t5"}'), "it is a T5"),
    ("a family of escapes", lambda f: (
        write(f / "model.safetensors", {"x": np.zeros(3)}, {}),
        (f / "config.json").write_text('{"model_type": "\\u001b[2J"}')), "which is not read here"),
    ("another family", _replaced("config.json", b'{"model_type": "llama"}'), "neither"),
    ("only a .bin", _pickled, "pickle"),
    ("two files", _two, "several .safetensors"),
    ("another model", lambda f: write(f / "model.safetensors", {"x": np.zeros(3)}, {}), "neither"),
    ("a tensor gone", _tensors(**{"ln_f.bias": None}), "lacks the tensor ln_f.bias"),
    ("a wrong shape", _tensors(**{"ln_f.bias": np.zeros(5)}), "is 5 where 12"),
    ("hostile names", _tensors(**{"h.\x1b[2J.x": np.zeros(1)}), "not numbered from 0"),
    ("not numbers", _tensors(**NAN), "not finite"),
    ("config no JSON", _replaced("config.json", b"{"), "config.json is not JSON"),
    ("config a list", _replaced("config.json", b"[]"), "config.json is not JSON"),
    ("config too deep", _replaced("config.json", b"[" * 10**6), "config.json is not JSON"),
    ("config a pipe", _replaced("config.json", os.mkfifo), "not a file that can be read"),
    ("no heads", _replaced("config.json", b'{"n_head": 0}'), "how many heads"),
    ("no config", lambda f: (f / "config.json").unlink(), "how many heads"),
    ("odd heads", _replaced("config.json", b'{"n_head": 7}'), "do not divide"),
    ("layers", _replaced("config.json", b'{"n_head": 3, "n_layer": 1000000000}'), "the file has 2"),
    ("long number", _replaced("config.json", b'{"n_head": %s}' % (b"9" * 4000)),
     "do not divide"),
    ("hostile config", _replaced("config.json", b'{"n_head":3,"n_layer":"\\u001b[2J"}'), "n_layer"),
    ("no vocabulary", lambda f: (f / "vocab.json").unlink(), "no tokenizer lies beside it"),
    ("huge vocabulary", _sparse("vocab.json", 10**8), "vocab.json is larger than 16 MB"),
    ("vocabulary no JSON", _replaced("vocab.json", b"\x80\x04"), "vocab.json is not"),
    ("vocabulary a folder", _replaced("vocab.json", Path.mkdir), "not a file that can be read"),
    ("merges nonsense", _replaced("merges.txt", b"\x1b[2J\n"), "not a pair"),
    ("too many words", lambda f: (f / "vocab.json").write_text(
        json.dumps(gpt2_vocabulary() | {"more": 5000})), "5,001 entries, and the weights have 266"),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "sentence"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_every_file_that_cannot_be_used_gets_one_sentence(gpt2, damage, sentence):
    damage(gpt2)
    said = []

    def attempt():
        try:
            m = RealModel().parsed({"model": str(gpt2)})
            said.append(m.problem)
        except BadValue as problem:
            said.append(str(problem))

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(20)
    assert said and said[0], "it hangs, or it was believed"
    assert sentence in said[0]
    assert said[0].endswith(".") and is_clean(said[0]) and len(said[0]) < 200
    m = opened(gpt2)
    assert m.problem == said[0]
    whole("x", CONCEPT.view(m), 80, 24, DARK)
    json.loads(m.to_json("real-model"))
    assert_told_whole(m, said[0], sentence, gpt2)


def assert_told_whole(m, said, sentence, folder):
    """The cause comes first and the end of the path last, and both are read at any width."""
    cause, _, path = said.rpartition(": ")
    assert sentence in cause
    assert path.strip("“”.").endswith(folder.name)
    for width in (80, 60):
        status = parts.status(Session.open(CONCEPT).say(said), width, DARK)
        assert len(status) <= parts.LOWER and squeezed(status) == "".join(said.split())
        top = parts.sentence(Session(CONCEPT, m), width, DARK)
        assert len(top) <= 2 and squeezed(top).startswith("".join(refused(m).split()))


def squeezed(lines):
    """What lines show, without spaces."""
    return "".join("".join(s.text for line in lines for s in line).split())


def test_the_end_of_a_path_is_kept_from_a_slash_on():
    assert ending("/a/b", 10) == "/a/b"
    assert ending("/home/someone/models/gpt2-125", 20) == "…/models/gpt2-125"
    assert ending("/models/" + "x" * 40, 20) == "…" + "x" * 19
    for path in ("/a" * 40, "/models/checkpoint-12345/", "x" * 99):
        assert len(ending(path, 24)) <= 24


@pytest.mark.parametrize("typed", [
    "/no/such/place", "/dev/zero", "/dev/tty", "/", ".", "x" * 4000, "/proc/self/mem", "~nobody9/x",
    "\x1b[2J", "a\0b", "\u202e/x", "\ud800", "/etc/passwd", "--json", "-", "*", "$(id)", "a=b",
])  # fmt: skip
def test_paths_that_lead_nowhere(typed):
    with pytest.raises(BadValue) as caught:
        RealModel().parsed({"model": typed})
    assert is_clean(str(caught.value)) and str(caught.value).endswith(".")
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 200


def test_the_command_line_refuses_with_one_line(gpt2, capsys):
    _truncated(gpt2)
    assert main(["real-model", f"model={gpt2}", "--json"]) == 2
    out, err = capsys.readouterr()
    assert not out and err.count("\n") == 1 and err.startswith("tfx: ")


def test_a_file_larger_than_memory_is_refused_before_it_is_read(gpt2, monkeypatch):
    monkeypatch.setattr(files, "memory_left", lambda: 1000)
    monkeypatch.setattr(files, "read_weights", lambda path: pytest.fail("it was read"))
    assert "GB of memory" in str(opened(gpt2).problem)
    monkeypatch.undo()
    assert files.memory_left() is None or files.memory_left() > 0


def test_a_bert_without_its_words(tmp_path):
    bert = bert_folder(tmp_path / "bert")
    (bert / "vocab.txt").unlink()
    assert "no vocab.txt" in str(opened(bert).problem)


def test_challenges_can_be_met_where_no_model_is_but_not_by_a_broken_one(gpt2, monkeypatch):
    for challenge in CONCEPT.challenges:
        assert not challenge.solved(RealModel())
        assert challenge.solved(RealModel(**challenge.solution))
        assert not challenge.solved(opened(gpt2))
    monkeypatch.setattr(places, "_packaged", lambda: gpt2)
    for challenge in CONCEPT.challenges:
        assert not challenge.solved(RealModel(**challenge.solution | {"model": "/no/such/file"}))
