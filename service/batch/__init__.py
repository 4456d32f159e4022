"""Scoring of many articles: files in, files out, on one machine or a cluster."""
