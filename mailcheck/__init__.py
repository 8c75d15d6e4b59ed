"""mailcheck: one written spec held against zone files, DNS provider and mail host."""

__version__ = "0.1.0"
