"""A token written by a published model, as the program does it, and by NumPy alone.

`python -m tests.bench.writing_numpy FAMILY TYPE ROUNDS [small]` prints, as JSON, how many
milliseconds of the processor each takes (the least of some rounds). The same weights, from a file
as it is published; the same arithmetic, written for this one family and nothing else.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tui_transformer.concepts.real_model.files import Loaded
from tui_transformer.concepts.real_model.writing import Rule, Writing
from tui_transformer.nn.published import families
from tui_transformer.nn.published.safetensors import read, write

Array = np.ndarray
BEFORE = 24  # tokens of the text that is gone on with
SIZES = {"": (12, 768, 2048, 32_000), "small": (2, 64, 96, 300)}
HEAD = 64


def sizes_of(family: str, layers: int, d: int, f: int, v: int) -> dict[str, tuple[int, ...]]:
    """A file's tensors with their shapes: a GPT-2, or a Llama with four queries to a key."""
    if family == "gpt2":
        sizes: dict[str, tuple[int, ...]] = {"wte.weight": (v, d), "wpe.weight": (256, d)}
        for i in range(layers):
            parts = {
                "ln_1": (d,),
                "attn.c_attn": (d, 3 * d),
                "attn.c_proj": (d, d),
                "ln_2": (d,),
                "mlp.c_fc": (d, 4 * d),
                "mlp.c_proj": (4 * d, d),
            }
            for name, side in parts.items():
                sizes |= {f"h.{i}.{name}.weight": side, f"h.{i}.{name}.bias": side[-1:]}
        return sizes | {"ln_f.weight": (d,), "ln_f.bias": (d,)}
    sizes = {"model.embed_tokens.weight": (v, d), "model.norm.weight": (d,)}
    for i in range(layers):
        at, keys = f"model.layers.{i}.", max(d // HEAD // 4, 1) * HEAD
        parts = {
            "input_layernorm": (d,),
            "post_attention_layernorm": (d,),
            "self_attn.q_proj": (d, d),
            "self_attn.k_proj": (keys, d),
            "self_attn.v_proj": (keys, d),
            "self_attn.o_proj": (d, d),
            "mlp.gate_proj": (f, d),
            "mlp.up_proj": (f, d),
            "mlp.down_proj": (d, f),
        }
        sizes |= {f"{at}{name}.weight": side for name, side in parts.items()}
    return sizes


def softmax(z: Array) -> Array:
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def bare_llama(t: dict[str, Array], layers: int, d: int) -> Callable[[int], int]:
    """One more token, with its keys and values kept: NumPy and nothing else."""
    h, g = d // HEAD, max(d // HEAD // 4, 1)
    caches = [[np.zeros((g, 0, HEAD), np.float32)] * 2 for _ in range(layers)]
    rates = 10_000.0 ** (-np.arange(HEAD // 2) * 2 / HEAD)

    def normed(x: Array, gain: Array) -> Array:
        return gain * (x / np.sqrt(np.mean(x * x) + np.float32(1e-6)))

    def turned(x: Array, place: int) -> Array:
        c, s = (f(place * rates).astype(np.float32) for f in (np.cos, np.sin))
        a, b = x[:, : HEAD // 2], x[:, HEAD // 2 :]
        return np.concatenate([a * c - b * s, b * c + a * s], -1)

    def step(token: int) -> int:
        x = t["model.embed_tokens.weight"][token]
        for i in range(layers):
            w = f"model.layers.{i}.{{}}.weight".format
            r = normed(x, t[w("input_layernorm")])
            place = caches[i][0].shape[1]
            q = turned((t[w("self_attn.q_proj")] @ r).reshape(h, HEAD), place)
            k = turned((t[w("self_attn.k_proj")] @ r).reshape(g, HEAD), place)
            v = (t[w("self_attn.v_proj")] @ r).reshape(g, 1, HEAD)
            keys, values = (
                np.concatenate([old, new], 1)
                for old, new in zip(caches[i], (k[:, None], v), strict=True)
            )
            caches[i] = [keys, values]
            shares = softmax(q.reshape(g, h // g, HEAD) @ keys.transpose(0, 2, 1) / 8)
            x = x + t[w("self_attn.o_proj")] @ (shares @ values).reshape(-1)
            r = normed(x, t[w("post_attention_layernorm")])
            gate = t[w("mlp.gate_proj")] @ r
            hidden = gate / (1 + np.exp(-gate)) * (t[w("mlp.up_proj")] @ r)
            x = x + t[w("mlp.down_proj")] @ hidden
        z = t["model.embed_tokens.weight"] @ normed(x, t["model.norm.weight"])
        return int(np.argmax(z))

    return step


def bare_gpt2(t: dict[str, Array], layers: int, d: int) -> Callable[[int], int]:
    """The same of a GPT-2."""
    h = d // HEAD
    caches = [[np.zeros((h, 0, HEAD), np.float32)] * 2 for _ in range(layers)]

    def normed(x: Array, name: str) -> Array:
        away = x - x.mean()
        scaled = away / np.sqrt(np.mean(away * away) + np.float32(1e-5))
        return scaled * t[f"{name}.weight"] + t[f"{name}.bias"]

    def linear(x: Array, name: str) -> Array:
        return x @ t[f"{name}.weight"] + t[f"{name}.bias"]

    def step(token: int) -> int:
        x = t["wte.weight"][token] + t["wpe.weight"][caches[0][0].shape[1]]
        for i in range(layers):
            at = f"h.{i}."
            joint = linear(normed(x, f"{at}ln_1"), f"{at}attn.c_attn")
            q, k, v = (part.reshape(h, 1, HEAD) for part in np.split(joint, 3))
            keys, values = (
                np.concatenate([old, new], 1) for old, new in zip(caches[i], (k, v), strict=True)
            )
            caches[i] = [keys, values]
            shares = softmax(q @ keys.transpose(0, 2, 1) / 8)
            x = x + linear((shares @ values).reshape(-1), f"{at}attn.c_proj")
            a = linear(normed(x, f"{at}ln_2"), f"{at}mlp.c_fc")
            bent = a / 2 * (1 + np.tanh(np.float32(0.7978845608) * (a + 0.044715 * a * a * a)))
            x = x + linear(bent, f"{at}mlp.c_proj")
        return int(np.argmax(t["wte.weight"] @ normed(x, "ln_f")))

    return step


def written(
    folder: Path, family: str, kind: str, size: str
) -> tuple[Writing, Callable[[int], int]]:
    """A model in a file, opened as the program opens it; and NumPy's, of the same numbers."""
    layers, d, f, v = SIZES[size]
    rng, names = np.random.default_rng(0), sizes_of(family, layers, d, f, v)
    tensors = {
        n: (rng.standard_normal(side, np.float32) * 0.02).astype(kind) for n, side in names.items()
    }
    write(folder / "model.safetensors", tensors, {})
    config = {
        "model_type": family,
        "num_attention_heads": d // HEAD,
        "n_head": d // HEAD,
        "num_key_value_heads": max(d // HEAD // 4, 1),
        "tie_word_embeddings": True,
    }
    network = families.load(read(folder / "model.safetensors").tensors, config)
    loaded = Loaded("bench", False, network, None)  # type: ignore[arg-type]  # it is not asked
    ids = tuple(range(1, BEFORE + 1))
    plain = {n: x.astype(np.float32) for n, x in tensors.items()}
    step = (bare_gpt2 if family == "gpt2" else bare_llama)(plain, layers, d)
    return Writing(loaded, ids, True, Rule()), step


def main() -> None:
    family, kind, rounds, *size = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        ours, step = written(Path(folder), family, kind, *(size or [""]))
        token = 0
        for one in range(1, BEFORE + 1):
            token = step(one)
        first = ours.at(1)
        assert int(first.tokens[-1]) == token, "the same model goes on with the same token"
        spent: tuple[list[float], list[float]] = ([], [])
        for turn in range(2, int(rounds) + 2):
            began = time.process_time()
            token = step(token)
            between = time.process_time()
            run = ours.at(turn)
            spent[0].append(between - began)
            spent[1].append(time.process_time() - between)
            assert int(run.tokens[-1]) == token
    print(json.dumps([1000 * min(times) for times in spent]))


if __name__ == "__main__":
    main()
