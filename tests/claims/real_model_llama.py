"""What `real-model` tells of a Llama: two layers of one sent forward again, number by number."""

import json
import math
from pathlib import Path

import numpy as np

from tests import reference
from tests.claims.book import close, opened
from tests.claims.real_model_states import published
from tests.claims.small_models import FOLDER

Array = np.ndarray
LLAMA = reference.HERE / "llama"
HEADS, SETS, WIDE = 4, 2, 4  # as its config.json says: heads, sets of keys, numbers a head


def turned(x: Array) -> Array:
    """Turn each hand, number i with number i + 2, by its place: radians are 10000^(−2i/4)."""
    y = x.copy()
    for place in range(len(x)):
        for i in range(WIDE // 2):
            angle = place * 10000 ** (-2 * i / WIDE)
            a, b = x[place, i], x[place, i + WIDE // 2]
            y[place, i] = a * math.cos(angle) - b * math.sin(angle)
            y[place, i + WIDE // 2] = b * math.cos(angle) + a * math.sin(angle)
    return y


def normed(x: Array, gain: Array) -> Array:
    return x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + 1e-6) * gain


def attention(t: dict[str, Array], ids: list[int]) -> list[Array]:
    """The shares of all heads, layer by layer: keys turned and shared, networks with a gate."""
    x, found = t["model.embed_tokens.weight"][ids], []
    for layer in range(2):
        w = {name.removeprefix(f"model.layers.{layer}."): t[name] for name in t}
        a = normed(x, w["input_layernorm.weight"])
        q, k, v = (a @ w[f"self_attn.{part}_proj.weight"].T for part in "qkv")
        shares, heads = [], []
        for head in range(HEADS):
            mine, theirs = (slice(n * WIDE, (n + 1) * WIDE) for n in (head, head * SETS // HEADS))
            z = turned(q[:, mine]) @ turned(k[:, theirs]).T / math.sqrt(WIDE)
            z = np.exp(np.where(np.tri(len(ids)), z, -np.inf))
            shares.append(z / z.sum(axis=-1, keepdims=True))
            heads.append(shares[-1] @ v[:, theirs])
        x = x + np.concatenate(heads, axis=-1) @ w["self_attn.o_proj.weight"].T
        b = normed(x, w["post_attention_layernorm.weight"])
        gate, up = (b @ w[f"mlp.{part}_proj.weight"].T for part in ("gate", "up"))
        x = x + (gate / (1 + np.exp(-gate)) * up) @ w["mlp.down_proj.weight"].T
        found.append(np.array(shares))
    return found


def stored(file: Path) -> tuple[dict[str, Array], int]:
    """Read a file of float32, and write it anew with half of the bits; say the bytes it had."""
    data = file.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = {k: v for k, v in json.loads(data[8:start]).items() if k != "__metadata__"}
    halves, body = {}, b""
    for name, item in header.items():
        begin, end = (start + at for at in item["data_offsets"])
        x = np.frombuffer(data[begin:end], "<f4").reshape(item["shape"]).astype("<f2")
        item |= {"dtype": "F16", "data_offsets": [len(body), len(body) + x.nbytes]}
        halves[name], body = x.astype(float), body + x.tobytes()
    words = json.dumps(header).encode()
    words += b" " * (-len(words) % 8)
    file.write_bytes(len(words).to_bytes(8, "little") + words + body)
    return halves, len(data)


def tensors_of(folder: Path) -> dict[str, Array]:
    found = reference.network(folder).tensors
    return {name: np.array(found[name], float) for name in found}


@published.tells(
    "A Llama [turns](rotary), [shares](grouped-heads) and [gates](gated); files may have [half the "
    "bits](quantization)."
)
def turned_shared_and_gated() -> None:
    said = reference.expected(LLAMA)  # of head 1, by the library that defines Llama
    for ours, theirs in zip(
        attention(tensors_of(LLAMA), said["tokens"].tolist()), said["attention"], strict=True
    ):
        close(ours[1], theirs, 1e-5)
    folder = reference.opened("llama", FOLDER / "llama")
    halves, before = stored(folder / "model.safetensors")
    assert (folder / "model.safetensors").stat().st_size < 0.6 * before
    for layer in (1, 2):
        s = opened(f"tfx real-model model={folder} layer={layer} text='the cat drank the milk'")
        assert s.values.problem is None and len(s.values.token_ids) > 3
        close(s.values.attention, attention(halves, s.values.token_ids)[layer - 1], 1e-5)
