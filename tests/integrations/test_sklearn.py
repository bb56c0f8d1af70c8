"""The scikit-learn transformer in real pipelines."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from libraries import library

import cleaner
from cleaner.errors import UsageError

library("sklearn")

from sklearn.base import clone  # noqa: E402
from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.model_selection import GridSearchCV  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402

from cleaner.integrations.sklearn import CleanText  # noqa: E402


@pytest.fixture(scope="module")
def news(corpus: Path) -> list[str]:
    return [path.read_bytes().decode("utf-8") for path in sorted(corpus.rglob("*.txt"))]


def test_it_transforms_as_clean_does(news: list[str]) -> None:
    texts = CleanText(aggressiveness=0.7).fit_transform([*news, " ", ""])
    assert texts.tolist() == [*(cleaner.clean(t, cleaner.Config(aggressiveness=0.7)).text for t in news), "", ""]


def test_it_stands_in_a_pipeline_and_in_a_search() -> None:
    texts = [
        f"The {what} stops at nine, the council said.\n\nLeave a Reply" for what in ("ferry", "train", "bus", "tram")
    ]
    labels = [0, 0, 1, 1]
    pipeline = make_pipeline(CleanText(), TfidfVectorizer(), LogisticRegression())
    search = GridSearchCV(pipeline, {"cleantext__aggressiveness": [0.0, 0.5]}, cv=2, error_score="raise").fit(
        texts, labels
    )
    assert len(search.predict(texts)) == len(texts)
    words = set(search.best_estimator_["tfidfvectorizer"].vocabulary_)
    assert words == {"the", "ferry", "train", "bus", "tram", "stops", "at", "nine", "council", "said"}


def test_parameters_clone_and_pickle() -> None:
    step = CleanText(aggressiveness=0.2, options={"chrome": False})
    assert step.get_params() == {"aggressiveness": 0.2, "options": {"chrome": False}}
    assert clone(step).set_params(aggressiveness=0.9).get_params()["aggressiveness"] == 0.9
    assert pickle.loads(pickle.dumps(step)).get_params() == step.get_params()


def test_an_unknown_option_is_an_error_at_fit() -> None:
    with pytest.raises(UsageError, match="did you mean 'offtopic'"):
        CleanText(options={"oftopic": False}).fit(["x"])
