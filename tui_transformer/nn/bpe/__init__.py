"""Byte-pair encoding: learning which pairs to merge, and writing new text with them.

Sennrich, Haddow & Birch, Neural Machine Translation of Rare Words with Subword Units
(2016), algorithm 1, with its end-of-word mark; on bytes as in Radford et al. (2019), §2.2.
"""

from tui_transformer.nn.bpe.alphabet import END_OF_WORD, UNKNOWN, UNKNOWN_ID, Alphabet
from tui_transformer.nn.bpe.encode import Node, encode
from tui_transformer.nn.bpe.learned import Learned, Merge, learned
