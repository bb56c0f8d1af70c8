"""Adding documents to an existing result: what of the earlier work stands, and what must be done again.

Reading, judging and signing are kept by shard. New documents can change what the corpus says of old lines, so the
corpus-wide steps run again; an old document is judged again only where the facts about its own lines changed, cut and
signed again only where that changed what is kept of it, compared only with new sentences, and written again only where
something did change. The result is that of one run over all inputs in the order in which they were added.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cleaner.engine.state import STATE_VERSION, State, stamp, write_json
from cleaner.errors import UsageError
from cleaner.io.places import Folder, Place, digest_of

REDONE = ("read", "identify", "facts", "cluster")


@dataclass(frozen=True)
class Base:
    """Where the new documents begin."""

    shards: int = 0
    records: int = 0
    inputs: tuple[Mapping[str, Any], ...] = ()
    read: Mapping[str, int] | None = None
    incomplete: Mapping[str, str] | None = None


def complete(state: State, base: Base, identity: Mapping[str, Any], out: Place, outputs: Iterable[str]) -> None:
    """Keep the work folder of a finished run, for a later one to add to."""
    stamps = {name: stamp(out.path / name) for name in outputs} if isinstance(out, Folder) else {}
    write_json(state.path("complete.json"), {**_plain(base), "identity": dict(identity), "stamps": stamps})


def is_whole(state: State, out: Place, outputs: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the files of a result are as its manifest says: untouched since ``complete``, or with the same digests."""
    stamps = _load(state, "complete.json").get("stamps", {})
    try:
        return all(
            (isinstance(out, Folder) and stamps.get(name) == stamp(out.path / name))
            or digest_of(out, name) == told["sha256"]
            for name, told in outputs.items()
        )
    except OSError:
        return False


def is_complete(state: State) -> bool:
    """Whether the work folder is that of a finished run, and not of one that was interrupted later."""
    done, now = _load(state, "complete.json"), _load(state, "state.json")
    return bool(done) and done["identity"]["input"] == now.get("input")


def extend(state: State, identity: dict[str, Any]) -> tuple[Base, bool]:
    """Prepare the work folder for the inputs of ``identity``; (where they begin, whether they are in already).

    ``identity["input"]`` becomes the list of all inputs. Raises ``UsageError`` when the folder was written by another
    version or configuration.
    """
    now = _load(state, "state.json")
    if not now:
        return Base(), False
    differing = [key for key in ("version", "configuration") if now.get(key) != identity[key]]
    if now.get("state") != STATE_VERSION:
        differing = ["version"]  # of the files that it is kept in
    if differing:
        raise UsageError(
            f"{state.out} was made with another {' and '.join(differing)}; add with the same, or clean everything "
            "again with --append --overwrite",
            code="state-differs",
        )
    new = identity["input"]
    if is_complete(state):
        done = _load(state, "complete.json")
        if done["identity"]["input"][-len(new) :] == new:
            identity["input"] = done["identity"]["input"]
            return _base(done), True
        write_json(state.path("append.json"), {k: done[k] for k in _plain(Base())} | {"inputs": now["input"]})
    earlier = _load(state, "append.json")
    if not earlier:
        return Base(), False
    identity["input"] = [*earlier["inputs"], *new]
    if now["input"] == earlier["inputs"]:
        write_json(state.path("state.json"), {**now, "input": identity["input"]})
        for name in REDONE:
            state.path(f"{name}.json").unlink(missing_ok=True)
    return _base(earlier), False


def _plain(base: Base) -> dict[str, Any]:
    return {
        "shards": base.shards,
        "records": base.records,
        "inputs": [dict(i) for i in base.inputs],
        "read": dict(base.read or {}),
        "incomplete": dict(base.incomplete or {}),
    }


def _base(found: Mapping[str, Any]) -> Base:
    return Base(found["shards"], found["records"], tuple(found["inputs"]), found["read"], found["incomplete"])


def _load(state: State, name: str) -> dict[str, Any]:
    try:
        value = json.loads(state.path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
