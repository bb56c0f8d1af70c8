"""A process that dies costs the guilty record and no other."""

from __future__ import annotations

import os
from dataclasses import dataclass

from cleaner.engine.pool import Workers


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
    results = {job.records: (job.skip, result) for job, result in Workers(2).run(work, jobs, lambda j: j.records)}
    assert set(results) == {job.records for job in jobs}
    skipped = {record for skip, _ in results.values() for record in skip}
    assert skipped == {13, 17, 41}
    assert sorted(r for _, kept in results.values() for r in kept) == [r for r in range(60) if r not in skipped]


def test_in_process() -> None:
    jobs = [Job((1, 2), frozenset())]
    assert [r for _, r in Workers(0).run(work, jobs, lambda j: j.records)] == [[1, 2]]
