"""What the clinical manual asks for: the command, run in this process."""

from running import adjuvant, home

__all__ = ["adjuvant", "home"]
