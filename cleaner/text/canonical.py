"""The comparison form of text: what stays when spelling habits, typography and house style are taken away.

``canonical("The U.S. can't pay $2bn.") == canonical("the United States can not pay $2 billion")``.

The unit of work is the *chunk*, a run without white space, because a corpus repeats its chunks: callers that
handle many sentences analyse each distinct chunk once (``analyse_chunk``), and ``join_phrases`` says which
neighbours are one word. Folded are: compatibility forms (NFKC), case, quotes and dashes, abbreviating dots,
possessives, contractions, number words, thousands separators, %/per cent, bn/m after a currency, US/USA/United
States, and British spelling (by rule, towards the American form where that is unambiguous).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from cleaner.text.house_style import (
    CAPITAL_ONLY,
    MONTHS,
    NUMBER_WORDS,
    ONE_WORD,
    ORDINAL_WORDS,
    PHRASES,
    SAFE_SCALES,
    SCALES,
    TITLES,
    UNITS,
)

_FOLD = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″〝〞＂", '"'),
        **dict.fromkeys("‘’‚‛`´′ʼ＇", "'"),
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e", ""),
        "…": " ",
    }
)
# Scripts written without spaces: each character is a token, so that shingles exist at all.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_MARKS = "\u0300-\u036f\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0955-\u0957\u0962\u0963\u0981-\u0dff"
_LETTER = rf"(?:[^\W\d_{_UNSPACED}]|[{_MARKS}])"
_PIECE = re.compile(
    r"(?:(?:[^\W\d_]\.){2,}[^\W\d_]?)(?:'s)?(?![^\W\d_])"  # U.S. p.m. e.g
    r"|[^\W\d_]\.[^\W\d_](?:'s)?(?![^\W\d_.])"  # U.S
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)*"
    rf"|{_LETTER}+(?:'+{_LETTER}+)*"
    rf"|[{_UNSPACED}]|[$€£¥₹%&]"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
_AMOUNT = re.compile(r"([$€£¥₹]?)(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)*)(%?)")

_OUR = re.compile(
    r"^(un|dis|mis|multi)?(ard|arm|behavi|cand|clam|col|demean|endeav|fav|ferv|flav|glam|harb|hon|hum|lab|neighb|od|"
    r"parl|ranc|rig|rum|sav|savi|splend|succ|tum|val|vap|vig)our"
)
_RE = re.compile(
    r"^(centi|kilo|milli|nano|deci|epi|amphi)?(cent|theat|met|lit|fib|somb|spect|lust|calib|meag|sab|scept|lit)re(s|d)?$"
)
_AE = re.compile(
    r"^(an|leuk|h|pal|gyn|p|arch|f|oes|oed|diarrho)(ae|oe)(?=d|m|t|o|c|s|n|mia|mic)|(?<=diarrh)oea|^oe(?=strog|dema|soph)"
)
_DOUBLE_L = re.compile(r"(?<=[aeiouy])ll(?=(?:ed|ing|er|ers|or|ors|ist|ists)$)")
_TWO_VOWELS = re.compile(r"[aeiouy][^aeiouy]+[aeiouy]+ll")


QUOTES_AND_DASHES = (("“", '"'), ("”", '"'), ("’", "'"), ("‘", "'"), ("–", "-"), ("—", "-"))
"""The most frequent of what ``fold`` folds."""
NEEDS_CARE = r"our|re[sd]?$|[iy]z|ll|logue|ae|oe"
"""A lower-case word that neither matches this nor is in ``special_words`` is its own comparison form."""


@lru_cache(maxsize=1)
def special_words() -> dict[str, tuple[str, ...]]:
    """Lower-case words whose comparison form is found in a list, however they are capitalised."""
    tables = (NUMBER_WORDS, ORDINAL_WORDS, MONTHS, TITLES, UNITS, ONE_WORD)
    return {w: _word(w, False, False) for table in tables for w in table if w not in CAPITAL_ONLY}


def case_bound_words() -> frozenset[str]:
    """Lower-case words whose comparison form depends on their case ("Sen.", "sen")."""
    return frozenset(CAPITAL_ONLY)


@lru_cache(maxsize=1)
def listed_words() -> frozenset[str]:
    """Both: words whose form is not found by rules."""
    return frozenset(special_words()) | case_bound_words()


def plain_word(word: str) -> tuple[str, ...]:
    """The comparison form of a lower-case word of a to z with or without apostrophes inside, of a number, or of the sign
    at one; empty where the case as written decides."""
    if word in CAPITAL_ONLY:
        return ()
    if not word[0].isalpha():
        return ("percent",) if word == "%" else (word,) if word == "$" else _number(word)
    return special_words().get(word) or (_word(word, False, False) if "'" in word else (spelling(word),))


@dataclass(frozen=True, slots=True)
class Chunk:
    """What a run without white space says: tokens of the comparison form, and its punctuation."""

    tokens: tuple[str, ...]
    shapes: tuple[int, ...]
    """Case of each token as written: 0 lower, 1 Capitalised, 2 ALL CAPITALS (two letters or more)."""
    opens: bool
    """Begins with a double quotation mark."""
    closes: bool
    """Ends with a double quotation mark, punctuation after it or not."""
    comma: bool
    colon: bool
    dash: bool
    """Ends with a dash."""
    paren: bool
    """Holds a parenthesis."""

    @property
    def marks(self) -> int:
        """The punctuation as bits, ``OPENS`` and so on."""
        return (
            self.opens * OPENS | self.closes * CLOSES | self.comma * COMMA
            | self.colon * COLON | self.dash * DASH | self.paren * PAREN
        )  # fmt: skip


def fold(text: str) -> str:
    """NFKC with quotes, dashes and invisible characters folded; case stays."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text.translate(_FOLD)).translate(_FOLD)


