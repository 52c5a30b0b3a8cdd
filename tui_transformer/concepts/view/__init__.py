"""
A model that ran elsewhere, and what its heads looked at: an array in a file of yours, `.npy`,
`.npz` or `.safetensors`, as [layer, head, query, key], or without the first one or two of these.
Save it with four lines (`tfx view --how`), and look around in it with the keys that you know from
a [published model](real-model).

The square is a window of one head: each row is a query, and says how it shares out its look among
the keys. `query` walks down, and the window follows; `rows` makes it larger, `across` moves it
along the keys. Below stand all heads at a glance. Click one, and the square shows it.

The **finder** counts, in the rows in sight, where each head looks most: at the token before, at the
first one, where many heads park, at its own twin, or at what came after that twin, as an
[induction head](training) does. Name the `pairs` that you look for, and it counts those.

Nothing is made prettier: every cell is the number in the file. Where a row does not add up to 1,
where numbers are NaN or −∞, or keys stand before queries, the line at the top says so.

*Often misread:* that a large share means that the token mattered. A head can look hard at what
changes nothing; to know, [cut it](sorter).
"""

from tui_transformer.concept import Concept
from tui_transformer.concepts.view.model import View
from tui_transformer.concepts.view.view import view

CONCEPT = Concept(
    View,
    view,
    presets={},
    challenges=(),
    groups={"read": {"other": "", "array": "", "order": ""}, "more": {"tokens": "", "pairs": ""}},
)
