"""The command line. It parses, calls and prints; every option of a run comes from ``cleaner.config``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

import click

import cleaner
from cleaner.config import Config, load
from cleaner.errors import EXIT_INTERNAL, EXIT_INTERRUPTED, EXIT_OUTPUT, CleanerError
from cleaner.progress import say

EPILOG_RUN = """\b
Examples:
  cleaner run corpus --out out                  a folder of texts and pages
  cleaner run news.jsonl.gz --out out --lang en records of a file, English only
  cleaner run crawl/*.warc.gz --out out         web archives
  zcat news.gz | cleaner run - --out out        standard input

\b
Exit codes:
  0 complete            3 complete, some records rejected (see rejected.jsonl)
  2 usage               4 an input could not be read to its end
  5 output not written  130 interrupted; the same command goes on where it was
"""


NO_MEMORY = "not enough memory; lower --memory or --workers, or raise the limit; the same command goes on where it was"


class _Group(click.Group):
    """Errors of ours are one line and an exit code; nothing else reaches the user as a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CleanerError as error:
            _complain(str(error))
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            _complain("interrupted; the same command goes on where it was")
            ctx.exit(EXIT_INTERRUPTED)
        except BrokenPipeError:
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - nobody reads any more, and exit flushes
            ctx.exit(0)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            _complain(f"{where}{error.strerror or error}; free space or check permissions, then run again")
            ctx.exit(EXIT_OUTPUT)
        except click.exceptions.Exit:
            raise
        except click.ClickException:
            raise
        except MemoryError:
            _complain(NO_MEMORY)
            ctx.exit(EXIT_OUTPUT)
        except Exception as error:
            if type(error).__name__ == "OutOfMemoryException":  # DuckDB's
                _complain(NO_MEMORY)
                ctx.exit(EXIT_OUTPUT)
            import logging

            logging.getLogger("cleaner").debug("internal error", exc_info=True)
            _complain(f"internal error: {type(error).__name__}: {error}; please report it, with --log-level debug")
            ctx.exit(EXIT_INTERNAL)


def _complain(message: str) -> None:
    safe = "".join(c if c.isprintable() else repr(c)[1:-1] for c in message)
    say(f"cleaner: {safe}")


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(cleaner.__version__, prog_name="cleaner")
def cli() -> None:
    """Turn scraped news into a clean corpus whose every sentence can be traced to its source.

    \b
    Start with:
      cleaner run corpus --out out    clean a folder
      cleaner show out DOC_ID         what was kept and removed, and why
      cleaner report out              the same for all documents, as a page
    """


def config_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """One flag for each field of ``Config``."""
    for f in reversed(fields(Config)):
        if f.metadata["flag"]:
            function = _flag(f)(function)
    return function


def _flag(f: Field[Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    name = f.name.replace("_", "-")
    default = () if f.default is MISSING else f.default
    text = f.metadata["help"]
    if isinstance(default, bool):
        return click.option(
            f"--{name}/--no-{name}", f.name, default=None, help=f"{text} [default: {'on' if default else 'off'}]"
        )
    if isinstance(default, tuple):
        return click.option(
            f"--{name}", f.name, multiple=True, metavar=name.upper(), help=f"{text} Repeat, or separate by commas."
        )
    kind: Any = click.Choice(f.metadata["choices"]) if f.metadata["choices"] else type(default)
    shown = f" [default: {default}]" if default != "" else ""
    return click.option(f"--{name}", f.name, type=kind, default=None, help=f"{text}{shown}")


def _overrides(values: dict[str, Any]) -> dict[str, Any]:
    """Only what was given on the command line."""
    out: dict[str, Any] = {}
    for key, value in values.items():
        if value is None or value == ():
            continue
        out[key] = (
            [part.strip() for v in value for part in v.split(",") if part.strip()]
            if isinstance(value, tuple)
            else value
        )
    return out


@cli.command(epilog=EPILOG_RUN)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder for the result; new, empty, or of an earlier run.",
)
@click.option(
    "--config", "config_path", type=click.Path(path_type=Path), help="TOML file with options and [[rule]] tables."
)
@click.option("--overwrite", is_flag=True, help="Replace the result of another input or configuration.")
@click.option("--append", is_flag=True, help="Add INPUT to the result in OUT (made with --append as well).")
@click.option("--dry-run", is_flag=True, help="Say what would be read and what a run would cost; write nothing.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing but errors.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="warning",
    help="What is logged to standard error. [default: warning]",
)
@config_options
@click.pass_context
def run(
    ctx: click.Context, /, inputs: tuple[str, ...], out: Path, config_path: Path | None, overwrite: bool, append: bool, dry_run: bool,
    quiet: bool, as_json: bool, log_level: str, **flags: Any,
) -> None:  # fmt: skip
    """Clean a corpus: read it, strip site chrome and off-topic insertions, deduplicate sentences, write the result.

    INPUT is a .txt, .html, .jsonl[.gz|.zst], .parquet or .warc[.gz] file, a folder, a glob, an fsspec URL, or "-".
    """
    import logging

    from cleaner.engine.run import plan_run
    from cleaner.engine.run import run as start
    from cleaner.progress import print_plan, print_summary, watching
    from cleaner.report import write_report

    logging.basicConfig(level=log_level.upper(), format="cleaner: %(levelname)s: %(message)s", stream=sys.stderr)
    config = load(config_path, _overrides(flags))
    if dry_run:
        print_plan(plan_run(inputs, out, config), as_json=as_json)
        return
    _end_on_signals()
    with watching(quiet=quiet or as_json) as watch:
        result = start(inputs, out, config, watch, overwrite=overwrite, append=append, report=write_report)
    for line in result.incomplete:
        _complain(f"not read to its end: {line}")
    if not quiet or as_json:
        print_summary(result, as_json=as_json)
    ctx.exit(result.exit_code)


def _end_on_signals() -> None:
    """SIGTERM and SIGHUP end a run as Ctrl-C does: cleanly, and to be gone on with."""
    import signal

    def leave(_signal: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), leave)


_OUT = click.argument("out", type=click.Path(path_type=Path))


def _named(argument: str) -> str:
    """An argument as UTF-8, also where the locale says ASCII."""
    return os.fsencode(argument).decode("utf-8", "surrogateescape") if not argument.isascii() else argument


@cli.command()
@_OUT
@click.argument("doc_id")
def show(out: Path, doc_id: str) -> None:
    """Show one document line by line: what was kept, what was removed, why, and on what evidence."""
    from cleaner.show import show as render

    render(out, _named(doc_id))


@cli.command()
@_OUT
@click.argument("doc_id", required=False)
def restore(out: Path, doc_id: str | None) -> None:
    """Rebuild source texts from what was kept and removed.

    With DOC_ID, prints that text, to the last character. Without, prints one JSON record {"id", "text"} a document.
    """
    from cleaner.io.verify import restore as rebuild

    for record in rebuild(out, None if doc_id is None else _named(doc_id)):
        if doc_id is None:
            from cleaner.io.write import to_json

            sys.stdout.buffer.write(to_json(record).encode("utf-8") + b"\n")
        else:
            sys.stdout.buffer.write(record["text"].encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()


@cli.command()
@_OUT
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.pass_context
def verify(ctx: click.Context, /, out: Path, as_json: bool) -> None:
    """Check a result: counts balance, digests hold, every source text rebuilds. Exit code 5 where not."""
    from cleaner.io.verify import verify as check

    result = check(out)
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=True))
    else:
        for fault in result["faults"]:
            _complain(fault)
        state = "holds" if not result["faults"] else "does not hold"
        click.echo(
            f"{out} {state}: {result['documents']:,} documents, {result['removed']:,} removed spans, {result['sentences']:,} sentences"
        )
    ctx.exit(EXIT_OUTPUT if result["faults"] else 0)


@cli.command()
@_OUT
def report(out: Path) -> None:
    """Write the self-contained HTML report OUT/report.html."""
    from cleaner.report import write_report

    click.echo(write_report(out))


@cli.command()
@click.argument("record", required=False)
def schema(record: str | None) -> None:
    """Print the JSON Schema of every output record, or of RECORD only (documents, removed, sentences, rejected)."""
    from cleaner.errors import UsageError
    from cleaner.io.schema import json_schemas

    schemas = json_schemas()
    if record is not None and record not in schemas:
        raise UsageError(f"no record {record!r}; one of {', '.join(schemas)}")
    click.echo(json.dumps(schemas if record is None else schemas[record], indent=2))


@cli.command("config")
@click.option("--config", "config_path", type=click.Path(path_type=Path), help="TOML file to read.")
@click.option("--markdown", is_flag=True, help="Print the reference of all options as a Markdown table.")
@config_options
def show_config(config_path: Path | None, markdown: bool, **flags: Any) -> None:
    """Print the effective configuration as TOML."""
    from cleaner.progress import config_markdown, config_toml

    click.echo(config_markdown() if markdown else config_toml(load(config_path, _overrides(flags))), nl=False)


@cli.command()
@_OUT
@click.option(
    "--to", required=True, metavar="FORMAT", help="dolma, prov, croissant, or a format that a plug-in brings."
)
@click.option("--dest", type=click.Path(path_type=Path), help="File or folder to write. [default: inside OUT/export]")
def export(out: Path, to: str, dest: Path | None) -> None:
    """Export a result: Dolma attributes, W3C PROV-JSON, or Croissant metadata."""
    from cleaner.export import export as write

    click.echo(write(out, to, dest))


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell: eval "$(cleaner completion bash)"."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is not None:
        click.echo(kind(cli, {}, "cleaner", "_CLEANER_COMPLETE").source())


def main() -> None:
    """Entry point of the ``cleaner`` command."""
    _open_standard_streams()
    try:
        cli(prog_name="cleaner")
    finally:
        _flush()


def _open_standard_streams() -> None:
    """Closed standard streams lead nowhere: else the next file that is opened would take their place and their output."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False))


def _flush() -> None:
    """Write what is buffered; where nobody reads any more, that is no error (see the signal module's note on SIGPIPE)."""
    try:
        sys.stdout.flush()
    except (BrokenPipeError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
