"""`wencun init`: an archive with a commented wencun.toml."""

from __future__ import annotations

from pathlib import Path

import click

from crawler.cli.common import archive_options

TEMPLATE = """\
# Settings of this archive. Every line is optional; what is commented out is an example.

[crawl]
# Who runs this, sent with every request so that a site's owner can ask or complain.
# contact = "mailto:you@example.org"

# Seconds between two requests to a host, in place of the usual polite pace.
# delay = 10

# When a run ends by itself.
# max_pages = 2000
# max_time = "2h"

# How much is asked of one host within 24 hours, by all runs together.
# max_pages_per_host = 2000

# Space that stays free on the disk (unless set, 1 GiB or 5% of it), and memory that the crawl may take.
# min_free = "5GiB"
# max_memory = "1GiB"

# Addresses that may be visited although they are not public.
# allow_private = ["127.0.0.1:8000"]

# [schedule]
# How often runs begin, and when, in the machine's own time. `wencun schedule systemd` and `wencun schedule
# cron` print what starts them, and `wencun status` tells of a run that is missing. `every` is 1h, 2h, 3h, 4h,
# 6h, 8h, 12h, 1d or 7d; with 7d, `at` may name the day: "Sun 03:00".
# every = "1d"
# at = "03:00"

[notify]
# Where the summary of each run is sent, as JSON, such as a chat's webhook; three attempts, 30 s at most.
# webhook = "https://example.org/hooks/wencun"

# Where it is told that there are alarms now (see `wencun status`), or others, or none any more; nothing is
# told as long as that stays.
# alerts = "https://example.org/hooks/alerts"

# Asked for after each run that ended well, and with /fail after it where one did not: the URL of a check at
# healthchecks.io or at what understands the same. It tells you, too, of runs that did not even begin.
# ping = "https://hc-ping.com/00000000-0000-0000-0000-000000000000"

[metrics]
# Written at the end of each run, for Prometheus' node exporter and its textfile collector.
# file = "/var/lib/prometheus/node-exporter/wencun.prom"

[archive]
# Keep the images of articles too: one request for each, at the same polite pace, into the WARC files.
# images = true

# Where you have moved finished WARC files to, such as a large slow disk: directories of this archive alone.
# cold = ["/mnt/cold/wencun"]

# Lie on a file system that other machines share, such as NFS or SMB: slower, and without SQLite's log.
# allow_network_fs = true

# A model that wencun does not know, or further names of one that it does (see `wencun models`).
# [[models]]
# id = "my-model"
# name = "我的模型"
# vendor = "我们"
# aliases = ["MyModel"]
"""


@click.command()
@archive_options
def command(data: Path) -> None:
    """Make an archive with a commented wencun.toml.

    \b
    wencun init --data ~/articles

    What lies there already stays as it is.
    """
    from pipelines.archive import Archive  # noqa: PLC0415 -- slow to import, and --help needs none of it
    from pipelines.recovery import writing  # noqa: PLC0415

    archive = Archive.create(data)
    with writing(archive, "init"):
        if not archive.settings_path.exists():
            archive.settings_path.write_text(TEMPLATE, encoding="utf-8")
    click.echo(f"archive in {archive.root}; its settings are in {archive.settings_path.name}")
