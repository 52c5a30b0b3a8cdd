"""What the command line promises: ids, controls and values by name, as the syllabus was agreed.

Links, lessons and scripts hold these names, so a change here breaks somebody. A concept may
offer more than its entry; it may not offer less. In an entry

    name  kind  low..high step = default      (log: moved along a logarithmic scale)
    -> values, with their shape at the defaults in brackets; {} is an object, ? is open

`~` stands for a limit that moves with other controls, `clock` marks what play moves.
"""

import json
import re
from typing import Any, NamedTuple

import numpy as np
import pytest

from tui_transformer.concepts import entries, load
from tui_transformer.controls import Control, resolve

CONTRACT = """
neuron
  w              vector(2) -5..5 .1 = 1,1
  b              real -5..5 .1 = -0.5
  activation     choice identity relu leaky_relu sigmoid tanh elu gelu silu = sigmoid
  x              vector(2) -3..3 .1 = 1,0
  task           choice none and or nand xor = none
  -> z y boundary_distance boundary_slope boundary_intercept task_outputs[4] task_accuracy
activations
  function       choice relu leaky_relu sigmoid tanh elu gelu silu softplus = relu
  x              real -6..6 .1 = 1
  leak           real 0..1 .01 = 0.01
  depth          integer 1..50 = 10
  compare        toggle = on
  -> output derivative gradient_after_depth all_outputs[8] all_derivatives[8] mean_out
     share_zero
depth
  layers         integer 1..8 = 3
  activation     choice identity relu tanh = identity
  weights        choice random tent hinge = random
  width          integer 1..16 = 4
  seed           integer 0..9999 = 0
  fold           integer -1..~ = -1 clock
  -> collapsed_slope collapsed_intercept collapse_error kinks[0] pieces
xor
  solution       choice linear designed trained = trained
  hidden         integer 1..8 = 2
  activation     choice relu tanh = relu
  learning_rate  real .01..2 log = 0.3
  steps          integer 0..2000 = 0 clock
  seed           integer
  fold           real 0..1 .05 = 1
  -> outputs[4] accuracy loss hidden[4,2]
approximation
  target         choice sine step bump absolute sawtooth = sine
  hinges         integer 1..64 = 4 clock
  domain         real
  hinge          integer
  knot           real
  weight         real
  -> max_error rms_error knots[4] weights[4]
mlp
  w1             real -3..3 .1 = 1
  b1             real -3..3 .1 = 0
  v1             real -3..3 .1 = 1
  w2             real -3..3 .1 = 1
  b2             real -3..3 .1 = -1
  v2             real -3..3 .1 = -2
  c              real -3..3 .1 = 0
  x0             real -3..3 .1 = 1.5
  third_hinge    toggle = off
  w3             real -3..3 .1
  b3             real -3..3 .1
  v3             real -3..3 .1
  target         real -3..3 = 1
  learning_rate  real .001..1 log = 0.1
  steps          integer 0..200 = 0 clock
  -> y gradients{} finite_difference{} kinks[2] parameters_after{}
backprop
  expression     text = (tanh(w*x + b) - y)**2
  leaves         text = w=0.5 x=2 b=-0.3 y=1
  nudge          choice = w
  delta          real -1..1 = 0.1
  step           integer -1..~ = 0 clock
  -> nodes[9,6] value gradients{} finite_difference{} paths{} predicted actual
descent
  surface        choice bowl saddle rosenbrock = bowl
  curvature      vector(2) 0.1..20 log = 1,10
  rotation       real 0..90 5 = 0
  optimizer      choice gd momentum nesterov adam = gd
  learning_rate  real .001..2 log = 0.18
  momentum       real 0..0.99 .01 = 0.9
  start          vector(2) -2..2 .1 = 1,1
  steps          integer 0..500 = 0 clock
  -> path[1,2] losses[1] gradient[2] critical_learning_rate optimal_learning_rate
     condition_number status
softmax
  logits         vector(2..8) -20..20 .1 = 2,1,0.1
  temperature    real .05..10 log = 1
  target         integer 0..~ = 0
  shift          real -10..10 .1 = 0
  -> probabilities[3] cross_entropy entropy gradient[3] log_sum_exp
logits
  cat            real -20..20 .1 = 16.917
  dog            real -20..20 .1 = 0.772
  offset         real -1000..1000 = 0
  relu_first     toggle = off
  precision      choice float32 float64 = float64
  label          choice cat dog = cat
  -> probabilities[2] log_odds odds entropy cross_entropy naive_probabilities[2]
sampling
  logits         vector(2..12) = 3,2.5,2,1,0,-1
  temperature    real 0..5 = 1
  top_k          integer 0..12 = 0
  top_p          real .01..1 = 1
  seed           integer
  draws          integer 0..10000 = 0 clock
  -> probabilities[6] kept[6] filtered_probabilities[6] counts[6] token
tokenizer
  text           text = low low low low low lower lower newest newest newest newest newest newest widest widest widest
  base           choice characters bytes = characters
  split_words    toggle = on
  merges         integer 0..1000 = 0 clock
  sample         text = lowest
  -> tokens[95] token_ids[95] merge_list[0] top_pairs[?,3] vocabulary_size characters_per_token
     sample_tokens[7]
embeddings
  source         choice own-text prose-model published = own-text
  text           text
  window         integer 1..10 = 2
  dimension      integer 2..64 = 16
  word           text = king
  minus          text = man
  plus           text = woman
  exclude        toggle = on
  sentence       text
  other          text
  -> vocabulary[?] vector[16] one_hot_difference neighbours[10,2] analogy[10,2] map[?,2]
     variance_kept contextual_cosine
positions
  length         integer 2..256 = 32
  d_model        integer 2..128 2 = 32
  base           real 10..100000 log = 10000
  scheme         choice sinusoidal rotary learned none = sinusoidal
  position       integer = 5
  sentence       text = the cat sat on the mat
  shuffled       text = the mat sat on the cat
  causal         toggle = off
  seed           integer
  -> encoding[32,32] similarity[32] wavelengths[16] order_difference
dot-product
  u_length       real 0..5 .1 = 3
  u_angle        real -180..180 5 = 30
  v_length       real 0..5 .1 = 2
  v_angle        real -180..180 5 = 75
  dimension      integer 1..1024 = 64
  seed           integer
  -> dot cosine angle projection random_cosine_std random_dot_std
attention
  source         choice hand random = hand
  query          vector = 1,0,1,0
  keys           matrix(4x4)
  scaled         toggle = on
  dimension      integer 1..512 = 64
  count          integer 2..16 = 8
  seed           integer
  -> scores[4] scaled_scores[4] weights[4] entropy max_entropy
library
  query          vector(3) 0..1
  temperature    real .01..100 log = 1
  lookup         choice soft hard = soft
  swap_values    toggle = off
  -> scores[6] weights[6] content[?]
values
  scores         vector(3) -5..5 = 2,0,0
  values         matrix(3x2)
  context        choice river money both = river
  -> weights[3] output[2] contributions[3,2] inside_hull
self-attention
  sentence       text = The animal didn't cross the street because it was too wide
  weights        choice designed random = designed
  causal         toggle = off
  layer          integer 1..2 = 2
  query          integer = 7
  d_model        integer
  seed           integer
  -> tokens[11] q[11,?] k[11,?] v[11,?] scores[11,11] attention[11,11] output[11,?]
heads
  sentence       text
  d_model        integer 4..1024 = 64
  heads          integer = 4
  weights        choice designed random
  ablate         integer -1..~ = -1
  query          integer
  causal         toggle
  seed           integer
  -> attention[4,?,?] entropies[4] d_head output[?,64] parameter_count
recurrence
  length         integer 2..64 = 16
  gain           real 0..2 .05 = 0.9
  width          integer 1..32 = 8
  activation     choice tanh identity = tanh
  gated          toggle = off
  position       integer 0..~ = 0
  step           integer 0..~ clock
  seed           integer
  -> hidden[16,8] influence[16] sequential_steps{} path_length{}
receptive-field
  kind           choice convolution dilated recurrent attention causal windowed = convolution
  kernel         integer 2..9 = 3
  layers         integer 1..12 = 3 clock
  window         integer = 4
  length         integer 8..64 = 32
  position       integer
  distance       integer 1..4096 = 31
  -> receptive_field visible[?] influence[32] layers_needed{} path_length
scaling
  length         integer 8..131072 log = 1024
  d_model        integer = 768
  heads          integer = 12
  layers         integer = 12
  pattern        choice full causal sliding strided global block low-rank = full
  window         integer = 8
  stride         integer
  rank           integer
  hop            integer 1..16 = 1 clock
  -> score_cells density attention_flops linear_flops attention_share score_bytes
     crossover_length hops_to_reach_all rank_error
layer-norm
  x              vector(2..8) = 1,2,3,4
  kind           choice layer rms = layer
  gain           vector = 1
  bias           vector = 0
  epsilon        real log = 1e-5
  shift          real = 0
  scale          real = 1
  -> mean variance normalized[4] output_mean output_variance
residual
  depth          integer 1..128 = 50
  residual       toggle = on
  norm           choice none pre post = none
  activation     choice
  gain           real .1..3 = 0.5
  width          integer = 64
  seed           integer
  -> forward_norms[51] gradient_norms[51]
feed-forward
  sentence       text
  weights        choice random sorter = random
  d_model        integer = 8
  expansion      integer 1..8 = 4
  activation     choice relu gelu silu
  token          integer
  shuffle        toggle
  seed           integer
  -> hidden[?,32] output[?,8] active_fraction parameter_count
block
  sentence       text
  d_model        integer = 16
  heads          integer = 2
  norm           choice pre post = pre
  activation     choice gelu relu
  causal         toggle
  attention      toggle = on
  feed_forward   toggle = on
  residual       toggle = on
  normalize      toggle = on
  weights        choice random sorter = random
  blocks         integer 1..96 = 1
  stage          integer 0..8 clock
  seed           integer
  -> stages{} attention[2,?,?] output[?,16] parameter_count weights{}
encoder-decoder
  source           text
  steps            integer clock
  layer            integer
  head             integer
  teacher_forcing  toggle
  -> output encoder_attention[?,?,?] decoder_attention[?,?,?] cross_attention[?,?,?] logits
hyperparameters
  preset           choice custom gpt2 gpt2-medium gpt2-large gpt2-xl bert-base bert-large distilbert transformer-base t5-base gpt3 llama-2-7b llama-3-8b mistral-7b mixtral-8x7b qwen2-7b smollm2-135m sorter
  layers           integer
  d_model          integer
  heads            integer
  kv_heads         integer
  d_head           integer
  d_ff             integer
  ffn              choice plain gated
  experts          integer
  active_experts   integer
  vocabulary       integer
  context          integer
  norm             choice layer rms
  positions        choice learned sinusoidal rotary relative
  tied             toggle
  biases           choice all qkv none
  batch            integer
  tokens_seen      integer
  bytes_per_weight real
  -> parameter_count active_parameter_count ledger{} weight_bytes kv_cache_bytes flops_per_token training_flops
search
  method         choice grid random bayesian = grid
  budget         integer 1..36 = 16
  runs           choice designed xor = designed
  tries          integer 0..~ = 0 clock
  seed           integer
  -> tried[0] scores[0] best distinct[2] acquisition
training
  task             choice induction copy sort modular-addition own-text = induction
  layers           integer
  heads            integer
  d_model          integer
  context          integer
  batch            integer
  learning_rate    real
  dropout          real
  optimizer        choice
  warmup           integer
  seed             integer
  steps            integer clock
  -> loss[0] validation_loss accuracy attention[2,2,32,32] steps_per_second
real-model
  model            text
  text             text
  tokens           integer clock
  temperature      real 0..5
  top_k            integer
  top_p            real .01..1
  seed             integer
  layer            integer
  head             integer
  query            integer
  causal           choice as-trained causal full = as-trained
  -> tokens text attention top_tokens lens kv_cache_bytes
patches
  drawing        choice smile frown edge cross own = smile
  pixels         matrix(8x8) 0..1 1
  patch          choice 1 2 4 8 = 4
  kernel         choice edge-x edge-y blur sharpen = edge-x
  query          integer 0..~ = 2
  weights        choice designed random = designed
  seed           integer 0..9999 = 0
  -> tokens[4,16] projected[4,16] attention[4,4] convolved[8,8] detector{} score_cells
generation
  prompt         text
  temperature    real 0..5
  top_k          integer
  top_p          real .01..1
  seed           integer
  tokens         integer 0..200 clock
  layer          integer
  head           integer
  -> text token_strings[?] top_tokens[10,3] entropy attention[4,?,?]
rotary
  d_head         integer 2..128 2 = 8
  base           real 10..1000000 log = 10000
  query_position integer 0..8192 = 5
  key_position   integer 0..8192 = 2
  shift          integer 0..4096 = 0
  scaling        choice none linear ntk = none
  factor         real 1..8 = 1
  seed           integer 0..9999 = 0
  -> angles[4] query_rotated[8] key_rotated[8] score score_by_distance[65]
grouped-heads
  heads          integer 1..64 = 8
  kv_heads       integer = 2
  d_model        integer
  length         integer
  layers         integer
  bytes_per_number integer
  sentence       text
  seed           integer 0..9999 = 0
  -> attention[8,10,10] groups[8] kv_cache_bytes parameter_count
gated
  kind           choice relu gelu geglu swiglu = swiglu
  d_model        integer
  x              vector
  norm           choice layer rms
  seed           integer 0..9999 = 0
  -> d_ff gate[8] hidden[8] output[3] parameter_count normalized[3]
quantization
  bits           integer 2..8 = 8
  per            choice tensor column = tensor
  layer          choice all 1 2 3 = all
  outlier        toggle = off
  -> sorted_right max_error weight_bytes scales{} levels[255]
"""  # noqa: E501