@lru_cache(maxsize=1 << 16)
def spelling(word: str) -> str:
    """One spelling of a lower-case English word whatever the side of the Atlantic."""
    if word in ONE_WORD:
        return ONE_WORD[word]
    if len(word) < 5:
        return word
    if "our" in word:
        word = _OUR.sub(lambda m: m.group()[:-2] + "r", word)
    if "re" in word:
        word = _RE.sub(lambda m: (m.group(1) or "") + m.group(2) + "er" + (m.group(3) or ""), word)
    if "iz" in word or "yz" in word:  # towards s: then "promise" and "exercise" need no exception
        word = re.sub(r"(?<=[iy])z(?=(?:e|es|ed|er|ers|ing|ation|ations|ational|able)$)", "s", word)
    if "ll" in word and _TWO_VOWELS.search(word):
        word = _DOUBLE_L.sub("l", word)
    if word.endswith(("logue", "logues")):
        word = word.replace("logue", "log")
    if "ae" in word or "oe" in word:
        word = _AE.sub(lambda m: m.group().replace("ae", "e").replace("oe", "e"), word)
    return word


def _number(text: str) -> tuple[str, ...]:
    digits = text.replace(",", "")
    if digits.count(".") > 1 and _THOUSANDS.fullmatch(text):  # 1.250.000 of much of Europe
        digits = digits.replace(".", "")
    if digits.count(".") == 1:
        whole, part = digits.split(".")
        if len(part) != 3:  # 25.000 may be twenty-five thousand: it is neither 25 nor 25000
            part = part.rstrip("0")
        digits = f"{int(whole) if len(whole) < 40 else whole}{'.' + part if part else ''}"
    elif digits.isdecimal() and len(digits) < 40:
        if len(digits) > 6 and (digits != text or digits.endswith("00000")):
            value = int(digits)
            for scale, word in ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")):
                if value >= scale and value * 100 % scale == 0:
                    return (f"{value / scale:.2f}".rstrip("0").rstrip("."), word)
        digits = str(int(digits)) if not (len(digits) > 1 and digits[0] == "0" and len(digits) < 4) else digits
    return (digits,)


def _word(raw: str, after_number: bool, money: bool) -> tuple[str, ...]:
    word = raw.casefold()
    if "." in word:
        word = word.replace(".", "")
    if "'" in word:
        word = word.replace("''", "'")
        head, _, tail = word.rpartition("'")
        if tail == "t" and head.endswith("n"):
            stem = {"ca": "can", "wo": "will", "sha": "shall", "ai": "is"}.get(head[:-1], head[:-1])
            return (stem, "not")
        if tail == "s":
            if head in ("it", "he", "she", "that", "there", "what", "who", "here", "where", "how"):
                return (head, "is")
            return (spelling(head.replace("'", "")),) if head != "let" else ("let", "us")
        expanded = {"re": "are", "ve": "have", "ll": "will", "m": "am", "d": "would"}.get(tail)
        if expanded and head:
            return (head.replace("'", ""), expanded)
        word = word.replace("'", "")
    if after_number:
        if word in ("st", "nd", "rd", "th"):
            return ("-" + word,)
        if word in SAFE_SCALES or (money and word in SCALES):
            return (SCALES[word],)
    if word in NUMBER_WORDS:
        return (NUMBER_WORDS[word],)
    if word in ORDINAL_WORDS:
        return (ORDINAL_WORDS[word],)
    if word in MONTHS and (word not in CAPITAL_ONLY or raw[:1].isupper()):
        return (MONTHS[word],)
    if word in TITLES and (word not in CAPITAL_ONLY or raw[:1].isupper()):
        return (TITLES[word],)
    if word in UNITS:
        return (UNITS[word],)
    word = spelling(word)
    return tuple(word.split(" ")) if " " in word else (word,)


