"""Tokenizers of today against the library that defines them, on texts that are meant to trip."""

import json
from pathlib import Path

import pytest

from tests import reference
from tests.published import MERGES, gpt2_vocabulary
from tui_transformer.nn.published import bpe_file
from tui_transformer.nn.published.bpe_file import NotExact
from tui_transformer.nn.published.safetensors import BadFile

KINDS = sorted(Path(reference.__file__).parent.glob("tokenizers/*.json"))


@pytest.mark.parametrize("path", KINDS, ids=[path.stem for path in KINDS])
def test_every_text_is_cut_as_the_library_cuts_it(path):
    record = json.loads(path.read_text())
    tokenizer = bpe_file.read(json.dumps(record["tokenizer"]).encode())
    for text, ids in record["texts"]:
        assert tokenizer.encode(text) == ids, repr(text)


def test_marks_stay_where_a_text_is_cut_short():
    path = next(path for path in KINDS if path.stem == "llama3")
    tokenizer = bpe_file.read(json.dumps(json.loads(path.read_text())["tokenizer"]).encode())
    whole = tokenizer.encode("the cat drank the milk")
    assert tokenizer.encode("the cat drank the milk", 3) == whole[:3]
    assert tokenizer.start == whole[0] == 0
    assert tokenizer.piece(0) is None


PLAIN = {
    "model": {"type": "BPE", "vocab": gpt2_vocabulary(), "merges": MERGES},
    "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True},
}
ODD = {"content": "<m>", "id": 900, "special": False, "lstrip": True}
PATTERN = {"type": "Split", "pattern": {"Regex": r"\w+"}, "behavior": "Isolated"}


@pytest.mark.parametrize("change", [
    {"model": {"type": "Unigram"}}, {"model": PLAIN["model"] | {"byte_fallback": True}},
    {"pre_tokenizer": None}, {"pre_tokenizer": {"type": "Metaspace"}},
    {"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": True}},
    {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [
        PATTERN, {"type": "ByteLevel", "add_prefix_space": False, "use_regex": False}]}},
    {"normalizer": {"type": "Lowercase"}}, {"post_processor": {"type": "BertProcessing"}},
    {"added_tokens": [ODD]},
])  # fmt: skip
def test_what_is_not_read_exactly_is_said_not_to_be(change):
    with pytest.raises(NotExact):
        bpe_file.read(json.dumps(PLAIN | change).encode())


@pytest.mark.parametrize("change", [
    {"added_tokens": 3}, {"added_tokens": [3]}, {"added_tokens": [{"content": "", "id": 1}]},
    {"added_tokens": [{"content": "x", "id": -1}]}, {"pre_tokenizer": 3},
    {"pre_tokenizer": {"type": "Sequence"}}, {"normalizer": [1]},
    {"post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "x"}}]}},
    {"post_processor": {"type": "TemplateProcessing", "single": [3]}},
])  # fmt: skip
def test_what_makes_no_sense_gets_a_sentence(change):
    with pytest.raises(BadFile):
        bpe_file.read(json.dumps(PLAIN | change).encode())
