"""What the service keeps: keys, jobs and results, in SQLite or PostgreSQL."""
