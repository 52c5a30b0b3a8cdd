"""A link is read in one place: what any text is taken for, and the sentence where it is nothing."""

import shlex

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_transformer.concept import Concept
from tui_transformer.concepts import entries, load
from tui_transformer.controls import BadValue
from tui_transformer.link import (
    FIRST_DEFAULTS,
    command_words,
    open_command,
    open_words,
    quote,
    words,
)
from tui_transformer.model import Model
from tui_transformer.session import Session
from tui_transformer.text import is_clean

IDS = [entry.id for entry in entries()]


def refused(text: str) -> str:
    with pytest.raises(BadValue) as caught:
        open_command(text)
    return str(caught.value)


# ── what is understood ─────────────────────────────────────────────────────────────────

TEXTS = {
    "tfx tokenizer text='a b'": "a b",
    'tfx tokenizer text="a b"': "a b",
    "tfx tokenizer text=“a b”": "a b",
    "tfx tokenizer text=„a b”": "a b",
    "tfx tokenizer text=‘a b’": "a b",
    "tfx tokenizer ‘text=a b’": "a b",
    "tfx tokenizer “text=it's”": "it's",
    "tfx tokenizer text=it’s": "it’s",
    "tfx tokenizer text=‘it’s a “b”’": "it’s a “b”",
    "tfx tokenizer text='“a”'": "“a”",
    "tfx tokenizer text=$'a\\tb\\n\\e\\x1B\\033\\u00e9\\'\\\\\\q'": "a\tb\n\x1b\x1b\x1bé'\\\\q",
    "tfx tokenizer text=$‘a\\nb’": "a\nb",
    "tfx tokenizer text=$'\\U0011ffff'": "\ufffd",
    "tfx tokenizer text='one\ntwo'": "one two",  # wrapped by a mail program
    "tfx tokenizer text='one \n    two'": "one two",
    "tfx tokenizer text=one\\\ntwo": "onetwo",  # as a shell takes it
    "tfx tokenizer text=a#b # not this": "a#b",
    "tfx tokenizer text=tfx": "tfx",
    "tfx tokenizer text=--json": "--json",
    "tfx tokenizer text=x=y": "x=y",
    "tfx tokenizer text=": "",
    "tfx tokenizer text=a\u200bb": "ab",  # what a web page puts in long words
    "tfx tokenizer text='a\u200db'": "a\u200db",
    "tfx tokenizer text=a\\": "a",
}


@pytest.mark.parametrize("text", TEXTS)
def test_what_quotation_marks_hold(text: str) -> None:
    concept, model = open_command(text)
    assert concept.id == "tokenizer"
    assert model.text == TEXTS[text]


BEFORE = [
    "", "tfx ", "$ ", "$ tfx ", "% tfx ", "# tfx ", "> ", "❯ ", "~/x > tfx ", "me@host:~$ tfx ",
    "(venv) me@host $ .venv/bin/tfx ", "uv run tfx ", "ssh -t host tfx ", "\n\ttfx ", "`tfx ",
]  # fmt: skip


@pytest.mark.parametrize("before", BEFORE)
def test_what_may_stand_before_it(before: str) -> None:
    concept, model = open_command(before + "softmax temperature=2")
    assert (concept.id, model.temperature) == ("softmax", 2)


@pytest.mark.parametrize(
    "address",
    [
        "http://laptop:8000/?softmax temperature=2",
        "http://laptop:8000/?softmax%20temperature=2",
        "https://tfx.example.org/?tfx%20softmax%20%27temperature=2%27#top",
        " http://127.0.0.1:8000/?softmax%20temperature%3D2\n",
    ],
)
def test_the_address_of_a_page_that_is_served_opens_its_state(address: str) -> None:
    concept, model = open_command(address)
    assert (concept.id, model.temperature) == ("softmax", 2)


def test_an_address_without_a_state_is_named() -> None:
    assert refused("http://laptop:8000/").startswith("There is nothing called http://laptop:8000/.")
    assert (
        refused("http://laptop:8000/?")
        == "A link names a concept first, as in: softmax temperature=2"
    )
    assert "no control temp" in refused("http://laptop:8000/?softmax%20temp=2")


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n")), min_size=1))
def test_words_are_split_as_a_shell_splits_them(parts: list[str]) -> None:
    """Against the standard library's own shell, for all that it can quote itself."""
    command = " ".join(map(shlex.quote, parts))
    assert words(command) == shlex.split(command) == parts


# ── what is not ────────────────────────────────────────────────────────────────────────

