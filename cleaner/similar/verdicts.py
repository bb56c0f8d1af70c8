"""What comparing says of pairs of sentences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The judgement of n pairs."""

    similarity: NDArray[np.float64]
    """Share of words that align, or are explained, counted on both sides."""
    merged: NDArray[np.bool_]
    kind: NDArray[np.uint8]
    veto: NDArray[np.uint8]
    """Index into ``facts.REASONS``: why not merged."""
