"""Settings of the whole test suite."""

import os
import signal

import pytest
from hypothesis import settings

pytest_plugins = ["figures"]
pytest.register_assert_rewrite("ledger_sums")  # says what is wrong, as an assert in a test does

# CI tries the same examples every time, so that it fails for a change and not for a throw of the dice; every
# other run throws them anew.
settings.register_profile("ci", derandomize=True, database=None)
if os.environ.get("CI") == "true":
    settings.load_profile("ci")

# A shell has SIGINT ignored in what it starts in the background, `nohup` has SIGHUP, and children inherit
# that: runs that a test means to interrupt would go on.
for _number, _handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _handler)


def pytest_make_parametrize_id(val, argname):
    """A body is named by its argument: its bytes are no name, and gzip writes the time into them.

    Each process of `-n auto` collects for itself, and what they collect must be the same.
    """
    return argname if isinstance(val, bytes) or (isinstance(val, str) and len(val) > 200) else None
