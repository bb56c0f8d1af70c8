"""What the help of each command says below its options: examples, files and exit codes."""

from __future__ import annotations

EXAMPLES: dict[str, str] = {
    "run": """\
  cleaner run corpus --out out                   a folder of texts and pages
  cleaner run news.jsonl.gz --out out --lang en  records of a file, English only
  cleaner run "crawl/*.warc.gz" --out out        web archives
  cleaner run s3://in/news --out s3://in/clean   from and to a store, through fsspec
  zcat news.gz | cleaner run - --out out         standard input
  cleaner run corpus --out out --config my.toml  with rules of your own""",
    "show": """\
  cleaner show out byte-herald/ai-startups-banned.txt
  cleaner show out ID | less             plain text, one line for each line of the source
  cleaner show out ID | grep removed     what went, and where it stood""",
    "restore": """\
  cleaner restore out ID > source.txt    one source text
  cleaner restore out > sources.jsonl    all of them""",
    "verify": """\
  cleaner verify out                     says where it does not hold
  cleaner verify out --json              the same for a program""",
    "report": """\
  cleaner report out                     writes out/report.html and prints its path
  xdg-open out/report.html               needs no network and no server""",
    "schema": """\
  cleaner schema > schemas.json          all four records
  cleaner schema removed                 one of them""",
    "config": """\
  cleaner config > cleaner.toml          every option, to be edited
  cleaner config --config my.toml        what a run with my.toml would use
  cleaner config --markdown              the reference of all options""",
    "export": """\
  cleaner export out --to dolma          attributes and a mixer configuration, in out/export
  cleaner export out --to prov           W3C PROV-JSON
  cleaner export out --to croissant      metadata for machine-learning tools""",
    "completion": """\
  eval "$(cleaner completion bash)"      in ~/.bashrc
  eval "$(cleaner completion zsh)"       in ~/.zshrc
  cleaner completion fish > ~/.config/fish/completions/cleaner.fish""",
}

EXIT_CODES = """\
  0 complete            3 complete, some records rejected (see rejected.jsonl)
  2 usage               4 an input could not be read to its end
  5 output not written  130 interrupted; the same command goes on where it was"""


def epilog(command: str) -> str:
    """The end of the help of ``command``, for click, which is not to wrap it."""
    end = f"\n\n\b\nExit codes:\n{EXIT_CODES}" if command == "run" else ""
    return f"\b\nExamples:\n{EXAMPLES[command]}{end}\n"
