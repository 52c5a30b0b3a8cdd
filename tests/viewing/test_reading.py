"""`view` shows the numbers of a file bit for bit, and reads no more of it than it shows."""

from pathlib import Path

import numpy as np
import pytest

from tests.viewing.files import TOKENS, attention, safetensors
from tui_transformer.concepts.view import files
from tui_transformer.concepts.view.model import View
from tui_transformer.concepts.view.view import view

KINDS = (np.float16, np.float32, np.float64, ">f4", np.int8, np.uint64, np.bool_)


def bits(x):
    return np.ascontiguousarray(x).view(np.uint8).tolist()


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("shape", [(3, 2, 9, 9), (2, 9, 7), (8, 9)])
def test_every_cell_is_the_one_that_numpy_loads(tmp_path, kind, order, shape):
    file = tmp_path / "a.npy"
    x = np.random.default_rng(1).integers(0, 2**15, shape).astype(kind)
    if x.dtype.kind == "f" and x.dtype.itemsize > 2:
        x.flat[::7] = np.nan
        x.flat[1::7] = -np.inf
    np.save(file, np.asarray(x, order=order))
    loaded = np.load(file, allow_pickle=False)
    whole = loaded.reshape((1,) * (4 - loaded.ndim) + loaded.shape)
    m = View(file=str(file), layer=9, head=1, rows=4, query=6, first=4, across=2)
    layer, head = m.layer - 1, m.head
    assert (layer, head) == (whole.shape[0] - 1, min(1, whole.shape[1] - 1))
    assert m.attention.dtype == loaded.dtype
    assert bits(m.attention) == bits(whole[layer, head, 4:8, 2:6])
    assert bits(m.row) == bits(whole[layer, head, 6])
    assert bits(m.every_first) == bits(whole[:, :, 6, 0])
    assert m.shape == list(shape)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_archives_compressed_or_not_hold_the_same(tmp_path, save):
    x = attention(2, 3, 12, 12)
    save(tmp_path / "a.npz", attention=x, tokens=TOKENS)
    m = View(file=str(tmp_path / "a.npz"), layer=2, head=1)
    assert np.array_equal(m.attention, np.load(tmp_path / "a.npz")["attention"][1, 1])
    assert m.key_names == TOKENS
    assert isinstance(base(m.seen.array), np.memmap) == (save is np.savez)


def base(x):
    while isinstance(x, np.ndarray) and not isinstance(x, np.memmap):
        x = x.base
    return x


def test_tensors_of_half_the_bits_are_widened(tmp_path):
    x = attention(2, 12, 12)
    upper = (x.view(np.uint32) >> 16).astype(np.uint16)
    file = tmp_path / "a.safetensors"
    safetensors(file, {"layer 0": ("BF16", upper)}, tokens='["a", "b"]')
    m = View(file=str(file), head=1)
    expected = (upper.astype(np.uint32) << 16).view(np.float32)[1]
    assert bits(m.attention) == bits(expected)
    assert m.kind == "BF16" and m.arrays == ["layer 0"]
    assert "do not add up" not in view(m).says
    assert "2 tokens do not fit 12 places" in view(m).says


def test_an_array_is_chosen_by_its_name(tmp_path):
    one, two = attention(4, 4), attention(2, 5, 5, seed=1)
    np.savez(tmp_path / "a.npz", b=one, attention=two, names=np.array(["x", "y"]))
    m = View().parsed({"file": str(tmp_path / "a.npz")})
    assert m.shape == [2, 5, 5] and m.arrays == ["b", "attention"]
    assert m.parsed({"array": "b"}).shape == [4, 4]
    control = View.controls()["array"]
    assert control.nudge("", 1, m) == "b"
    with pytest.raises(ValueError, match="it has b, attention"):
        m.parsed({"array": "c"})


class Counted(np.ndarray):
    """An array that counts what is copied out of it."""

    read = 0

    def __getitem__(self, at):
        found = super().__getitem__(at)
        Counted.read += np.asarray(found).nbytes
        return np.asarray(found)


