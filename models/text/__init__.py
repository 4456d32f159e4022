"""Words, symbols, cues and scope: reading without meaning."""
