"""The same work written for other people's libraries, as their manuals would have it."""
