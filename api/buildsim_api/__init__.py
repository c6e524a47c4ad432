"""The REST service of buildsim, which comes later: this package only holds the name."""
