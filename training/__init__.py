"""Retraining: a corpus in, an evaluated and gated model version out."""
