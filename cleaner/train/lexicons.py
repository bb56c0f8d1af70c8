"""Writes what the deduplication looks words up in, from the lists that people edit.

    python -m cleaner.train.lexicons

The lists in ``lexicon/`` are general, written for this project: English in files of their own, every other language in one,
and in ``others`` languages of which only the function words are listed. They are brought into the comparison form, and
their words to stems, here: to do that where they are read would cost every process a tenth of a second.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import orjson

from cleaner.similar.lexicons import FOLDER, KINDS, LIGHT, MODAL, STOP, TONGUES, Groups, Lexicon
from cleaner.text.canonical import NEEDS_CARE, analyse_chunk, listed_words

LISTS = Path(__file__).parent / "lexicon"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, content in packed().items():
        (FOLDER / name).write_bytes(content)


def packed() -> dict[str, bytes]:
    """What is to be in each file."""
    out = {"function-words.json": _json({name: sorted(words) for name, words in function_words().items()})}
    for tongue, name in enumerate(TONGUES):
        fields = asdict(parsed(tongue))
        del fields["tongue"]
        out[f"{name}.json"] = _json(fields)
    return out


def _json(content: dict[str, object]) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)


def function_words() -> dict[str, frozenset[str]]:
    """By language, the function words by which it is known: those of ``TONGUES``, then the others."""
    words = {name: frozenset(_members(x for x in _lines(name) if x.startswith("stop:"))) for name in TONGUES[1:]}
    words |= {line.partition(":")[0]: frozenset(_members([line])) for line in _lines("others")}
    kept = frozenset(word for line in _lines("english_too") for word in line.split())
    english = frozenset(word for word, kind in parsed(0).kinds.items() if kind & (STOP | LIGHT | MODAL))
    return {TONGUES[0]: english} | {name: found - kept for name, found in words.items()}


@lru_cache(maxsize=len(TONGUES))
def parsed(tongue: int) -> Lexicon:
    """The lexicon of a tongue, read from the lists."""
    return _foreign(tongue) if tongue else _english()


def _members(lines: Iterable[str]) -> list[str]:
    """The words of lines of a list, as they stand in the comparison form: these lists hold plain words only."""
    return [word.casefold() for line in lines for word in line.partition(":")[2].split()]


def _lines(name: str) -> list[str]:
    text = (LISTS / f"{name}.txt").read_text(encoding="utf-8")
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
        if kind not in KINDS and kind != "lemma":
            continue
        words = [token for word in members.split() if (token := _token(word)) is not None]
        if kind in KINDS:
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
        kinds[word] = kinds.get(word, 0) | KINDS[kind]


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


if __name__ == "__main__":
    main()
