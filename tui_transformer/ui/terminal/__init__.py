"""What stands between the app and a real terminal.

- `supervisor`, `lifecycle`, `restore`: into the terminal and out of it, whatever happens.
- `driver`, `keyboard`, `sequences`, `paste`, `output`: what is read from it and sent to it.
- `cell_diff`, `painter`, `pencil`, `pens`, `moves`, `glyphs`: a frame in as few bytes as can be.
- `line_filter`: no control character gets through.
"""
