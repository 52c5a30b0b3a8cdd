"""Attention arrays in files of the person's own: mapped from the disk, never unpickled.

What a file says of itself is checked before any of its numbers is touched, and the file is opened
again where it has changed since. Raises BadFile, with the cause in a sentence.
"""

import json
import lzma
import math
import mmap
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts._real_model_places import allowed
from tui_transformer.concepts.view import headers
from tui_transformer.concepts.view.headers import Header
from tui_transformer.controls import BadValue
from tui_transformer.nn.published import halves, safetensors
from tui_transformer.nn.published.safetensors import BFLOAT, BadFile, regular, unreadable
from tui_transformer.text import ending, shorten, visible

BEST = ("attention", "attentions", "attn", "weights")  # the names that are taken first
MOST_KEYS = 1 << 17  # places in a row: one row is always read whole
MOST_HEADS = 1 << 12  # layers times heads: of each a number is always read
MOST_UNPACKED = 1 << 30  # bytes of a compressed array; others are mapped, and may have any size
MOST_TOKENS = 1 << 20
DAMAGED = (
    *(zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError),
    *(ValueError, struct.error, OverflowError, OSError),
)
"""What `zipfile` raises where an archive is damaged."""


@dataclass(frozen=True, eq=False)
class Attention:
    """One array of a file as [L, h, q, k]; `name` is what it is called in the file.

    `wide` says that its numbers are the upper halves of float32, and are widened when read.
    """

    array: Array
    name: str
    shape: tuple[int, ...]
    kind: str
    wide: bool = False

    def take(self, *at: Any) -> Array:
        """Read some of its numbers, and no others; the same bits as the file has."""
        found = np.array(self.array[at])
        return halves.widened(found) if self.wide else found

    @property
    def turned(self) -> "Attention":
        """The same with queries and keys changed round."""
        kept = self.name, self.shape, self.kind, self.wide
        return Attention(self.array.swapaxes(2, 3), *kept)

    @property
    def rounding(self) -> float:
        """How far numbers of its kind may be from what was meant, at 1."""
        if self.wide:
            return 2.0**-7
        return float(np.finfo(self.array.dtype).eps) if self.array.dtype.kind == "f" else 0.0


@dataclass(frozen=True, eq=False)
class Stored:
    """What a file holds that can be looked at: arrays by name, and the tokens, if it has them."""

    arrays: Mapping[str, Attention]
    tokens: tuple[str, ...] = ()

    @property
    def best(self) -> str:
        """The array that is meant where none is named."""
        return next((name for name in BEST if name in self.arrays), next(iter(self.arrays)))


class Unusable(BadValue):
    """A file that cannot be used: the cause first, its name last."""

    def __init__(self, cause: str, name: str) -> None:
        super().__init__(f"{visible(cause)}: “{ending(visible(name), 40)}”.")


def load(name: str) -> Stored:
    """Open a file; what was opened once is kept until the file changes. Raises BadValue."""
    if not allowed():
        raise BadValue("this account may not open files.")
    try:
        path = Path(name).expanduser()
    except RuntimeError:  # ~somebody who is not known here
        path = Path(name)
    try:
        at = path.stat()
        found = _read(str(path.absolute()), at.st_dev, at.st_ino, at.st_size, at.st_mtime_ns)
    except (OSError, ValueError) as problem:
        found = str(problem) if isinstance(problem, BadFile) else unreadable(problem)
    if isinstance(found, str):
        raise Unusable(found, name)
    return found


@lru_cache(maxsize=4)
def _read(path: str, *signature: int) -> Stored | str:
    """Read what a file says of itself, or say what is wrong with it."""
    try:
        with regular(Path(path)) as file:
            beginning = file.read(8)
            file.seek(0)
            if beginning.startswith(headers.MAGIC):
                return _of_array(file)
            if beginning.startswith(b"PK"):
                return _of_archive(file)
            if beginning[8:] == b"" and Path(path).suffix in (".npy", ".npz"):
                raise BadFile(safetensors.foreign(beginning) or "it is no NumPy array")
        return _of_tensors(safetensors.read(Path(path)))
    except BadFile as problem:
        return str(problem)
    except OSError as problem:
        return unreadable(problem)


# ── the three formats ──────────────────────────────────────────────────────────────────


def _of_array(file: BinaryIO) -> Stored:
    header, data = headers.read(file), scattered(np.memmap(file, np.uint8, "r"))
    return _stored({"array": _mapped(data, "array", header, len(data) - header.start)}, ())


def _of_archive(file: BinaryIO) -> Stored:
    """The arrays of an .npz; those that are not compressed are mapped."""
    arrays: dict[str, Attention] = {}
    tokens: tuple[str, ...] = ()
    faults: list[str] = []
    try:
        data = scattered(np.memmap(file, np.uint8, "r"))  # once: each mapping keeps a file open
        with zipfile.ZipFile(file) as archive:
            for member in archive.infolist()[:1000]:
                name = member.filename.removesuffix(".npy")
                try:
                    if name == "tokens":
                        tokens = _text(_unpacked(archive, member))
                    else:
                        arrays[name] = _member(file, data, archive, member)
                except BadFile as problem:
                    faults.append(f"{shorten(name, 40)}: {problem}")
    except BadFile:
        raise
    except DAMAGED:
        raise BadFile("it is a damaged archive, or one that is no .npz") from None
    return _stored(arrays, tokens, faults)


