"""Facts to and from other consoles (同期): admission, statements of what each holds, and two carriers, stick and anchor."""
