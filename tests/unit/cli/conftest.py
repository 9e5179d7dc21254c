"""What the tests of the command line ask for: the command, run in this process."""

from running import adjuvant, home

__all__ = ["adjuvant", "home"]
