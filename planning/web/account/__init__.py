"""Signing in, and what a person sees of the own account; built on django-allauth, in our words and look."""
