"""Detection of source objects: listing, queue, the rules, and the decision which workflows they fire."""
