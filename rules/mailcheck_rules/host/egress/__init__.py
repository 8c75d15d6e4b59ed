"""Rules about where mail leaves."""
