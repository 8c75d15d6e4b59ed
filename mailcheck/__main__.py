"""`python -m mailcheck`, for an interpreter whose scripts are not on the path."""

from mailcheck.cli.console import run

if __name__ == "__main__":
    run()
