"""The vendor's schedules (orchestrations): read into workflows with steps, and written from them."""
