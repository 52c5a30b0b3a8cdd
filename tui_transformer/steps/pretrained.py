"""One number on a text's way through a published model, down to the tensors of its file.

What a run keeps are the streams between the blocks: a block that is asked about is run again,
in the precision of the model. The weights have the names and places that they have in the file.
"""

import dataclasses
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn import decoder_block, transformer
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.decoder_block import DecoderBlock
from tui_transformer.nn.published import gpt2, llama, neox
from tui_transformer.nn.published.bert import EMBEDDING as WORDS
from tui_transformer.nn.published.bert import KINDS, PLACES, Bert
from tui_transformer.nn.published.gpt2 import Gpt2
from tui_transformer.nn.published.llama import Llama
from tui_transformer.nn.published.pretrained import Network, Run
from tui_transformer.steps import linear, norms
from tui_transformer.steps.activations import bent
from tui_transformer.steps.block import Block
from tui_transformer.steps.decoder_block import Decoded
from tui_transformer.terms import DOUBLE, SINGLE, How, Named, Part, Term, dot, total


class Rows:
    """The rows of a table, each read when somebody asks."""

    def __init__(self, network: Network, name: str) -> None:
        self._row = cache(lambda i: network.rows(name, np.array([i]))[0])
        self._size = network.tensors.shape(name)[0]

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, i: int) -> Array:
        return self._row(i)


