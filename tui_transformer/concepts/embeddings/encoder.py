"""The published encoder, where it is installed: its table, and a word read in a sentence."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from tui_transformer.concepts._real_model_places import MINILM, WEIGHTS, found
from tui_transformer.concepts.embeddings import tables
from tui_transformer.concepts.embeddings.tables import ASKED, MOST, Table
from tui_transformer.controls import BadValue
from tui_transformer.nn import embeddings as nn
from tui_transformer.nn.published import bert, pretrained, wordpiece
from tui_transformer.nn.published.bert import EMBEDDING
from tui_transformer.nn.published.pretrained import Network, Run
from tui_transformer.nn.published.safetensors import BadFile, read
from tui_transformer.nn.published.wordpiece import WordPiece

LONGEST = 64  # tokens that are read of a sentence


@dataclass(frozen=True, eq=False)
class Encoder:
    """The network and its tokens."""

    network: Network
    tokenizer: WordPiece

    def read(self, sentence: str) -> Run:
        """Send a sentence through all layers."""
        most = min(LONGEST, self.network.context)
        tokens = np.array(self.tokenizer.encode(sentence, most))
        return pretrained.forward(self.network, tokens, causal=False)


@lru_cache(maxsize=2)
def _opened(folder: Path) -> Encoder:
    """Read the encoder's files; raises BadFile, OSError or ValueError."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    network = bert.load(read(folder / WEIGHTS).tensors, config)
    tokenizer = wordpiece.from_file((folder / "vocab.txt").read_bytes())
    if len(tokenizer.names) > network.vocabulary or not np.all(np.isfinite(network.get(EMBEDDING))):
        raise BadFile("its table is not that of its words")
    return Encoder(network, tokenizer)


def load() -> Encoder:
    """The encoder; raises BadValue, with a sentence, where it is not here or cannot be read."""
    folder = found().get(MINILM)
    if folder is None:
        raise BadValue(f"{MINILM} is not installed")
    try:
        return _opened(folder)
    except (BadFile, OSError, ValueError, AttributeError, KeyError):
        raise BadValue(f"{MINILM} cannot be read") from None


@lru_cache(maxsize=4)
def published(text: str, encoder: Encoder) -> Table:
    """Take the rows of those words of a text that are one token of the encoder."""
    ids = encoder.tokenizer.ids
    words = [w for w in nn.vocabulary(tables.sentences(text), MOST) if w in ids] or ["the"]
    name = encoder.network.prefix + EMBEDDING
    weights = encoder.network.tensors[name]
    numbers = tuple(ids[word] for word in words)
    known = tuple(word for word in ASKED if word in words)
    return Table(
        tuple(words),
        weights[list(numbers)].astype(np.float64),
        known if len(known) == len(ASKED) else tuple((words * 3)[:3]),
        weights={name: weights},
        ids=numbers,
    )


@lru_cache(maxsize=8)
def run(encoder: Encoder, sentence: str) -> Run:
    """Read a sentence once."""
    return encoder.read(sentence)
