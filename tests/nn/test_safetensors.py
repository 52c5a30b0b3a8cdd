"""Weights in files: what is written is read, and nothing else is believed."""

import json
import os
import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui_transformer.nn.published.safetensors import TYPES, BadFile, read, write

RNG = np.random.default_rng(0)
TENSORS = {
    "w": RNG.normal(size=(3, 4)).astype(np.float32),
    "half": RNG.normal(size=5).astype(np.float16),
    "flags": np.array([True, False, True]),
    "one": np.array(7.5),
    "none": np.zeros((0, 3), np.int64),
}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "x.safetensors"
    write(path, TENSORS, {"task": "none"})
    return path


def raw(path, header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


def entry(**changes):
    return {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **changes}


def test_what_is_written_is_read(file):
    stored = read(file, checked=True)
    assert stored.metadata["task"] == "none"
    assert list(stored.tensors) == list(TENSORS)
    for name, x in TENSORS.items():
        assert stored.tensors[name].dtype == x.dtype
        assert np.array_equal(stored.tensors[name], x)
        assert stored.tensors[name].shape == x.shape
        assert not stored.tensors[name].flags.writeable or x.size == 0


def test_the_layout_is_the_formats(file):
    """Read by the description alone: 8 bytes, JSON, numbers."""
    content = file.read_bytes()
    length = int.from_bytes(content[:8], "little")
    assert length % 8 == 0
    header = json.loads(content[8 : 8 + length])
    assert header["w"] == {"dtype": "F32", "shape": [3, 4], "data_offsets": [0, 48]}
    assert (
        np.frombuffer(content[8 + length :][:48], "<f4").tolist() == TENSORS["w"].ravel().tolist()
    )


def test_a_file_of_the_format_itself_needs_no_checksum(tmp_path):
    path = raw(
        tmp_path / "x",
        {"b": entry(), "a": entry(data_offsets=[8, 16])},
        np.arange(4, dtype="<f4").tobytes(),
    )
    assert read(path).tensors["a"].tolist() == [2.0, 3.0]
    with pytest.raises(BadFile, match="checksum"):
        read(path, checked=True)


def test_any_flipped_byte_is_noticed(file):
    content = bytearray(file.read_bytes())
    for at in range(len(content)):
        damaged = content.copy()
        damaged[at] ^= 0x10
        file.write_bytes(damaged)
        with pytest.raises(BadFile):
            read(file, checked=True)


def test_any_missing_end_is_noticed(file):
    content = file.read_bytes()
    for length in range(len(content)):
        file.write_bytes(content[:length])
        with pytest.raises(BadFile):
            read(file)


@pytest.mark.parametrize(("header", "sentence"), [
    ({"a": entry(dtype="F8_E4M3")}, "a kind that is not read here: F8_E4M3"),
    ({"a": entry(dtype=["F32"])}, "header is damaged"),
    ({"a": entry(shape=[0, 2**62, 2**62], data_offsets=[0, 0])}, "makes no sense"),
    ({"a": entry(shape=[1] * 33)}, "makes no sense"),
    ({"a": entry(shape=[3])}, "size of a does not fit"),
    ({"a": entry(shape=[-2])}, "makes no sense"),
    ({"a": entry(shape=[2.0])}, "makes no sense"),
    ({"a": entry(data_offsets=[4, 12])}, "overlap or leave holes"),
    ({"a": entry(), "b": entry()}, "overlap or leave holes"),
    ({"a": entry(), "b": entry(data_offsets=[8, 16])}, "should hold 16 bytes of numbers"),
    ({"a": entry(shape=[2**62, 2**62])}, "does not fit its shape"),
    ({"a": 3}, "header is damaged"),
    ({"a": {}}, "header is damaged"),
    ({"a": entry(data_offsets=[1])}, "header is damaged"),
    ({"a": entry(shape="2")}, "makes no sense"),
    ({"__metadata__": 3}, "header is damaged"),
    ([1], "header is damaged"),
    (b"[" * 100_000, "header is damaged"),
    (b"\xff\xfe", "header is damaged"),
    (b"{}      ", "should hold 0 bytes of numbers and holds 8"),
])  # fmt: skip
def test_headers_that_lie(tmp_path, header, sentence):
    with pytest.raises(BadFile, match=sentence):
        read(raw(tmp_path / "x", header, bytes(8)))


def test_a_header_longer_than_the_file_is_not_read(tmp_path):
    path = tmp_path / "x"
    path.write_bytes((2**63).to_bytes(8, "little") + b"{}")
    with pytest.raises(BadFile, match="cut short"):
        read(path)


def test_no_file_and_a_folder(tmp_path):
    with pytest.raises(BadFile, match="no such file"):
        read(tmp_path / "nothing")
    with pytest.raises(BadFile):
        read(tmp_path)


def test_a_pickle_is_refused_and_never_run(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"\x80\x04\x95" + bytes(40))
    with pytest.raises(BadFile):
        read(path)


@pytest.mark.parametrize(("beginning", "sentence"), [
    (b"PK\x03\x04" + bytes(60), "archive"),
    (b"\x80\x02}q\x00." + bytes(60), "pickle"),
    (b"GGUF" + bytes(60), "GGUF"),
    (b"once upon a time, in a text file that has no numbers", "not a safetensors file"),
    (b"", "cut short"),
])  # fmt: skip
def test_foreign_files_are_named(tmp_path, beginning, sentence):
    (tmp_path / "x").write_bytes(beginning)
    with pytest.raises(BadFile, match=sentence):
        read(tmp_path / "x")


def test_what_does_not_end_is_never_opened(tmp_path):
    """A pipe would wait for somebody to write; a device may do anything."""
    os.mkfifo(tmp_path / "pipe")
    refused = []

    def attempt(path):
        with pytest.raises(BadFile, match="it is no file"):
            read(path)
        refused.append(path)

    paths = [tmp_path / "pipe", type(tmp_path)("/dev/zero"), type(tmp_path)("/dev/tty")]
    for path in paths:
        thread = threading.Thread(target=attempt, args=(path,), daemon=True)
        thread.start()
        thread.join(5)
    assert refused == paths
    with pytest.raises(BadFile, match="it is a folder"):
        read(tmp_path)


def test_links_that_go_round(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(BadFile, match="links"):
        read(tmp_path / "a")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(file):
    file.chmod(0)
    with pytest.raises(BadFile, match="permission"):
        read(file)


def test_bfloat_is_the_upper_half_of_a_float(tmp_path):
    """1 is 3F80, −2 is C000, π in bfloat16 is 4049: Google's format, rounded by hand."""
    halves = np.array([0x3F80, 0xC000, 0x4049, 0x0000, 0x7F80], "<u2")
    header = {"a": {"dtype": "BF16", "shape": [5], "data_offsets": [0, 10]}}
    tensors = read(raw(tmp_path / "x", header, halves.tobytes())).tensors
    assert tensors["a"].dtype == np.float32
    assert tensors["a"].tolist() == [1.0, -2.0, 3.140625, 0.0, np.inf]
    assert tensors.shape("a") == (5,) and tensors.is_real("a")
    assert tensors.shape("b") == () and "b" not in tensors


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)
LIKE_AN_ENTRY = st.fixed_dictionaries({
    "dtype": st.sampled_from([*TYPES, "BF16", "F8_E5M2", 3]) | ANYTHING,
    "shape": st.lists(st.integers(-3, 9) | st.integers(), max_size=4) | ANYTHING,
    "data_offsets": st.lists(st.integers(0, 32) | st.integers(), min_size=2, max_size=2)
    | ANYTHING,
})  # fmt: skip
patient = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@patient
@given(st.dictionaries(st.text(max_size=5), LIKE_AN_ENTRY | ANYTHING, max_size=4) | ANYTHING)
def test_any_header_is_read_or_refused(tmp_path, header):
    """Never another exception; and what is read can be looked at."""
    try:
        stored = read(raw(tmp_path / "x", header, bytes(32)))
    except BadFile as problem:
        assert str(problem)
    else:
        assert all(x.size >= 0 for x in stored.tensors.values())


@patient
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    try:
        read(tmp_path / "x")
    except BadFile as problem:
        assert str(problem)


@pytest.mark.parametrize("kind", TYPES.values())
def test_every_type_comes_back(tmp_path, kind):
    x = np.array([0, 1, 1, 0]).astype(kind)
    write(tmp_path / "x", {"x": x}, {})
    back = read(tmp_path / "x", checked=True).tensors["x"]
    assert back.dtype == x.dtype
    assert np.array_equal(back, x)
