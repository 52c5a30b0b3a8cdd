"""Finding and reading published models: the one place where a person's own files are opened.

Where that is not `allowed`, only what was installed is read. A file that cannot be used gets one
sentence; nothing in it is ever run. What was read once is kept until the files change.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from tui_transformer.concepts._real_model_places import (
    AUTO,
    HUB,
    INDEX,
    REPOSITORY,
    WEIGHTS,
    allowed,
    found,
    in_cache,
)
from tui_transformer.concepts.real_model.library import LibraryTokenizer
from tui_transformer.controls import BadValue
from tui_transformer.nn.published import bpe_file, byte_bpe, families, wordpiece
from tui_transformer.nn.published.bpe_file import MarkedBpe, NotExact
from tui_transformer.nn.published.byte_bpe import ByteBpe
from tui_transformer.nn.published.pretrained import Network
from tui_transformer.nn.published.safetensors import BadFile, regular, unreadable
from tui_transformer.nn.published.shards import files_of, read_weights
from tui_transformer.nn.published.wordpiece import WordPiece
from tui_transformer.text import ending, shorten, visible

BESIDE = (
    "config.json",
    "tokenizer_config.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
    "tokenizer.json",
)
LARGEST_BESIDE = 16_000_000  # bytes; GPT-2's vocabulary has one million
LARGEST_TOKENIZER = 64_000_000  # bytes; Llama 3's tokenizer.json has nine millions


Tokenizer = ByteBpe | WordPiece | LibraryTokenizer


@dataclass(frozen=True, eq=False)
class Loaded:
    """A model with its tokenizer; `name` is what it is called on the screen."""

    name: str
    published: bool
    network: Network
    tokenizer: Tokenizer


# ── from what a person typed to a model ────────────────────────────────────────────────


class NoModel(BadValue):
    """Nothing is here by that name; no mistake, as the screen says how to get it."""


class Unusable(BadValue):
    """A file that cannot be used: the cause first, the path last, so that nothing hides it."""

    def __init__(self, cause: str, name: str) -> None:
        self.cause = visible(cause)
        super().__init__(f"{self.cause}: “{ending(visible(name), 40)}”.")


def load(value: str) -> Loaded:
    """Read a model: "auto", the name of one that was found, or a path. Raises BadValue."""
    name, place, published = _place(value)
    try:
        weights = _weights(place)
        files = (weights, *files_of(weights), *(weights.parent / file for file in BESIDE))
        read_before = _read(name, published, str(weights), *map(signature, files))
    except (OSError, ValueError, RuntimeError) as problem:
        read_before = str(problem) if isinstance(problem, BadFile) else unreadable(problem)
    if isinstance(read_before, str) and REPOSITORY.fullmatch(name) and signature(place) is None:
        read_before += ", and nothing of that name in Hugging Face's cache"
    if isinstance(read_before, str):
        raise Unusable(read_before, name)
    return read_before


def _place(value: str) -> tuple[str, Path, bool]:
    """Say what a model is called, where it lies, and whether it was found by name."""
    here = found()
    if value in ("", AUTO):
        if not here:
            raise NoModel("no published model is on this computer yet.")
        value = next(iter(here))
    if value in here:
        return value, here[value], True
    if value in HUB:
        raise NoModel(f"there is no {value} here: neither a package nor its files.")
    if not allowed():
        raise BadValue("this account may not open files.")
    if REPOSITORY.fullmatch(value):
        fetched = in_cache(value)
        if fetched is not None:
            return value, fetched, True
    try:
        path = Path(value).expanduser()
    except RuntimeError:  # ~somebody who is not known here
        path = Path(value)
    return value, path, False


def _weights(place: Path) -> Path:
    """Find the file of weights in a folder (or the index of several); raises BadFile."""
    if not place.is_dir():
        return place
    for name in (WEIGHTS, INDEX):
        if (place / name).exists():
            return place / name
    names = {path.name for path in islice(place.iterdir(), 10_000)}
    single = sorted(name for name in names if name.endswith(".safetensors"))
    if len(single) == 1:
        return place / single[0]
    if single:
        raise BadFile("it has several .safetensors files and no index; name the one that is meant")
    if any(name.endswith((".bin", ".pt", ".pth", ".ckpt")) for name in names):
        raise BadFile("its weights are a pickle, which could run anything and is never opened here")
    if any(name.endswith(".gguf") for name in names):
        raise BadFile("its weights are in the GGUF format, which is not read here")
    raise BadFile("no .safetensors file is in this folder")


def signature(path: Path) -> tuple[int, ...] | None:
    """Say what changes with a file; None where there is none."""
    try:
        at = path.stat()
    except (OSError, ValueError):
        return None
    return at.st_dev, at.st_ino, at.st_size, at.st_mtime_ns


@lru_cache(maxsize=4)
def _read(name: str, published: bool, weights: str, *signatures: object) -> Loaded | str:
    """Read a model, or say what is wrong with it; kept until a file changes."""
    path = Path(weights)
    try:
        _fits_memory(files_of(path))
        config = _config(path.parent / "config.json")
        families.refuse(config)
        network = families.load(read_weights(path), config)
        tokenizer = _tokenizer(path.parent, network)
    except BadFile as problem:
        return str(problem)
    except OSError as problem:
        return unreadable(problem)
    whole = path.name in (WEIGHTS, INDEX)
    shown = name if published else path.parent.name if whole else path.name
    return Loaded(visible(shorten(shown, 40)) or "/", published, network, tokenizer)


def _fits_memory(paths: Iterable[Path]) -> None:
    """Refuse files that are larger than the memory that is free; raises BadFile."""
    size, free = sum(path.stat().st_size for path in paths), memory_left()
    if free is not None and size > free:
        raise BadFile(f"it needs {size / 1e9:,.1f} GB of memory and {free / 1e9:,.1f} are free")


def memory_left() -> int | None:
    """Say how many bytes of memory are free; None where the system does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        table = {name: rest for name, _, rest in (line.partition(":") for line in lines)}
        return int(table["MemAvailable"].split()[0]) * 1024
    except (OSError, ValueError, KeyError, IndexError):
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


