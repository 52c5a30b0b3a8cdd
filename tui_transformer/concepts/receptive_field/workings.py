"""How each number of `receptive-field` comes about."""

from tui_transformer.concepts.receptive_field.model import ReceptiveField
from tui_transformer.steps.activations import upwards
from tui_transformer.terms import Term, log, n, operand, total

# What a kind needs for distance d.
NEEDED = {
    "convolution": "⌈d/(k−1)⌉: each layer adds k−1",
    "dilated": "⌈log₂(1 + d/(k−1))⌉: L layers add (k−1)·(2^L − 1)",
    "recurrent": "d: one step a token",
    "attention": "1: every token is one connection away",
    "causal": "1: the later token sees the earlier one, never the other way",
    "windowed": "⌈d/2w⌉: each layer adds w on both sides",
}
# How wide the field is after L layers.
WIDE = {
    "convolution": "1 + (k−1)·L",
    "dilated": "1 + (k−1)·(2^L − 1)",
    "recurrent": "1 + L",
    "attention": "every token",
    "causal": "itself and all before it",
    "windowed": "1 + 2w·L",
}


@ReceptiveField.gain.because("k − 1")
def gain(m: ReceptiveField) -> Term:
    return m.one("kernel") - 1


@ReceptiveField.layers_needed.because(lambda m, kind: f"{kind}: {NEEDED[kind]}")
def needed(m: ReceptiveField, kind: str) -> Term:
    d = m.one("distance")
    match kind:
        case "convolution":
            return upwards(d / m.one("gain"))
        case "dilated":
            return upwards(log(1 + d / m.one("gain")) / log(2))
        case "recurrent":
            return d
        case "windowed":
            return upwards(d / (2 * m.one("window")))
    return n(1)


ReceptiveField.path_length.is_of(ReceptiveField.layers_needed, lambda m: m.kind)


@ReceptiveField.receptive_field.because(lambda m: f"{m.kind}: {WIDE[m.kind]}")
def receptive_field(m: ReceptiveField) -> Term:
    layers = m.one("layers")
    match m.kind:
        case "convolution":
            return 1 + m.one("gain") * layers
        case "dilated":
            return 1 + m.one("gain") * (2**layers - 1)
        case "recurrent":
            return 1 + layers
        case "windowed":
            return 1 + 2 * m.one("window") * layers
    return m.one("length") if m.kind == "attention" else m.one("position") + 1


@ReceptiveField.paths.because(
    lambda m, up, token: (
        f"paths from token {token} = Σ over the places it leads to one {m.level} up"
    )
)
def paths(m: ReceptiveField, up: int, token: int) -> Term:
    """Rows are counted from the output: `up` 0 is the output's own layer."""
    if not up:
        own = token == m.position
        return operand("the output itself" if own else "not the output", int(own))
    above = m.the("paths").row(up - 1)
    places = m.masks[m.layers - up][:, token].nonzero()[0].tolist()
    return total(above[i] for i in places if above[i].value)


@ReceptiveField.all_paths.because("the paths from every token, added")
def all_paths(m: ReceptiveField) -> Term:
    return total(m.the("paths")[m.layers, token] for token in m.visible)


@ReceptiveField.influence.because(
    lambda m, token: f"influence = paths from token {token} / all paths"
)
def influence(m: ReceptiveField, token: int) -> Term:
    return m.the("paths")[m.layers, token] / m.one("all_paths")


@ReceptiveField.visible.because("a token from which a path leads to the output")
def visible(m: ReceptiveField, i: int) -> Term:
    return operand("token, counted from 0", m.visible[i])
