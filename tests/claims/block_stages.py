"""What `block` says of one stage, each sentence checked against that stage of the plain stack."""

import numpy as np

from tests.claims.block_stack import block, direction, here, length, trained, words_of
from tests.claims.book import State, shown
from tests.claims.plain_transformer import Run

Array = np.ndarray


@block.says("{name} is off: it passes on what it gets, {x} long.")
def norm_off(s: State, name: str, x: str) -> None:
    run, at = here(s)
    assert name == at
    assert not s.controls.normalize
    assert np.array_equal(run.stages[at], run.sums[at])
    shown(x, length(run.stages[at]))


@block.says("{name} reads a copy and makes it {x} long; the stream stays {given} long.")
def reads_a_copy(s: State, name: str, x: str, given: str) -> None:
    run, at = here(s)
    assert (name, s.controls.norm) == (at, "pre")
    shown(x, length(run.stages[at]))
    stream = run.stages["input" if at == "norm_1" else "after_attention"]
    shown(given, length(stream))


@block.says("{name} stands in the stream and normalises what comes: {given} → {x} long.")
def in_the_stream(s: State, name: str, given: str, x: str) -> None:
    run, at = here(s)
    assert (name, s.controls.norm) == (at, "post")
    part, stream = {
        "norm_1": ("attention", "input"), "norm_2": ("feed_forward", "norm_1")
    }[at]  # fmt: skip
    came = run.stages[part] + (run.stages[stream] if s.controls.residual else 0)
    shown(given, length(came))
    shown(x, length(run.stages[at]))


@block.says("{part} proposes an edit {x} long; the stream is {stream} long.")
def proposes(s: State, part: str, x: str, stream: str) -> None:
    run, at = here(s)
    assert part.lower().replace("-", "_") == at
    shown(x, length(run.stages[at]))
    shown(stream, length(found_by(s, run, at)))


@block.says("{part} makes {x}; it will replace the stream of {stream}.")
def will_replace(s: State, part: str, x: str, stream: str) -> None:
    assert not s.controls.residual
    proposes(s, part, x, stream)


def found_by(s: State, run: Run, part: str) -> Array:
    """The stream that a part finds."""
    middle = "after_attention" if s.controls.norm == "pre" else "norm_1"
    return run.stages["input" if part == "attention" else middle]


@block.says("{part} is off: it adds exactly 0.")
def adds_nothing(s: State, part: str) -> None:
    run, at = here(s)
    assert part.lower().replace("-", "_") == at
    assert not getattr(s.controls, at)
    assert s.controls.residual
    assert not np.any(run.stages[at])


@block.says("{part} is off: 0 will replace the stream.")
def nothing_replaces(s: State, part: str) -> None:
    run, at = here(s)
    assert part.lower().replace("-", "_") == at
    assert not s.controls.residual
    assert not np.any(run.stages[at])


@block.says("Head 0: {me} looks most at {other}, with {share} of 1.")
def looks_most(s: State, me: str, other: str, share: str) -> None:
    run, _ = here(s)
    row, words = run.shares[0, s.controls.token], words_of(s.controls)
    top = max(range(len(row)), key=lambda at: row[at])
    assert words[s.controls.token].startswith(me.strip("“”").rstrip("…"))
    itself = top == s.controls.token
    assert other == "itself" if itself else words[top].startswith(other.strip("“”").rstrip("…"))
    shown(share, row[top])


@block.says("Attention is off: no word looks at another.")
def nobody_looks(s: State) -> None:
    assert here(s)[1] == "shares"
    assert not np.any(s.values.attention)


@block.says("{units} hidden units a word, {above} above 0; no word meets another here.")
def hidden(s: State, units: str, above: str) -> None:
    run, _ = here(s)
    assert (
        int(units) == run.hidden.shape[1] == 4 * (48 if trained(s.controls) else s.controls.d_model)
    )
    shown(above, float(np.mean(run.hidden > 0)))


@block.says("Feed-forward is off: nothing is hidden here.")
def nothing_hidden(s: State) -> None:
    assert here(s)[1] == "hidden"
    assert not s.controls.feed_forward


@block.says("Added, not replaced: the stream moves by {moved} and keeps {kept}.")
def added(s: State, moved: str, kept: str) -> None:
    run, _ = here(s)
    after, before = run.stages["after_attention"], run.stages["input"]
    shown(moved, length(after - before))
    direction(kept, after, before)


@block.says("Not added: attention's {x} is the stream now, {kept} with before.")
def not_added(s: State, x: str, kept: str) -> None:
    run, _ = here(s)
    assert not s.controls.residual
    shown(x, length(run.stages["after_attention"]))
    direction(kept, run.stages["after_attention"], run.stages["input"])


@block.says("Attention is off and there is no residual: nothing of the words is left.")
def attention_alone_was_left(s: State) -> None:
    assert here(s)[1] == "after_attention"
    assert not np.any(here(s)[0].stages["after_attention"])


@block.says("Only the first 256 words are used.")
def cut(s: State) -> None:
    assert len(s.values.tokens) == 256 < len(s.controls.sentence.split())


@block.says("Nothing is typed; ∅ stands for it.")
def nothing_typed(s: State) -> None:
    assert (s.controls.sentence, s.values.tokens) == ("", ["∅"])
