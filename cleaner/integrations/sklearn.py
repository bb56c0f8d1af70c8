"""A scikit-learn transformer: texts in, clean texts out (install ``cleaner[sklearn]``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from cleaner.config import load
from cleaner.model import Rejected


class CleanText(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """For the front of a ``Pipeline``: removes site chrome and off-topic lines from each text by itself.

    ``aggressiveness``: the dial, 0 to 1. ``options``: any other option of ``cleaner.Config``, by name. It learns nothing:
    ``fit`` only checks the options (``UsageError`` for one that is none).
    """

    def __init__(self, aggressiveness: float = 0.5, options: Mapping[str, Any] | None = None) -> None:
        self.aggressiveness = aggressiveness
        self.options = options

    def fit(self, X: Iterable[str], y: Any = None) -> CleanText:
        self._config()
        return self

    def transform(self, X: Iterable[str]) -> np.ndarray[Any, Any]:
        """Object array of one clean text for each text of ``X``; empty where no document can be made of it."""
        from cleaner.api import clean_batch

        results = clean_batch([{"text": text} for text in X], self._config())
        texts = ["" if isinstance(result, Rejected) else result.text for result in results]
        return np.array(texts, dtype=object)

    def _config(self) -> Any:
        return load(None, {"aggressiveness": self.aggressiveness, **(self.options or {})})

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.no_validation = True
        return tags