# ── what lies beside the weights ───────────────────────────────────────────────────────


def _beside(path: Path, largest: int = LARGEST_BESIDE) -> bytes | None:
    """Read a small file; None where there is none. Raises BadFile where it is not small."""
    if signature(path) is None:
        return None
    try:
        with regular(path) as file:
            content = file.read(largest + 1)
    except BadFile:
        raise BadFile(f"its {path.name} is not a file that can be read") from None
    except OSError as problem:
        raise BadFile(f"its {path.name} cannot be read ({unreadable(problem)})") from None
    if len(content) > largest:
        raise BadFile(f"its {path.name} is larger than {largest // 1_000_000} MB")
    return content


def _config(path: Path) -> Mapping[str, Any]:
    content = _beside(path)
    try:
        record = json.loads(content) if content is not None else {}
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        raise BadFile(f"its {path.name} is not JSON of a model")
    return record


def _tokenizer(folder: Path, network: Network) -> Tokenizer:
    """Read the tokenizer that a model was trained with; raises BadFile."""
    tokenizer = _of_words(folder) if network.family in ("BERT", "DistilBERT") else _of_bytes(folder)
    if network.family == "RoBERTa" and isinstance(tokenizer, ByteBpe):
        tokenizer = _between_marks(tokenizer)
    if tokenizer.size > network.vocabulary:
        raise BadFile(
            f"its vocabulary has {tokenizer.size:,} entries, "
            f"and the weights have {network.vocabulary:,}"
        )
    return tokenizer


def _of_words(folder: Path) -> WordPiece:
    content = _beside(folder / "vocab.txt")
    if content is None:
        raise BadFile("no vocab.txt lies beside it, the words that it was trained with")
    config = _config(folder / "tokenizer_config.json")
    return wordpiece.from_file(content, config.get("do_lower_case", True) is not False)


def _of_bytes(folder: Path) -> ByteBpe | LibraryTokenizer:
    """Read tokenizer.json, or the two files that GPT-2 was published with."""
    vocabulary, merges = _beside(folder / "vocab.json"), _beside(folder / "merges.txt")
    whole = _beside(folder / "tokenizer.json", LARGEST_TOKENIZER)
    kind = _config(folder / "config.json").get("model_type")
    as_gpt2 = kind in (None, "gpt2", "roberta")  # others cut in ways that these do not tell
    if as_gpt2 and vocabulary is not None and merges is not None:
        return byte_bpe.from_parts(vocabulary, merges)
    if whole is None:
        parts = ", or vocab.json and merges.txt" if as_gpt2 else ""
        raise BadFile(f"no tokenizer lies beside it: tokenizer.json{parts}")
    try:
        return bpe_file.read(whole)
    except NotExact as problem:
        return LibraryTokenizer(whole, str(problem))


def _between_marks(plain: ByteBpe) -> ByteBpe:
    """RoBERTa reads GPT-2's tokens between <s> and </s>; a typed <mask> is that token."""
    if isinstance(plain, MarkedBpe):
        return plain
    marks = [plain.ids.get(name) for name in ("<s>", "</s>")]
    if None in marks:
        raise BadFile("its vocab.json has no <s> and </s>, between which it reads")
    ends = [[i] for i in marks if i is not None]
    known = [name for name in ("<mask>",) if name in plain.ids]
    special = [name for name in ("<s>", "</s>", "<pad>", "<unk>") if name in plain.ids]
    return MarkedBpe(
        plain.ids,
        list(plain.ranks),
        known=known,
        ends=(ends[0], ends[1]),
        special=special,
        takes_spaces=True,
    )