def _member(
    file: BinaryIO, data: Array, archive: zipfile.ZipFile, member: zipfile.ZipInfo
) -> Attention:
    name = member.filename.removesuffix(".npy")
    if member.compress_type != zipfile.ZIP_STORED:
        return _as_attention(_unpacked(archive, member), name)
    start = headers.data_of(file, member)
    file.seek(start)
    header = headers.read(file)
    end = min(start + member.file_size, len(data))
    return _mapped(data, name, header, end - header.start)


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Array:
    """Read a compressed array, after its header was believed."""
    try:
        with archive.open(member) as stream:
            header = headers.read(stream)
            if header.kind.kind not in "fiubUS":
                raise BadFile("its numbers are of a kind that is not read here")
            if header.size > MOST_UNPACKED:
                raise BadFile("it is compressed, and too large for memory; numpy.savez maps it")
            data = stream.read(header.size + 1)
    except (zlib.error, lzma.LZMAError, EOFError, zipfile.BadZipFile):
        raise BadFile("it is damaged where it is compressed") from None
    if len(data) != header.size:
        raise BadFile("it is cut short, or says a shape that it has not")
    flat = np.frombuffer(data, header.kind)
    return flat.reshape(header.shape, order="F" if header.columns_first else "C")


def _of_tensors(stored: safetensors.Stored) -> Stored:
    arrays: dict[str, Attention] = {}
    faults: list[str] = []
    scattered(stored.tensors.data)
    for name, (kind, shape, start, end) in stored.tensors.table.items():
        wide = kind == BFLOAT
        flat = stored.tensors.data[start:end].view(np.ndarray)
        try:
            array = flat.view("<u2" if wide else safetensors.TYPES[kind]).reshape(shape)
            arrays[name] = _as_attention(array, name, kind if wide else "")
        except BadFile as problem:
            faults.append(f"{shorten(name, 40)}: {problem}")
    return _stored(arrays, _listed(stored.metadata.get("tokens", "")), faults)


def scattered(data: Array) -> Array:
    """Tell the system that few numbers far apart are read: it would read much around each."""
    base: Any = data
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_RANDOM"):
        base.madvise(mmap.MADV_RANDOM)
    return data


# ── what is believed ───────────────────────────────────────────────────────────────────


def _stored(
    arrays: Mapping[str, Attention], tokens: tuple[str, ...], faults: list[str] | None = None
) -> Stored:
    if not arrays:
        raise BadFile(faults[0] if faults else "it holds no arrays")
    return Stored(arrays, tokens)


def _mapped(data: Array, name: str, header: Header, room: int) -> Attention:
    """See a part of a file as the array that it is, where its shape fits what is there."""
    _check_kind(header.kind)
    _check_shape(header.shape)
    if header.size != room:
        raise BadFile(f"its shape needs {header.size:,} bytes, and {max(room, 0):,} are there")
    order: Any = "F" if header.columns_first else "C"
    array: Array = np.ndarray(header.shape, header.kind, data, header.start, order=order)
    return _as_attention(array, name)


def _as_attention(array: Array, name: str, kind: str = "") -> Attention:
    """See an array as [L, h, q, k]."""
    _check_kind(array.dtype)
    _check_shape(array.shape)
    whole = array.reshape((1,) * (4 - array.ndim) + array.shape)
    return Attention(whole, name, array.shape, kind or array.dtype.name, kind == BFLOAT)


def _check_kind(kind: Any) -> None:
    if kind.hasobject:
        raise BadFile("it holds objects, which are pickles and could run anything")
    if kind.kind not in "fiub" or kind.itemsize > 8:
        raise BadFile(f"it holds {kind.name[:30]}, and no real numbers of up to 64 bits")


def _check_shape(shape: tuple[int, ...]) -> None:
    written = " × ".join(map(str, shape[:6]))
    if not 2 <= len(shape) <= 4:
        raise BadFile(
            f"its shape is ({written}); attention is [layer, head, query, key], "
            "[head, query, key] or [query, key]"
        )
    if not math.prod(shape):
        raise BadFile(f"it is empty: its shape is ({written})")
    if max(shape[-2:]) > MOST_KEYS or math.prod(shape[:-2]) > MOST_HEADS:
        raise BadFile(f"its shape is {written}: more places or heads than are read here")


# ── tokens ─────────────────────────────────────────────────────────────────────────────


def _text(array: Array) -> tuple[str, ...]:
    """The tokens of an archive: an array of text."""
    if array.ndim != 1 or array.dtype.kind not in "US" or array.size > MOST_TOKENS:
        raise BadFile("its tokens are no list of texts")
    texts = array.tolist()
    return tuple(x.decode("utf-8", "replace") if isinstance(x, bytes) else x for x in texts)


def _listed(text: str) -> tuple[str, ...]:
    """The tokens of a safetensors file: a JSON list among its texts."""
    try:
        found = json.loads(text) if text else []
    except (ValueError, RecursionError):
        return ()
    fits = isinstance(found, list) and all(isinstance(x, str) for x in found)
    return tuple(found) if fits else ()
