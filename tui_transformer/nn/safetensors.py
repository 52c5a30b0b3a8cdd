"""Weights in files that hold numbers and nothing that runs: the safetensors format.

    8 bytes  length of the header, little-endian
    header   JSON: name → {"dtype", "shape", "data_offsets"}, and "__metadata__": text → text
    data     the numbers, end to end, mapped from the file instead of read

Everything in the header is checked before anything is mapped. The format is described at
https://huggingface.co/docs/safetensors.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

TYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2",
    "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "|i1", "U8": "|u1", "BOOL": "|b1",
}  # fmt: skip
LONGEST_HEADER = 100_000_000  # bytes, as in the format's own reader
CHECKSUM = "sha256"
_BLANK = "0" * 64  # what stands for the checksum while it is worked out


class BadFile(ValueError):
    """A file that cannot be used; its text is a sentence about why, without the file's name."""


@dataclass(frozen=True, eq=False)
class Stored:
    """What a file holds: arrays by name, mapped and read-only, and texts about them."""

    tensors: Mapping[str, Array]
    metadata: Mapping[str, str]


def read(path: Path, checked: bool = False) -> Stored:
    """Map the arrays of a file.

    `checked` also compares the file with the checksum in it, as `write` put it there. Raises
    BadFile where the file is missing, cut short, damaged or of another kind.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or not 2 <= length <= min(size - 8, LONGEST_HEADER):
                raise BadFile("it is cut short, or not a safetensors file")
            header = file.read(length)
        data = np.memmap(path, np.uint8, "r", 8 + length) if size > 8 + length else np.empty(0)
    except OSError as problem:
        raise BadFile(f"it cannot be read: {(problem.strerror or 'no file').lower()}") from None
    table, metadata = _entries(header)
    if checked and metadata.get(CHECKSUM) != _checksum(header, metadata, data):
        raise BadFile("it is damaged: its checksum does not match")
    _check_offsets(table, len(data))
    tensors = {}
    for name, (kind, shape, start, end) in table.items():
        flat = data[start:end] if end > start else np.empty(0, np.uint8)
        tensors[name] = flat.view(np.ndarray).view(kind).reshape(shape)
    return Stored(tensors, metadata)


Entry = tuple[str, tuple[int, ...], int, int]  # NumPy's type, shape, first byte, byte after the end


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
    shape = tuple(item["shape"])
    if item["dtype"] not in TYPES:
        raise BadFile(f"it holds numbers of a kind that is not read here: {item['dtype']!s:.20}")
    if not all(type(x) is int and x >= 0 for x in (*shape, start, end)):
        raise BadFile(f"the shape or the place of {name:.60} makes no sense")
    kind = TYPES[item["dtype"]]
    if end - start != math.prod(shape) * np.dtype(kind).itemsize:
        raise BadFile(f"the size of {name:.60} does not fit its shape")
    return kind, shape, start, end


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
        record[name] = {"dtype": names[x.dtype.newbyteorder("<")], "shape": list(x.shape),
                        "data_offsets": [at, at := at + x.nbytes]}  # fmt: skip
    header = json.dumps(record, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    data = b"".join(x.astype(x.dtype.newbyteorder("<")).tobytes() for x in tensors.values())
    digest = _checksum(header, texts, np.frombuffer(data, np.uint8))
    header = header.replace(_BLANK.encode(), digest.encode(), 1)
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(len(header).to_bytes(8, "little") + header + data)
    beside.replace(path)
