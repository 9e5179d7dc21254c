"""All clinical numbers, as strict YAML with unit, citation and provenance, and their reader."""
