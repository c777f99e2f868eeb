"""What is told outside at the end of a run: metrics, alarms on a change alone, and a ping."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from crawled_pages import page
from crawling import Ended, rows, wencun
from loopback import Asked, Reply, Site, serve
from made_archives import article, make_archive
from prometheus_client.parser import text_string_to_metric_families

from pipelines import alerts, metrics
from pipelines.alarms import RULES
from pipelines.archive import Archive
from pipelines.database import connect_reading
from pipelines.ledger.hosts import Rest
from pipelines.settings import BadSettings
from pipelines.standing import Expected, Standing, alarmed, take_stock

NOW = "2026-03-01T12:00:00Z"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as served:
        served.pages["/kf/1"] = Reply(page(1))
        served.pages |= dict.fromkeys(("/hook", "/alerts", "/ping", "/ping/fail"), Reply())
        yield served


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return make_archive(tmp_path, article(1), article(2))


@pytest.fixture
def standing(archive: Archive) -> Standing:
    with closing(connect_reading(archive.database_path)) as connection:
        return take_stock(archive, connection, now=NOW, since=NOW, expected=Expected(contact="me"))


def settings(data: Path, text: str) -> None:
    data.mkdir(exist_ok=True)
    (data / "wencun.toml").write_text(text)


def crawl(site: Site, data: Path, *arguments: str) -> Ended:
    """Crawl without the sums, to which the webhooks would be pages that have no capture."""
    words = ("--delay", "0", "--log", "json", "--allow-private", site.host)
    return wencun("crawl", "--data", data, *words, *arguments)


def sent(site: Site, path: str) -> list[Asked]:
    return [entry for entry in site.log if entry.path == path]


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    families = list(text_string_to_metric_families(text))
    assert all(family.documentation and family.type == "gauge" for family in families)
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


# -- the ping -----------------------------------------------------------------------------------------------


def test_a_ping_is_a_get_after_a_success_and_a_post_of_the_line_after_a_failure(site: Site, tmp_path) -> None:
    settings(tmp_path, f'[notify]\nping = "{site.url("/ping")}"\n')
    assert crawl(site, tmp_path, site.url("/kf/1")).code == 0
    (ping,) = sent(site, "/ping")
    assert (ping.method, ping.body, sent(site, "/ping/fail")) == ("GET", b"", [])
    assert crawl(site, tmp_path, site.url("/nothing")).code == 9
    (ping,) = sent(site, "/ping/fail")
    assert (ping.method, ping.body.endswith(b"exit 9")) == ("POST", True)
    assert len(sent(site, "/ping")) == 1


# -- alerts -------------------------------------------------------------------------------------------------


def test_alarms_are_told_when_they_change_and_not_before(site: Site, tmp_path: Path) -> None:
    calm = f'[notify]\nalerts = "{site.url("/alerts")}"\n'
    full = calm + '[crawl]\nmin_free = "99999TB"\n'
    for text, code in ((calm, 0), (full, 16), (full, 16), (calm, 0), (calm, 0)):
        settings(tmp_path, text)
        assert crawl(site, tmp_path, site.url("/kf/1")).code == code
    told = [json.loads(entry.body) for entry in sent(site, "/alerts")]
    assert [(each["state"], [alarm["name"] for alarm in each["alarms"]]) for each in told] == [
        ("alarm", ["last_run", "disk_full_soon"]),
        ("ok", []),
    ]
    assert told[1]["was"] == ["disk_full_soon", "last_run:16"]
    assert told[0]["message"].startswith("ALARM: ")
    assert told[1]["message"].startswith("OK since ")


def test_what_could_not_be_told_is_told_after_the_next_run(site: Site, tmp_path: Path) -> None:
    settings(tmp_path, f'[notify]\nalerts = "{site.url("/alerts")}"\n[crawl]\nmin_free = "99999TB"\n')
    site.pages["/alerts"] = Reply(status=500)
    ended = crawl(site, tmp_path, site.url("/kf/1"))
    assert [event["event"] for event in ended.events][-2:] == ["webhook_failed", "run_summary"]
    site.pages["/alerts"] = Reply()
    crawl(site, tmp_path, site.url("/kf/1"))
    crawl(site, tmp_path, site.url("/kf/1"))
    assert len(sent(site, "/alerts")) == 3 + 1


def test_another_host_is_another_alarm_and_another_hour_is_not(archive: Archive, standing: Standing) -> None:
    def blocked(host: str, until: str) -> Standing:
        rest = Rest(until=until, reason="blocked", strikes=3)
        return alarmed(replace(standing, struck_hosts={host: rest}))

    assert alerts.change(archive, standing) is None
    alerts.remember(archive, blocked("a.test", "2026-03-02T00:00:00Z"))
    assert alerts.change(archive, blocked("a.test", "2026-03-04T00:00:00Z")) is None
    change = alerts.change(archive, blocked("b.test", "2026-03-04T00:00:00Z"))
    assert change is not None
    assert (change["state"], change["was"]) == ("alarm", ["host_trouble:a.test"])


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"alarms": 1}', b"\xff"])
def test_a_note_that_cannot_be_read_is_none(archive: Archive, standing: Standing, content: bytes) -> None:
    archive.alerts_path.write_bytes(content)
    assert alerts.change(archive, standing) is None
    alerts.remember(archive, standing)
    assert json.loads(archive.alerts_path.read_bytes()) == {"at": NOW, "alarms": []}


# -- metrics ------------------------------------------------------------------------------------------------


def test_metrics_are_written_at_the_end_of_each_run_for_everybody(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "metrics" / "wencun.prom"
    file.parent.mkdir()
    settings(tmp_path / "data", f'[metrics]\nfile = "{file}"\n')
    assert crawl(site, tmp_path / "data", site.url("/nothing")).code == 9
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert list(file.parent.iterdir()) == [file]
    found = samples(file.read_text())
    assert found["wencun_last_exit_code", ()] == 9
    assert ("wencun_last_success_timestamp_seconds", ()) not in found
    assert found["wencun_pages", (("state", "gone"),)] == 1
    assert found["wencun_last_run_responses", (("host", site.host), ("status", "404"))] == 1
    assert found["wencun_warc_bytes", ()] > 0 < found["wencun_free_bytes", ()]
    assert {name for (name, _) in found} >= {"wencun_alarm", "wencun_last_run_duration_seconds"}
    assert crawl(site, tmp_path / "data", site.url("/kf/1")).code == 0
    found = samples(file.read_text())
    (finished,) = rows(tmp_path / "data", "SELECT unixepoch(max(finished_at)) FROM runs")[0]
    assert found["wencun_last_success_timestamp_seconds", ()] == finished


def test_metrics_have_the_share_of_the_run_s_pages_that_had_a_field(site: Site, tmp_path: Path) -> None:
    settings(tmp_path / "data", f'[metrics]\nfile = "{tmp_path}/wencun.prom"\n')
    site.pages["/kf/2"] = Reply(page(2).partition(b'<div class="side">')[0])
    crawl(site, tmp_path / "data", site.url("/kf/1"), site.url("/kf/2"))
    found = samples((tmp_path / "wencun.prom").read_text())
    shares = {dict(labels)["field"]: v for (name, labels), v in found.items() if name.endswith("coverage")}
    assert (shares["article"], shares["answers"], shares["related list"], shares["author"]) == (1, 1, 0.5, 0)


def test_metrics_that_cannot_be_written_change_nothing_else(site: Site, tmp_path: Path) -> None:
    settings(
        tmp_path,
        f'[metrics]\nfile = "{tmp_path}/none/wencun.prom"\n[notify]\nalerts = "{site.url("/alerts")}"\n'
        '[crawl]\nmin_free = "99999TB"\n',
    )
    ended = crawl(site, tmp_path, site.url("/kf/1"))
    assert (ended.code, ended.events[-2]["event"]) == (16, "report_failed")
    assert len(sent(site, "/alerts")) == 1


def test_labels_are_escaped_and_there_are_not_too_many_of_them(standing: Standing) -> None:
    hosts = [f'a"\\\n{number}' for number in range(80)]
    rest = Rest(until=NOW, reason="failing", strikes=1)
    ended = metrics.Ended(
        standing=replace(standing, struck_hosts=dict.fromkeys(hosts, rest)),
        exit_code=0,
        responses={(host, 200): 100 - number for number, host in enumerate(hosts)},
        coverage={},
        wal_bytes=0,
    )
    found = samples(metrics.exposition(ended))
    responses = {dict(labels)["host"]: value for (name, labels), value in found.items() if "respons" in name}
    assert responses == {**{host: 100 - n for n, host in enumerate(hosts[:50])}, "": sum(range(21, 51))}
    assert sum(name == "wencun_host_rests_until_timestamp_seconds" for name, _ in found) == 50
    assert {dict(labels)["name"] for name, labels in found if name == "wencun_alarm"} == {
        rule.name for rule in RULES
    }


@pytest.mark.parametrize("value", ['"wencun.prom"', '"/tmp/wencun.txt"', "1"])
def test_a_file_of_metrics_is_an_absolute_path_that_is_taken_for_one(tmp_path: Path, value: str) -> None:
    settings(tmp_path, f"[metrics]\nfile = {value}\n")
    with pytest.raises(BadSettings, match="file"):
        metrics.read_metrics_settings(tmp_path / "wencun.toml")
