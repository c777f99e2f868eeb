"""Settings of the whole test suite."""

import os

import pytest
from hypothesis import settings

pytest.register_assert_rewrite("ledger_sums")  # says what is wrong, as an assert in a test does

# CI tries the same examples every time, so that it fails for a change and not for a throw of the dice; every
# other run throws them anew.
settings.register_profile("ci", derandomize=True, database=None)
if os.environ.get("CI") == "true":
    settings.load_profile("ci")
