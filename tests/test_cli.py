"""The command line as a whole: how verbs are found, and what every error looks like."""

from __future__ import annotations

import errno
import json
import logging
import os
import subprocess
import sys
from datetime import timedelta

import click
import pytest
from click.testing import CliRunner

from crawler import __version__
from crawler.cli import Verbs, _summary, common, main
from pipelines.errors import Damaged


def run(command: click.Command, *arguments: str):
    return CliRunner().invoke(command, list(arguments))


def group_with(function) -> click.Group:
    group = Verbs("wencun")
    group.get_command = lambda _context, _name: click.Command("verb", callback=function)  # type: ignore[method-assign]
    return group


def failing(error: BaseException):
    def verb():
        raise error

    return group_with(verb)


def test_the_version_is_the_packages():
    assert run(main, "--version").stdout == f"wencun, version {__version__}\n"


def test_help_lists_every_verb_with_a_sentence_and_shows_an_example():
    output = run(main, "--help").stdout
    assert "wencun crawl https://" in output
    names = main.list_commands(click.Context(main))
    assert all(name in output for name in names)
    assert "common" not in names


def test_every_verb_has_help_with_an_example():
    for name in main.list_commands(click.Context(main)):
        result = run(main, name, "--help")
        assert result.exit_code == 0
        assert f"wencun {name}" in result.stdout.split("Usage:", 1)[1].split("\n", 1)[1], name


def test_help_imports_no_verb():
    code = "import sys; from crawler.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    code += (
        "print([name for name in sys.modules if name in ('scrapy', 'sqlite_utils', 'lxml')], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


def test_a_file_without_a_command_is_no_verb(tmp_path):
    file = tmp_path / "table.py"
    file.write_text('"""Tables."""\ndef show(): ...\n')
    assert _summary(file) is None


def test_a_verb_is_summed_up_by_the_first_sentence_of_its_docstring(tmp_path):
    file = tmp_path / "verb.py"
    file.write_text(
        '"""A module."""\ndef command():\n    """Do it\n    well. Or not.\n\n    More.\n    """\n'
    )
    assert _summary(file) == "Do it well"


def test_an_unknown_verb_is_one_line_and_code_2():
    result = run(main, "frobnicate")
    assert result.exit_code == 2
    assert result.stderr == "wencun: No such command 'frobnicate'. See `wencun --help`.\n"


def test_an_error_of_ours_is_one_line_with_its_own_code():
    result = run(failing(Damaged("x.warc.gz is torn;\nrun it again")), "verb")
    assert (result.exit_code, result.stderr) == (5, "wencun: x.warc.gz is torn; run it again\n")


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, 3), (errno.EDQUOT, 3), (errno.EIO, 7)])
def test_an_error_of_the_disk_is_one_line_with_its_own_code(number, code):
    result = run(failing(OSError(number, os.strerror(number), "/archive/warc/x")), "verb")
    assert result.exit_code == code
    assert result.stderr.startswith(f"wencun: /archive/warc/x: {os.strerror(number)}")


def test_what_a_page_says_does_not_reach_the_terminal_as_a_command():
    result = run(failing(Damaged("page \x1b[2J\x9b31m\r\n\u202etitle \udcff")), "verb")
    assert result.stderr == "wencun: page [2J 31m title \\udcff\n"


def test_an_unexpected_error_is_one_line_that_says_how_to_see_more(monkeypatch):
    monkeypatch.delenv("WENCUN_DEBUG", raising=False)
    result = run(failing(ZeroDivisionError("division by zero")), "verb")
    assert result.exit_code == 1
    assert "ZeroDivisionError: division by zero" in result.stderr
    assert "WENCUN_DEBUG=1" in result.stderr
    assert result.stderr.count("\n") == 1


def test_with_wencun_debug_an_unexpected_error_shows_where_it_happened(monkeypatch):
    monkeypatch.setenv("WENCUN_DEBUG", "1")
    assert "Traceback" in run(failing(ZeroDivisionError()), "verb").stderr


def test_an_interrupt_is_code_11():
    assert run(failing(KeyboardInterrupt()), "verb").exit_code == 11


def test_what_a_verb_returns_is_the_exit_code():
    assert run(group_with(lambda: common.ExitCode.INCOMPLETE), "verb").exit_code == 9
    assert run(group_with(lambda: None), "verb").exit_code == 0


def test_a_reader_that_hangs_up_ends_a_verb_quietly():
    code = "import click, crawler.cli as c\n"
    code += "verb = click.Command('v', callback=lambda: [print('x' * 99) for _ in range(9999)])\n"
    code += "c.main.get_command = lambda *_: verb\n"
    code += "c.main(['v'])"
    command = f'{sys.executable} -c "{code}" | head -1; echo ${{PIPESTATUS[0]}}'
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert (done.stdout.splitlines()[-1], done.stderr) == ("0", "")


def test_a_reader_that_hangs_up_ends_what_is_printed_for_eyes_quietly_too():
    code = "import click, crawler.cli as c, crawler.cli.tables as t\n"
    code += "verb = click.Command('v', callback=lambda: [t.console().print('x' * 99) for _ in range(9999)])\n"
    code += "c.main.get_command = lambda *_: verb\n"
    code += "c.main(['v'])"
    command = f'{sys.executable} -c "{code}" | head -1; echo ${{PIPESTATUS[0]}}'
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert (done.stdout.splitlines()[-1], done.stderr) == ("0", "")


@pytest.mark.parametrize(
    ("shown", "seconds"), [("90", 90), ("90s", 90), ("30m", 1800), ("2h", 7200), ("1d", 86400)]
)
def test_a_duration_is_a_number_with_a_unit(shown, seconds):
    assert common.Duration().convert(shown, None, None) == timedelta(seconds=seconds)


@pytest.mark.parametrize("shown", ["", "m", "-1", "1.5h", "1w", "soon"])
def test_what_is_no_duration_is_a_usage_error(shown):
    with pytest.raises(click.BadParameter, match="30m"):
        common.Duration().convert(shown, None, None)


def events_command():
    @common.archive_options
    def verb(data):
        log = logging.getLogger("wencun.test")
        log.info("stored %d", 2, extra={"event": "summary", "fields": {"stored": 2, "data": str(data)}})
        with common.progress("pages", 3) as advance:
            advance(3)

    return click.command()(verb)


def test_a_log_is_lines_to_read():
    result = run(events_command(), "--data", "/x/y")
    assert (result.stdout, result.stderr) == ("", "stored 2\n")


def test_a_log_line_is_one_line_whatever_it_tells_of():
    @click.command()
    @common.archive_options
    def verb(data):
        logging.getLogger("wencun.test").info("title\n2026 ERROR \x1b[31mred")

    assert run(verb).stderr == "title 2026 ERROR [31mred\n"


def test_a_json_log_is_one_event_a_line():
    result = run(events_command(), "--log", "json", "--data", "/x/y")
    event = json.loads(result.stderr)
    assert (event["event"], event["message"], event["stored"], event["data"]) == (
        "summary",
        "stored 2",
        2,
        "/x/y",
    )


def test_the_archive_is_where_the_option_then_the_environment_then_the_default_says(monkeypatch, tmp_path):
    seen = []
    command = click.command()(common.archive_options(lambda data: seen.append(str(data))))
    monkeypatch.chdir(tmp_path)
    run(command)
    monkeypatch.setenv("WENCUN_DATA", "/from/environment")
    run(command)
    run(command, "--data", "relative")
    assert seen == [str(tmp_path / "data"), "/from/environment", str(tmp_path / "relative")]
