"""`make cluster`: what docker-compose.yaml runs, without containers, with two workers as two machines, on loopback."""
