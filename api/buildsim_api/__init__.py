"""The REST service of buildsim: what the command line can do, over HTTP, as durable jobs."""
