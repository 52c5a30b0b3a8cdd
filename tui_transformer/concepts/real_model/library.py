"""Tokenizers that are not read exactly here: by the library that made their files, if installed."""

import json
from importlib import import_module
from typing import Any

from tui_transformer.nn.published.byte_bpe import byte_letters
from tui_transformer.nn.published.safetensors import BadFile

INSTALL = "pip install tokenizers"


class LibraryTokenizer:
    """A tokenizer.json as its own library reads it. Raises BadFile where it cannot be used."""

    def __init__(self, content: bytes, why: str) -> None:
        try:
            library = import_module("tokenizers")
        except ImportError:
            raise BadFile(f"{why}; its library can: {INSTALL}") from None
        try:
            self._inside: Any = library.Tokenizer.from_str(content.decode())
            self.size = int(self._inside.get_vocab_size(with_added_tokens=True))
            decoder = json.loads(content).get("decoder")
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # what panics in it is no Exception
            raise BadFile("its tokenizer.json cannot be read by its own library") from None
        self._letters = "ByteLevel" in json.dumps(decoder)
        self._bytes = {letter: byte for byte, letter in byte_letters().items()}
        self.start: int | None = None

    def encode(self, text: str, most: int | None = None) -> list[int]:
        """Write a text in tokens, its marks included, at most so many."""
        ids = [int(i) for i in self._inside.encode(text).ids]
        return ids if most is None else ids[:most]

    def name(self, token: int) -> str:
        """Write a token as the vocabulary has it, with spaces that are spaces."""
        name = self._inside.id_to_token(token)
        if name is None:
            return f"<{token}>"
        if self._letters and all(letter in self._bytes for letter in name):
            return bytes(self._bytes[c] for c in name).decode(errors="replace")
        return str(name).replace("▁", " ")

    def text(self, tokens: list[int]) -> str:
        """Write tokens as text, without marks."""
        return str(self._inside.decode(tokens))
