"""Show what an edit of an article changed: its title, each model's answer, and the text around them."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from crawler.cli.common import archive_options
from crawler.cli.line_diff import Differ, Hunk, Line
from crawler.cli.reading import reading
from crawler.cli.show import MODEL_NAMES, answer_heading, look_up, no_article
from crawler.cli.tables import console, printable
from pipelines.edits import AnswerEdit, Edit, compare, differ
from pipelines.errors import Usage
from pipelines.lookup import Found
from pipelines.versions import Version, VersionAnswer, read_version, version_numbers

_STYLES = {"-": "red", "+": "green", " ": ""}
_NOTHING = "/dev/null"
_SPENT = "too much differs to compare all of it: some of what is marked as changed may be the same"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """A part of the article that is compared on its own."""

    heading: str
    old_name: str
    new_name: str
    old: str
    new: str


@click.command()
@click.argument("name", metavar="URL|KEY|ID")
@click.argument("old", metavar="[V1]", type=int, required=False)
@click.argument("new", metavar="[V2]", type=int, required=False)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@archive_options
def command(data: Path, name: str, old: int | None, new: int | None, form: str) -> None:
    """Show what an edit of an article changed: its title, each model's answer, and the text around them.

    \b
    wencun diff csdn:NUMBER
    wencun diff csdn:NUMBER 1 3 --format json

    V1 and V2 are numbers of versions; without V2 the newest is compared with V1, without both with the one
    before it. On a terminal the changed characters of a line are marked; in a pipe each part is a unified
    diff. Texts that differ in too many places to compare them in about a second are shown as changed from
    there on.
    """
    with reading(data) as opened, opened.naming():
        found = look_up(opened.connection, name, verb="diff")
        edit = _edit(opened.connection, found, name, old, new)
        names = dict(opened.connection.execute(MODEL_NAMES))
    key = found.key or ""
    if form == "json":
        sys.stdout.buffer.write(json.dumps(_record(key, edit), ensure_ascii=False).encode() + b"\n")
    else:
        print_edit(key, edit, names, console())


def _edit(
    connection: sqlite3.Connection, found: Found, name: str, old: int | None, new: int | None
) -> Edit | Version:
    """Return what is asked for; the version where there is but one to compare."""
    numbers = version_numbers(connection, found.article_id) if found.article_id is not None else []
    if found.article_id is None or not numbers:
        raise no_article(found, name, verb="diff")
    newest = numbers[-1]
    for number in (old, new):
        if number is not None and number not in numbers:
            there = "version 1 alone" if newest == 1 else f"versions 1 to {newest}"
            raise Usage(f"diff: {name} has no version {number}, but {there}")
    later = read_version(connection, found.article_id, newest if new is None else new)
    if newest == 1:
        return later
    return compare(read_version(connection, found.article_id, newest - 1 if old is None else old), later)


def _record(key: str, edit: Edit | Version) -> dict[str, Any]:
    """Return the JSON form; its keys stay, and all of what was before is null where there is one version."""
    old, new = (edit.old, edit.new) if isinstance(edit, Edit) else (None, edit)
    answers = edit.answers if isinstance(edit, Edit) else ()
    return {
        "key": key,
        "old": old and _version_record(old),
        "new": _version_record(new),
        "changed": list(_changed(edit)) if isinstance(edit, Edit) else [],
        "title": {"old": old and old.title, "new": new.title},
        "answers": [_answer_edit_record(each) for each in answers],
        "rest": {"old": old and old.rest, "new": new.rest},
    }


def _version_record(version: Version) -> dict[str, Any]:
    return {"version": version.version, "seen_at": version.seen_at, "capture_id": version.capture_id}


def _answer_edit_record(edit: AnswerEdit) -> dict[str, Any]:
    named = _newest(edit)
    return {
        "model": named.model,
        "label": named.label,
        "status": edit.status,
        "is_moved": edit.is_moved,
        "old": edit.old and _answer_record(edit.old),
        "new": edit.new and _answer_record(edit.new),
    }


def _answer_record(answer: VersionAnswer) -> dict[str, Any]:
    return {"position": answer.position, "label": answer.label, "text": answer.text}


def _changed(edit: Edit) -> Iterator[str]:
    """Yield which fields of the JSON form differ between the two versions."""
    if differ(edit.old.title, edit.new.title):
        yield "title"
    if any(each.status != "unchanged" or each.is_moved for each in edit.answers):
        yield "answers"
    if differ(edit.old.rest, edit.new.rest):
        yield "rest"


def print_edit(key: str, edit: Edit | Version, names: dict[str, str], target: Console) -> None:
    """Print what an edit changed for a reader, or as unified diffs; `names` are the models' by id."""
    lines = _shown(key, edit, names) if target.is_terminal else _unified(key, edit, names)
    for line in lines:
        if target.is_terminal:
            target.print(line, soft_wrap=True)
        else:  # tabs as they are, and UTF-8 whatever the locale says
            sys.stdout.buffer.write(f"{line}\n".encode())


