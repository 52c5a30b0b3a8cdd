"""Every word is earned: it is explained somewhere, and had in one line before that."""

import json
import re

import pytest

from tui_transformer.cli import main
from tui_transformer.concepts import entries, load
from tui_transformer.concepts.words import WORDS, ahead, look_up
from tui_transformer.describe import screen_text
from tui_transformer.ui.app import build

IDS = [entry.id for entry in entries()]
EVERYDAY = {"value"}  # said of any number, too
ROOM = 76  # columns that a sheet has at 80×24
# What the articles and this program use of the field's language; plain lists, kept by hand.
ASKED = """weight; bias; pre-activation; activation; ReLU; sigmoid; tanh; GELU; SiLU; Swish;
gradient; slope; layer; matrix; kink; hidden layer; hinge; finite difference; chain rule;
backpropagation; learning rate; loss; curvature; minimum; saddle; momentum; Adam; softmax; logit;
temperature; cross-entropy; entropy; nats; one-hot; log-odds; odds; overflow; float32; top-k;
top-p; seed; token; byte pair encoding; merge; vocabulary; positional encoding; rotary; vector;
dot product; cosine; ‖w‖; dimension; attention; query; key; score; value; convex hull;
self-attention; causal mask; head; W_O; receptive field; convolution; recurrent; FLOPs; sparse;
layer norm; variance; standard deviation; RMS norm; residual connection; vanishing gradient;
feed-forward network; block; stream; pre-LN; post-LN; encoder; decoder; cross-attention;
hyperparameter; parameter; embedding; KV cache; batch; epoch; dropout; logit lens; pixel; patch;
prompt; induction head; weight decay"""


def pages(concept: str) -> str:
    """Everything that is read at a concept, what its values are said to be included."""
    found = load(concept)
    model = found.model()
    values = [f"{name} . {value.__doc__}" for name, value in model.computed().items()]
    return " . ".join([screen_text(found, model), *values])


def plain(word: str) -> re.Pattern[str]:
    """A finder that knows nothing of the list's patterns: the word and its plural."""
    return re.compile(rf"(?<![\w-]){re.escape(word)}(s|es)?(?![\w-])", re.I)


def test_every_word_of_the_field_has_a_line_and_a_home() -> None:
    for asked in re.split(r";\s+", ASKED):
        word = look_up(" ".join(asked.split()))
        assert word is not None, asked
        assert word.home in IDS
        assert len(word.name) + len(word.gloss) + 2 <= ROOM, word.gloss
    assert len({word.name for word in WORDS}) == len(WORDS) >= 80


def test_its_home_uses_it() -> None:
    from tui_transformer.concepts.words import not_before

    idle = [word.name for word in WORDS if word not in not_before(word.home, pages(word.home))]
    assert not idle, "nothing there speaks of it"


@pytest.mark.parametrize("concept", IDS)
async def test_a_word_used_before_it_is_explained_has_its_line_on_the_screen(concept: str) -> None:
    """In the help for all of the screen, and below the explanation for what it uses."""
    text, prose = screen_text(load(concept), load(concept).model()), load(concept).prose
    later = IDS[IDS.index(concept) + 1 :]
    words = [w for w in WORDS if w.home in later and w.name not in EVERYDAY]
    early = [w for w in words if plain(w.name).search(text)]
    app = build(f"tfx {concept}", "dark", False, None)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for key, told in (("?", early), ("E", [w for w in early if plain(w.name).search(prose)])):
            await pilot.press("question_mark" if key == "?" else key)
            await pilot.pause()
            rows = ["".join(run.text for run in row) for row in app.instrument.sheet.rows]
            for word in told:
                assert any(word.name in row and word.gloss in row for row in rows), word.name
            await pilot.press("escape")
            await pilot.pause()


def test_the_first_screens_explain_what_they_say() -> None:
    """Of the language of learning nothing stands before its time where it could be left out."""
    for concept in ("neuron", "activations", "depth"):
        early = {word.name for word in ahead(concept, load(concept).prose)}
        assert not early & {"loss", "cross-entropy", "logit", "softmax", "nat", "gradient"}


def test_the_command_tells_of_one_and_of_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["words", "nats"]) == 0
    assert "1/e" in capsys.readouterr().out
    assert main(["words", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert len(record) == len(WORDS) and set(record[0]) == {"word", "means", "explained"}
    assert main(["words", "frobnicate"]) == 2
    assert "tfx words lists them" in capsys.readouterr().err
    assert main(["words", "--ascii"]) == 0
    assert capsys.readouterr().out.isascii()
