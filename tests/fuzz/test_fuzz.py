"""Fuzzing: a little of it always, with a fixed seed; minutes of it, guided by coverage, in the slow suite."""

from __future__ import annotations

import importlib.util
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from seeds import seeds
from targets import TARGETS

SECONDS = 40


@pytest.mark.parametrize("name", TARGETS)
def test_seeds(name: str) -> None:
    for seed in seeds(name):
        TARGETS[name](seed)


def mutated(data: bytes, rng: random.Random) -> bytes:
    """One to four small accidents."""
    out = bytearray(data)
    for _ in range(rng.randrange(1, 5)):
        at = rng.randrange(len(out) + 1)
        match rng.randrange(6):
            case 0 if out:
                out[at % len(out)] ^= 1 << rng.randrange(8)
            case 1 if out:
                out[at % len(out)] = rng.choice(b'\0\n\r"\\{}[]<>&,:;\xff\x80 09')
            case 2:
                del out[at : at + rng.randrange(1, 30)]
            case 3:
                out[at:at] = out[(start := rng.randrange(len(out) + 1)) : start + rng.randrange(1, 60)]
            case 4:
                del out[at:]
            case _:
                out[at:at] = rng.randbytes(rng.randrange(1, 6))
    return bytes(out)


@pytest.mark.parametrize("name", TARGETS)
def test_mutated_seeds(name: str) -> None:
    rng = random.Random(name)
    for seed in seeds(name):
        for _ in range(6 if name == "judge" else 40):
            TARGETS[name](mutated(seed, rng))


@pytest.mark.slow
@pytest.mark.timeout(SECONDS * 6 + 600)
@pytest.mark.parametrize("name", TARGETS)
def test_fuzz(name: str, tmp_path: Path) -> None:
    """With atheris where it is installed; else with many more random accidents."""
    if importlib.util.find_spec("atheris") is None:
        rng = random.Random(time.time_ns())
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            data = mutated(rng.choice(seeds(name)), rng)
            try:
                TARGETS[name](data)
            except Exception as error:
                raise AssertionError(f"{name}: {data!r}") from error
        return
    for number, seed in enumerate(seeds(name)):
        (tmp_path / f"seed-{number}").write_bytes(seed)
    script = Path(__file__).with_name("targets.py")
    done = subprocess.run(
        [
            *(
                sys.executable,
                script,
                name,
                tmp_path,
                f"-max_total_time={SECONDS}",
                "-timeout=300",
                "-rss_limit_mb=3000",
            ),
            *("-print_final_stats=1", f"-artifact_prefix={tmp_path}/found-"),
        ],
        capture_output=True,
        cwd=tmp_path,
        text=True,
        errors="replace",
    )
    assert done.returncode == 0, done.stderr[-4000:]
