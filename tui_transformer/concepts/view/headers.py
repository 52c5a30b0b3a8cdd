"""What an .npy says of itself, read without its numbers, and where it lies in an .npz.

The formats are described in numpy.lib.format and in the ZIP application note, 4.3.7.
"""

import math
import warnings
import zipfile
from tokenize import TokenError
from typing import IO, Any, BinaryIO, NamedTuple

from numpy.lib import format as npy

from tui_transformer.nn.published.safetensors import BadFile

MAGIC = b"\x93NUMPY"
LONGEST = 10_000  # characters of a header, as in NumPy
_LARGEST = 2**48
ODD = (SyntaxError, TokenError, KeyError, AttributeError)  # what NumPy's reader raises besides


class Header(NamedTuple):
    """The kind of an array's numbers, its shape, and where they start."""

    kind: Any
    shape: tuple[int, ...]
    columns_first: bool
    start: int

    @property
    def size(self) -> int:
        """How many bytes its numbers take."""
        return math.prod(self.shape) * int(self.kind.itemsize)


def read(stream: IO[bytes]) -> Header:
    """Read a header from where a stream stands; raises BadFile, and unpickles nothing."""
    try:
        version = npy.read_magic(stream)
        reads = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        # What Python thinks of a header is no news for a terminal.
        if version not in ((1, 0), (2, 0)):
            raise BadFile("it is an .npy of a version that is not read here")
        with warnings.catch_warnings(action="ignore"):
            shape, columns_first, kind = reads(stream, max_header_size=LONGEST)
    except BadFile:
        raise
    except (ValueError, TypeError, OverflowError, RecursionError, MemoryError, *ODD):
        raise BadFile("its header is damaged, or it is no .npy") from None
    if kind.hasobject:
        raise BadFile("it holds objects, which are pickles and could run anything; none is opened")
    if any(side < 0 for side in shape) or math.prod(x or 1 for x in shape) >= _LARGEST:
        raise BadFile("its shape makes no sense")
    return Header(kind, shape, columns_first, stream.tell())


def data_of(file: BinaryIO, member: zipfile.ZipInfo) -> int:
    """Find where the bytes of a member begin, behind a header of its own."""
    file.seek(member.header_offset)
    local = file.read(30)
    if len(local) < 30 or local[:4] != b"PK\x03\x04" or local[6] & 1:
        raise BadFile("it is a damaged archive, or one with a password")
    name, extra = (int.from_bytes(local[at : at + 2], "little") for at in (26, 28))
    return member.header_offset + 30 + name + extra
