"""GPT-2 and BERT from their files, written out plainly in float64: the reference of `real-model`.

The files are read here too: eight bytes of length, a JSON header, raw numbers.
"""

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

NUMBERS = {"F32": "<f4", "F16": "<f2", "I64": "<i8"}
erf = np.vectorize(math.erf)


@cache
def tensors(folder: str) -> dict[str, np.ndarray]:
    """The tensors of a folder's model.safetensors, by name."""
    data = (Path(folder) / "model.safetensors").read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    header.pop("__metadata__", None)
    found = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        raw = np.frombuffer(data[8 + size + first : 8 + size + last], NUMBERS[entry["dtype"]])
        found[name] = raw.reshape(entry["shape"]).astype(np.float64)
    return found


@dataclass(frozen=True)
class Went:
    """What happened: attention [L, h, t, t], the stream [L+1, t, d], scores [L+1, t, V]."""

    attention: np.ndarray
    streams: np.ndarray
    scores: np.ndarray


def norm(x: np.ndarray, gain: np.ndarray, bias: np.ndarray, epsilon: float) -> np.ndarray:
    middle = x.mean(-1, keepdims=True)
    return (
        gain * (x - middle) / np.sqrt(((x - middle) ** 2).mean(-1, keepdims=True) + epsilon) + bias
    )


def looked(q: np.ndarray, k: np.ndarray, v: np.ndarray, heads: int, causal: bool):
    """Each head by itself: what it found, side by side, and its shares."""
    n, d = q.shape
    size = d // heads
    found, every = np.zeros((n, d)), np.zeros((heads, n, n))
    for h in range(heads):
        mine = slice(h * size, (h + 1) * size)
        for i in range(n):
            seen = i + 1 if causal else n
            z = np.array([q[i, mine] @ k[j, mine] for j in range(seen)]) / math.sqrt(size)
            e = np.exp(z - z.max())
            every[h, i, :seen] = e / e.sum()
            found[i, mine] = every[h, i] @ v[:, mine]
    return found, every


@cache
def bert(folder: str, ids: tuple[int, ...], heads: int, causal: bool) -> Went:
    """Devlin et al. (2019): post-LN, exact GELU, read against its own embeddings."""
    t, at = tensors(folder), "encoder.layer.{}."
    start = "embeddings."
    x = t[f"{start}word_embeddings.weight"][list(ids)]
    x = x + t[f"{start}position_embeddings.weight"][: len(ids)]
    x = x + t[f"{start}token_type_embeddings.weight"][0]
    x = norm(x, t[f"{start}LayerNorm.weight"], t[f"{start}LayerNorm.bias"], 1e-12)
    streams, attention = [x], []
    while (layer := at.format(len(attention))) + "output.dense.weight" in t:

        def linear(name: str, y: np.ndarray, layer: str = layer) -> np.ndarray:
            return y @ t[f"{layer}{name}.weight"].T + t[f"{layer}{name}.bias"]

        def normed(name: str, y: np.ndarray, layer: str = layer) -> np.ndarray:
            return norm(y, t[f"{layer}{name}.weight"], t[f"{layer}{name}.bias"], 1e-12)

        q, k, v = (linear(f"attention.self.{part}", x) for part in ("query", "key", "value"))
        found, shares = looked(q, k, v, heads, causal)
        x = normed("attention.output.LayerNorm", x + linear("attention.output.dense", found))
        wide = linear("intermediate.dense", x)
        bent = wide * (1 + erf(wide / math.sqrt(2))) / 2
        x = normed("output.LayerNorm", x + linear("output.dense", bent))
        streams.append(x)
        attention.append(shares)
    whole = np.array(streams)
    return Went(np.array(attention), whole, whole @ t[f"{start}word_embeddings.weight"].T)


@cache
def gpt2(folder: str, ids: tuple[int, ...], heads: int, causal: bool) -> Went:
    """Radford et al. (2019): pre-LN, GELU's tanh form, [in, out] matrices, tied head."""
    t = tensors(folder)
    x = t["wte.weight"][list(ids)] + t["wpe.weight"][: len(ids)]
    d = x.shape[1]
    streams, attention = [x], []
    while (h := f"h.{len(attention)}.") + "ln_1.weight" in t:
        read = norm(x, t[f"{h}ln_1.weight"], t[f"{h}ln_1.bias"], 1e-5)
        joint = read @ t[f"{h}attn.c_attn.weight"] + t[f"{h}attn.c_attn.bias"]
        found, shares = looked(joint[:, :d], joint[:, d : 2 * d], joint[:, 2 * d :], heads, causal)
        x = x + found @ t[f"{h}attn.c_proj.weight"] + t[f"{h}attn.c_proj.bias"]
        read = norm(x, t[f"{h}ln_2.weight"], t[f"{h}ln_2.bias"], 1e-5)
        wide = read @ t[f"{h}mlp.c_fc.weight"] + t[f"{h}mlp.c_fc.bias"]
        u = math.sqrt(2 / math.pi) * (wide + 0.044715 * wide**3)
        x = x + wide * (1 + np.tanh(u)) / 2 @ t[f"{h}mlp.c_proj.weight"] + t[f"{h}mlp.c_proj.bias"]
        streams.append(x)
        attention.append(shares)
    whole = np.array(streams)
    final = norm(whole, t["ln_f.weight"], t["ln_f.bias"], 1e-5)
    return Went(np.array(attention), whole, final @ t["wte.weight"].T)
