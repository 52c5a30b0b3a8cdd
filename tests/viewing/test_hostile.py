"""What cannot be opened is refused in one sentence, cause first, and nothing in it is run."""

import io
import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.viewing.files import attention, npy, safetensors
from tui_transformer.concepts import _real_model_places as places
from tui_transformer.concepts.view import files
from tui_transformer.controls import BadValue
from tui_transformer.lessons.change import NamesFile
from tui_transformer.lessons.states import open_state
from tui_transformer.link import open_command, open_words

RAN: list[int] = []


class Bomb:
    def __reduce__(self):
        return RAN.append, (1,)


def zipped(path, name, content, kind=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", kind) as archive:
        archive.writestr(name, content)


def save(path, x):
    with path.open("wb") as file:
        np.save(file, x)


def make(name, path):
    x = attention(4, 4)
    match name:
        case "object array":
            save(path, np.array([[Bomb(), 1], [2, 3]], object))
        case "object in an archive":
            np.savez(path, a=np.array([[Bomb(), 1], [2, 3]], object))
            path.with_suffix(".npz").replace(path)
        case "plain pickle":
            path.write_bytes(pickle.dumps(Bomb()))
        case "torch archive":
            zipped(path, "archive/data.pkl", pickle.dumps(Bomb()))
        case "lying shape":
            npy(path, "(9, 9, 9)", data=b"\0" * 64)
        case "less than there is":
            npy(path, "(2, 2)", data=b"\0" * 64)
        case "huge claim":
            npy(path, f"({2**40}, {2**40})")
        case "negative":
            npy(path, "(-4, -4)", data=b"\0" * 64)
        case "many axes":
            npy(path, "(1, 1, 1, 2, 2)", data=b"\0" * 16)
        case "one axis":
            npy(path, "(4,)", data=b"\0" * 16)
        case "empty":
            npy(path, "(0, 4)")
        case "no shape":
            npy(path, "__import__('os').system('false')")
        case "deep header":
            npy(path, "(" * 4000)
        case "complex":
            save(path, x.astype(np.complex64))
        case "text":
            save(path, np.array([["a", "b"]]))
        case "structured":
            save(path, np.zeros((2, 2), [("a", "f4")]))
        case "too long a row":
            with path.open("wb") as file:
                np.lib.format.write_array_header_1_0(
                    file, {"descr": "<f4", "fortran_order": False, "shape": (1, 2**20)}
                )
                file.truncate(file.tell() + 4 * 2**20)
        case "cut short":
            save(path, x)
            path.write_bytes(path.read_bytes()[:-8])
        case "cut archive":
            np.savez(path, a=x)
            path.with_suffix(".npz").replace(path)
            path.write_bytes(path.read_bytes()[:-30])
        case "compressed claim":
            header = npy(path, "(131072, 131072)").read_bytes()
            zipped(path, "a.npy", header + b"\0" * 100, zipfile.ZIP_DEFLATED)
        case "compressed lie":
            header = npy(path, "(64, 64)").read_bytes()
            zipped(path, "a.npy", header + b"\0" * 10**6, zipfile.ZIP_DEFLATED)
        case "empty archive":
            zipfile.ZipFile(path, "w").close()
        case "nothing":
            path.write_bytes(b"")
        case "words":
            path.write_text("0.1 0.2\n0.3 0.4\n")
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "tensor that lies":
            safetensors(path, {"a": ("F64", x)})


NAMES = {
    "object array": "it holds objects",
    "object in an archive": "a: it holds objects",
    "plain pickle": "it is a pickle",
    "torch archive": "archive/data.pkl: its header is damaged",
    "lying shape": "its shape needs 2,916 bytes, and 64 are there",
    "less than there is": "its shape needs 16 bytes, and 64 are there",
    "huge claim": "its shape makes no sense",
    "negative": "its shape makes no sense",
    "many axes": "its shape is (1 × 1 × 1 × 2 × 2)",
    "one axis": "its shape is (4)",
    "empty": "it is empty",
    "no shape": "its header is damaged",
    "deep header": "its header is damaged",
    "complex": "it holds complex64",
    "text": "it holds str",
    "structured": "it holds",
    "too long a row": "its shape is 1 × 1048576: more places or heads than are read here",
    "cut short": "its shape needs 64 bytes, and 56 are there",
    "cut archive": "it is a damaged archive",
    "compressed claim": "a: it is compressed, and too large for memory",
    "compressed lie": "a: it is cut short, or says a shape that it has not",
    "empty archive": "it holds no arrays",
    "nothing": "it is cut short, or not a safetensors file",
    "words": "it is cut short, or not a safetensors file",
    "folder": "it is a folder",
    "pipe": "it is no file",
    "tensor that lies": "the size of a does not fit its shape",
}


@pytest.mark.parametrize("name", NAMES)
def test_one_sentence_with_the_cause_first(tmp_path, name):
    path = tmp_path / "file"
    make(name, path)
    with pytest.raises(BadValue) as refused:
        files.load(str(path))
    said = str(refused.value)
    assert said.startswith(NAMES[name])
    assert said.endswith("”.") and "\n" not in said and len(said) < 250
    assert not RAN


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/tty", "/dev/stdin", "\0", "a\x1b[2J", "~no/x"])
def test_what_is_no_file_is_refused(path):
    with pytest.raises(BadValue) as refused:
        files.load(path)
    assert "\x1b" not in str(refused.value)


def test_names_with_escapes_are_shown_in_cells_of_their_own(tmp_path):
    from tui_transformer.concepts.view.model import View
    from tui_transformer.concepts.view.view import view
    from tui_transformer.render.page import whole
    from tui_transformer.render.palette import PLAIN
    from tui_transformer.text import is_clean

    wicked = "\x1b]0;owned\x07\u202e"
    file = tmp_path / "wicked\x1b[2J.npz"
    np.savez(file, **{f"a{wicked}": attention(3, 3), "tokens": np.array([wicked, "b", "c"])})
    m = View(file=str(file))
    figure = view(m)
    lines = whole("Look", figure, 100, 60, PLAIN)
    drawn = "".join(segment.text for line in lines for segment in line)
    assert is_clean(drawn.replace("\n", "")) and is_clean(figure.says)
    assert is_clean(figure.formula.said) and is_clean(figure.data)


def test_neither_a_kiosk_nor_a_lesson_nor_a_class_opens_a_file(tmp_path, monkeypatch):
    np.save(tmp_path / "a.npy", attention(3, 3))
    for command in (f"view {tmp_path}/a.npy", f"tfx view file={tmp_path}/a.npy", "view"):
        with pytest.raises(NamesFile):
            open_state(command)
    assert open_command(f"view {tmp_path}/a.npy")[1].shape == [3, 3]
    monkeypatch.setattr(places, "_own_files", False)
    for words in (["view"], ["view", f"{tmp_path}/a.npy"], ["view", f"other={tmp_path}/a.npy"]):
        with pytest.raises(BadValue, match="may not open any"):
            open_words(words)
    with pytest.raises(BadValue, match="may not open files"):
        files.load(str(tmp_path / "a.npy"))


def test_an_archive_may_hold_more_that_is_not_opened(tmp_path):
    buffer = io.BytesIO()
    np.savez(buffer, a=np.array([Bomb()], object), b=attention(3, 3))
    (tmp_path / "a.npz").write_bytes(buffer.getvalue())
    assert list(files.load(str(tmp_path / "a.npz")).arrays) == ["b"]
    assert not RAN


@pytest.mark.parametrize("kind", ["npy", "npz", "compressed", "safetensors"])
def test_whatever_byte_is_wrong_it_opens_or_is_refused(tmp_path, kind):
    """Bits turned, tails cut, pieces doubled: BadValue, or an array that can be looked at."""
    from tui_transformer.concepts.view.model import View
    from tui_transformer.concepts.view.view import view

    file, x = tmp_path / f"a.{kind}", attention(2, 5, 5)
    with file.open("wb") as stream:
        match kind:
            case "npy":
                np.save(stream, x)
            case "npz":
                np.savez(stream, a=x, tokens=["a", "b", "c", "d", "e"])
            case "compressed":
                np.savez_compressed(stream, a=x, tokens=["a", "b", "c", "d", "e"])
    if kind == "safetensors":
        safetensors(file, {"a": ("F32", x)}, tokens='["a", "b"]')
    whole, random = file.read_bytes(), np.random.default_rng(7)
    refused = 0
    for _ in range(150):
        wrong = bytearray(whole)
        for at in random.integers(0, len(wrong), random.integers(1, 4)):
            wrong[at] = random.integers(256)
        wrong = wrong[: random.integers(len(wrong))] if random.random() < 0.2 else wrong
        file.write_bytes(wrong)
        files._read.cache_clear()
        try:
            files.load(str(file))
        except BadValue as problem:
            refused += 1
            assert "no such file" not in str(problem)
        else:
            assert view(View(file=str(file))).says
    assert refused


def open_files():
    """How many files this process has open; 0 where the system does not tell."""
    return len(list(Path("/proc/self/fd").glob("*")))


def test_an_archive_of_many_arrays_keeps_one_file_open(tmp_path):
    np.savez(tmp_path / "a.npz", **{f"layer{i}": attention(3, 3) for i in range(900)})
    before = open_files()
    assert len(files.load(str(tmp_path / "a.npz")).arrays) == 900
    after = open_files()
    assert after - before <= 2
