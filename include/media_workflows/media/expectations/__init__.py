"""What an output must be: which moments of the source its picture shows, and which sound its tracks hold."""
