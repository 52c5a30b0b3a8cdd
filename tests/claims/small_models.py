"""Small models in the files of large ones, so that every kind of sentence is said of one."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from tests.published import bert_folder, bert_tensors, gpt2_folder, gpt2_tensors

Array = np.ndarray
FOLDER = Path(tempfile.mkdtemp(prefix="tfx-claims-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)


@cache
def small() -> dict[str, Path]:
    """Write the small models: GPT-2, BERT without and with a head for masked words."""
    rng, d = np.random.default_rng(0), 12
    head = {
        "cls.predictions.bias": rng.normal(size=18),
        "cls.predictions.transform.dense.weight": rng.normal(size=(d, d)),
        "cls.predictions.transform.dense.bias": rng.normal(size=d),
        "cls.predictions.transform.LayerNorm.weight": rng.normal(size=d),
        "cls.predictions.transform.LayerNorm.bias": rng.normal(size=d),
    }
    wide = {"dtype": np.float64}
    sure = gpt2_tensors(**wide)
    sure["wte.weight"] = 20 * sure["wte.weight"]  # so that the first guess is the last
    looks = bert_tensors(layers=3, **wide)
    for layer in range(3):
        for part in ("query", "key"):
            looks[f"encoder.layer.{layer}.attention.self.{part}.weight"] *= 4
    looks["embeddings.word_embeddings.weight"] *= 0.3  # so that all sentences are much alike
    bert = bert_folder(FOLDER / "bert", looks)
    words = bert / "vocab.txt"
    words.write_text(words.read_text().replace("runn", "it"))
    return {
        "gpt2": gpt2_folder(FOLDER / "gpt2", gpt2_tensors(**wide)),
        "back": gpt2_folder(FOLDER / "back", looking_back(), n_head=1),
        "sure": gpt2_folder(FOLDER / "sure", sure),
        "bert": bert,
        "parked": bert_folder(FOLDER / "parked", parking()),
        "masked": bert_folder(FOLDER / "masked", bert_tensors(**wide) | head),
    }


def looking_back() -> dict[str, Array]:
    """A GPT-2 whose first head finds the place before: places are one-hot, queries shifted."""
    t = gpt2_tensors(dtype=np.float64)
    d = t["wpe.weight"].shape[1]
    t["wte.weight"] = t["wte.weight"] * 0.01
    t["wpe.weight"] = np.eye(*t["wpe.weight"].shape)
    t["h.0.ln_1.weight"], t["h.0.ln_1.bias"] = np.ones(d), np.zeros(d)
    joint = np.zeros((d, 3 * d))
    joint[:, :d] = 3 * np.eye(d, k=-1)  # a place asks for the one before it
    joint[:, d : 2 * d] = np.eye(d)
    t["h.0.attn.c_attn.weight"], t["h.0.attn.c_attn.bias"] = joint, np.zeros(3 * d)
    return t


def parking() -> dict[str, Array]:
    """A BERT whose first head looks at [CLS] and [SEP], whose vectors have a channel of theirs."""
    t = bert_tensors(dtype=np.float64)
    words = t["embeddings.word_embeddings.weight"]
    words *= 0.1
    words[2:4, 0] = 20
    at = "encoder.layer.0.attention.self."
    t[f"{at}query.weight"], t[f"{at}query.bias"] = np.zeros((12, 12)), 4 * np.eye(12)[0]
    t[f"{at}key.weight"] = 4 * np.eye(12)
    return t
