"""A drill: planned (scenario), really so (truth), put in a folder (prepare), played at the desk, and scored."""
