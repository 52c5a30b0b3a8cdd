"""Weights in files that hold numbers and nothing that runs: the safetensors format.

    8 bytes  length of the header, little-endian
    header   JSON: name → {"dtype", "shape", "data_offsets"}, and "__metadata__": text → text
    data     the numbers, end to end, mapped from the file instead of read

Everything in the header is checked before anything is mapped. The format is described at
https://huggingface.co/docs/safetensors.
"""

import json
import math
import os
import stat
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.published.halves import KEPT, widened
from tui_transformer.records import dataclass

TYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "|i1",
    "U8": "|u1",
    "BOOL": "|b1",
}
BFLOAT = "BF16"  # the upper half of a float32, which NumPy has no type for
LONGEST_HEADER = 10_000_000  # bytes; a model of a thousand layers needs a tenth of it
CHECKSUM = "sha256"
_LARGEST = 2**48  # numbers in an array; also where it is empty, for NumPy multiplies all sides
_BLANK = "0" * 64  # what stands for the checksum while it is worked out


class BadFile(ValueError):
    """A file that cannot be used; its text is a sentence about why, without the file's name."""


class Entry(NamedTuple):
    """Where an array lies in the data: from byte `start` up to, not including, byte `end`."""

    kind: str
    shape: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Tensors(Mapping[str, Array]):
    """Arrays by name, mapped and read-only; those in BF16 are widened whenever one asks."""

    table: Mapping[str, Entry]
    data: Array

    def __getitem__(self, name: str) -> Array:
        kind, shape, start, end = self.table[name]
        flat = self.data[start:end] if end > start else np.empty(0, np.uint8)
        plain = flat.view(np.ndarray)
        if kind == BFLOAT:
            return widened(plain.view("<u2").reshape(shape))
        return plain.view(TYPES[kind]).reshape(shape)

    def wide(self, name: str) -> Array:
        """An array in a type to compute with; one of 16 bits is widened, and kept if it can be."""
        if self.table[name].kind not in (BFLOAT, "F16"):
            return self[name]
        return KEPT.get(self, name, lambda: self[name].astype(np.float32, copy=False))

    def is_at_hand(self, name: str) -> bool:
        """Say whether an array can be computed with as it is, or was widened and is kept."""
        kind, shape, _, _ = self.table[name]
        return kind not in (BFLOAT, "F16") or KEPT.fits(self, name, 4 * math.prod(shape))

    def rows(self, name: str, at: Array | slice) -> Array:
        """Some rows of a matrix: only these are touched, and widened."""
        kind, shape, start, end = self.table[name]
        if kind != BFLOAT or not end > start:
            return self[name][at]
        plain = self.data[start:end].view(np.ndarray)
        return widened(plain.view("<u2").reshape(shape)[at])

    def __contains__(self, name: object) -> bool:
        return name in self.table  # without touching its numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self.table)

    def __len__(self) -> int:
        return len(self.table)

    def shape(self, name: str) -> tuple[int, ...]:
        """Say how large an array is, without touching it; () where there is none."""
        return self.table[name].shape if name in self.table else ()

    def is_real(self, name: str) -> bool:
        """Say whether an array holds real numbers."""
        return self.table[name].kind in (BFLOAT, "F16", "F32", "F64")


@dataclass(frozen=True, eq=False)
class Stored:
    """What a file holds: arrays by name, and texts about them."""

    tensors: Tensors
    metadata: Mapping[str, str]


def read(path: Path, checked: bool = False) -> Stored:
    """Map the arrays of a file.

    `checked` also compares the file with the checksum in it, as `write` put it there. Raises
    BadFile where the file is missing, cut short, damaged or of another kind.
    """
    try:
        with regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            beginning = file.read(8) if size else b""  # some of the system's own never end
            length = int.from_bytes(beginning, "little")
            if size < 8 or not 2 <= length <= min(size - 8, LONGEST_HEADER):
                raise BadFile(foreign(beginning) or "it is cut short, or not a safetensors file")
            header = file.read(length)
            data = np.memmap(file, np.uint8, "r", 8 + length) if size > 8 + length else nothing()
    except (OSError, ValueError) as problem:
        raise (problem if isinstance(problem, BadFile) else BadFile(unreadable(problem))) from None
    table, metadata = _entries(header)
    if checked and metadata.get(CHECKSUM) != _checksum(header, metadata, data):
        raise BadFile("it is damaged: its checksum does not match")
    _check_offsets(table, len(data))
    return Stored(Tensors(table, data), metadata)


