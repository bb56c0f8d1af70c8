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
from cleaner.errors import EXIT_INTERNAL, EXIT_INTERRUPTED, EXIT_OK, EXIT_OUTPUT, CleanerError
from cleaner.interrupts import ending_signals
from cleaner.manual import epilog
from cleaner.progress import say

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

    "cleaner COMMAND --help" has the options of each command, with examples.
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


@cli.command(epilog=epilog("run"))
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option(
    "--out",
    required=True,
    type=click.Path(),
    help="Folder or URL for the result; new, empty, or of an earlier run.",
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
    ctx: click.Context, /, inputs: tuple[str, ...], out: str, config_path: Path | None, overwrite: bool, append: bool, dry_run: bool,
    quiet: bool, as_json: bool, log_level: str, **flags: Any,
) -> None:  # fmt: skip
    """Clean a corpus.

    Reads it, strips site chrome and off-topic insertions, deduplicates sentences, and writes the result with a report.

    INPUT is a .txt, .html, .jsonl[.gz|.zst], .parquet or .warc[.gz] file, a folder, a glob, an fsspec URL, or "-".
    """
    import logging

    from cleaner.engine.run import plan_run
    from cleaner.engine.run import run as start
    from cleaner.progress import Heeding, print_plan, print_summary, watching
    from cleaner.report import write_report

    logging.basicConfig(level=log_level.upper(), format="cleaner: %(levelname)s: %(message)s", stream=sys.stderr)
    config = load(config_path, _overrides(flags))
    if dry_run:
        print_plan(plan_run(inputs, out, config), as_json=as_json)
        return
    asked = ending_signals(EXIT_INTERRUPTED)
    try:
        with watching(quiet=quiet or as_json) as watch:
            result = start(
                inputs, out, config, Heeding(watch, asked), overwrite=overwrite, append=append, report=write_report
            )
    except Exception:
        if asked:  # a library that was interrupted half-way, and says so in its own words
            raise KeyboardInterrupt from None
        raise
    for line in result.incomplete:
        _complain(f"not read to its end: {line}")
    if not quiet or as_json:
        print_summary(result, as_json=as_json)
    ctx.exit(result.exit_code)


_OUT = click.argument("out", type=click.Path())


def _named(argument: str) -> str:
    """An argument as UTF-8, also where the locale says ASCII."""
    return os.fsencode(argument).decode("utf-8", "surrogateescape") if not argument.isascii() else argument


@cli.command(epilog=epilog("show"))
@_OUT
@click.argument("doc_id")
def show(out: str, doc_id: str) -> None:
    """Show one document, line by line.

    What was kept, what was removed, why, and on what evidence. On a terminal of 90 columns or more kept and removed
    text stand side by side, in colours; elsewhere there is one line of plain output for each line of the source.
    """
    from cleaner.show import show as render

    render(out, _named(doc_id))


@cli.command(epilog=epilog("restore"))
@_OUT
@click.argument("doc_id", required=False)
def restore(out: str, doc_id: str | None) -> None:
    """Rebuild source texts.

    From what was kept and removed, to the last character. With DOC_ID, prints that text. Without, prints one JSON record {"id", "text"} a document.
    """
    from cleaner.io.verify import restore as rebuild

    for record in rebuild(out, None if doc_id is None else _named(doc_id)):
        if doc_id is None:
            from cleaner.io.write import to_json

            sys.stdout.buffer.write(to_json(record).encode("utf-8") + b"\n")
        else:
            sys.stdout.buffer.write(record["text"].encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()


@cli.command(epilog=epilog("verify"))
@_OUT
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.pass_context
def verify(ctx: click.Context, /, out: str, as_json: bool) -> None:
    """Check a result, to the last character.

    Counts balance, digests hold, every source text rebuilds. Exit code 5 where not, and it says where.
    """
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


@cli.command(epilog=epilog("report"))
@_OUT
def report(out: str) -> None:
    """Write the HTML report again.

    It is one file, OUT/report.html, that needs no network: figures, shared sentences, and every document with what was
    removed and why. A run writes it too.
    """
    from cleaner.report import write_report

    click.echo(write_report(out))


@cli.command(epilog=epilog("schema"))
@click.argument("record", required=False)
def schema(record: str | None) -> None:
    """Print the JSON Schema of the output.

    Of every record, or of RECORD only: documents, removed, sentences or rejected.
    """
    from cleaner.errors import UsageError
    from cleaner.io.schema import json_schemas

    schemas = json_schemas()
    if record is not None and record not in schemas:
        raise UsageError(f"no record {record!r}; one of {', '.join(schemas)}")
    click.echo(json.dumps(schemas if record is None else schemas[record], indent=2))


@cli.command("config", epilog=epilog("config"))
@click.option("--config", "config_path", type=click.Path(path_type=Path), help="TOML file to read.")
@click.option("--markdown", is_flag=True, help="Print the reference of all options as a Markdown table.")
@config_options
def show_config(config_path: Path | None, markdown: bool, **flags: Any) -> None:
    """Print the configuration as TOML.

    The effective one: defaults, then the file of --config, then what is given here.
    """
    from cleaner.progress import config_markdown, config_toml

    click.echo(config_markdown() if markdown else config_toml(load(config_path, _overrides(flags))), nl=False)


@cli.command(epilog=epilog("export"))
@_OUT
@click.option(
    "--to", required=True, metavar="FORMAT", help="dolma, prov, croissant, or a format that a plug-in brings."
)
@click.option("--dest", type=click.Path(path_type=Path), help="File or folder to write. [default: inside OUT/export]")
def export(out: str, to: str, dest: Path | None) -> None:
    """Export a result for other tools.

    As Dolma attributes, W3C PROV-JSON or Croissant metadata; the path that was written is printed.
    """
    from cleaner.export import export as write

    click.echo(write(out, to, dest))


@cli.command(epilog=epilog("completion"))
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print a shell's completion script.

    For bash, zsh or fish: commands, options and their values are then completed with the tab key.
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is not None:
        click.echo(kind(cli, {}, "cleaner", "_CLEANER_COMPLETE").source())


def main() -> None:
    """Entry point of the ``cleaner`` command."""
    _open_standard_streams()
    code: Any = EXIT_OK
    try:
        cli(prog_name="cleaner")
    except SystemExit as done:
        code = done.code
    except BrokenPipeError:
        pass
    except OSError as error:  # of the help, say, which no command of ours printed
        _complain(f"{error.strerror or error}; free space, then run again")
        code = EXIT_OUTPUT
    lost = _flush()
    if lost is not None and code in (None, EXIT_OK):
        _complain(f"{lost.strerror or lost}; free space, then run again")
        code = EXIT_OUTPUT
    sys.exit(code)


def _open_standard_streams() -> None:
    """Closed standard streams lead nowhere: else the next file that is opened would take their place and their output."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False))


def _flush() -> OSError | None:
    """Write what is buffered; where nobody reads any more, that is no error (see the signal module's note on SIGPIPE)."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError) as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left goes nowhere, also when the interpreter ends
        return error if isinstance(error, OSError) and not isinstance(error, BrokenPipeError) else None
    return None


if __name__ == "__main__":
    main()
