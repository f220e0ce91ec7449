"""A drill: what is planned (scenario), what is really so (truth), and the files a town would give (prepare)."""
