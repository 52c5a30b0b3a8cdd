"""The tokens of `generation`: a prompt comes back as it was read, whatever was typed."""

import re

import pytest

from tui_transformer.cli import main
from tui_transformer.concepts import load
from tui_transformer.concepts.generation import Generation, network
from tui_transformer.concepts.generation.model import LONGEST
from tui_transformer.nn.bpe import Learned
from tui_transformer.nn.made_up.prose import ALPHABET, MERGES, PLAN, Tokenizer, learn
from tui_transformer.panels import Words
from tui_transformer.training import prose as script

CONCEPT = load("generation")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("A weight is", "A weight is"),
        ("  two \n\t words ", "two words"),
        ("Is it? Yes, it is: so.", "Is it? Yes, it is: so."),
        ("no.5 and (so)", "no.5 and (so)"),
        ("…", ""),
        ("Ωmega 注意 x", "mega x"),
        ("", ""),
        ("a ¶ b", "a ¶ b"),
    ],
)
def test_a_prompt_comes_back_as_it_was_read(typed, read):
    m = Generation(prompt=typed)
    assert m.text == read
    assert "".join(m.token_strings) == (" ¶ " + read).rstrip()
    assert m.token_strings[0] == " ¶"


def test_every_paragraph_comes_back_from_its_tokens():
    tokens = network.tokenizer()
    for part in script.corpus():
        read = "".join(tokens.spelled(tokens.encode(part).tolist()))
        assert read == " ¶ " + re.sub(r" ([.,;:?!])(?=\s|$)", r"\1", part)


def test_every_known_character_can_be_a_token_by_itself():
    for c in ALPHABET.characters:
        assert Generation(prompt=f"x{c}x").text == f"x{c}x"


def test_learned_merges_do_not_depend_on_the_letters_that_a_text_lacks():
    text = re.sub("[0-9A-Z]", "x", script.joined(script.corpus()))
    merged = Learned(re.sub(r"(?<=\S)([.,;:?!])(?=\s|$)", r" \1", text)[::-1], "characters", True)
    merged.reach(MERGES)
    expected = [piece.decode()[::-1] for piece in merged.vocabulary.pieces[len(merged.alphabet) :]]
    tokens = Tokenizer(learn(text))
    first = len(ALPHABET)
    assert [tokens.spell(first + i).strip() for i in range(MERGES)] == expected
    with pytest.raises(ValueError, match="not in the alphabet: √"):
        learn("√2")
    with pytest.raises(ValueError, match="only 1 merges"):
        learn("a")


def test_a_prompt_may_stop_in_the_middle_of_a_word():
    whole, part = (Generation(prompt=prompt).state_of_text.ids for prompt in ("weights", "weight"))
    assert Generation(prompt="weight").token_strings == [" ¶", " weight"]
    assert part != whole
    finished = Generation(prompt="The temperat", temperature=0.0, tokens=4).text
    assert finished.startswith("The temperature ")


def test_a_prompt_that_is_too_long_is_one_sentence(capsys):
    assert main(["generation", f"prompt={'word ' * 20_000}"]) != 0
    said = capsys.readouterr().err
    assert f"prompt holds {LONGEST:,} characters, this is 100,000." in said
    m = Generation(prompt="x" * 100_000, tokens=3)
    assert len(m.prompt) == LONGEST
    assert m.places <= PLAN.context
    assert CONCEPT.view(m).says


def test_letters_that_it_cannot_read_are_named():
    panels = CONCEPT.view(Generation(prompt="Ωmega 注意")).panels
    assert any("Ω注意" in x.lines[0] for x in panels if isinstance(x, Words))
