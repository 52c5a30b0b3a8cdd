"""Tries to break the program: random inputs, faults, odd terminals, hostile text, damaged files.

A *trial* is one kind of torture (`trials.py` lists them); a *round* is one run of a trial with one
seed, and the same seed tries the same things again. The tests here run a few rounds of each;
`python -m tests.torture` runs as many as there is time for.
"""
