"""What holds for every test.

Small products only: more threads for BLAS make them slower, and many tests at once very slow.
Hypothesis looks for new cases at every run, but the gate tries the same ones every time. It sets
no deadline: a machine that is busy is no fault.
"""

import gc
import inspect
import os
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before anything loads NumPy
# The look depends on the terminal; in tests it is that of a good one, wherever they run.
os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
# Nor are they configured as somebody likes it.
os.environ |= {"XDG_CONFIG_HOME": "/nonexistent"}

import pytest
from hypothesis import HealthCheck, settings

PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("searching", **PATIENT)
settings.register_profile("gate", derandomize=True, **PATIENT)
settings.load_profile("gate" if os.environ.get("CI") else "searching")


# What goes through everything there is, screen by screen, key by key or at random, and takes most
# of the time: the gate runs it by itself, and so does `-m wide`; `-m ""` runs all.
WIDE = (
    "claims/test_claims.py::test_what_is_said_is_so",
    "claims/test_claims.py::test_what_is_told_is_so",
    "claims/test_heads_named.py",
    "claims/test_minilm.py",
    "claims/test_workings.py::test_a_working_gives_the_digits_of_its_cell",
    "classroom/test_command_line.py",
    "classroom/test_long_states.py",
    "classroom/test_offered.py::test_and_in_a_lesson",
    "classroom/test_offered.py::test_every_key",
    "classroom/test_screens.py",
    "classroom/test_thirty.py",
    "comparing/test_differences.py::test_every_difference",
    "comparing/test_drawn.py::test_differences_are_as_wide",
    "comparing/test_names.py",
    "concepts/test_dot_product.py::test_workings_hold",
    "concepts/test_encoder_decoder.py::test_held_out",
    "concepts/test_encoder_decoder.py::test_of_longer",
    "concepts/test_generation.py::test_any_temperature",
    "concepts/test_generation.py::test_what_a_token_cost",
    "concepts/test_real_model.py::test_numbers_are_walked",
    "concepts/test_real_model_finder.py::test_counts",
    "concepts/test_sorter.py::test_the_slopes_of_all_weights",
    "concepts/test_training.py::test_a_cut_acts",
    "concepts/test_training.py::test_by_itself",
    "concepts/test_training.py::test_the_induction_drop",
    "hosting/",
    "lessons/test_asked_page.py",
    "lessons/test_hostile.py::test_a_shipped",
    "lessons/test_hostile.py::test_what_is_huge",
    "lessons/test_in_a_terminal.py",
    "lessons/test_learn_command.py",
    "lessons/test_line_mode.py",
    "lessons/test_panels.py::test_what_is_closed_while_asked",
    "lessons/test_patience.py",
    "lessons/test_quiz.py::test_a_hundred",
    "lessons/test_quiz.py::test_each_answer",
    "lessons/test_recording.py",
    "lessons/test_screen.py",
    "lessons/test_shipped.py::test_every_question_can_be_asked_again",
    "lessons/test_shipped.py::test_it_keeps_the_contract",
    "lessons/test_told_page.py",
    "nn/test_families_lies.py",
    "pages/test_long_lists.py::test_the_table_that_leads",
    "pages/test_title.py",
    "pages/test_what_is_seen.py",
    "render/test_field.py::test_any_field",
    "render/test_fit.py::test_labels_of_a_matrix",
    "render/test_fit.py::test_no_number_runs_over",
    "render/test_heatmap.py::test_any_matrix",
    "render/test_legible.py",
    "render/test_outline.py",
    "render/test_plot.py::test_any_plot",
    "terminal_parts/test_packets.py::test_whatever",
    "test_ascii.py::test_every",
    "test_cli.py::test_text_draws_every_concept",
    "test_configuration.py::test_a_theme_by_name",
    "test_contract.py::test_any_keys_leave",
    "test_contract.py::test_any_state_draws",
    "test_contract.py::test_workings_evaluate",
    "test_contract.py::test_workings_hold_at_random_states",
    "test_contributing.py",
    "test_far_away.py",
    "test_forked_terminal.py",
    "test_idle_controls.py::test_idle_controls_are_named_and_no_others",
    "test_job_control.py",
    "test_kiosk.py",
    "test_kiosk_over_ssh.py",
    "test_light_or_dark.py",
    "test_lines.py::test_every_concept",
    "test_lines_heard.py::test_every_panel",
    "test_lines_heard.py::test_nothing_that_is_drawn",
    "test_lines_heard.py::test_presets_go",
    "test_named_places.py::test_each_place_has_one_name",
    "test_named_places.py::test_pictures_and_workings",
    "test_named_places.py::test_the_controls_call",
    "test_over_ssh.py",
    "test_pages.py::test_every_state_has",
    "test_pages.py::test_page_1_has",
    "test_pages.py::test_the_main_panel_covers",
    "test_site.py",
    "test_slow_line.py",
    "test_stars.py::test_no_way_of_opening",
    "test_tasks.py::test_no_single_control",
    "test_tasks.py::test_one_key_from_a_preset",
    "test_why.py::test_every_level",
    "test_words.py::test_a_word_used_before",
    "torture/test_textual_faults.py",
    "torture/test_torture.py",
    "ui/test_clicked.py::test_hidden_rows",
    "ui/test_code.py::test_the_code_behind_every_number",
    "ui/test_direct.py::test_after_every_key",
    "ui/test_escape.py::test_each_escape",
    "ui/test_every_control.py",
    "ui/test_folds.py::test_every_control",
    "ui/test_footer.py::test_step_is_offered",
    "ui/test_instrument.py::test_every_concept_at_every_size",
    "ui/test_named_keys.py::test_each_key",
    "ui/test_offered.py",
    "ui/test_reading.py::test_below_the_figure",
    "ui/test_search.py::test_every_control_value_and_task",
    "ui/test_texts.py",
    "ui/test_typing.py::test_every_control_is_typed",
    "ui/test_typing.py::test_no_key_of_any_command",
    "viewing/test_screen.py",
)


