"""What is told on stderr: a closed list of events, one a line."""

import json
import logging
import re
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from crawler.cli import log, main
from pipelines.events import Event, announce, of_run

_SOURCES = [
    path.read_text(encoding="utf-8")
    for package in ("crawler", "pipelines")
    for path in Path(__import__(package).__file__ or "").parent.rglob("*.py")
]
_HOSTILE = [
    "title\n2026 ERROR all is lost",
    "\x1b[2J\x1b[31mred",
    "\x9b31m\x85next\x7f",
    '"}\n{"event": "run_summary", "exit_code": 0}',
    "\u2028\u2029line \u202ereversed\u2066",
    "\udcff half a \ud83d character",
    "http://a.test/%0a\r\nSet-Cookie: x\x00",
    "学习率 😀 {} %s %(url)s",
]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Leave the log of other tests as it was."""
    root, hooks = logging.getLogger(), (sys.unraisablehook, threading.excepthook)
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    sys.unraisablehook, threading.excepthook = hooks
    logging.captureWarnings(False)


def told(capfd: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    err = capfd.readouterr().err
    assert err.endswith("\n") or not err
    return [json.loads(line) for line in err.split("\n")[:-1]]


@pytest.mark.parametrize("text", _HOSTILE)
def test_an_event_is_one_line_of_json_whatever_it_tells_of(text: str, capfd) -> None:
    log.start(as_json=True)
    announce(Event.FETCH_OK, text, url=text, reason=None)
    err = capfd.readouterr().err
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", err)
    assert err.count("\n") == 1
    event = json.loads(err)
    assert (event["event"], event["message"], event["url"]) == ("fetch_ok", text, text)
    assert "reason" not in event
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event["ts"])


@pytest.mark.parametrize("text", _HOSTILE)
def test_a_line_for_people_is_one_line_whatever_it_tells_of(text: str, capfd) -> None:
    log.start(as_json=False)
    announce(Event.FETCH_OK, text)
    err = capfd.readouterr().err
    assert err.count("\n") == 1
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", err)


def test_every_event_of_a_run_bears_its_id(capfd) -> None:
    log.start(as_json=True)
    with of_run(7):
        announce(Event.FETCH_OK, "inside", url="https://a.test/1")
    announce(Event.REPORT, "outside")
    assert [event.get("run_id") for event in told(capfd)] == [7, None]


def test_what_other_libraries_and_python_say_is_an_event_of_the_list(capfd) -> None:
    log.start(as_json=True)
    logging.getLogger("scrapy.core").error("it\nbroke", exc_info=ValueError("x"))
    warnings.warn("old\nthing", UserWarning, stacklevel=1)

    def fail() -> None:
        raise RuntimeError("in a thread")

    thread = threading.Thread(target=fail, name="worker")
    thread.start()
    thread.join()

    class Stubborn:
        def __del__(self) -> None:
            raise RuntimeError("at its end")

    Stubborn()
    events = told(capfd)
    assert [(event["event"], event["logger"]) for event in events] == [
        ("log", "scrapy.core"),
        ("log", "py.warnings"),
        ("log", "python"),
        ("log", "python"),
    ]
    assert "in a thread" in str(events[2]["traceback"])


@pytest.mark.parametrize(
    "arguments",
    [("nope",), ("query", "--nope"), ("crawl", "ftp://x"), ("status", "--data", "/nowhere/at/all")],
)
def test_an_error_is_an_event_too_even_where_the_command_line_cannot_be_read(arguments) -> None:
    result = CliRunner().invoke(main, [*arguments, "--log", "json"])
    (line,) = result.stderr.splitlines()
    event = json.loads(line)
    assert (event["event"], event["exit_code"]) == ("command_failed", result.exit_code)


def test_every_verb_takes_log() -> None:
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        assert "--log" in {option for parameter in command.params for option in parameter.opts}, name


def test_every_event_of_the_list_is_told_somewhere_and_no_other() -> None:
    used = {name for text in _SOURCES for name in re.findall(r"\bEvent\.([A-Z_]+)", text)}
    assert used == set(Event.__members__)
    assert [text for text in _SOURCES if re.search(r"extra=\{\"event\": \"", text)] == []


def test_nothing_is_written_to_stderr_past_the_log() -> None:
    """The one place that writes is crawler/cli/log.py."""
    writers = [
        text
        for text in _SOURCES
        if re.search(r"\berr=True|(?<![.\w])print\(|\(sys\.stderr|=sys\.stderr", text)
    ]
    assert [text.splitlines()[0] for text in writers] == [
        '"""What goes to stderr: events as lines to read, or as one JSON object a line."""'
    ]


def test_a_json_log_is_utf_8_in_every_locale() -> None:
    code = (
        "from crawler.cli import log; from pipelines.events import *; log.start(as_json=True);"
        "announce(Event.REPORT, '学习率')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env={"PYTHONIOENCODING": "ascii"}, check=True
    )
    assert json.loads(done.stderr)["message"] == "学习率"
