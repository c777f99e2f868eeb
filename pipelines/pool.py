"""Worker processes that turn pages into results, each page within a time limit."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from threading import Thread
from types import TracebackType
from typing import TypeVar

from pebble import ProcessExpired, ProcessPool

from crawler.extract.items import Page
from crawler.extract.models import Model
from pipelines import known_models
from pipelines.process import Job, failed, process
from pipelines.records import Processed

TIME_LIMIT = 2.5
"""Seconds for one page; the largest real ones take 0.2."""
_SECONDS_TO_END = 5.0
_T = TypeVar("_T")


class WorkerPool:
    """Runs `process` in processes of their own, which a page may hang or kill.

    Start it before any database connection is open: connections and forks do not mix.
    """

    def __init__(
        self, workers: int = 2, *, time_limit: float = TIME_LIMIT, own_models: tuple[Model, ...] = ()
    ) -> None:
        self.workers = workers
        self._time_limit = time_limit
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["pipelines.process"])
        self._pool = ProcessPool(
            max_workers=workers, initializer=_start_worker, initargs=(own_models,), context=context
        )

    def start(self) -> None:
        """Start the workers, and return when all of them have answered.

        One that is still starting when the pool is stopped would print a traceback on the user's terminal.
        """
        there: set[int] = set()
        while len(there) < self.workers:
            there.update(
                [task.result() for task in [self._pool.schedule(_answer) for _ in range(self.workers)]]
            )

    def submit(
        self,
        page: Page,
        *,
        status: int | None = None,
        robots_header: str | None = None,
        payload_sha256: str | None = None,
        payload_bytes: int | None = None,
    ) -> Future[Processed]:
        """Give a page to a worker; the future holds a result even where the worker hangs or dies."""
        return self.run(
            Job(
                page=page,
                status=status,
                robots_header=robots_header,
                payload_sha256=payload_sha256,
                payload_bytes=payload_bytes,
            )
        )

    def run(self, job: Job) -> Future[Processed]:
        """Do as `submit` does, with the arguments in one piece."""
        result: Future[Processed] = Future()
        result.set_running_or_notify_cancel()  # from here on nobody can call it off
        task = self._pool.schedule(process, args=(job,), timeout=self._time_limit)
        task.add_done_callback(lambda done: self._hand_over(job, done, result))
        return result

    def stop(self) -> None:
        """End the workers at once; what they were doing is cancelled."""
        self._pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it untyped
        # The workers end first. Then pebble waits for its scheduler's thread, which now and then misses its
        # signal and would keep the command for ever; a daemon thread may stay behind.
        joining = Thread(target=self._pool.join, name="ending-workers", daemon=True)
        joining.start()
        joining.join(_SECONDS_TO_END)

    def __enter__(self) -> WorkerPool:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _hand_over(self, job: Job, done: Future[Processed], result: Future[Processed]) -> None:
        try:
            result.set_result(done.result())
        except TimeoutError:
            result.set_result(
                _lost(job, "TimedOut", f"took more than {self._time_limit} s; its bytes are kept")
            )
        except ProcessExpired as error:
            result.set_result(_lost(job, "WorkerDied", f"ended its worker ({error}); its bytes are kept"))
        except Exception as error:
            result.set_exception(error)


def in_order(pool: WorkerPool, items: Iterable[tuple[_T, Job | Processed]]) -> Iterator[tuple[_T, Processed]]:
    """Yield each item with its result, in the order given; a few are under way at a time.

    An item that comes with a result instead of a job keeps its place. An error of `items` is raised when
    everything before it is out.
    """
    under_way: deque[tuple[_T, Callable[[], Processed]]] = deque()
    error: Exception | None = None
    source = iter(items)
    while True:
        try:
            item, work = next(source)
        except StopIteration:
            break
        except Exception as broken:
            error = broken
            break
        under_way.append((item, pool.run(work).result if isinstance(work, Job) else _constant(work)))
        while len(under_way) > 4 * pool.workers:
            yield _next(under_way)
    while under_way:
        yield _next(under_way)
    if error is not None:
        raise error


def _next(under_way: deque[tuple[_T, Callable[[], Processed]]]) -> tuple[_T, Processed]:
    item, result = under_way.popleft()
    return item, result()


def _constant(result: Processed) -> Callable[[], Processed]:
    return lambda: result


def _lost(job: Job, error: str, what: str) -> Processed:
    return failed(job, error=error, message=f"{job.page.url or 'the page'} {what}")


def _answer() -> int:
    """Show that a worker is there, and keep it long enough for the others to take their turn."""
    time.sleep(0.02)
    return os.getpid()


def _start_worker(own_models: tuple[Model, ...]) -> None:
    known_models.use(own_models)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its workers itself
    logging.captureWarnings(True)  # a library's word on one page is none for the user's terminal
    logging.disable(logging.CRITICAL)
