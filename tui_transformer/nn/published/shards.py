"""A model in several files: an index says which tensor lies in which.

    model.safetensors.index.json   {"weight_map": {tensor: file}, "metadata": {…}}

The files are mapped like one alone; a tensor is read where it lies. The index may say anything:
a file that it names must lie beside it and hold what it is said to hold.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from tui_transformer.arrays import Array
from tui_transformer.nn.published.safetensors import BadFile, Tensors, nothing, read, regular
from tui_transformer.records import dataclass

WEIGHTS = "model.safetensors"
INDEX = f"{WEIGHTS}.index.json"
LARGEST_INDEX = 16_000_000  # bytes; a model of a thousand tensors needs a hundredth of it
MOST_FILES = 1000


@dataclass(frozen=True, eq=False)
class Shards(Tensors):
    """Arrays by name, each in the file that `home` says."""

    home: Mapping[str, Tensors]

    def __getitem__(self, name: str) -> Array:
        return self.home[name][name]

    def rows(self, name: str, at: Array | slice) -> Array:
        """Some rows of a matrix."""
        return self.home[name].rows(name, at)


def files_of(path: Path) -> tuple[Path, ...]:
    """List the files of weights: the one that is named, or all that an index names.

    Raises BadFile for an index that makes no sense, OSError where it cannot be read.
    """
    if not path.name.endswith(".index.json"):
        return (path,)
    return tuple(path.parent / name for name in sorted(set(_map(path).values())))


def read_weights(path: Path) -> Tensors:
    """Map the weights of a model: of one file, or of all that an index names; raises BadFile."""
    if not path.name.endswith(".index.json"):
        return read(path).tensors
    where = _map(path)
    parts = {name: _part(path.parent / name) for name in sorted(set(where.values()))}
    for tensor, name in where.items():
        if tensor not in parts[name]:
            raise BadFile(f"its index puts {tensor:.60} into {name:.60}, which lacks it")
    home = {tensor: parts[name] for tensor, name in where.items()}
    table = {tensor: part.table[tensor] for tensor, part in home.items()}
    return Shards(table, nothing(), home)


def _part(path: Path) -> Tensors:
    try:
        return read(path).tensors
    except BadFile as problem:
        raise BadFile(f"of its part {path.name:.60}: {problem}") from None


def _map(path: Path) -> dict[str, str]:
    """Read an index: tensor → file beside it."""
    with regular(path) as file:
        content = file.read(LARGEST_INDEX + 1)
    try:
        record = json.loads(content) if len(content) <= LARGEST_INDEX else None
    except (ValueError, RecursionError):
        record = None
    where = record.get("weight_map") if isinstance(record, dict) else None
    if not isinstance(where, dict) or not where:
        raise BadFile(f"its {path.name} has no weight_map, or is no JSON")
    for name in set(map(str, where.values())):
        if not name.endswith(".safetensors") or Path(name).name != name or "\\" in name:
            raise BadFile(f"its index names {name:.60}, which is no .safetensors file beside it")
    if len(set(where.values())) > MOST_FILES:
        raise BadFile(f"its index names more than {MOST_FILES:,} files")
    return {str(tensor): str(name) for tensor, name in where.items()}