def nothing() -> Array:
    """No bytes at all."""
    return np.empty(0, np.uint8)


def regular(path: Path) -> BinaryIO:
    """Open a file to read it, if it is one that ends: no pipe, no device, nothing that waits.

    Raises BadFile for anything else, OSError where there is no file or it is not to be read.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise BadFile("it is no file" if not path.is_dir() else "it is a folder")
    # Between the look and the opening it may have become a pipe: do not wait for a writer.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise BadFile("it is no file")
    return os.fdopen(handle, "rb")


def unreadable(problem: Exception) -> str:
    """Say why a file cannot be opened."""
    return str(getattr(problem, "strerror", None) or "no such file").lower()


def foreign(beginning: bytes) -> str:
    """Name the formats that are most often mistaken for this one."""
    names = {
        b"\x80": "it is a pickle, which could run anything and is never opened here",
        b"PK": "it is an archive, maybe with a pickle in it, and is never opened here",
        b"GGUF": "it is in the GGUF format, which is not read here",
    }
    return next((said for start, said in names.items() if beginning.startswith(start)), "")


def _entries(header: bytes) -> tuple[dict[str, Entry], dict[str, str]]:
    """Read the header: what lies where, and the texts."""
    try:
        record = json.loads(header)
        metadata = {str(k): str(v) for k, v in record.pop("__metadata__", {}).items()}
        table = {str(name): _entry(str(name), item) for name, item in record.items()}
    except BadFile:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadFile("its header is damaged, or it is not a safetensors file") from None
    return table, metadata


def _entry(name: str, item: Any) -> Entry:
    start, end = item["data_offsets"]
    kind, shape = item["dtype"], tuple(item["shape"])
    if kind != BFLOAT and kind not in TYPES:
        raise BadFile(f"it holds numbers of a kind that is not read here: {kind!s:.20}")
    if not all(type(x) is int and x >= 0 for x in (*shape, start, end)) or len(shape) > 32:
        raise BadFile(f"the shape or the place of {name:.60} makes no sense")
    width = 2 if kind == BFLOAT else np.dtype(TYPES[kind]).itemsize
    if end - start != math.prod(shape) * width:
        raise BadFile(f"the size of {name:.60} does not fit its shape")
    if math.prod(x or 1 for x in shape) >= _LARGEST:
        raise BadFile(f"the shape or the place of {name:.60} makes no sense")
    return Entry(kind, shape, start, end)


def _check_offsets(table: Mapping[str, Entry], size: int) -> None:
    """Make sure that the arrays fill the data end to end, without holes or overlaps."""
    reached = 0
    for _, _, start, end in sorted(table.values(), key=lambda entry: entry[2:]):
        if start != reached:
            raise BadFile("its arrays overlap or leave holes")
        reached = end
    if reached != size:
        raise BadFile(f"it should hold {reached:,} bytes of numbers and holds {size:,}")


def _checksum(header: bytes, metadata: Mapping[str, str], data: Array) -> str:
    """Work out SHA-256 over header and data, with zeros where the checksum itself stands."""
    stated = metadata.get(CHECKSUM, _BLANK)
    digest = sha256(header.replace(stated.encode(), _BLANK.encode(), 1))
    digest.update(data.tobytes())
    return digest.hexdigest()


def write(path: Path, tensors: Mapping[str, Array], metadata: Mapping[str, str]) -> None:
    """Write arrays and texts about them, with a checksum over all of it.

    The file appears whole or not at all. Raises KeyError for a type that the format lacks.
    """
    names = {np.dtype(kind): name for name, kind in TYPES.items()}
    texts = {**metadata, CHECKSUM: _BLANK}
    record: dict[str, Any] = {"__metadata__": texts}
    at = 0
    for name, x in tensors.items():
        kind, end = names[x.dtype.newbyteorder("<")], at + x.nbytes
        record[name] = {"dtype": kind, "shape": list(x.shape), "data_offsets": [at, end]}
        at = end
    header = json.dumps(record, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    data = b"".join(x.astype(x.dtype.newbyteorder("<")).tobytes() for x in tensors.values())
    digest = _checksum(header, texts, np.frombuffer(data, np.uint8))
    header = header.replace(_BLANK.encode(), digest.encode(), 1)
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(len(header).to_bytes(8, "little") + header + data)
    beside.replace(path)
