"""Memory and disk of what may run at once, against the machine; the first two numbers are the guide's own."""

from dataclasses import replace

from providers.orchestrator.inputs import GIGABYTE
from providers.orchestrator.sizing import RESERVE, sizing
from tests.providers.orchestrator.examples import FULL, PLAIN

TEN = replace(PLAIN, memory_per_submission=10 * GIGABYTE)


def test_four_at_a_time_of_10_gb_need_40_gb_and_the_system() -> None:
    (memory,) = sizing(replace(TEN, max_concurrent=4)).needs
    assert memory.needed == 40 * GIGABYTE + RESERVE


def test_the_default_of_ten_at_a_time_needs_100_gb_and_the_system() -> None:
    (memory,) = sizing(TEN).needs
    assert memory.needed == 100 * GIGABYTE + RESERVE


def test_it_fits_to_the_last_byte() -> None:
    exactly = replace(TEN, machine_memory=100 * GIGABYTE + RESERVE)
    assert sizing(exactly).fits
    assert not sizing(replace(exactly, machine_memory=100 * GIGABYTE + RESERVE - 1)).fits


def test_the_line_shows_the_sum_and_the_machine() -> None:
    assert sizing(FULL).line == (
        "memory: 4 × 10 GB + 4 GB reserve = 44 GB of 64 GB; "
        "disk: 50 GB inputs + 4 × 5 GB images and outputs = 70 GB of 500 GB"
    )


def test_a_machine_that_is_too_small_is_told_what_would_fit() -> None:
    line = sizing(replace(TEN, machine_memory=64 * GIGABYTE)).line
    assert line == "memory: 10 × 10 GB + 4 GB reserve = 104 GB of 64 GB, TOO LITTLE (enough for 6 at a time)"


def test_a_machine_too_small_for_one_is_told_so() -> None:
    assert sizing(replace(TEN, machine_memory=8 * GIGABYTE)).line.endswith("(not even enough for one)")


def test_a_disk_that_inputs_alone_overflow_is_too_small() -> None:
    line = sizing(replace(PLAIN, input_size=50 * GIGABYTE, machine_disk=10 * GIGABYTE)).line
    assert line == "disk: 50 GB inputs = 50 GB of 10 GB, TOO LITTLE (not even enough for one)"


def test_an_unknown_machine_is_told_what_is_needed() -> None:
    assert sizing(TEN).fits
    assert "104 GB needed" in sizing(TEN).line


def test_docker_submissions_count_an_image_of_4_gb_each() -> None:
    (disk,) = sizing(replace(PLAIN, docker_submissions=True)).needs
    assert disk.needed == 40 * GIGABYTE


def test_nothing_is_said_where_nothing_is_known() -> None:
    assert sizing(PLAIN).line == ""
