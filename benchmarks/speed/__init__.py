"""How fast buildsim is, measured against itself, its goals and other people's libraries."""