def _shown(key: str, edit: Edit | Version, names: dict[str, str]) -> Iterator[Text | Rule]:
    yield Text(_first_line(key, edit), style="bold")
    if isinstance(edit, Version):
        return
    differ = Differ()
    for section in _sections(key, edit, names):
        yield Rule(Text(printable(section.heading), style="bold"), align="left")
        for hunk in differ.hunks(section.old, section.new):
            yield Text(hunk.head, style="cyan")
            yield from map(_shown_line, hunk.lines)
    yield from (Text(line, style="dim") for line in _last_lines(edit, differ, names))


def _shown_line(line: Line) -> Text:
    text = Text(line.mark + printable(line.text), style=_STYLES[line.mark])
    for start, end in line.changed:
        text.stylize("bold reverse", start + 1, end + 1)
    return text


def _unified(key: str, edit: Edit | Version, names: dict[str, str]) -> Iterator[str]:
    """Yield the parts' unified diffs; lines that belong to none of them begin with `#`."""
    yield f"# {_first_line(key, edit)}"
    if isinstance(edit, Version):
        return
    differ = Differ()
    for section in _sections(key, edit, names):
        yield f"# {printable(section.heading)}"
        for number, hunk in enumerate(differ.hunks(section.old, section.new)):
            if number == 0:
                yield f"--- {section.old_name}"
                yield f"+++ {section.new_name}"
            yield from _unified_hunk(hunk)
    yield from (f"# {line}" for line in _last_lines(edit, differ, names))


def _unified_hunk(hunk: Hunk) -> Iterator[str]:
    yield hunk.head
    for line in hunk.lines:
        yield line.mark + printable(line.text)


def _first_line(key: str, edit: Edit | Version) -> str:
    if isinstance(edit, Version):
        return f"{key} has one version ({_seen(edit)}): there is nothing to compare it with"
    old, new = (f"version {version.version} ({_seen(version)})" for version in (edit.old, edit.new))
    return f"{key}: {old} and {new}" + ("" if any(_changed(edit)) else " say the same")


def _seen(version: Version) -> str:
    return f"capture {version.capture_id}" + (f", {version.seen_at}" if version.seen_at else "")


def _sections(key: str, edit: Edit, names: dict[str, str]) -> Iterator[_Section]:
    """Yield the parts that differ, in the order of the page."""
    changed = set(_changed(edit))
    old, new = (partial(_part_name, key, version) for version in (edit.old, edit.new))
    if "title" in changed:
        yield _Section(
            heading="title",
            old_name=old("title"),
            new_name=new("title"),
            old=edit.old.title,
            new=edit.new.title,
        )
    for each in edit.answers:
        told = ", ".join(_told(each))
        if told:
            is_other = each.old is None or each.new is None or differ(each.old.text, each.new.text)
            yield _Section(
                heading=f"{_answer_name(_newest(each), names)} · {told}",
                old_name=old(f"answer-{each.old.position}") if each.old else _NOTHING,
                new_name=new(f"answer-{each.new.position}") if each.new else _NOTHING,
                old=each.old.text if each.old and is_other else "",
                new=each.new.text if each.new and is_other else "",
            )
    if "rest" in changed:
        yield _Section(
            heading="text around the answers" if edit.answers else "text",
            old_name=old("rest"),
            new_name=new("rest"),
            old=edit.old.rest,
            new=edit.new.rest,
        )


def _part_name(key: str, version: Version, part: str) -> str:
    """Return how the head of a unified diff names a part: what stands for a path, a tab, and the time."""
    return f"{key}@{version.version}/{part}" + (f"\t{version.seen_at}" if version.seen_at else "")


def _told(edit: AnswerEdit) -> Iterator[str]:
    """Yield what became of an answer; nothing of one that stayed as it was."""
    if edit.old is None or edit.new is None:
        yield edit.status
        return
    if differ(edit.old.text, edit.new.text):
        yield "changed"
    if edit.old.label != edit.new.label:
        yield f"its label was {edit.old.label}"
    if edit.is_moved:
        yield f"moved, it was number {edit.old.position}"


def _last_lines(edit: Edit, differ: Differ, names: dict[str, str]) -> Iterator[str]:
    unchanged = [_answer_name(_newest(each), names) for each in edit.answers if not any(_told(each))]
    if unchanged:
        yield f"unchanged: {printable('; '.join(unchanged))}"
    if differ.is_spent:
        yield _SPENT


def _answer_name(answer: VersionAnswer, names: dict[str, str]) -> str:
    return answer_heading(answer.position, answer.label, answer.model, names)


def _newest(edit: AnswerEdit) -> VersionAnswer:
    answer = edit.new or edit.old
    assert answer is not None
    return answer
