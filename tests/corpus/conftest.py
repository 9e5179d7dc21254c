"""The fixtures that run the command line in this process."""

from running import adjuvant, home

__all__ = ["adjuvant", "home"]
