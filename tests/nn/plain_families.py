"""Published models written out plainly, in float64: every family, with wires cut on the way.

Nothing is shared with the program but the reading of tensors from a file. A cut is made where it
happens: what a head found, or what is hidden, is nothing (or its mean over the places) before it
is multiplied, so no weights are changed here. `cuts` maps (layer, part), counted from 0, to
"nothing" or "mean"; a part is a head's number, "ffn", or "block".
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tui_transformer.nn.published.shards import INDEX, WEIGHTS, read_weights

Array = np.ndarray
Cuts = dict[tuple[int, int | str], str]
erf = np.vectorize(math.erf)
BENDS = {
    "gelu": lambda a: a / 2 * (1 + erf(a / math.sqrt(2))),
    "gelu_new": lambda a: a / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (a + 0.044715 * a**3))),
    "silu": lambda a: a / (1 + np.exp(-a)),
}
BERTS = {
    "bert": ("bert.", "encoder.layer.", "attention.self.query attention.self.key "
             "attention.self.value attention.output.dense attention.output.LayerNorm "
             "intermediate.dense output.dense output.LayerNorm"),
    "distilbert": ("distilbert.", "transformer.layer.", "attention.q_lin attention.k_lin "
                   "attention.v_lin attention.out_lin sa_layer_norm ffn.lin1 ffn.lin2 "
                   "output_layer_norm"),
}  # fmt: skip
BERTS["roberta"] = ("roberta.", *BERTS["bert"][1:])


@dataclass
class Plain:
    """What came of tokens: the streams, and every part that was added, by (layer, part)."""

    streams: list[Array]
    parts: dict[tuple[int, int | str], Array]
    biases: Array  # b_o and b_2 of all layers together


class Model:
    """A folder with weights and config.json, read."""

    def __init__(self, folder: Path) -> None:
        self.config = json.loads((folder / "config.json").read_text())
        index = folder / INDEX
        tensors = read_weights(index if index.exists() else folder / WEIGHTS)
        self.t = {name: np.array(tensors[name], float) for name in tensors}
        self.kind = self.config["model_type"]
        number = self.config.get
        self.heads = number("n_head") or number("n_heads") or number("num_attention_heads")
        self.layers = number("n_layer") or number("n_layers") or number("num_hidden_layers")
        self.epsilon = (number("layer_norm_epsilon") or number("layer_norm_eps")
                        or number("rms_norm_eps") or 1e-12)  # fmt: skip
        bend = number("activation_function") or number("activation") or number("hidden_act")
        self.bend = BENDS[bend]

    # ── pieces ─────────────────────────────────────────────────────────────────────────

    def get(self, name: str, default: float | None = None) -> Array:
        for prefix in ("", "transformer.", "model.", "gpt_neox."):
            if prefix + name in self.t:
                return self.t[prefix + name]
        assert default is not None, name
        return np.array(default)

    def norm(self, x: Array, name: str) -> Array:
        gain = self.get(f"{name}.weight")
        if self.kind in ("llama", "mistral", "qwen2", "qwen3"):
            return gain * x / np.sqrt((x**2).mean(-1, keepdims=True) + self.epsilon)
        away = x - x.mean(-1, keepdims=True)
        spread = (away**2).mean(-1, keepdims=True) + self.epsilon
        return gain * away / np.sqrt(spread) + self.get(f"{name}.bias")

    def linear(self, x: Array, name: str) -> Array:
        return x @ self.get(f"{name}.weight").T + self.get(f"{name}.bias", 0.0)

    def turned(self, x: Array, part: float) -> Array:
        """Rotary positions of [t, d], number i with number i + half, one at a time."""
        size, y = int(x.shape[1] * part), x.copy()
        for place in range(len(x)):
            for i in range(size // 2):
                angle = place * self.config["rope_parameters"]["rope_theta"] ** (-2 * i / size)
                a, b = x[place, i], x[place, i + size // 2]
                y[place, i] = a * math.cos(angle) - b * math.sin(angle)
                y[place, i + size // 2] = b * math.cos(angle) + a * math.sin(angle)
        return y

    def found(self, q: Array, k: Array, v: Array, causal: bool) -> Array:
        """What one head finds: [t, d] each."""
        z = q @ k.T / math.sqrt(q.shape[1])
        back = np.subtract.outer(np.arange(len(q)), np.arange(len(k)))
        window = self.config.get("sliding_window") or len(k)
        if causal:
            z = np.where((back >= 0) & (back < window), z, -np.inf)
        z = np.exp(z - z.max(-1, keepdims=True))
        return z / z.sum(-1, keepdims=True) @ v

    # ── the way ────────────────────────────────────────────────────────────────────────

    def forward(self, ids: list[int], cuts: Cuts | None = None, causal: bool | None = None):
        """Send tokens through; means are those of the whole model over these places."""
        cuts = cuts or {}
        causal = self.kind not in BERTS if causal is None else causal
        left = self.forward(ids, {}, causal) if "mean" in cuts.values() else None
        done = Plain([self.embedded(ids)], {}, np.zeros(1))
        for layer in range(self.layers):
            self.block(layer, done, cuts, causal, left)
        return done

    def embedded(self, ids: list[int]) -> Array:
        if self.kind == "gpt2":
            return self.get("wte.weight")[ids] + self.get("wpe.weight")[: len(ids)]
        if self.kind not in BERTS:
            return self.get(
                "embed_in.weight" if self.kind == "gpt_neox" else "embed_tokens.weight"
            )[ids]
        e, first = f"{BERTS[self.kind][0]}embeddings.", 2 if self.kind == "roberta" else 0
        x = self.get(f"{e}word_embeddings.weight")[ids]
        x = x + self.get(f"{e}position_embeddings.weight")[first : first + len(ids)]
        if self.kind != "distilbert":
            x = x + self.get(f"{e}token_type_embeddings.weight")[0]
        return self.norm(x, f"{e}LayerNorm")

    def names(self, layer: int) -> list[str]:
        """q, k, v, o, the norm of attention, 1, 2, the norm of the feed-forward network."""
        if self.kind in BERTS:
            prefix, start, names = BERTS[self.kind]
            return [f"{prefix}{start}{layer}.{name}" for name in names.split()]
        names = {
            "gpt2": "h.{} attn.c_attn attn.c_attn attn.c_attn attn.c_proj ln_1 mlp.c_fc "
                    "mlp.c_proj ln_2",
            "gpt_neox": "layers.{} attention.query_key_value attention.query_key_value "
                        "attention.query_key_value attention.dense input_layernorm "
                        "mlp.dense_h_to_4h mlp.dense_4h_to_h post_attention_layernorm",
        }.get(self.kind, "layers.{} self_attn.q_proj self_attn.k_proj self_attn.v_proj "
              "self_attn.o_proj input_layernorm mlp.up_proj mlp.down_proj "
              "post_attention_layernorm")  # fmt: skip
        start, *rest = names.format(layer).split()
        return [f"{start}.{name}" for name in rest]

    def looking(self, x: Array, layer: int) -> list[tuple[Array, Array, Array]]:
        """Queries, keys and values of every head."""
        q, k, v, *_ = self.names(layer)
        if self.kind == "gpt2":
            joint = x @ self.get(f"{q}.weight") + self.get(f"{q}.bias")
            parts = np.split(joint, 3, axis=1)
            return list(zip(*(np.split(part, self.heads, axis=1) for part in parts), strict=True))
        if self.kind == "gpt_neox":
            joint = self.linear(x, q)
            each = [np.split(head, 3, axis=1) for head in np.split(joint, self.heads, axis=1)]
            part = self.config["rope_parameters"].get("partial_rotary_factor", 1.0)
            return [(self.turned(a, part), self.turned(b, part), c) for a, b, c in each]
        groups = self.config.get("num_key_value_heads", self.heads)
        qs = np.split(self.linear(x, q), self.heads, axis=1)
        ks, vs = (np.split(self.linear(x, name), groups, axis=1) for name in (k, v))
        if self.kind not in BERTS:
            if self.kind == "qwen3":
                qs, ks = ([self.norm(each, name.replace("_proj", "_norm")) for each in heads]
                          for heads, name in ((qs, q), (ks, k)))  # fmt: skip
            qs, ks = ([self.turned(each, 1.0) for each in heads] for heads in (qs, ks))
        share = self.heads // groups
        return [(qs[h], ks[h // share], vs[h // share]) for h in range(self.heads)]

    def block(self, layer: int, done: Plain, cuts: Cuts, causal: bool, left: Plain | None) -> None:
        *_, o, norm_1, up, down, norm_2 = self.names(layer)
        x, post = done.streams[-1], self.kind in BERTS

        def kept(part: int | str, said: Array) -> Array:
            how = cuts.get((layer, part)) or cuts.get((layer, "block"))
            if how == "mean":
                said = np.broadcast_to(left.parts[layer, part].mean(0), said.shape)
            said = np.zeros_like(said) if how == "nothing" else said
            done.parts[layer, part] = said
            return said

        w_o = self.get(f"{o}.weight") if self.kind == "gpt2" else self.get(f"{o}.weight").T
        w_2 = self.get(f"{down}.weight") if self.kind == "gpt2" else self.get(f"{down}.weight").T
        b_o, b_2 = self.get(f"{o}.bias", 0.0), self.get(f"{down}.bias", 0.0)
        if cuts.get((layer, "block")) == "nothing":
            b_o, b_2 = 0 * b_o, 0 * b_2
        done.biases = done.biases + b_o + b_2
        heads = self.looking(x if post else self.norm(x, norm_1), layer)
        rows = np.split(w_o, self.heads)
        attended = b_o + sum(
            kept(h, self.found(*heads[h], causal) @ rows[h]) for h in range(self.heads)
        )
        middle = self.norm(x + attended, norm_1) if post else x + attended
        parallel = self.kind == "gpt_neox" and self.config["use_parallel_residual"]
        read = middle if post else self.norm(x if parallel else middle, norm_2)
        if self.kind == "gpt2":
            hidden = self.bend(read @ self.get(f"{up}.weight") + self.get(f"{up}.bias"))
        elif self.kind in BERTS or self.kind == "gpt_neox":
            hidden = self.bend(self.linear(read, up))
        else:
            gate = self.linear(read, up.replace("up", "gate"))
            hidden = self.bend(gate) * self.linear(read, up)
        end = middle + kept("ffn", hidden @ w_2) + b_2
        done.streams.append(self.norm(end, norm_2) if post else end)

    # ── the end of a decoder ───────────────────────────────────────────────────────────

    def logits(self, stream: Array) -> Array:
        """Scores of the vocabulary, of a decoder; [..., d] → [..., V]."""
        name = {"gpt2": "ln_f", "gpt_neox": "final_layer_norm"}.get(self.kind, "norm")
        return self.norm(stream, name) @ self.table.T

    @property
    def table(self) -> Array:
        for name in ("lm_head.weight", "embed_out.weight", "wte.weight", "embed_tokens.weight"):
            if any(prefix + name in self.t for prefix in ("", "transformer.", "model.")):
                return self.get(name)
        raise AssertionError
