"""What words do, language by language: lists of function words, forms, synonyms, opposites, and sets whose members exclude
each other.

``lexicon/`` holds them as they are looked up, written by ``python -m cleaner.train.lexicons`` from the lists that people edit
(``train/lexicon/``). A word that is in none of them is a content word like any other. Languages of which only the function
words are listed are known when they are met, and nothing more is known of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import orjson

STOP, LIGHT, NEGATION, WEAK, MODAL, TITLE, DATE, UNIT, PRONOUN, FIRM, NUMBER, KNOWN, PAST, LIMIT, BE, BY = (
    1 << i for i in range(16)
)
"""Bits of ``Words.kind``."""
KINDS = {"stop": STOP, "light": LIGHT, "negation": NEGATION, "weakmodal": WEAK, "modal": MODAL, "title": TITLE,
          "date": DATE, "unit": UNIT, "pronoun": PRONOUN, "firm": FIRM, "limit": LIMIT, "be": BE, "by": BY}  # fmt: skip

TONGUES = ("en", "de", "fr", "es", "it", "pt", "nl")
"""Languages with a lexicon. A tongue is an index into these and, behind them, into the others of ``function_words()``."""
Groups = dict[str, tuple[int, ...]]
"""Numbers of the groups that a stem is in."""
FOLDER = Path(__file__).parent / "lexicon"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What is known of the words of one language."""

    tongue: int
    kinds: dict[str, int]
    lemmas: dict[str, str]
    synonyms: Groups
    sides: Groups
    sets: Groups

    def stem(self, word: str) -> str:
        """Equal for forms of one word: irregular ones by list, the others by their ending."""
        if self.tongue == 0:
            return _stem(word if word.isascii() else _bare(word), self.lemmas)
        language = TONGUES[self.tongue] if self.tongue < len(TONGUES) else ""
        stem = _light_stem(self.lemmas.get(word, word), language)
        for elided in () if word in self.lemmas or self._lists(stem) else _ELIDED.get(language, ()):
            rest = word[len(elided) :]
            if word.startswith(elided) and (rest in self.lemmas or self._lists(_light_stem(rest, language))):
                return _light_stem(self.lemmas.get(rest, rest), language)
        return stem

    def _lists(self, stem: str) -> bool:
        return stem in self.synonyms or stem in self.sides or stem in self.sets

    def kind(self, word: str) -> int:
        """Bits of what the word does."""
        kind = self.kinds.get(word, 0)
        if not word.isalpha() and _FIGURE.search(word) is not None:
            kind |= NUMBER
        if self.tongue:
            return kind | NUMBER if self.lemmas.get(word, "")[:1].isdecimal() else kind
        return kind | PAST if _is_past(word, self.lemmas) else kind

    def negated(self, word: str) -> str:
        """The word that ``word`` negates by its form, or nothing."""
        return _negated(word) if self.tongue == 0 else _unlike(word, TONGUES[self.tongue : self.tongue + 1])


@lru_cache(maxsize=32)
def lexicon(tongue: int) -> Lexicon:
    """The lexicon of a tongue, an empty one where nothing is listed but function words."""
    if tongue >= len(TONGUES):
        return Lexicon(tongue, {}, {}, {}, {}, {})
    return Lexicon(tongue, **orjson.loads((FOLDER / f"{TONGUES[tongue]}.json").read_bytes()))


@lru_cache(maxsize=1)
def function_words() -> dict[str, list[str]]:
    """By language, those of ``TONGUES`` first, the function words by which it is known."""
    found: dict[str, list[str]] = orjson.loads((FOLDER / "function-words.json").read_bytes())
    return found


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """English words that carry no meaning of their own."""
    return frozenset(word for word, kind in lexicon(0).kinds.items() if kind & STOP)


_IRREGULAR_S = ("ss", "us", "is")


def _stem(word: str, lemmas: dict[str, str]) -> str:
    """A light stem: irregular forms by list, then plural and verb endings ("rises", "rising" and "rose" are one)."""
    word = lemmas.get(word, word)
    if word[-1:] not in "sgde":
        return word
    n = len(word)
    if n > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif n > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes")):
        word = word[:-2]
    elif n > 3 and word[-1] == "s" and not word.endswith(_IRREGULAR_S):
        word = word[:-1]
    elif n > 5 and word.endswith("ing"):
        word = _undouble(word[:-3])
    elif n > 4 and word.endswith("ied"):
        word = word[:-3] + "y"
    elif n > 4 and word.endswith("ed"):
        word = _undouble(word[:-2])
    if len(word) > 3 and word[-1] == "e":
        word = word[:-1]
    return word


def _is_past(word: str, lemmas: dict[str, str]) -> bool:
    """Is it a past form or a participle, by its look?"""
    if word in lemmas:
        return word != lemmas[word] and not word.endswith(("s", "ing"))
    return len(word) > 4 and word.endswith("ed")


def _undouble(word: str) -> str:
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiousl":
        return word[:-1]
    return word


_NEGATING = ("un", "in", "im", "ir", "il", "dis", "non", "mis", "de", "anti", "counter")
_FIGURE = re.compile(r"\d")


def _negated(word: str) -> str:
    """The word that ``word`` negates by its form, or nothing."""
    if word.startswith(_NEGATING):
        for prefix in _NEGATING:
            rest = word[len(prefix) :]
            if len(rest) >= 4 and word.startswith(prefix):
                return rest
    if len(word) >= 7 and word.endswith("less"):
        return word[:-4] + "ful"
    return ""


_ENDINGS = {
    "de": ("en", "em", "er", "es", "e", "n", "s"),
    "nl": ("en", "e", "s"),
    "fr": ("s", "x"),
    "es": ("es", "s"),
    "pt": ("es", "s"),
}
"""Endings that tell number or case, and nothing that is a fact: gender is one ("ministro", "ministra")."""
_UNLIKE = {
    "de": ("un", "miss", "nicht"),
    "nl": ("on", "niet"),
    "fr": ("in", "im", "dé", "dés", "mal", "non"),
    "es": ("in", "im", "des"),
    "it": ("in", "im", "dis", "s"),
    "pt": ("in", "im", "des"),
}
_ELIDED = {
    "fr": ("l", "d", "qu", "s", "n", "j", "c", "m", "t"),
    "it": ("l", "un", "d", "dell", "all", "nell", "sull", "dall", "quell"),
}
"""What stands before an apostrophe, which the comparison form leaves out: "l'azienda" is one token."""
_LEAST_STEM = 4


def _light_stem(word: str, language: str) -> str:
    for ending in _ENDINGS.get(language, ()):
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            word = word[: -len(ending)]
            break
    return word if word.isascii() or language == "de" else _bare(word)


def _bare(word: str) -> str:
    """Without accents, which newsrooms leave out of foreign names."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _unlike(word: str, language: Sequence[str]) -> str:
    for prefix in _UNLIKE.get(language[0], ()) if language else ():
        if word.startswith(prefix) and len(word) - len(prefix) >= _LEAST_STEM:
            return word[len(prefix) :]
    return ""
