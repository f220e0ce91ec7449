"""One file per television dialect; each has a twin in `device_sim/tvs/`."""
