"""Rules about compatibility."""