_CONTROL = re.compile(
    r"(?P<kind>\w+)(?:\((?P<size>[\dx.]+)\))?"
    r"(?: (?P<low>-?[\d.e]+?)\.\.(?P<high>-?[\d.e]+|~))?"
    r"(?:(?<!choice) (?P<step>[\d.]+))?(?P<log> log)?"
    r"(?P<choices>(?: [\w-]+)*?)(?: = (?P<default>.+?))?(?P<clock> clock)?"
)
_VALUE = re.compile(r"(\w+)(?:\[([\d,?]+)\]|(\{\}))?")


class Entry(NamedTuple):
    """What one concept promises."""

    controls: dict[str, str]
    values: str


def contract() -> dict[str, Entry]:
    """The table above, by id."""
    found: dict[str, Entry] = {}
    for line in CONTRACT.strip().splitlines():
        if not line.startswith(" "):
            controls: dict[str, str] = {}
            at, found[line] = line, Entry(controls, "")
        elif line.startswith(("  ->", "     ")):
            found[at] = Entry(controls, f"{found[at].values} {line.strip().removeprefix('-> ')}")
        else:
            name, said = line.split(maxsplit=1)
            controls[name] = said
    return found


IDS = [entry.id for entry in entries() if entry.id in contract()]


@pytest.mark.parametrize("concept", IDS)
def test_controls_are_as_agreed(concept: str) -> None:
    assert contract()[concept].controls
    for name in contract()[concept].controls:
        as_agreed(concept, name)


