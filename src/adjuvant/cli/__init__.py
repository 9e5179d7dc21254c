"""The command line, `adjuvant`: for people and scripts, and the only package here that reads the clock."""

from adjuvant.cli.main import main

__all__ = ["main"]
