"""How fast tfx is, measured in a real terminal against a Textual app that shows one label."""
