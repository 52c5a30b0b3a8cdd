"""Files of attention for the tests of `view`: made here, each checked against plain NumPy."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

TOKENS = [
    "[CLS]",
    "the",
    "cat",
    "drank",
    "the",
    "milk",
    "because",
    "it",
    "was",
    "thirsty",
    ".",
    "[SEP]",
]


def attention(*shape: int, seed: int = 0, kind: Any = np.float32) -> Any:
    """Random shares: rows add up to 1."""
    z = np.random.default_rng(seed).normal(size=shape) * 2
    powers = np.exp(z)
    return (powers / powers.sum(axis=-1, keepdims=True)).astype(kind)


def safetensors(path: Path, arrays: dict[str, tuple[str, Any]], **texts: str) -> Path:
    """Write the format by hand: a length, a header of JSON, the numbers."""
    record: dict[str, Any] = {"__metadata__": texts} if texts else {}
    data = b""
    for name, (kind, x) in arrays.items():
        record[name] = {
            "dtype": kind,
            "shape": list(x.shape),
            "data_offsets": [len(data), len(data) + x.nbytes],
        }
        data += x.tobytes()
    header = json.dumps(record).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + data)
    return path


def npy(path: Path, shape: str, kind: str = "<f4", data: bytes = b"") -> Path:
    """Write an .npy whose header says whatever it is told to."""
    header = f"{{'descr': {kind!r}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    header += b" " * (53 - len(header) % 64) + b"\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data)
    return path
