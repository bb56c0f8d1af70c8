"""Weights files: plain arrays in .npz, no pickle, with a version and a digest that are checked."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.errors import UsageError

FORMAT = 2
"""Raised whenever features or arrays change their meaning: other files are refused."""
FOLDER = Path(__file__).parent / "weights"


def digest(arrays: Mapping[str, NDArray[Any]]) -> str:
    """SHA-256 over names, types, shapes and bytes, in the order of names."""
    total = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        total.update(f"{name}|{array.dtype.str}|{array.shape}|".encode())
        total.update(array.tobytes())
    return total.hexdigest()


def write_weights(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Writes a weights file; the same arrays give the same bytes."""
    stamped = dict(arrays)
    stamped["format"] = np.array([FORMAT], np.int64)
    stamped["digest"] = np.frombuffer(digest(stamped).encode(), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(stamped):
            raw = io.BytesIO()
            np.lib.format.write_array(raw, np.ascontiguousarray(stamped[name]), allow_pickle=False)
            archive.writestr(
                zipfile.ZipInfo(name + ".npy", (1980, 1, 1, 0, 0, 0)), raw.getvalue(), zipfile.ZIP_DEFLATED
            )


def read_weights(name: str, folder: Path = FOLDER) -> dict[str, NDArray[Any]]:
    """Arrays of the weights file ``name`` (without ``.npz``).

    Raises ``UsageError`` naming the file when it is missing, damaged, or of another version.
    """
    path = folder / f"{name}.npz"
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files}
    except FileNotFoundError:
        raise UsageError(f"{path}: the weights file is missing; install cleaner again", code="weights") from None
    except Exception as error:  # a damaged archive raises anything: zip, zlib, struct, value, end of file, memory
        raise UsageError(
            f"{path}: the weights file is damaged ({error}); install cleaner again", code="weights"
        ) from None
    version = arrays.get("format")
    if version is None or version.shape != (1,) or int(version[0]) != FORMAT:
        found = "none" if version is None else str(version.tolist())
        raise UsageError(
            f"{path}: weights of version {found}, this cleaner needs {FORMAT}; install it again", code="weights"
        )
    said = arrays.pop("digest", np.zeros(0, np.uint8)).tobytes().decode("ascii", "replace")
    if said != digest(arrays):
        raise UsageError(
            f"{path}: the weights file is damaged (its digest differs); install cleaner again", code="weights"
        )
    return arrays
