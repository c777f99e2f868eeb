"""Workers: pages that hang or kill one cost that page and no other."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import time

import pytest
from saved_pages import csdn_page, url_of

from crawler.extract.items import Page
from pipelines import pool as module
from pipelines.pool import WorkerPool, in_order
from pipelines.process import Job, process

NUMBER_OF_PAGES = 20


def act(job: Job):
    """Do what the page says, in the worker."""
    if job.page.body == b"hang":
        time.sleep(60)
    if job.page.body == b"die":
        os._exit(7)
    return process(job)


@pytest.fixture
def pool(monkeypatch):
    monkeypatch.setattr(module, "process", act)
    with WorkerPool(2) as pool:
        yield pool


def page(body: bytes, number: int = 1) -> Page:
    return Page(url=url_of(number), body=body, content_type="text/html")


def test_a_page_is_processed_in_a_worker(pool):
    done = pool.submit(page(csdn_page()), status=200).result()
    assert (done.outcome, done.url) == ("article", url_of(1))


@pytest.mark.parametrize(("body", "error"), [(b"hang", "TimedOut"), (b"die", "WorkerDied")])
def test_a_page_that_takes_its_worker_with_it_is_a_failure(pool, body, error):
    done = pool.submit(page(body), status=200).result()
    assert (done.outcome, done.error, done.status) == ("failed", error, 200)
    assert done.payload_sha256 == hashlib.sha256(body).hexdigest()
    assert url_of(1) in (done.message or "")
    assert pool.submit(page(csdn_page())).result().outcome == "article"


def test_a_pool_that_is_stopped_at_once_prints_nothing():
    code = "from pipelines.pool import WorkerPool\n"
    code += "if __name__ == '__main__':\n    for _ in range(20):\n        with WorkerPool(): pass\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_results_come_in_the_order_given_and_few_pages_are_under_way(pool):
    begun = []

    def jobs():
        for number in range(NUMBER_OF_PAGES):
            begun.append(number)
            body = b"die" if number == 3 else csdn_page(number)
            yield number, Job(page=page(body, number))

    most = 0
    outcomes = []
    for number, done in in_order(pool, jobs()):
        most = max(most, len(begun) - number)
        outcomes.append((number, done.outcome))
    assert outcomes == [(n, "failed" if n == 3 else "article") for n in range(NUMBER_OF_PAGES)]
    assert most < NUMBER_OF_PAGES


def test_an_error_of_the_source_comes_after_the_results_before_it(pool):
    def jobs():
        yield 1, Job(page=page(csdn_page(1)))
        raise ValueError("torn")

    results = in_order(pool, jobs())
    assert next(results)[1].outcome == "article"
    with pytest.raises(ValueError, match="torn"):
        next(results)


def test_a_library_that_waits_for_ever_at_the_end_does_not_keep_the_command(monkeypatch):
    monkeypatch.setattr(module, "_SECONDS_TO_END", 0.1)
    real_join = module.ProcessPool.join
    monkeypatch.setattr(module.ProcessPool, "join", lambda pool: (real_join(pool), threading.Event().wait()))
    with WorkerPool() as pool:
        assert pool.submit(Page(url=None, body=csdn_page(1))).result().outcome == "article"
