"""A plan as text, diff or JSON: one module per format."""
