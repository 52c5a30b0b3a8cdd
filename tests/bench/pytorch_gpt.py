"""The same GPT in PyTorch, raced against ours: `python -m tests.bench.pytorch_gpt D_MODEL ROUNDS`.

Written as one writes it there: modules, q·k·v in one Linear, AdamW fused into one kernel, no
compiler. Prints JSON: milliseconds of a step for each, of processor time, so that whatever else
the machine does counts for neither. It first checks that both are the same computation.
"""

import json
import math
import sys
import time
from collections.abc import Callable
from statistics import median

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tui_transformer.arrays import Array
from tui_transformer.nn.gpt import Gpt
from tui_transformer.nn.training import Settings, Trainer, gpt_price, warm_up_cosine

BATCH, BLOCK, ALIKE = 32, 3, 20
SETTINGS = Settings(steps=100_000, warm_up=10)
Step = Callable[[], float]


class Block(nn.Module):
    """One block; `flash` says which of PyTorch's two ways attention goes."""

    def __init__(self, plan: Gpt, flash: bool) -> None:
        super().__init__()
        d = plan.d_model
        self.heads, self.flash = plan.heads, flash
        self.norm_1, self.norm_2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.qkv, self.o = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.w_1, self.w_2 = nn.Linear(d, 4 * d), nn.Linear(4 * d, d)
        self.register_buffer("future", torch.ones(plan.context, plan.context).triu(1).bool())

    def forward(self, x: Tensor) -> Tensor:
        b, t, d = x.shape
        parts = self.qkv(self.norm_1(x)).split(d, dim=-1)
        q, k, v = (part.view(b, t, self.heads, -1).transpose(1, 2) for part in parts)
        if self.flash:
            found = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
            found = scores.masked_fill(self.future[:t, :t], -math.inf).softmax(-1) @ v
        x = x + self.o(found.transpose(1, 2).reshape(b, t, d))
        return x + self.w_2(F.gelu(self.w_1(self.norm_2(x)), approximate="tanh"))


class Model(nn.Module):
    """Tokens and targets in, the mean price of the guesses out."""

    def __init__(self, plan: Gpt, flash: bool) -> None:
        super().__init__()
        self.embedding = nn.Embedding(plan.vocabulary, plan.d_model)
        self.position = nn.Embedding(plan.context, plan.d_model)
        self.blocks = nn.ModuleList(Block(plan, flash) for _ in range(plan.layers))
        self.norm = nn.LayerNorm(plan.d_model)

    def forward(self, tokens: Tensor, targets: Tensor) -> Tensor:
        x = self.embedding(tokens) + self.position.weight[: tokens.shape[1]]
        for block in self.blocks:
            x = block(x)
        logits = F.linear(self.norm(x), self.embedding.weight)
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-1)


def copied(model: Model, w: dict[str, Array]) -> None:
    """Give the model our weights; a matrix of ours is [in, out], a Linear's [out, in]."""
    given = {"embedding.weight": w["embedding"], "position.weight": w["position"]}
    given |= {"norm.weight": w["norm.gain"], "norm.bias": w["norm.bias"]}
    for i in range(len(model.blocks)):
        ours, theirs = f"block_{i}.", f"blocks.{i}."
        for kind, long in (("w", "weight"), ("b", "bias")):
            qkv = [w[f"{ours}attention.{kind}_{part}"] for part in "qkv"]
            given[f"{theirs}qkv.{long}"] = np.concatenate(qkv, axis=-1).T
            given[f"{theirs}o.{long}"] = w[f"{ours}attention.{kind}_o"].T
            for end in "12":
                given[f"{theirs}w_{end}.{long}"] = w[f"{ours}feed_forward.{kind}_{end}"].T
        for end in "12":
            given[f"{theirs}norm_{end}.weight"] = w[f"{ours}norm_{end}.gain"]
            given[f"{theirs}norm_{end}.bias"] = w[f"{ours}norm_{end}.bias"]
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(torch.tensor(given.pop(name)))
    assert not given


def theirs(plan: Gpt, w: dict[str, Array], batch: tuple[Array, Array], flash: bool) -> Step:
    """A step in PyTorch."""
    model = Model(plan, flash)
    copied(model, w)
    named = list(model.named_parameters())
    decaying = [p for name, p in named if p.ndim == 2 and name.startswith("blocks")]
    others = [p for name, p in named if not (p.ndim == 2 and name.startswith("blocks"))]
    optimizer = torch.optim.AdamW(
        [{"params": decaying, "weight_decay": SETTINGS.decay}, {"params": others}],
        lr=SETTINGS.learning_rate,
        betas=(0.9, SETTINGS.beta_square),
        weight_decay=0.0,
        fused=True,
    )
    tokens, targets = map(torch.tensor, batch)
    taken = 0

    def step() -> float:
        nonlocal taken
        s = SETTINGS
        for group in optimizer.param_groups:
            group["lr"] = warm_up_cosine(taken, s.warm_up, s.steps, s.learning_rate, s.last_rate)
        optimizer.zero_grad(set_to_none=True)
        loss = model(tokens, targets)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), s.clip)
        optimizer.step()
        taken += 1
        return loss.item()

    return step


def ours(plan: Gpt, batch: tuple[Array, Array]) -> tuple[Step, dict[str, Array]]:
    """A step in NumPy, and the weights that it starts from."""
    trainer = Trainer(plan, SETTINGS, lambda rng: batch, gpt_price(plan))
    run = trainer.start()

    def step() -> float:
        nonlocal run
        following = trainer.advance(run)
        assert following is not None
        run = following
        return run.loss

    return step, trainer.weights(run)


def milliseconds(step: Step) -> float:
    """What a step costs, over a few."""
    begun = time.process_time()
    for _ in range(BLOCK):
        step()
    return 1000 * (time.process_time() - begun) / BLOCK


def main() -> None:
    """Check that the losses are the same, then take turns."""
    d, rounds = int(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(1)
    plan = Gpt(vocabulary=32, context=32, layers=2, heads=4, d_model=d)
    tokens = np.random.default_rng(0).integers(plan.vocabulary, size=(BATCH, plan.context + 1))
    batch = tokens[:, :-1].copy(), tokens[:, 1:].copy()
    mine, w = ours(plan, batch)
    both = [theirs(plan, w, batch, flash) for flash in (True, False)]
    losses = np.array([[step() for step in (mine, *both)] for _ in range(ALIKE)])
    assert np.ptp(losses, axis=1).max() < 1e-4, losses
    assert losses[-1, 0] < losses[0, 0] - 0.01, losses
    faster = min(both, key=lambda step: min(milliseconds(step) for _ in range(5)))
    taken = [(milliseconds(faster), milliseconds(mine)) for _ in range(rounds)]
    print(json.dumps([median(column) for column in zip(*taken, strict=True)]))


if __name__ == "__main__":
    main()
