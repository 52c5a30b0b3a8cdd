"""The mathematics, in NumPy: each function says what it does, its shapes and its source."""
