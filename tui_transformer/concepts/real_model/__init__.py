"""
No toy: weights that others trained on much of the internet. In the code of your [blocks](block)
there are millions of numbers.

*all-MiniLM-L6-v2* opens by itself, an encoder that makes sentences vectors. Name a folder of
GPT-2 or Llama: it says what comes [next](generation), and with `tokens` writes on. A Llama
[turns](rotary), [shares](grouped-heads) and [gates](gated); files may have [half the
bits](quantization).

In layer 4, head 1 links *it* to the *cat*. Nobody designed that, as in
[self-attention](self-attention). Let the milk be the reason: write *sweet* for *thirsty*,
and the link moves. In layer 1, head 2 every token looks at the one before: so 6 of 6 verbs find
their subject, and 0 of 6 once words stand between. In layer 3, head 8 *the* finds its noun,
in 22 of 23 places. Many heads **park** on [CLS], [SEP] or the first token.

`other` is a second sentence: the angle between the two mean vectors says how alike they are. *The
milk drank the cat* is 0.99 alike. `x` cuts a head, `worth` tries all 72: the two grow most alike
without that of layer 3, then of layer 4; that of layer 1 is sixth. Head 7 of layer 3, which parks
most, is below the middle.

`query` 0 is [CLS], which stands for nothing. Yet after the last layer, compared with the
embeddings that went in, it names the topic (preset 5).

*Often misread:* that such a link is understanding. Write *greedy*, and *it* becomes the milk.
"""

from tui_transformer.concept import Concept
from tui_transformer.concepts.real_model import sentences
from tui_transformer.concepts.real_model.challenges import CHALLENGES
from tui_transformer.concepts.real_model.model import RealModel
from tui_transformer.concepts.real_model.view import view

CONCEPT = Concept(
    RealModel,
    view,
    presets={
        "it was thirsty": {},
        "it was sweet": {"text": sentences.SWEET},
        "a verb, apart": {"text": sentences.BETWEEN, "layer": 6, "head": 2, "query": 6},
        "a noun for the": {"text": sentences.OLD_MAN, "layer": 3, "head": 8, "query": 1},
        "from [CLS]": {"text": sentences.ROME, "query": 0, "layer": 6, "head": 0},
        "the same in other words": {"other": sentences.KITTEN},
        "causal": {"causal": "causal"},
        "it was greedy": {"text": sentences.GREEDY},
        "a beginning, for GPT-2": {"model": "gpt2", "text": sentences.FRANCE, "query": -1},
    },
    groups={
        "writes": {
            "tokens": "n",
            "temperature": "T",
            "top_k": "k",
            "top_p": "p",
            "seed": "s",
        },
        "more": {"causal": "", "worth": "", "other": ""},
    },
    challenges=CHALLENGES,
    clock="tokens",
)
