"""What a state of a published model comes to, in one sentence."""

import numpy as np

from tui_transformer.concepts.real_model.model import RealModel
from tui_transformer.concepts.real_model.reading import Reading
from tui_transformer.nn.published.wordpiece import SPECIAL
from tui_transformer.numbers import number, probability
from tui_transformer.text import and_list, shorten


def quoted(name: str) -> str:
    """Write a token within a sentence."""
    return f"“{shorten(name.strip() or name.replace(' ', '␣'), 12)}”"


def readable(name: str) -> str:
    """Give a space a visible cell and an end to what is long."""
    return shorten(name.replace(" ", "␣"), 20)


def says(m: RealModel, r: Reading) -> str:
    """Say what the state shows: where a head looks, or what a token without meaning says."""
    if m.cut and (not r.network.causal or r.causal):
        return _without(m, r)
    if r.causal != r.network.causal:
        return _against_training(m, r)
    if r.network.causal:
        return _next(m, r)
    if r.names[m.at] in SPECIAL:
        return _topic(m, r)
    return _look(m, r)


def _look(m: RealModel, r: Reading) -> str:
    key = int(np.argmax(m.row))
    parked = float(np.sum(m.row[list(r.parked)]))
    where = f"layer {m.layer}, head {m.head}"
    if parked > 0.5 and m.at not in r.parked:
        share = f"{quoted(r.names[m.at])} parks {probability(parked, 2)} of its look"
        return f"{where.capitalize()}: {share} on {and_list([r.names[at] for at in r.parked[:2]])}."
    said = f"{quoted(r.names[key])} ({probability(float(m.row[key]), 2)})"
    if key == m.at - 1:
        return f"{quoted(r.names[m.at])} looks one back, at {said}, in {where}."
    where = where.capitalize()
    return f"{where}: {quoted(r.names[m.at])} looks most at {said}; nobody designed that."


def _topic(m: RealModel, r: Reading) -> str:
    """What a token that stands for no word says in the end."""
    said = m.said
    named = (r.name(int(i)) for i in said.tokens[m.layer])
    best = [name for name in named if name != r.names[m.at]][:3]
    layer = f"after layer {m.layer}"
    if r.network.has_head:
        return (
            f"{r.names[m.at]} {layer}: {quoted(best[0])}, {quoted(best[1])} or {quoted(best[2])}?"
        )
    return f"{r.names[m.at]} means nothing; {layer} it says {', '.join(map(quoted, best))}."


def _next(m: RealModel, r: Reading) -> str:
    said = m.said
    start = "".join(r.names[max(m.at - 3, 0) : m.at + 1]).strip()
    start = f"…{start[-22:]}" if len(start) > 23 or m.at > 3 else start
    guesses = [r.name(int(i)) for i in said.tokens[:, 0]]
    early = next(i for i in range(len(guesses)) if len(set(guesses[i:])) == 1)
    since = f"so from layer {early} on" if early else "even before layer 1"
    p = probability(float(said.chances[-1, 0]), 3)
    return f"After “{start}” comes {quoted(guesses[-1])} ({p}), {since}."


def _without(m: RealModel, r: Reading) -> str:
    """What is left without the wires that are cut, beside what the whole model says."""
    whole, cut = m.replace(cut=""), shorten(m.cut, 24)
    if not r.network.causal:
        alike, before = (number(one.similarity or 0.0, 3) for one in (m, whole))
        return f"Without {cut} text and other are {alike} alike; whole, {before}."
    if m.at >= m.given:  # the whole model has read other tokens there
        return f"Without {cut} it says {_best(m)} next."
    return f"Without {cut} it says {_best(m)} next; whole, {_best(whole)}."


def _best(m: RealModel) -> str:
    """What a place says in the end, and how likely that is."""
    token, p = int(m.said.tokens[-1, 0]), float(m.said.chances[-1, 0])
    return f"{quoted(m.reading.name(token))} ({probability(p, 3)})"


def _against_training(m: RealModel, r: Reading) -> str:
    if r.network.causal:
        return "It sees the future, which it never did in training: its guesses mean nothing."
    alike = probability(abs(float(m.similarities[-1])), 3)
    sign = "−" if m.similarities[-1] < 0 else ""
    sees = "Blind to what follows, unlike in training"
    return f"{sees}: now text and other are {sign}{alike} alike."


def data(m: RealModel, r: Reading) -> str:
    """Say whose numbers these are."""
    name = shorten(r.loaded.name, 24)
    return f"trained: {name}" if r.loaded.published else f"{name}, a file of yours"
