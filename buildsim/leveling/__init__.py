"""The search for priorities and not-before dates by which a plan's planned run ends sooner."""
