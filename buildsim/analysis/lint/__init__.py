"""Schedule lint: what schedule practice would ask about a plan before anybody believes its dates."""
