"""Make tiny random models of each family with the library that defines them, and what they say.

    uv run --only-group reference python tests/reference/make.py

Each folder here holds a model as that library writes it (a few KB, in half precision or bfloat16,
some in several parts) and `expected.safetensors`: tokens, their logits, the attention of head 1
in every layer, and what the model goes on to write, always the likeliest. Nothing of it is needed
to run the tests, which read these files.
"""

import shutil
from pathlib import Path

import torch
import transformers as hf
from safetensors.torch import save_file

HERE = Path(__file__).parent
TOKENS = [5, 17, 3, 3, 29, 11, 0, 41, 17, 3, 8, 23]
MORE = 8  # tokens that a decoder goes on to write
SMALL = {
    "vocab_size": 48, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4,
    "intermediate_size": 24, "max_position_embeddings": 64,
}  # fmt: skip
END = {"bos_token_id": None, "eos_token_id": None, "pad_token_id": None}
SHARED = SMALL | END | {"num_key_value_heads": 2, "initializer_range": 0.3}


def rope(kind: str, theta: float = 10_000.0, **more: float) -> dict[str, object]:
    return {"rope_parameters": {"rope_type": kind, "rope_theta": theta, **more}}


LLAMA3 = rope("llama3", 500_000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=16)  # fmt: skip


def families() -> dict[str, torch.nn.Module]:
    """A model of each family, and of each way in which they differ."""
    lm = "ForCausalLM"
    bert = SMALL | {"initializer_range": 0.3, "pad_token_id": 0}
    short = {"max_position_embeddings": 8}

    def llama(**more: object) -> torch.nn.Module:
        return hf.LlamaForCausalLM(hf.LlamaConfig(**(SHARED | more)))

    def neox(**more: object) -> torch.nn.Module:
        small = {k: v for k, v in SHARED.items() if k != "num_key_value_heads"}
        return getattr(hf, f"GPTNeoX{lm}")(hf.GPTNeoXConfig(**small, **more))

    return {
        "gpt2": hf.GPT2LMHeadModel(hf.GPT2Config(
            vocab_size=48, n_positions=64, n_embd=16, n_layer=2, n_head=4, n_inner=24,
            initializer_range=0.3, **END)),
        "llama": llama(),
        "llama-linear": llama(**rope("linear", factor=4.0)),
        "llama-dynamic": llama(**short, **rope("dynamic", factor=4.0)),
        "llama-llama3": llama(**LLAMA3),
        "llama-biases": llama(attention_bias=True, mlp_bias=True, hidden_act="gelu"),
        "smollm": llama(tie_word_embeddings=True, num_attention_heads=4, num_key_value_heads=1),
        "mistral": hf.MistralForCausalLM(hf.MistralConfig(**SHARED, sliding_window=5)),
        "qwen2": hf.Qwen2ForCausalLM(hf.Qwen2Config(**SHARED)),
        "qwen3": hf.Qwen3ForCausalLM(hf.Qwen3Config(**SHARED, head_dim=6)),
        "neox": neox(rotary_pct=0.5, use_parallel_residual=True),
        "neox-in-turn": neox(rotary_pct=1.0, use_parallel_residual=False),
        "bert": hf.BertForMaskedLM(hf.BertConfig(**bert)),
        "distilbert": hf.DistilBertForMaskedLM(hf.DistilBertConfig(
            vocab_size=48, dim=16, n_layers=2, n_heads=4, hidden_dim=24,
            max_position_embeddings=64, initializer_range=0.3)),
        "roberta": hf.RobertaForMaskedLM(hf.RobertaConfig(**bert | {"pad_token_id": 1},
                                                          type_vocab_size=1)),
    }  # fmt: skip


def stretched() -> dict[str, torch.nn.Module]:
    """Models that were stretched by YaRN, in two ways: made by themselves, after the others."""
    small = SHARED | {"head_dim": 8}
    yarn = rope("yarn", 50.0, factor=4.0, original_max_position_embeddings=64, beta_fast=4.0)
    own = rope("yarn", 200.0, factor=8.0, original_max_position_embeddings=32, mscale=0.7,
               mscale_all_dim=0.3, beta_slow=0.5, truncate=False)  # fmt: skip
    return {
        "llama-yarn": hf.LlamaForCausalLM(hf.LlamaConfig(**small | yarn)),
        "qwen2-yarn": hf.Qwen2ForCausalLM(hf.Qwen2Config(**small | own)),
    }


def shaken(model: torch.nn.Module) -> None:
    """Move what starts at 0 or 1: a bias or a gain that is left out must be noticed."""
    for weight in model.parameters():
        if weight.ndim == 1:
            weight.data += 0.2 * torch.randn(weight.shape)


def make(name: str, model: torch.nn.Module, kind: torch.dtype, shard: str) -> None:
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    model.eval()
    shaken(model)
    model.to(kind).save_pretrained(folder, max_shard_size=shard)
    model = type(model).from_pretrained(folder, dtype=torch.float32).eval()
    model.set_attn_implementation("eager")
    ids = torch.tensor([TOKENS])
    with torch.no_grad():
        out = model(ids, output_attentions=True)
    stored = {
        "tokens": torch.tensor(TOKENS),
        "logits": out.logits[0],
        "attention": torch.stack([layer[0, 1] for layer in out.attentions]),
    }
    if model.can_generate() and "Masked" not in type(model).__name__:
        with torch.no_grad():
            written = model.generate(ids, max_new_tokens=MORE, do_sample=False, use_cache=True)
        stored["written"] = written[0, len(TOKENS) :]
    save_file({k: v.contiguous() for k, v in stored.items()}, folder / "expected.safetensors")
    (folder / "generation_config.json").unlink(missing_ok=True)


if __name__ == "__main__":
    for seed, several in enumerate((families, stretched)):
        torch.manual_seed(seed)
        for at, (name, model) in enumerate(several().items()):
            kind = (torch.float16, torch.bfloat16, torch.float32)[at % 3]
            make(name, model, kind, "6KB" if at % 2 else "1GB")
