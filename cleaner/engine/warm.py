"""What workers need, loaded once in the process that they are forked from; see ``cleaner.engine.pool``.

Imported there and nowhere else. What cannot be loaded is left to the worker that needs it, which says why.
"""

import contextlib
import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, also while this loads

with contextlib.suppress(Exception):
    import sentencex  # noqa: F401

    import cleaner.engine.emit
    import cleaner.engine.passes
    import cleaner.facts.corpus
    import cleaner.io.documents
    import cleaner.similar.sign  # noqa: F401
    from cleaner.config import Config
    from cleaner.engine.passes import stages_of
    from cleaner.rules.load import RuleSet
    from cleaner.text.language import quick

    quick("The model is opened by a first question.")
    stages_of(Config())
    RuleSet.load().match(["a first line"])
