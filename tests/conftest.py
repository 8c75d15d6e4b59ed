"""Settings that hold for all tests."""

import os

from hypothesis import settings

# The same examples in every run: a test that fails for one person fails for all. To look for new
# ones, set MAILCHECK_EXPLORE.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("explore" if os.environ.get("MAILCHECK_EXPLORE") else "repeatable")
