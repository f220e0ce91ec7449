"""Hardware behind ports: card readers, televisions, printers."""
