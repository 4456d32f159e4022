"""The analyst's page: a template, style sheets and ES modules, served by ``router``."""
