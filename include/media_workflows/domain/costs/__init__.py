"""What runs cost: prices of cloud services for the same outputs, own prices, and estimates from past runs. Pure."""
