"""One file per kind of card; card code knows only bytes in, bytes out. Each kind has a twin in `device_sim/cards/`."""
