"""Several short texts through a published model as one: its weights are read once for all."""

from collections.abc import Sequence

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn import transformer
from tui_transformer.nn.published.pretrained import Network, finite
from tui_transformer.nn.transformer import Block


def side_by_side(network: Network, texts: Sequence[Array]) -> list[tuple[Array, Array]]:
    """Send texts through plain blocks as one, in which none sees another: queries and keys of each,
    both [L, h, t, d/h]. Raises BadFile as `forward` does."""
    of = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    queries, keys, block = [], [], network.block
    assert isinstance(block, Block)
    with np.errstate(all="ignore"):
        x = np.concatenate([network.embed(text) for text in texts])
        for layer in range(network.layers):
            trace = transformer.forward(block, network.weights(layer), x, of[:, None] == of)
            x = trace.output
            queries.append(trace.kept["q"])
            keys.append(trace.kept["k"])
    finite(x, *queries, *keys)
    q, k = np.stack(queries), np.stack(keys)
    return [(q[:, :, of == i], k[:, :, of == i]) for i in range(len(texts))]
