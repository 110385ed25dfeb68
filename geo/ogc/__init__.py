"""OGC API - Features over the layer registry: a collection per layer, as the caller may see it."""
