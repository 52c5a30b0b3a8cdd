"""Tiny models as the library that defines their families writes them, and what they say there."""

import json
from functools import cache
from pathlib import Path

import numpy as np

from tests.published import WORDS
from tui_transformer.nn.published import families
from tui_transformer.nn.published.pretrained import Network
from tui_transformer.nn.published.safetensors import read, write
from tui_transformer.nn.published.shards import INDEX, WEIGHTS, read_weights


@cache
def expected(folder):
    return read(folder / "expected.safetensors").tensors


@cache
def network(folder) -> Network:
    config = json.loads((folder / "config.json").read_text())
    index = folder / INDEX
    return families.load(read_weights(index if index.exists() else folder / WEIGHTS), config)


HERE = Path(__file__).parent
FOLDERS = sorted(path.parent for path in HERE.glob("*/config.json"))


def opened(name: str, to: Path, kind: str = "llama3") -> Path:
    """Write a model with a vocabulary of 300 for 48, so that a real tokenizer fits it."""
    weights, config = (
        network(HERE / name).tensors,
        json.loads((HERE / name / "config.json").read_text()),
    )
    rng = np.random.default_rng(0)
    grown = {}
    for tensor in weights:
        x = np.array(weights[tensor], np.float32)
        grows = x.shape[0] == 48 and "layer" not in tensor and "h." not in tensor[:14]
        rows = [rng.normal(size=(304 - 48, *x.shape[1:])) * 0.3] if grows else []
        grown[tensor] = np.concatenate([x, *rows]).astype(np.float32)
    to.mkdir(parents=True, exist_ok=True)
    write(to / "model.safetensors", grown, {})
    (to / "config.json").write_text(json.dumps(config | {"vocab_size": 304}))
    if config["model_type"] in ("bert", "distilbert"):
        (to / "vocab.txt").write_text("\n".join(WORDS) + "\n")
        return to
    record = json.loads((HERE / "tokenizers" / f"{kind}.json").read_text())["tokenizer"]
    if config["model_type"] == "roberta":
        vocabulary = record["model"]["vocab"] | {"<s>": 300, "</s>": 301, "<mask>": 302}
        (to / "vocab.json").write_text(json.dumps(vocabulary))
        merges = (" ".join(pair) for pair in record["model"]["merges"])
        (to / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n")
        return to
    (to / "tokenizer.json").write_text(json.dumps(record))
    return to