class Pretrained:
    """The numbers of a run; `prefix` stands before the names of what is computed."""

    def __init__(self, network: Network, run: Run, causal: bool, prefix: str = "") -> None:
        self.network, self.run, self.causal, self.prefix = network, run, causal, prefix
        self.unit = DOUBLE if run.streams[0].dtype == np.float64 else SINGLE
        self.tensor, self.stream = cache(self._tensor), cache(self._stream)
        self.block, self.read = cache(self._block), cache(self._read)

    def _tensor(self, name: str) -> Named:
        """A tensor by its whole name; of a vocabulary, only rows that are asked for are read."""
        table = name in (self.network.table_name, self.token_table_name)
        values = Rows(self.network, name) if table else self.network.whole(name)
        return Named(name, values, "weight")

    def _get(self, name: str) -> Named:
        """A tensor by its name without the prefix of the file."""
        return self.tensor(self.network.prefix + name)

    def _named(self, name: str, values: Array, how: How, symbols: str) -> Named:
        return Named(self.prefix + name, values, how, symbols, self.unit)

    def _normed(self, name: str, x: Named, tensors: str) -> Named:
        """What the norm with these tensors makes of x."""
        network = self.network
        names = network.norm_names if isinstance(network, Bert) else ("weight", "bias")
        gain, bias = (self.tensor(f"{tensors}.{part}") for part in names)
        epsilon = network.block.epsilon
        return norms.layer_norm(self.prefix + name, x, gain, bias, epsilon, self.unit)

    # ── from the tokens through the blocks ─────────────────────────────────────────────

    def _stream(self, layer: int) -> Named:
        """What stands before the first block (0), and after each, [t, d]."""
        if not layer:
            return self._embedded()
        return Named(
            f"{self.prefix}block_{layer}.output",
            self.run.streams[layer],
            lambda i, j: self.block(layer)["output"].working(i, j).term,
            lambda i, j: self.block(layer)["output"].working(i, j).symbols,
            self.unit,
        )

    def _embedded(self) -> Named:
        tokens, network = self.run.tokens.tolist(), self.network
        if isinstance(network, Bert):
            return self._summed(network, tokens)
        if isinstance(network, Gpt2):
            words, places = self.token_table, self._get(gpt2.PLACES)

            def how(i: int, j: int) -> Term:
                return words[tokens[i], j] + places[i, j]

            return self._named("input", self.run.streams[0], how, "token + place")
        table = self.token_table
        looked_up = self.run.streams[0]
        return self._named(
            "input", looked_up, lambda i, j: 1 * table[tokens[i], j], "the token's own row"
        )

    @property
    def token_table(self) -> Named:
        """The vectors of the tokens."""
        return self.tensor(self.token_table_name)

    @property
    def token_table_name(self) -> str:
        """The tensor that they are rows of."""
        names = {Gpt2: gpt2.EMBEDDING, Llama: llama.EMBEDDING, Bert: WORDS}
        return self.network.prefix + names.get(type(self.network), neox.EMBEDDING)

    def _summed(self, network: Bert, tokens: list[int]) -> Named:
        """Words and places, and the first kind of sentence where there are kinds; normed."""
        words, places, first = self.token_table, self._get(PLACES), network.names.first
        kinds = self._get(KINDS) if network.names.kinds else None

        def sum_of(i: int, j: int) -> Term:
            parts = [words[tokens[i], j], places[first + i, j]]
            return total([*parts, kinds[0, j]] if kinds else parts)

        what = "token + place" + (" + the first kind of sentence" if kinds else "")
        x = self._named("summed", network.summed(self.run.tokens), sum_of, what)
        return self._normed("input", x, f"{network.prefix}embeddings.LayerNorm")

    def _block(self, layer: int) -> Block | Decoded:
        """A block, run again; counted from 1."""
        network, plan = self.network, self.network.block
        given, w = self.run.streams[layer - 1], network.weights(layer - 1)
        parts = {
            name: Part(
                self._get(source.tensor), w[name], source.turned, source.columns(w[name].shape[-1])
            )
            for name, source in network.sources(layer - 1).items()
        }
        prefix, before = f"{self.prefix}block_{layer}.", self.stream(layer - 1)
        # What was written was read token by token: to the last bit, these are the ones it used.
        run = self.run
        every = (run.queries[layer - 1], run.keys[layer - 1], run.values[layer - 1])
        seen: dict[str, Any] = dict(zip("qkv", every, strict=True))
        with np.errstate(all="ignore"):
            if isinstance(plan, DecoderBlock):
                passed = decoder_block.forward(plan, w, given, None, self.causal)
                passed = dataclasses.replace(passed, **seen)
                return Decoded(plan, parts, passed, before, self.causal, prefix, self.unit)
            trace = transformer.forward(plan, w, given, network.mask(len(given), self.causal))
        trace.kept.update(seen)
        return Block(plan, parts, trace, before, self.causal, prefix, self.unit)

    # ── from a stream to the vocabulary ────────────────────────────────────────────────

    def _read(self, layer: int) -> Named:
        """The stream after a layer, as it is multiplied with the table, [t, d]."""
        network, x, name = self.network, self.stream(layer), f"read_{layer}"
        if not network.has_head:
            return x
        if isinstance(network, Llama):
            gain = self._get(llama.LAST)
            return norms.rms_norm(self.prefix + name, x, gain, network.block.epsilon, self.unit)
        if not isinstance(network, Bert):
            last = "ln_f" if isinstance(network, Gpt2) else neox.LAST
            return self._normed(name, x, network.prefix + last)
        dense, norm, _ = network.names.head
        w, b = (self.tensor(f"{dense}.{of}") for of in ("weight", "bias"))
        turned, bend = Part(w, w.values.T, turned=True), network.head_bend
        sums = self._named(
            f"{name}.before",
            x.values @ turned.values + b.values,
            lambda i, j: linear.affine(x.row(i), turned, b, j),
            "x·W + b: a row times a column",
        )
        bends = ACTIVATIONS[bend].f(sums.values)
        hidden = self._named(f"{name}.hidden", bends, lambda i, j: bent(bend, sums[i, j]), bend)
        return self._normed(name, hidden, norm)

    def score(self, vector: Sequence[Term], token: int) -> Term:
        """A vector times that of an entry of the vocabulary, and its bias where there is one."""
        product = dot(vector, self.tensor(self.network.table_name).row(token))
        if not isinstance(self.network, Bert) or not self.network.has_head:
            return product
        return product + self.tensor(self.network.bias_name)[token]
