"""Receipt printers: ESC/POS once, transports beside it. The twin stands in `device_sim/printers/`."""
