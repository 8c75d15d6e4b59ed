"""Rules about addresses that must exist."""
