"""A process that dies costs the guilty record and no other."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from cleaner.engine.pool import Workers
from cleaner.errors import OutputError


@dataclass(frozen=True)
class Job:
    records: tuple[int, ...]
    deadly: frozenset[int]
    skip: frozenset[int] = frozenset()
    only: frozenset[int] | None = None


def work(job: Job) -> list[int]:
    left = [r for r in job.records if r not in job.skip and (job.only is None or r in job.only)]
    if any(r in job.deadly for r in left):
        os._exit(9)
    return left


def test_the_guilty_are_found() -> None:
    jobs = [Job(tuple(range(n * 10, n * 10 + 10)), frozenset({13, 17, 41})) for n in range(6)]
    with Workers(2) as workers:
        results = {job.records: (job.skip, result) for job, result in workers.run(work, jobs, lambda j: j.records)}
    assert set(results) == {job.records for job in jobs}
    skipped = {record for skip, _ in results.values() for record in skip}
    assert skipped == {13, 17, 41}
    assert sorted(r for _, kept in results.values() for r in kept) == [r for r in range(60) if r not in skipped]


def test_a_task_that_always_dies_ends_the_run() -> None:
    with Workers(1) as workers, pytest.raises(OutputError, match="fewer --workers"):
        list(workers.each(os._exit, [9]))


def test_each_keeps_the_order_and_the_processes() -> None:
    with Workers(2) as workers:
        first = list(workers.each(process_of, range(9)))
        again = list(workers.each(process_of, range(9)))
    assert [number for number, _ in first] == list(range(9))
    assert {pid for _, pid in first + again} - {os.getpid()} and len({pid for _, pid in first + again}) <= 2


def process_of(number: int) -> tuple[int, int]:
    return number, os.getpid()


def test_what_runs_alone_has_a_process_of_its_own_and_workers_that_rested_begin_anew() -> None:
    with Workers(1) as workers:
        before = list(workers.each(process_of, [1]))
        assert workers.alone(process_of, 2)[0] == 2
        alone = {workers.alone(process_of, 2)[1], workers.alone(process_of, 2)[1]}
        workers.rest()
        after = list(workers.each(process_of, [3]))
        with pytest.raises(OutputError, match="fewer --workers"):
            workers.alone(os._exit, 9)
    assert len(alone | {os.getpid(), before[0][1], after[0][1]}) == 5
    assert Workers(0).alone(process_of, 4) == (4, os.getpid())


def test_in_process() -> None:
    jobs = [Job((1, 2), frozenset())]
    assert [r for _, r in Workers(0).run(work, jobs, lambda j: j.records)] == [[1, 2]]


SCRIPT = """
import cleaner
page = "<html><body><p>The council met on day {} and agreed on the new bridge over the river.</p></body></html>"
print([d["id"] for d in cleaner.clean_corpus({"id": str(i), "html": page.format(i)} for i in range(3))])
"""


def test_a_script_without_a_guard_is_not_run_again(tmp_path: Path) -> None:
    """Worker processes need the package and not whoever called it."""
    (tmp_path / "script.py").write_text(SCRIPT)
    done = subprocess.run([sys.executable, tmp_path / "script.py"], capture_output=True, text=True, timeout=240)
    assert (done.stdout, done.returncode) == ("['0', '1', '2']\n", 0), done.stderr
