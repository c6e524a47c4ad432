"""From a loaded project to the network: templates expanded, names to indices, quantities to ticks and units."""
