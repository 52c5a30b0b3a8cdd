"""The program in the terminal: one screen shell for every concept."""
