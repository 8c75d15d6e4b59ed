"""A mail host on loopback: Postfix, OpenDKIM and PostSRSd from Debian below one directory."""
