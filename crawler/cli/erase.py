"""Take a page out of the archive for good, and keep it out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.common import archive_options, progress
from crawler.cli.log import one_line
from pipelines.wording import counted

if TYPE_CHECKING:
    from pipelines.erase import Receipt


@click.command()
@click.argument("name", metavar="URL|KEY")
@click.option(
    "--everywhere",
    is_flag=True,
    help="Mask what other pages' records and lists say of it, too.",
)
@click.option("--dry-run", is_flag=True, help="Change nothing; show the receipt as it would be.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@archive_options
def command(*, name: str, everywhere: bool, dry_run: bool, form: str, data: Path) -> None:
    """Take a page out of the archive for good, keep it out, and print a receipt.

    \b
    wencun erase https://blog.csdn.net/NAME/article/details/NUMBER --dry-run
    wencun erase csdn:NUMBER --format json > receipt.json
    wencun erase csdn:NUMBER --everywhere

    Its records, its rows, the entries of other pages' lists that name it, the redirects that led only to it
    and the images that no other article shows go; nothing is asked first. It is never fetched or taken in
    again, and `reextract` does not bring it back. The receipt names what still speaks of it: other pages'
    records, exports, snapshots. It is kept nowhere: the archive remembers the page by a digest alone.
    """
    from pipelines.archive import Archive  # noqa: PLC0415 -- slow to import, and --help needs none of it
    from pipelines.erase import erase, preview  # noqa: PLC0415
    from pipelines.verify import total_bytes  # noqa: PLC0415

    archive = Archive.open(data)
    with progress("bytes", total_bytes(archive)) as advance:
        receipt = (preview if dry_run else erase)(archive, name, advance, everywhere=everywhere)
    if form == "json":
        click.echo(json.dumps(receipt.as_json(), ensure_ascii=False))
    else:
        for line in _lines(receipt):
            click.echo(one_line(line))


def _lines(receipt: Receipt) -> Iterator[str]:
    records = sum(removed.records for removed in receipt.records)
    if receipt.erased_before_at is not None:
        found = (
            f"; {counted(records, 'record')} of it had come back" if records else ", and nothing came back"
        )
        yield f"{receipt.key} was erased at {receipt.erased_before_at} already{found}"
    else:
        what = "would be erased" if receipt.is_dry_run else f"erased at {receipt.at}"
        yield f"{receipt.key} {what}: {counted(records, 'record')}"
    for url in receipt.urls:
        yield f"address: {url}"
    for removed in receipt.records:
        size = counted(removed.bytes, "byte")
        yield f"records: {counted(removed.records, 'record')} of {removed.file}, {size}"
    if receipt.rows:
        yield f"rows: {', '.join(f'{count} {table}' for table, count in sorted(receipt.rows.items()))}"
    for url, count in receipt.entries.items():
        yield f"lists: {url} named it {counted(count, 'time')}"
    for name in receipt.copies:
        gone = "would be" if receipt.is_dry_run else "is"
        yield f"copy: {name} {gone} taken away; `wencun reextract` of any version makes its database anew"
    for mention in receipt.rewritten:
        yield f"anew: the record of {mention.url} without its links to it; it was in {mention.file}"
    for url in receipt.read_otherwise:
        yield f"differs: {url} is no longer read as before, beyond its links to it; `wencun show` shows how"
    for name in receipt.anew:
        yield f"anew: {name} holds these records now"
    yield from _left(receipt)
    yield f"backups: {receipt.backups}"


def _left(receipt: Receipt) -> Iterator[str]:
    for mention in receipt.mentions:
        yield f"still: {mention.url} links to it in {mention.file}, byte {mention.offset}"
    for name, what in receipt.files.items():
        yield f"still: {name} {what}; take it away, or make it anew"
    for place in receipt.unreadable:
        yield f"still: nobody can look for it in {place}, which are damaged"
    for place in receipt.out_of_reach:
        yield f"still: nothing is taken out of {place}; mount it, writable, and erase again"
