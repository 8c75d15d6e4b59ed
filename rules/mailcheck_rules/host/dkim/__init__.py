"""Rules about OpenDKIM."""
