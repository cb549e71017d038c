"""OpenStreetMap: local files, and what is fetched on the user's word."""
