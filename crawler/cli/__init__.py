"""The `wencun` command: its verbs are the files of this folder that define `command`.

A new verb is a new file. None is imported before it is called, so that `wencun --help` stays fast: the list
of verbs shows the first sentence of each `command`'s docstring, read without running the file.
"""

from __future__ import annotations

import ast
import importlib
import logging
import os
import sys
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import click

from crawler import __version__
from crawler.cli import log
from crawler.cli.common import ExitCode
from crawler.spiders import interrupts
from pipelines.errors import Interrupted, WencunError, of_os_error
from pipelines.events import Event, announce

_FOLDER = Path(__file__).parent


class Verbs(click.Group):
    """A group that finds its verbs by looking and turns every error into one line with an exit code."""

    @cached_property
    def _summaries(self) -> dict[str, str]:
        summaries = {
            path.stem.replace("_", "-"): _summary(path) for path in sorted(_FOLDER.glob("[a-z]*.py"))
        }
        return {name: summary for name, summary in summaries.items() if summary is not None}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all verbs, in the order of the alphabet."""
        return list(self._summaries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the verb's file; None where there is no such verb."""
        if cmd_name not in self._summaries:
            return None
        command: click.Command = importlib.import_module(f"{__name__}.{cmd_name.replace('-', '_')}").command
        command.name = cmd_name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing them."""
        if self._summaries:
            with formatter.section("Commands"):
                formatter.write_dl(list(self._summaries.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a verb; a reader that hangs up (`wencun query … | head`) ends it quietly."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # Python flushes stdout once more at exit, which must not find the closed pipe again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ExitCode.DONE
        except KeyboardInterrupt as error:
            raise Interrupted("interrupted; what was stored before stays.") from error
        return result

    def main(  # type: ignore[override]  # this one always ends the process
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        """Run the command line and exit with the code of `interfaces`: what a verb returns, else 0."""
        extra["standalone_mode"] = False
        log.start(as_json=log.asks_for_json(sys.argv[1:] if args is None else args))
        interrupts.raise_them()
        try:
            code = super().main(args=args, prog_name=prog_name or "wencun", **extra)
        except click.UsageError as error:
            place = error.ctx.command_path if error.ctx else "wencun"
            code = _complain(f"{place}: {error.format_message()} See `{place} --help`.", ExitCode.USAGE)
        except click.ClickException as error:
            code = _complain(f"wencun: {error.format_message()}", ExitCode.USAGE)
        except click.Abort:
            code = _complain("wencun: interrupted; what was stored before stays.", ExitCode.INTERRUPTED)
        except WencunError as error:
            code = _complain(f"wencun: {error}", error.exit_code)
        except OSError as error:
            named = of_os_error(error, Path.cwd())
            code = _complain(f"wencun: {named}", named.exit_code)
        except Exception as error:
            code = _internal(error)
        sys.exit(int(code) if isinstance(code, int) else ExitCode.DONE)


def _summary(path: Path) -> str | None:
    """Return the first sentence about the verb that `path` defines; None where it defines none."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name == "command":
            return _first_sentence(ast.get_docstring(node) or ast.get_docstring(module) or "")
        if isinstance(node, ast.Assign) and any(_names_command(target) for target in node.targets):
            return _first_sentence(ast.get_docstring(module) or "")
    return None


def _names_command(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id == "command"


def _first_sentence(text: str) -> str:
    paragraph = " ".join(text.split("\n\n", 1)[0].split())
    return paragraph.split(". ", 1)[0].rstrip(".")


def _complain(line: str, code: int) -> int:
    announce(Event.COMMAND_FAILED, line, level=logging.ERROR, exit_code=int(code))
    return code


def _internal(error: Exception) -> int:
    if os.environ.get("WENCUN_DEBUG") == "1":
        logging.getLogger("wencun").error("where it happened", exc_info=error)
    return _complain(
        f"wencun: internal error, {type(error).__name__}: {error}; this is a bug of ours. "
        "WENCUN_DEBUG=1 shows where it happened.",
        ExitCode.INTERNAL,
    )


@click.command(
    "wencun", cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="wencun")
def main() -> None:
    """Collect pages on which language models answer one question, and ask what they said.

    \b
    wencun crawl https://blog.csdn.net/NAME/article/details/NUMBER
    wencun query "SELECT title, url FROM articles"

    Results go to stdout, all else to stderr. `wencun VERB --help` has an example of each verb.
    """
