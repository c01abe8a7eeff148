"""`make demo`: everything on this machine, on loopback, from embedded parts."""
