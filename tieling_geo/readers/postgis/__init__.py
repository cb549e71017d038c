"""Tables of a PostgreSQL database with PostGIS."""