@pytest.mark.parametrize("query", [0, 500, 1023])
def test_of_a_large_file_little_is_read(tmp_path, monkeypatch, query):
    """604 MB, of which a window is 32 rows; whatever is drawn reads less than a hundredth."""
    file = tmp_path / "large.npy"
    shape = (12, 12, 1024, 1024)
    array = np.lib.format.open_memmap(file, "w+", np.float32, shape)
    array[3, 4, query] = attention(1024, seed=2)
    array.flush()
    expected = np.array(array[3, 4, query])
    del array
    plain = files.load(str(file)).arrays["array"]
    assert isinstance(base(plain.array), np.memmap)
    monkeypatch.setattr(Counted, "read", 0)
    counted = files.Attention(plain.array.view(Counted), plain.name, plain.shape, plain.kind)
    monkeypatch.setattr(files, "load", lambda name: files.Stored({"array": counted}))
    m = View(file=str(file), layer=4, head=4, query=query)
    figure = view(m)
    assert np.array_equal(m.row, expected)
    assert m.query in m.queries
    assert 0 < Counted.read < 604e6 / 1000
    for panel in figure.panels:
        panel.complete()
    assert Counted.read <= 604e6 / 1000 + 4 * 8_000_000


def test_a_file_that_changed_is_opened_anew(tmp_path):
    file = tmp_path / "a.npy"
    np.save(file, attention(3, 3))
    assert View(file=str(file)).shape == [3, 3]
    np.save(tmp_path / "b.npy", attention(2, 5, 5))
    (tmp_path / "b.npy").replace(file)
    assert View(file=str(file)).shape == [2, 5, 5]
    file.unlink()
    assert "no such file" in View(file=str(file)).problem


def test_the_window_follows_the_query_and_the_keys_what_is_typed(tmp_path):
    file = tmp_path / "a.npy"
    np.save(file, attention(50, 60))
    m = View(file=str(file), rows=10)
    assert (m.queries, m.keys) == (range(10), range(10))
    m = m.replace(query=12)
    assert (m.queries, m.keys) == (range(3, 13), range(3, 13))
    m = m.replace(query=11)
    assert m.queries == range(3, 13)
    m = m.replace(query=2)
    assert m.queries == range(2, 12)
    assert m.replace(across=99).keys == range(50, 60)
    assert m.replace(first=40).queries == range(2, 12)
    assert m.replace(order="kq").size[2:] == (60, 50)
    assert np.array_equal(m.replace(order="kq").row, np.load(file)[:, 2])


def test_what_is_typed_is_read_in_the_order_that_its_limits_need(tmp_path):
    x, y = attention(50, 60), attention(2, 3, 4, 4)
    np.savez(tmp_path / "a.npz", x=x, y=y)
    file = str(tmp_path / "a.npz")
    m = View().parsed({"query": "55", "order": "kq", "file": file})
    assert np.array_equal(m.row, x[:, 55])
    m = View().parsed({"head": "2", "layer": "2", "array": "y", "query": "3", "file": file})
    assert np.array_equal(m.row, y[1, 2, 3])
    with pytest.raises(ValueError, match="query goes from 0 to 49"):
        View().parsed({"query": "55", "file": file})


@pytest.mark.parametrize("kind", ["npy", "npz", "safetensors"])
def test_the_system_does_not_read_far_around_each_number(tmp_path, kind):
    """Of every head one number is read; reading ahead of each would read most of a large file."""
    file, x = tmp_path / f"scattered.{kind}", attention(2, 3, 64, 64)
    match kind:
        case "npy":
            np.save(file, x)
        case "npz":
            np.savez(file, a=x)
        case _:
            safetensors(file, {"a": ("F32", x)})
    m = View(file=str(file))
    assert m.every_first.shape == (2, 3)
    told = Path("/proc/self/smaps")  # by Linux; elsewhere the system reads as it likes
    maps = told.read_text("utf-8", "replace") if told.exists() else f"{file.name} VmFlags: rr"
    flags = maps.partition(file.name)[2].partition("VmFlags:")[2].partition("\n")[0]
    assert "rr" in flags.split()
