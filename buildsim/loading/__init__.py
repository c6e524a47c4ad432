"""From files to validated models: YAML with positions, validation with plain words, overrides by path."""
