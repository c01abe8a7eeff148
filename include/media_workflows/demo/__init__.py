"""`make demo`: the whole product on this machine, on loopback, with embedded services."""
