"""The constants that spare an import are datasketch's own."""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from cleaner.similar import minhash


def test_permutations_are_datasketchs() -> None:
    for known, theirs in zip(minhash.permutations(128), minhash.datasketch_permutations(128), strict=True):
        assert known.dtype == theirs.dtype
        assert np.array_equal(known, theirs)


def test_bands_are_datasketchs() -> None:
    for (threshold, num_perm, weights), bands in minhash.KNOWN_BANDS.items():
        assert minhash.datasketch_bands(threshold, num_perm, weights) == bands


def test_signing_with_the_defaults_imports_neither_datasketch_nor_scipy() -> None:
    code = "import sys; from cleaner.similar.sign import sign; sign(['One two three four five six seven.'])"
    code += "; sys.exit(bool({'datasketch', 'scipy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
