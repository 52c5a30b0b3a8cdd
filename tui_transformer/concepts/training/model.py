"""What `training` computes: a run that follows from its controls, and the model so far."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.training import asking
from tui_transformer.concepts.training.running import Running
from tui_transformer.model import derived, value
from tui_transformer.nn import attention as att
from tui_transformer.nn import cutting, gpt
from tui_transformer.nn.cutting import Wire
from tui_transformer.nn.gpt import Pass
from tui_transformer.nn.softmax import cross_entropy, softmax
from tui_transformer.nn.training import Batch
from tui_transformer.steps.gpt import Gpt
from tui_transformer.steps.written import Written
from tui_transformer.training.course import EVERY, Check, check
from tui_transformer.training.live import LIVE

# The controls that matter from the first step on.
_TRAINS = ("batch", "learning_rate", "dropout", "weight_decay", "optimizer", "warmup")


@dataclass(frozen=True, eq=False)
class Training(Running):
    """A run, and what its model can do after `steps` steps, with or without some wires."""

    def idle(self) -> Mapping[str, str]:
        """Before the first step nothing of the training counts; some belong to one task alone."""
        idle = {}
        if self.optimizer != "adamw":
            idle["weight_decay"] = "weight_decay belongs to adamw."
        if not self.steps:
            idle |= dict.fromkeys(_TRAINS, "Nothing was trained yet: space starts.")
        if self.task != "own-text":
            idle["text"] = "text is for the task own-text."
        if self.task == "modular-addition":
            idle["context"] = "Sums modulo 23 have three tokens, always."
        elif self.task == "own-text" and len(asking.taught(self.text)) < 50:
            idle["context"] = "The text is shorter than any context."
        if not self.show_layer or self.heads == 1:
            idle["show_head"] = "show_head counts where show_layer is set."
        if self.layers == 1 and self.found == (0, self.show_head):
            idle["show_layer"] = "Either way the same head is shown."
        return idle

    @value
    def validation_loss(self) -> float:
        """Mean cross-entropy now, in nats, on sequences that training never shows."""
        return self.validation.loss

    @value
    def accuracy(self) -> float:
        """The share of right answers among those."""
        return self.validation.accuracy

    @value
    def gap(self) -> float:
        """How much more the unseen costs than what training draws, asked without dropout: nats."""
        return self.validation_loss - self.practice_loss

    @value
    def attention(self) -> Array:
        """Who looks at whom in the probe sequence, [layers, heads, t, t]; rows add up to 1."""
        return np.stack(self.run.attention)

    @value
    def stripe(self) -> Array:
        """The share of attention that asked places pay to where the answer stands, [layers, heads].

        A sum stands nowhere: what counts there are its two terms. Where nobody can say what
        counts (own-text): the largest share, on average.
        """
        return asking.stripe(self.lesson, self.attention)

    @value
    def contributions(self) -> list[tuple[str, float]]:
        """Who wrote the highest logit at the last place of the probe that is asked: its parts."""
        at, plan = self.asked[-1], self.course.plan
        parts = cutting.contributions(plan, self.weights, self.run, at, self.highest)
        return list(parts.items())

    # ── what it can do now ─────────────────────────────────────────────────────────────

    @derived
    def trained(self) -> dict[str, Array]:
        """The weights now, in float32, as they are trained; with the rows of what is cut as 0.

        A mean that is left is one over sequences such as training draws.
        """
        plan, wires = self.course.plan, tuple(map(cutting.read, self.cut.split()))
        met = None
        if any(wire.mean for wire in wires):
            with np.errstate(all="ignore"):
                met = gpt.forward(plan, self.uncut, self.practice[0])
        return cutting.cut(plan, self.uncut, wires, met) if wires else self.uncut

    @derived
    def uncut(self) -> dict[str, Array]:
        """The weights of the run, which knows of no cut, in float32."""
        return self.kept.trainer.weights(self.here)

    @derived
    def weights(self) -> dict[str, Array]:
        """The same in double precision, so that sums on screen can be redone exactly."""
        return {name: x.astype(np.float64) for name, x in self.trained.items()}

    @derived
    def validation(self) -> Check:
        """How it does on what it was not trained on, without what is cut."""
        if not self.cut:
            return self.kept.check(self.taken)
        return check(self.course, self.trained, self.taken)

    @derived
    def checks(self) -> list[Check]:
        """How the whole model did at every 25th step, and does now."""
        steps = [*range(0, self.taken, EVERY), self.taken]
        return [self.kept.check(step) for step in steps]

    @derived
    def run(self) -> Pass:
        """Everything that happens when it reads the probe sequence."""
        return gpt.forward(self.course.plan, self.weights, self.lesson.probe[0][0])

    @derived
    def scores(self) -> Array:
        """How well each query fits each key, q·k/√d, in the probe, [layers, heads, t, t]."""
        kept = [trace.kept for trace in self.run.traces]
        return np.stack([att.scores(each["q"], each["k"]) for each in kept])

    @derived
    def logits(self) -> Array:
        """The scores of the next token at every place of the probe, [t, V]."""
        return self.run.logits

    @derived
    def chances(self) -> Array:
        """How likely each next token is held to be there, [t, V]."""
        return softmax(self.logits)

    @derived
    def asked(self) -> list[int]:
        """The places of the probe at which something is asked."""
        return np.flatnonzero(self.lesson.asked).tolist()

    @derived
    def highest(self) -> int:
        """The token that it says at the last of them."""
        return int(np.argmax(self.logits[self.asked[-1]]))

    @derived
    def costs(self) -> list[float]:
        """What the right answer costs at each place that is asked: −ln p, in nats."""
        return [cross_entropy(self.logits[at], self.right(at)) for at in self.asked]

    @derived
    def probe_loss(self) -> float:
        """The loss of the probe: what its answers cost on average, in nats."""
        return float(np.mean(self.costs))

    @derived
    def unseen_logits(self) -> Array:
        """The scores in the sequences that training never shows, float32, [n, t, V]."""
        return gpt.forward(self.course.plan, self.trained, self.lesson.check[0]).logits

    @derived
    def unseen_costs(self) -> Array:
        """What the right answers cost there, −ln p, float32, [n, t]; 0 where nothing is asked."""
        return asking.costs(self.unseen_logits, self.lesson.check[1])

    @derived
    def practice(self) -> Batch:
        """Sequences such as training draws, tokens and targets, [n, t] each."""
        return asking.practice(self.lesson)

    @derived
    def practice_logits(self) -> Array:
        """The scores in them, float32, [n, t, V]."""
        with np.errstate(all="ignore"):
            return gpt.forward(self.course.plan, self.trained, self.practice[0]).logits

    @derived
    def practice_costs(self) -> Array:
        """What the right answers cost in them, float32, [n, t]; 0 where nothing is asked."""
        return asking.costs(self.practice_logits, self.practice[1])

    @derived
    def practice_loss(self) -> float:
        """What they cost on average, in nats; asked once at each step, of the whole model."""
        known = {} if self.cut else self.kept.practised
        if self.taken not in known:
            with np.errstate(all="ignore"):  # in a run that breaks off it is no number, and says so
                known[self.taken] = gpt.price(self.practice_logits, self.practice[1])
        return known[self.taken]

    def right(self, at: int) -> int:
        """The right answer at a place of the probe."""
        return int(self.lesson.probe[1][0, at])

    @derived
    def inside(self) -> Gpt:
        """The way through the probe with names: how each of its numbers came about."""
        return Gpt(self.course.plan, self.weights, self.run)

    @derived
    def written(self) -> Written:
        """The components of the highest logit, with names."""
        return Written(self.inside, self.asked[-1], self.highest)

    @derived
    def beside(self) -> Callable[[int], Gpt]:
        """The same of a sequence that training never shows."""
        return asking.named(self.course.plan, self.trained, self.lesson.check[0], "unseen")

    @derived
    def drawn(self) -> Callable[[int], Gpt]:
        """The same of a sequence such as training draws."""
        return asking.named(self.course.plan, self.trained, self.practice[0], "drawn")

    def sources(self) -> Mapping[str, Array]:
        """The weights as they are now."""
        return self.weights

    @derived
    def shown(self) -> tuple[int, int]:
        """The layer and head that are shown, from 0: chosen, or the one with the stripe."""
        return (self.show_layer - 1, self.show_head) if self.show_layer else self.found

    @derived
    def found(self) -> tuple[int, int]:
        """The layer and head, from 0, that pay most to where the answer stands, uncut."""
        stripe = self.stripe
        if self.cut:  # of the whole model, or a cut head would make room for another
            stripe = self.replace(cut="").stripe
        best = int(np.argmax(stripe))
        return best // self.heads, best % self.heads

    def wire(self) -> Wire:
        """The head that is shown."""
        return Wire(*self.shown)


def ahead(m: Training) -> Training:
    """Have the run go on beside the screen; give the furthest state that is there."""
    reached = LIVE.reach(m.kept, m.steps)
    return m if reached == m.kept.last(m.steps) else m.replace(steps=reached)
