"""Plans in other people's formats, read strictly and written as scenarios of the YAML language."""
