"""Models that others have trained: their files, their weights, their ways of cutting text."""
