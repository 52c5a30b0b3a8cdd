"""Which family a published model is of: told by its config.json, and by the names of its tensors.

What is not read here is named, so that nobody has to guess why.
"""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from tui_transformer.nn.published import bert, gpt2, llama, neox
from tui_transformer.nn.published.pretrained import Network
from tui_transformer.nn.published.safetensors import BadFile, Tensors

READERS: dict[str, ModuleType] = {
    "gpt2": gpt2,
    **dict.fromkeys(bert.FAMILIES, bert),
    **dict.fromkeys(llama.NAMES, llama),
    "gpt_neox": neox,
}
# What else may be met, and why it is not read: by the model_type of config.json.
OTHERS = {
    "mamba": "a Mamba: no attention",
    "mamba2": "a Mamba: no attention",
    "falcon_mamba": "a Mamba: no attention",
    "rwkv": "an RWKV: no attention",
    "t5": "a T5: an encoder and a decoder",
    "bart": "a BART: an encoder and a decoder",
    "whisper": "a Whisper: it listens",
    "clip": "a CLIP: it looks at pictures",
    "vit": "a vision transformer: it looks at pictures",
    "mixtral": "a Mixtral: its experts",
    "qwen2_moe": "a Qwen2 with experts",
    "qwen3_moe": "a Qwen3 with experts",
    "deepseek_v3": "a DeepSeek: its experts and its compressed keys",
    "gemma": "a Gemma: its norms are others",
    "gemma2": "a Gemma: its norms are others",
    "gemma3": "a Gemma: its norms are others",
    "gemma3_text": "a Gemma: its norms are others",
    "phi": "a Phi: its block is another",
    "phi3": "a Phi-3: its matrices are joined",
    "bloom": "a BLOOM: its positions are slopes (ALiBi)",
    "mpt": "an MPT: its positions are slopes (ALiBi)",
    "falcon": "a Falcon: its matrices are joined",
    "opt": "an OPT: its block is another",
    "gptj": "a GPT-J: its pairs are neighbours",
    "gpt_neo": "a GPT-Neo: its layers look in turn near and far",
    "deberta-v2": "a DeBERTa: its positions are relative",
    "albert": "an ALBERT: its layers share their weights",
    "electra": "an ELECTRA: it judges words instead of guessing them",
    "xlm-roberta": "an XLM-RoBERTa: its tokenizer is another",
}


def refuse(config: Mapping[str, Any]) -> None:
    """Say of what is known not to be read here what it is, before its weights are looked at."""
    kind = config.get("model_type")
    if isinstance(kind, str) and kind in OTHERS and kind not in READERS:
        raise BadFile(f"it is {OTHERS[kind]}; not read here")


def load(tensors: Tensors, config: Mapping[str, Any]) -> Network:
    """Read a model of whichever family; raises BadFile for one that is not read here."""
    refuse(config)
    kind = config.get("model_type")
    if isinstance(kind, str) and kind in READERS:
        reader: ModuleType | None = READERS[kind]
    else:  # told by the tensors, as the oldest files are; the family looks at the rest
        reader = next((one for one in (gpt2, bert) if one.is_one(tensors)), None)
    if reader is None and kind is not None:
        raise BadFile(f"its config.json calls it a {kind!s:.24}, which is not read here")
    if reader is None and (llama.is_one(tensors) or neox.is_one(tensors)):
        raise BadFile("no config.json beside it says of which family it is")
    if reader is None or not reader.is_one(tensors):
        raise BadFile("its tensors have the names of neither GPT-2, BERT, Llama nor GPT-NeoX")
    return reader.load(tensors, config)
