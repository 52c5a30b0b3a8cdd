"""Tasks in other words than before: stars that were earned under the old ones stay."""

# Two lines each: the goal as it was, by which `progress.json` keeps a star, and as it is now.
_GOALS = """\
stand on the negative side and still keep 1 % of a correction through 10 gates
on the negative side, still keep 1 % of a correction through 10 gates
with three units or more let training find XOR: 4 of 4, with a loss below 0.02
with three units or more, train to XOR: 4 of 4, with a loss below 0.02
find a start from which two ReLU units are at rest after 2000 steps, and wrong
find a start that leaves two ReLU units at rest after 2000 steps, and wrong
move one hinge by hand and beat the built-in fit: two thirds of its worst miss
move one hinge by hand: get two thirds of the built-in fit’s worst miss
train y(1.5) from 0.5 to within 0.001 of 1 in 5 steps or fewer, with both hinges still on
train y(1.5) from 0.5 to 1 ± 0.001 in 5 steps at most, both hinges still on
a neuron that cannot learn: out above 3, the gradients of w, x and b all below 0.01
a neuron that cannot learn: out above 3, gradients of w, x, b below 0.01
nudge a leaf that is used twice by a whole 1, and get exactly what was predicted
nudge a leaf used twice by a whole 1, and get exactly what was predicted
make the loss a hundred times larger, by plain gd and without touching the learning rate
make the loss 100 times larger by plain gd, the learning rate untouched
get the loss below 0.001 with plain gd and η ≤ 0.05: at 0.18 it took 20 steps
get the loss below 0.001 by plain gd, η ≤ 0.05: at 0.18 it took 20 steps
turn the bowl and stand where it is steep: 0.5 out, with −∇f within 1° of the minimum
turn the bowl; stand 0.5 out where it is steep, −∇f within 1° of the minimum
below 0.001 within 60 steps where κ = 200, from 1, 1: plain gd needs about 200
below 0.001 in 60 steps where κ = 200, from 1, 1: plain gd needs about 200
let class 1 or 2 be right, at less than 1.2 nats and without touching a logit
let dog or bird be right, at less than 1.2 nats, without touching a logit
let dog be the label, and three times as likely as cat: p(dog) = 0.750
make dog the label, about three times as likely as cat: p(dog) 0.74 to 0.76
ask only for what k2 offers, until it gets more than 0.9, and touch no key
ask for what plaza offers alone, until it gets over 0.9, and touch no key
let dog be the label, and about three times as likely as cat: p(dog) 0.74 to 0.76
make dog the label, about three times as likely as cat: p(dog) 0.74 to 0.76
drop a token, draw 500 times or more, and have every count within 5 % of expected
drop a token, draw 500 times or more, every count within 5 % of expected
with 64 numbers a place or more, make both orders give every word the same output
with 64 numbers a place or more, give each word one output in both orders
at T = 0.1 or less, carry home what differs by 0.05 or more at the same weights
at T ≤ 0.1, carry home what differs by 0.05 or more at the same weights
ask for food above all, and get the average book: weights within 0.002 of 1/6
ask for food above all, get the average book: weights within 0.002 of 1/6
let two keys share the attention equally, more than 0.9 in all, and touch no key
let two keys share equally, more than 0.9 in all, and touch no key
in a sentence of your own, let an adjective lead a pronoun to another noun, with over 0.9
in your own sentence an adjective leads a pronoun to another noun: over 0.9
under a causal mask starve the head that finds the same word, to less than 0.9 there
under a causal mask starve the head of the same word: less than 0.9 there
without a gate, through tanh: hold between 0.01 and 10 of the first of 64 words
no gate, through tanh: hold between 0.01 and 10 of the first of 64 words
without a bend, let the first word count more than a million times at the end
without a bend, let the first word count over a million times at the end
with a window of 64 or more find a pattern on which attention never overtakes
with a window of 64 or more find a pattern where attention never overtakes
shift the input by 10 and make it 50 times larger, the output no different (to 0.001)
shift the input by 10, make it 50 times larger: the same output (to 0.001)
at gain 3, 100 tanh layers of width 64: keep the gradient between 1 % and 100 times
gain 3, 100 tanh layers, width 64: a gradient between 1 % and 100 times
find another word than the second, that at most 11 of the 32 ReLU keys answer to
find a word but the second that at most 11 of the 32 ReLU keys answer to
with both parts off and the residual on, let the stream be changed all the same
both parts off and the residual on, let the stream change all the same
with ReLU and all parts on, find a block whose two edits each move the stream < 15 %
with ReLU, all parts on: a block whose two edits each move the stream < 15 %
find a head with less than half of its attention on the anti-diagonal, by the end
find a head with under half its attention on the anti-diagonal at the end
find a line in order that training did show it, and see whether it is any surer
find a line in order that training did show, and see whether it is surer
with another seed let tokens fall out of the cache, and stop before they do so again
with another seed let tokens fall out of the cache; stop before more do
see a stripe: a head that gives half of its attention to where the answer stands
see a stripe: a head with half of its attention where the answer stands
find two sentences, both new here, more than 0.5 alike without a word in common
find two sentences, both new here, over 0.5 alike without a word in common
"""
REWORDED = dict(zip(_GOALS.splitlines()[::2], _GOALS.splitlines()[1::2], strict=True))
