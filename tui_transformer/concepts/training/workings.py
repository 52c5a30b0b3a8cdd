"""How each number of `training` comes about.

The model so far is walked down to its weights, in the probe and in what it never sees. A weight
after some steps is a weight of the run: how the steps made it is what `descent` and `backprop`
show. So is what the run noted when a step was taken, with the weights of then: the loss of its
batch, the length of its gradient, the time it took. There the way ends.
"""

import numpy as np

from tui_transformer.concepts.training.model import Training
from tui_transformer.nn.gpt import UNASKED
from tui_transformer.steps import attention, gpt, linear, softmax
from tui_transformer.terms import SINGLE, Term, operand, total

# ── what the run noted ─────────────────────────────────────────────────────────────────


@Training.loss.because("the mean −ln p of a step's batch, before the step")
def loss(m: Training, step: int) -> Term:
    return operand(f"noted at step {step + 1}", m.loss[step])


@Training.gradient_norm.because("the length of a step's gradient: √Σ slope²")
def gradient_norm(m: Training, step: int) -> Term:
    return operand(f"noted at step {step + 1}", m.gradient_norm[step])


@Training.taken.because("the steps that could be taken")
def taken(m: Training) -> Term:
    ended = m.taken < m.steps
    return operand("steps before a number grew too large", m.taken) if ended else m.one("steps")


@Training.steps_per_second.because("steps / seconds")
def steps_per_second(m: Training) -> Term:
    return m.one("taken") / operand("seconds, measured", m.seconds)


# ── what was never shown ───────────────────────────────────────────────────────────────


def is_asked(m: Training) -> list[tuple[int, int]]:
    """The sequences and places at which validation asks."""
    return [(int(i), int(at)) for i, at in np.argwhere(m.lesson.check[1] != UNASKED)]


@Training.validation_loss.because("Σ −ln p(right) / answers, none of them ever shown", SINGLE)
def validation_loss(m: Training) -> Term:
    return linear.mean([m.the("unseen_costs")[place] for place in is_asked(m)])


@Training.unseen_costs.because("−ln p(right) = ln Σ e^z − z(right)", SINGLE)
def unseen_cost(m: Training, i: int, at: int) -> Term:
    return answer_cost("unseen_logits", m, i, at, int(m.lesson.check[1][i, at]))


def answer_cost(logits: str, m: Training, i: int, at: int, right: int) -> Term:
    """What the right answer costs at a place, or nothing."""
    if right == UNASKED:
        return operand("nothing is asked here", 0)
    z = m.the(logits).row(i, at)
    return softmax.log_sum_exp(z) - z[right]


@Training.unseen_logits.because("norm(stream)·embedding", SINGLE)
def unseen_logit(m: Training, i: int, at: int, token: int) -> Term:
    return m.beside(i).logits.working(at, token).term


@Training.gap.because("loss on the unseen − loss on what training draws")
def gap(m: Training) -> Term:
    return m.one("validation_loss") - m.one("practice_loss")


@Training.practice_loss.because("Σ −ln p(right) / answers, of sequences as training has", SINGLE)
def practice_loss(m: Training) -> Term:
    places = np.argwhere(m.practice[1] != UNASKED)
    return linear.mean([m.the("practice_costs")[int(i), int(at)] for i, at in places])


@Training.practice_costs.because("−ln p(right) = ln Σ e^z − z(right)", SINGLE)
def practice_cost(m: Training, i: int, at: int) -> Term:
    return answer_cost("practice_logits", m, i, at, int(m.practice[1][i, at]))


@Training.practice_logits.because("norm(stream)·embedding", SINGLE)
def practice_logit(m: Training, i: int, at: int, token: int) -> Term:
    return m.drawn(i).logits.working(at, token).term


@Training.accuracy.because("right answers / answers")
def accuracy(m: Training) -> Term:
    answers = len(is_asked(m))
    return operand("right answers, counted", round(m.accuracy * answers)) / answers


# ── the probe ──────────────────────────────────────────────────────────────────────────


@Training.logits.because("norm(stream)·embedding")
def logit(m: Training, at: int, token: int) -> Term:
    return m.inside.logits.working(at, token).term


def chance_formula(m: Training, at: int, token: int) -> str:
    power = softmax.power_formula(m.logits[at], "z")
    return f"p = {power} / Σ {power}"


@Training.chances.because(chance_formula)
def chance(m: Training, at: int, token: int) -> Term:
    return softmax.share(m.the("logits").row(at), token)


@Training.costs.because("−ln p = ln Σ e^z − z(right)")
def cost(m: Training, k: int) -> Term:
    at = m.asked[k]
    return softmax.price(m.the("logits").row(at), m.right(at))


@Training.probe_loss.because("loss of the probe = Σ −ln p(right) / answers")
def probe_loss(m: Training) -> Term:
    return linear.mean(m.the("costs").row())


@Training.contributions.because(lambda m, k, j: m.written.symbols(m.contributions[k][0]))
def contribution(m: Training, k: int, j: int) -> Term:
    return m.written.share(m.contributions[k][0])


# ── attention ──────────────────────────────────────────────────────────────────────────


@Training.scores.because("z = q·k/√d")
def score(m: Training, layer: int, head: int, query: int, key: int) -> Term:
    return m.inside.blocks[layer]["scores"].working(head, query, key).term


def share_formula(m: Training, layer: int, head: int, query: int, key: int) -> str:
    if key > query:
        return "a later token: the causal mask makes it exactly 0"
    power = softmax.power_formula(m.scores[layer, head, query, : query + 1], "z")
    return f"share = {power} / Σ {power}, z = q·k/√{m.d_model // m.heads}"


@Training.attention.because(share_formula)
def share(m: Training, layer: int, head: int, query: int, key: int) -> Term:
    return attention.share(m.the("scores").row(layer, head, query)[: query + 1], key)


def stripe_formula(m: Training, layer: int, head: int) -> str:
    if not np.any(m.lesson.aims):
        return "largest share of every place, added / places asked"
    hold = "are its terms" if m.task == "modular-addition" else "hold the answer"
    return f"shares of the keys that {hold}, added / places asked"


@Training.stripe.because(stripe_formula)
def stripe(m: Training, layer: int, head: int) -> Term:
    aims, counted, asked = m.lesson.aims, [], 0
    for query in m.asked:
        row = m.the("attention").row(layer, head, query)
        aimed = np.flatnonzero(aims[query]).tolist()
        if not np.any(aims):
            aimed = [int(np.argmax(m.attention[layer, head, query]))]
        counted += [row[key] for key in aimed]
        asked += bool(aimed)
    return total(counted) / asked


@Training.parameter_count.because("(V + context)·d + L·(12d² + 13d) + 2d")
def parameter_count(m: Training) -> Term:
    plan = m.course.plan
    symbols, places = operand("symbols", plan.vocabulary), operand("places", plan.context)
    return gpt.parameter_count(symbols, places, m.one("layers"), m.one("d_model"))