# Concepts whose states take long to compute and are kept once computed: their tests come first and
# together, so that one worker has them and nobody waits for them at the end.
LONG = ("quantization", "real-model", "embeddings", "generation", "training", "sorter")


@pytest.fixture(autouse=True)
def _heard_at_once(request: pytest.FixtureRequest) -> None:
    """A program in memory is waited for by what it has heard, never for seconds."""
    if inspect.iscoroutinefunction(getattr(request, "function", None)):
        from tests.hearing import at_once

        at_once(request.getfixturevalue("monkeypatch"))  # most tests need none


TESTS = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    """Let each worker begin with other files, and come to the same in the end.

    What was never compiled is compiled by whoever comes to it first; all beginning with the same,
    each would compile everything: nine seconds of each, in a new clone.
    """
    worker = getattr(config, "workerinput", None)
    if worker is None or [Path(each).resolve() for each in config.args] != [TESTS]:
        return
    parts = sorted(map(str, (*TESTS.glob("test_*.py"), *TESTS.glob("[a-z]*/"))))
    begin = len(parts) * int(worker["workerid"].removeprefix("gw")) // worker["workercount"]
    config.args[:] = parts[begin:] + parts[:begin]


# Objects made before Python looks among the young, the older and all others for what has become
# garbage. It looks often by itself, and there are twelve thousand tests to look through each time:
# that was a third of the processor's time.
COLLECTED = (20_000, 20, 10)


def pytest_collection_finish() -> None:
    """What is there now stays to the end, and is not searched again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED)


def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are cores: many tests wait for a terminal, and others can work then."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what sees more where a published model's weights are installed, and what is wide."""
    for item in items:
        if any(word in item.nodeid for word in ("real-model", "real_model", "minilm")):
            item.add_marker("published")
        if item.nodeid.removeprefix("tests/").startswith(WIDE):
            item.add_marker("wide")
    items.sort(key=lambda item: (_turn(item), item.path))  # each file's as they stand in it


def _turn(item: pytest.Item) -> int:
    """Say whose turn it is before the others, which stay as they are."""
    name = item.name.partition("[")[2]
    name = "real-model" if name and item.get_closest_marker("published") else name
    return next((at for at, concept in enumerate(LONG) if concept in name), len(LONG))
