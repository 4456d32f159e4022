"""Signal families: what an analyst looks for, with evidence, as numbers."""
