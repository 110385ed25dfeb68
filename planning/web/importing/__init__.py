"""The import of works in steps: send a file, say what its columns mean, look and mend, keep, and take back."""