def as_agreed(concept: str, name: str) -> None:
    said = _CONTROL.fullmatch(contract()[concept].controls[name])
    assert said is not None
    opened = load(concept)
    control = opened.model.controls()[name]
    assert control.kind == said["kind"]
    assert opened.clock == name or not said["clock"]
    _limits(control, said, opened.model())
    if said["choices"]:
        assert list(control.choices) == said["choices"].split()
    if said["default"]:
        value = getattr(opened.model(), name)
        assert np.array_equal(control.parse(said["default"], opened.model()), value)


def _limits(control: Any, said: re.Match[str], model: Any) -> None:
    """Range, step and size, where the table fixes them."""
    if said["low"]:
        assert resolve(control.low, model) == float(said["low"])
        if said["high"] == "~":
            assert callable(control.high)
        else:
            assert resolve(control.high, model) == float(said["high"])
    if said["step"]:
        assert float(control.step) == float(said["step"])
    if said["log"]:
        assert control.log
    if said["size"] and control.kind == "vector":
        few, _, many = said["size"].partition("..")
        assert (control.min_length, control.max_length) == (int(few), int(many or few))
    elif said["size"]:
        assert getattr(model, control.name).shape == tuple(map(int, said["size"].split("x")))


@pytest.mark.parametrize("concept", IDS)
def test_the_values_are_those_agreed(concept: str) -> None:
    values = json.loads(load(concept).model().to_json(concept))["values"]
    for name, shape, record in _VALUE.findall(contract()[concept].values):
        assert name in values
        assert isinstance(values[name], dict) == bool(record)
        if shape:
            assert _fits(np.array(values[name], dtype=object), shape.split(",")), name


def _fits(value: Any, shape: list[str]) -> bool:
    return value.ndim == len(shape) and all(
        wanted in ("?", str(size)) for size, wanted in zip(value.shape, shape, strict=True)
    )


@pytest.mark.parametrize("concept", IDS)
def test_every_control_can_be_linked(concept: str) -> None:
    """What is typed on the command line is what the table calls it."""
    model = load(concept).model()
    for name, control in model.controls().items():
        assert isinstance(control, Control) and control.name == name
        text = control.format(getattr(model, name))
        assert model.parsed({name: text}).same(model)
