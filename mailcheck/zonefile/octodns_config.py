"""octoDNS configurations: which folders hold zones, and how their YAML is to be read. Only text is read."""
