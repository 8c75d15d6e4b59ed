"""What makes the documentation out of the program; nothing here is installed."""
