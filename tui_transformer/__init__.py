"""tfx: explore how neural networks and transformers work, in a terminal."""

__version__ = "0.2.0"
