"""What words do, language by language: lists of function words, forms, synonyms, opposites, and sets whose members exclude
each other.

The lists in ``lexicon/`` are general, written for this project: English in files of their own, every other language in one.
A word that is in none of them is a content word like any other. Languages of which only the function words are listed are
known when they are met, and nothing more is known of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cleaner.text.canonical import NEEDS_CARE, analyse_chunk, listed_words

STOP, LIGHT, NEGATION, WEAK, MODAL, TITLE, DATE, UNIT, PRONOUN, FIRM, NUMBER, KNOWN, PAST, LIMIT, BE, BY = (
    1 << i for i in range(16)
)
"""Bits of ``Words.kind``."""
_KINDS = {"stop": STOP, "light": LIGHT, "negation": NEGATION, "weakmodal": WEAK, "modal": MODAL, "title": TITLE,
          "date": DATE, "unit": UNIT, "pronoun": PRONOUN, "firm": FIRM, "limit": LIMIT, "be": BE, "by": BY}  # fmt: skip

TONGUES = ("en", "de", "fr", "es", "it", "pt", "nl")
"""Languages with a lexicon. A tongue is an index into these and, behind them, into ``others()``."""
Groups = dict[str, tuple[int, ...]]


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
    if tongue == 0:
        return _english()
    return _foreign(tongue) if tongue < len(TONGUES) else Lexicon(tongue, {}, {}, {}, {}, {})


@lru_cache(maxsize=1)
def function_words() -> tuple[frozenset[str], ...]:
    """By tongue, the function words by which it is known."""
    english = frozenset(word for word, kind in _english().kinds.items() if kind & (STOP | LIGHT | MODAL))
    kept = frozenset(word for line in _lines("english_too") for word in line.split())
    own = [frozenset(_members(line for line in _lines(name) if line.startswith("stop:"))) for name in TONGUES[1:]]
    return (english, *(words - kept for words in (*own, *others().values())))


@lru_cache(maxsize=1)
def others() -> dict[str, frozenset[str]]:
    """Function words of languages of which nothing else is listed."""
    return {line.partition(":")[0]: frozenset(_members([line])) for line in _lines("others")}


def _members(lines: Iterable[str]) -> list[str]:
    """The words of lines of a list, as they stand in the comparison form: these lists hold plain words only."""
    return [word.casefold() for line in lines for word in line.partition(":")[2].split()]


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """English words that carry no meaning of their own."""
    return frozenset(word for word, kind in _english().kinds.items() if kind & STOP)


def _lines(name: str) -> list[str]:
    text = (Path(__file__).parent / "lexicon" / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("# ")]


def _english() -> Lexicon:
    kinds: dict[str, int] = {}
    for line in _lines("kinds"):
        kind, _, members = line.partition(":")
        _note_kinds(kinds, kind, members.split())
    lemmas = {form: line.split()[0] for line in _lines("irregular") for form in line.split()}
    out = Lexicon(0, kinds, lemmas, {}, {}, {})
    for number, line in enumerate(_lines("synonyms"), 1):
        _note(out, out.synonyms, line.split(), number)
    for number, line in enumerate(_lines("antonyms"), 1):
        left, right = line.split("|")
        _note(out, out.sides, left.split(), number)
        _note(out, out.sides, right.split(), -number)
    for number, line in enumerate(_lines("exclusive"), 1):
        _note(out, out.sets, line.split(), number)
    return Lexicon(0, kinds, lemmas, out.synonyms, _spread(out.sides, out.synonyms), out.sets)


def _foreign(tongue: int) -> Lexicon:
    out = Lexicon(tongue, {}, {}, {}, {}, {})
    lines = [line.partition(":") for line in _lines(TONGUES[tongue])]
    for kind, _, members in lines:
        if kind not in _KINDS and kind != "lemma":
            continue
        words = [token for word in members.split() if (token := _token(word)) is not None]
        if kind in _KINDS:
            _note_kinds(out.kinds, kind, words)
        else:
            out.lemmas.update(dict.fromkeys(words, words[0]) if words else {})
    for number, (kind, _, members) in enumerate(lines, 1):
        left, _, right = members.partition("|")
        if kind == "same":
            _note(out, out.synonyms, left.split(), number)
        elif kind == "opposite":
            _note(out, out.sides, left.split(), number)
            _note(out, out.sides, right.split(), -number)
        elif kind == "exclusive":
            _note(out, out.sets, left.split(), number)
    return Lexicon(tongue, out.kinds, out.lemmas, out.synonyms, _spread(out.sides, out.synonyms), out.sets)


def _note_kinds(kinds: dict[str, int], kind: str, words: Iterable[str]) -> None:
    for word in words:
        kinds[word] = kinds.get(word, 0) | _KINDS[kind]


def _note(lexicon: Lexicon, groups: Groups, words: Sequence[str], number: int) -> None:
    for word in words:
        token = _token(word) or (word if lexicon.tongue == 0 else None)
        stem = lexicon.stem(token) if token is not None else None
        if stem is not None and number not in groups.get(stem, ()):
            groups[stem] = (*groups.get(stem, ()), number)


_needs_care = re.compile(NEEDS_CARE).search


def _token(word: str) -> str | None:
    """The comparison form of a lower-case word, where that is one token."""
    plain = word.isalpha() and (word.isascii() or unicodedata.is_normalized("NFKC", word))
    if plain and word not in listed_words() and _needs_care(word) is None:
        return word.casefold()
    tokens = analyse_chunk(word).tokens
    return tokens[0] if len(tokens) == 1 else None


def _spread(sides: dict[str, tuple[int, ...]], synonyms: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """``sides`` with what holds of a word's synonyms: "finest" is the opposite of "worst", since "best" is. A pair of
    opposites of which a word's synonyms stand on both sides says nothing of it."""
    groups: dict[int, set[int]] = {}
    for word, numbers in synonyms.items():
        for number in numbers:
            groups.setdefault(number, set()).update(sides.get(word, ()))
    out = dict(sides)
    for word, numbers in synonyms.items():
        told = set(sides.get(word, ())).union(*(groups[number] for number in numbers))
        own = sides.get(word, ())
        out[word] = (*own, *sorted(k for k in told.difference(own) if -k not in told))
    return {word: found for word, found in out.items() if found}


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
