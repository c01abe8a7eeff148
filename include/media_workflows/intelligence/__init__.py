"""Review, recognition and analysis: engines, features extracted from a source, decisions based on them."""
