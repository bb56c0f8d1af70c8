"""Compiled loops, or none: the one place that decides.

``compiled`` is the module ``cleaner.similar._kernels`` where it was built when the package was installed, else None.
Every function that has a compiled form asks here, and computes the same bits with numpy where there is none.
``CLEANER_NUMPY=1`` in the environment hides it. ``python -m cleaner.similar.kernels`` says which is in use.
"""

from __future__ import annotations

import os
import sys

__all__ = ["compiled"]

why_not = ""
try:
    if os.environ.get("CLEANER_NUMPY", "") not in ("", "0"):
        raise ImportError("hidden by CLEANER_NUMPY")
    if sys.byteorder != "little":
        raise ImportError("the loops read words of eight bytes as they lie")
    from cleaner.similar import _kernels as compiled

    if compiled.FORM != 6:
        raise ImportError("built from other sources: install the package again")
except ImportError as error:
    compiled, why_not = None, str(error)  # type: ignore[assignment]


if __name__ == "__main__":
    print(f"numpy: {why_not}" if compiled is None else f"compiled ({compiled.__file__})")
