"""The compiled network: flat arrays and names, the only thing an engine sees."""
