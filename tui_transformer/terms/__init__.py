"""Arithmetic that remembers: numbers that know how they came about, forwards and backwards."""

from tui_transformer.terms.gradients import gradients, in_order, own_slopes
from tui_transformer.terms.named import How, Named, Part, Place, weights, written_place
from tui_transformer.terms.term import Term, apply, dot, exp, function, log, n, sqrt, total
from tui_transformer.terms.working import DOUBLE, SINGLE, Leaf, Operand, Working, operand, operands
from tui_transformer.terms.written import digits, plain, shown
