"""`python -m adjuvant`: the same as the `adjuvant` command."""

from adjuvant.cli import main

if __name__ == "__main__":
    main()
