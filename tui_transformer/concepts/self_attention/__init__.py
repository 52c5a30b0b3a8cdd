"""
In self-attention every word of a sentence sends out a query and offers a key and a value:
the same vectors play all three parts. So there is one row of [attention](attention) per word, and
the picture is a square. Row: who looks. Column: who is looked at.

What is “it”? Read the row marked ▸: *street*. Take *tired* instead of *wide* (`→` on
`sentence`) and it is *animal*. One word, three places later, decides.

Set `layer` to 1: there “it” only finds the adjective, and copies what that can be said of
(→flat) into itself (+flat). Layer 2 asks with what was copied. It needs two steps: a score
is made of two words only, so in layer 1 no third word can turn “it” from animal to street.

Now switch `causal` on. No word sees a later one, the adjective never reaches “it”, both
nouns tie, and under the other adjective (column *if*) the row differs by exactly 0.

The weights are **designed**: written by hand over named features, and all shown. Only r,
each word's own part, is random; with it words find themselves and their like, *The* and
*the* alike, for there are no [positions](positions) here. An unknown noun has only r, and no
pronoun finds it. Press `s` for your sentence in a model that was trained.

*Often misread:* that attention looks up what a word means. It compares vectors; the
meaning had to be put into them, here by hand, elsewhere by training. Next:
[several heads](heads).
"""

from tui_transformer.concept import Concept
from tui_transformer.concepts.self_attention.model import BEFORE, NONSENSE, TIRED, SelfAttention
from tui_transformer.concepts.self_attention.own import in_a_published_model, to_the_pronoun
from tui_transformer.concepts.self_attention.tasks import CHALLENGES
from tui_transformer.concepts.self_attention.view import view

CONCEPT = Concept(
    SelfAttention,
    view,
    presets={
        "wide": {},
        "tired": {"sentence": TIRED},
        "wide, causal": {"causal": True},
        "wide, layer 1": {"layer": 1},
        "causal, but told before": {"sentence": BEFORE, "causal": True, "query": 6},
        "nouns it was not told": {"sentence": NONSENSE},
        "random weights": {"weights": "random"},
    },
    challenges=CHALLENGES,
    follows={"sentence": to_the_pronoun},
    elsewhere=in_a_published_model,
)
