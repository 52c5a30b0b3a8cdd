"""How fast tfx is, measured in a real terminal against a Textual app that shows one label."""

import os

# As the program has it for itself; must stand before NumPy loads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
