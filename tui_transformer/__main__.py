"""`python -m tui_transformer` is `tfx`."""

from tui_transformer.cli import entry

entry()
