"""The expressions that come with the concept: what the arrows walk through, and the presets."""

NEURON = "(tanh(w*x + b) - y)**2"
TWICE = "x*x + 3*x"
SOFTMAX = "p = exp(z1); q = exp(z2); r = exp(z3); -log(p/(p + q + r))"
ATTENTION = "a = exp(q*k1); b = exp(q*k2); (a*v1 + b*v2)/(a + b)"
LAYER_NORM = (
    "m = (a + b + c)/3; p = a - m; q = b - m; r = c - m; v = (p*p + q*q + r*r)/3; p/sqrt(v + 1e-5)"
)
# The worked example in the README of micrograd (Karpathy, 2020), line by line.
MICROGRAD = (
    "c = a + b; d = a*b + b**3; c = c + (c + 1); c = c + (1 + c + (-a)); "
    "d = d + (d*2 + relu(b + a)); d = d + (3*d + relu(b - a)); "
    "e = c - d; f = e**2; g = f/2 + 10/f"
)
EXPRESSIONS = (NEURON, TWICE, SOFTMAX, ATTENTION, LAYER_NORM, MICROGRAD)
