"""The YAML language as strict, frozen pydantic models: catalogs, sites, scenarios."""
