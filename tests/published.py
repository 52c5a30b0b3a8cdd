"""Small random models in the files of large published ones, written from their description."""

import json
from pathlib import Path

import numpy as np

from tui_transformer.nn.published.byte_bpe import byte_letters
from tui_transformer.nn.published.safetensors import write

MERGES = ["l l", "e ll", "H ell", "Hell o", "Ġ w", "Ġw or", "o r", "l d", "Ġwor ld"]
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "milk", "drank", "want",
         "##want", "##ed", "wa", "un", "runn", "##ing", ",", "."]  # fmt: skip


def gpt2_vocabulary():
    names = [*byte_letters().values()]
    names += [merge.replace(" ", "") for merge in sorted(MERGES, key=len)]
    return {name: i for i, name in enumerate([*names, "<|endoftext|>"])}


def gpt2_tensors(d=12, layers=2, d_ff=20, context=16, seed=0, dtype=np.float32):
    """GPT-2's tensors by name, all of them drawn, so that none is without effect."""
    rng, v = np.random.default_rng(seed), len(gpt2_vocabulary())

    def draw(*shape):
        return (rng.normal(size=shape) * 0.4).astype(dtype)

    tensors = {"wte.weight": draw(v, d), "wpe.weight": draw(context, d)}
    for i in range(layers):
        tensors |= {
            f"h.{i}.ln_1.weight": 1 + draw(d), f"h.{i}.ln_1.bias": draw(d),
            f"h.{i}.attn.bias": np.tri(context, dtype=dtype)[None, None],
            f"h.{i}.attn.c_attn.weight": draw(d, 3 * d), f"h.{i}.attn.c_attn.bias": draw(3 * d),
            f"h.{i}.attn.c_proj.weight": draw(d, d), f"h.{i}.attn.c_proj.bias": draw(d),
            f"h.{i}.ln_2.weight": 1 + draw(d), f"h.{i}.ln_2.bias": draw(d),
            f"h.{i}.mlp.c_fc.weight": draw(d, d_ff), f"h.{i}.mlp.c_fc.bias": draw(d_ff),
            f"h.{i}.mlp.c_proj.weight": draw(d_ff, d), f"h.{i}.mlp.c_proj.bias": draw(d),
        }  # fmt: skip
    return tensors | {"ln_f.weight": 1 + draw(d), "ln_f.bias": draw(d)}


def bert_tensors(d=12, layers=2, d_ff=20, context=16, seed=0, dtype=np.float32):
    """BERT's tensors by name."""
    rng = np.random.default_rng(seed)

    def draw(*shape):
        return (rng.normal(size=shape) * 0.4).astype(dtype)

    def norm(name):
        return {f"{name}.weight": 1 + draw(d), f"{name}.bias": draw(d)}

    def linear(name, out, into):
        return {f"{name}.weight": draw(out, into), f"{name}.bias": draw(out)}

    tensors = {
        "embeddings.position_ids": np.arange(context)[None],
        "embeddings.word_embeddings.weight": draw(len(WORDS), d),
        "embeddings.position_embeddings.weight": draw(context, d),
        "embeddings.token_type_embeddings.weight": draw(2, d),
    } | norm("embeddings.LayerNorm")
    for i in range(layers):
        at = f"encoder.layer.{i}."
        for part in ("query", "key", "value"):
            tensors |= linear(f"{at}attention.self.{part}", d, d)
        tensors |= linear(f"{at}attention.output.dense", d, d)
        tensors |= norm(f"{at}attention.output.LayerNorm")
        tensors |= linear(f"{at}intermediate.dense", d_ff, d)
        tensors |= linear(f"{at}output.dense", d, d_ff) | norm(f"{at}output.LayerNorm")
    return tensors | linear("pooler.dense", d, d)


def gpt2_folder(folder: Path, tensors=None, **config):
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "model.safetensors", tensors or gpt2_tensors(), {"format": "pt"})
    (folder / "config.json").write_text(json.dumps({"model_type": "gpt2", "n_head": 3} | config))
    (folder / "vocab.json").write_text(json.dumps(gpt2_vocabulary()))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(MERGES) + "\n")
    return folder


def bert_folder(folder: Path, tensors=None, **config):
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "model.safetensors", tensors or bert_tensors(), {"format": "pt"})
    usual = {"model_type": "bert", "num_attention_heads": 3, "hidden_act": "gelu"}
    (folder / "config.json").write_text(json.dumps(usual | config))
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    return folder