PUNCTUATION = "\"'()[].,;:!?"
"""What may stand around a word; a chunk's tokens are those of what is left without it."""
MARK_PATTERNS = {
    "opens": r"^[(\[]*\"",
    "closes": r"\"[)\]]*[.,;:!?]*$",
    "comma": r",[\"')\]]*$",
    "colon": r":[\"')\]]*$",
    "dash": r"-$",
    "paren": r"[()]",
}
"""What the punctuation of a folded chunk means: patterns that Python and RE2 read alike."""
OPENS, CLOSES, COMMA, COLON, DASH, PAREN = (1 << bit for bit in range(len(MARK_PATTERNS)))
"""The same as bits: a quotation mark opens before the token or closes after it, a comma or colon or dash follows it, a
parenthesis is at it."""
_MARK_TESTS = {name: re.compile(pattern.replace("$", r"\Z")) for name, pattern in MARK_PATTERNS.items()}


def analyse_chunk(chunk: str) -> Chunk:
    """Tokens and punctuation of one run without white space. Never fails; a chunk may hold no token at all."""
    text = fold(chunk)
    inner = text.strip(PUNCTUATION)
    tokens, shapes = inner_tokens(inner)
    if len(inner) == len(text):
        return Chunk(tokens, shapes, False, False, False, False, text[-1:] == "-", "(" in text or ")" in text)
    return Chunk(tokens, shapes, **{name: pattern.search(text) is not None for name, pattern in _MARK_TESTS.items()})


_CURRENCIES = frozenset("$€£¥₹")


def inner_tokens(text: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Tokens and their case of a folded chunk without the punctuation around it."""
    if text.isalpha() and text.isascii():
        tokens = _word(text, False, False)
        shape = 0 if text[0].islower() else (2 if len(text) > 1 and text.isupper() else 1)
        return tokens, (shape,) * len(tokens)
    amount = _AMOUNT.fullmatch(text)
    if amount is not None:
        currency, figure, percent = amount.groups()
        found = (*([currency] if currency else []), *_number(figure), *(["percent"] if percent else []))
        return found, (0,) * len(found)
    tokens_out: list[str] = []
    shapes: list[int] = []
    after_number = False
    money = not _CURRENCIES.isdisjoint(text)
    if len(text) > 1 and text[0] == "-" and text[1].isdecimal():
        tokens_out.append("minus")
        shapes.append(0)
    for piece in _PIECE.findall(text):
        first = piece[0]
        if first.isdecimal():
            found = _number(piece)
            after_number = True
        elif first in _CURRENCIES:
            found = (first,)
        elif first == "%":
            found = ("percent",)
        elif first == "&":
            found = ("and",)
        else:
            found = _word(piece, after_number, money)
            if len(found) == 1 and found[0][0] == "-" and tokens_out:
                tokens_out[-1] += found[0][1:]
                after_number = False
                continue
            after_number = False
        shape = 0 if not first.isupper() else (2 if len(piece) > 1 and piece.isupper() else 1)
        tokens_out.extend(found)
        shapes.extend([shape] * len(found))
    if len(tokens_out) > 1 and tokens_out[0] == "us" and tokens_out[1] == "$":
        tokens_out, shapes = tokens_out[1:], shapes[1:]
    return tuple(tokens_out), tuple(shapes)


def canonical_tokens(text: str) -> list[str]:
    """The tokens of the comparison form of ``text``."""
    tokens = [token for chunk in fold(text).split() for token in analyse_chunk(chunk).tokens]
    return join_phrases(tokens)


def join_phrases(tokens: list[str]) -> list[str]:
    """``tokens`` with ``PHRASES`` (and "us of america") made one token."""
    out: list[str] = []
    at = 0
    while at < len(tokens):
        joined = PHRASES.get((tokens[at], tokens[at + 1])) if at + 1 < len(tokens) else None
        if joined is None:
            out.append(tokens[at])
            at += 1
            continue
        out.append(joined)
        at += 4 if joined == "us" and tokens[at + 2 : at + 4] == ["of", "america"] else 2
    return out


def canonical(text: str) -> str:
    """The comparison form as a string: tokens joined by single spaces."""
    return " ".join(canonical_tokens(text))
