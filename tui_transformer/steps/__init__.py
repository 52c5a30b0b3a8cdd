"""The usual steps, explained once: what `nn` computes on arrays, as terms of single numbers.

Each module stands beside one of `nn` and has its name. It looks at the arrays that a computation
left behind and says how one of their numbers came about, one level down.
"""
