"""Rules about mail hosts."""
