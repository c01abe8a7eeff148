"""What steps without media do, one module for each action. `run` returns fields of the `ActionResult`."""