SENTENCES = {
    "tfx softmax temp=3": "softmax has no control temp. Did you mean temperature? "
    "It has logits, temperature, target and shift.",
    "tfx softmax Temperature=3": "softmax has no control Temperature. Did you mean temperature? "
    "It has logits, temperature, target and shift.",
    "tfx softmax xyz=3": "softmax has no control xyz. It has logits, temperature, target "
    "and shift.",
    "tfx softmax =3": "softmax has no control ''. It has logits, temperature, target and shift.",
    "softmx": "There is nothing called softmx. Did you mean softmax?",
    "Softmax": "There is nothing called Softmax. Did you mean softmax?",
    "layer_norm": "There is nothing called layer_norm. Did you mean layer-norm?",
    "xyzzy 1": "There is nothing called xyzzy. The map shows what there is, and so does tfx list.",
    "tfx softmax temperature=1 temperature=2": "temperature is given twice: 1 and 2.",
    "tfx softmax temperature": "temperature sets nothing: give a control as name=value.",
    "tfx softmax logits=1,2,\n3": "3 sets nothing: give a control as name=value.",
    "tfx softmax --json": "--json is for the command line; a link has name=value only.",
    "tfx softmax —json": "—json is for the command line; a link has name=value only.",
    "tfx --json": "--json is for the command line; a link names a concept first.",
    "tfx list": "list is for the command line; a link names a concept first.",
    "tfx help softmax": "help is for the command line; a link names a concept first.",
    "temperature=2": "temperature=2 comes after a concept, as in: softmax temperature=2",
    "tfx": "A link names a concept first, as in: softmax temperature=2",
    "$": "A link names a concept first, as in: softmax temperature=2",
    " \n": "A link names a concept first, as in: softmax temperature=2",
    "tfx tokenizer text='a": "The quotation mark ' is never closed.",
    "tfx tokenizer text=“a b": "The quotation mark “ is never closed.",
    "tfx tokenizer text=$'a": "The quotation mark ' is never closed.",
    "tfx softmax temperature=0,5": "temperature is one number, this is 2; "
    "a decimal has a point, as in 0.5.",
    "tfx softmax temperature=hot": "temperature is a number, hot is not one that can be used.",
    "tfx \x1b[2J": "There is nothing called ␛[2J. "
    "The map shows what there is, and so does tfx list.",
}


@pytest.mark.parametrize("text", SENTENCES)
def test_what_cannot_be_opened_gets_one_sentence_cause_first(text: str) -> None:
    assert refused(text) == SENTENCES[text]


def test_words_of_a_shell_are_read_in_the_same_place() -> None:
    assert open_words(["softmax", "temperature=2"])[1].temperature == 2
    assert open_words(["softmax\u00a0temperature=2"])[1].temperature == 2
    assert open_words(["tokenizer", "text=“a”\n"])[1].text == "“a”\n"  # as the shell gave it
    with pytest.raises(BadValue, match="no control temp"):
        open_words(["softmax", "temp=3"])


# ── anything at all ────────────────────────────────────────────────────────────────────

NAMES = sorted({name for id_ in IDS for name in load(id_).model.controls()})
PIECES = st.one_of(
    st.sampled_from(IDS),
    st.sampled_from(NAMES),
    st.sampled_from(["tfx", "$", "=", "==", " ", "\t", "\n", "\r\n", "\u00a0", "'", '"', "$'"]),
    st.sampled_from(["“", "”", "‘", "’", "\\", "--json", "#", "`", ",", ";", "1", "-2.5", "on"]),
    st.sampled_from(["\x1b[31m", "\x9b", "\u202e", "\ufeff", "\\x1b", "\\U0011ffff", "nan", "🙂"]),
    st.text(max_size=5),
)


def check(text: str, opened: tuple[Concept, Model]) -> None:
    concept, model = opened
    assert concept.id in IDS, text
    assert isinstance(model, concept.model)


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(
        st.text(),
        st.lists(PIECES).map("".join),
        st.tuples(
            st.sampled_from(["", "tfx ", "$ tfx "]),
            st.sampled_from(IDS),
            st.lists(st.tuples(st.sampled_from(NAMES), PIECES).map("=".join), max_size=3),
        ).map(lambda parts: f"{parts[0]}{' '.join([parts[1], *parts[2]])}"),
    )
)
def test_any_text_is_a_state_or_a_sentence(text: str) -> None:
    for opened in (lambda: open_command(text), lambda: open_words(text.split(" "))):
        try:
            check(text, opened())
        except BadValue as problem:
            said = str(problem)
            assert said and said == said.strip() and is_clean(said), (text, said)
            assert len(said) < 400


@given(st.lists(PIECES).map("".join))
def test_a_quoted_value_comes_back_whatever_it_holds(text: str) -> None:
    given_ = text.replace("\0", "")
    try:
        given_.encode()
    except UnicodeEncodeError:
        return
    assert open_command(f"tfx tokenizer {quote(f'text={given_}')}")[1].text == given_


@pytest.mark.parametrize("text", ["‘a " * 60_000, "' " * 99_999, "\\" * 200_000, "$" * 200_000])
def test_long_texts_are_read_at_once(text: str) -> None:
    """Each of these would take hours if the rest were looked through at every mark."""
    try:
        command_words(text)
    except BadValue as problem:
        assert "never closed" in str(problem)


# ── from one version to the next ───────────────────────────────────────────────────────


def test_the_first_defaults_are_those_that_have_changed() -> None:
    for id_, defaults in FIRST_DEFAULTS.items():
        model = load(id_).model()
        for name, text in defaults.items():
            control = model.controls()[name]
            assert control.parse(text, model) != getattr(model, name), "no longer another one"


@pytest.mark.parametrize("id_", IDS)
def test_a_link_says_the_same_state_in_the_first_version(id_: str) -> None:
    """Read as the first version read it: what is not written stands at its default of then."""
    concept = load(id_)
    first = concept.model().parsed(FIRST_DEFAULTS.get(id_, {}))
    drawn = [Session.open(concept).randomise(np.random.default_rng(i)).model for i in range(5)]
    presets = [concept.preset(name) for name in concept.presets]
    for model in (concept.model(), first, *presets, *drawn):
        link = Session(concept, model).link
        name, *rest = command_words(link)
        assert name == id_
        assert first.parsed(dict(word.split("=", 1) for word in rest)).same(model), link
        assert open_command(link)[1].same(model), link


def test_the_opening_states_of_today_are_written_out() -> None:
    assert Session.open(load("descent")).link == "tfx descent steps=0"
    assert Session.open(load("xor")).link == "tfx xor solution=trained"
    assert Session.open(load("softmax")).link == "tfx softmax"
