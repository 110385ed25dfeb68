"""The neighbours' say: which addresses have one, what they said, and when it is enough."""
