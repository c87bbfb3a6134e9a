"""Single sign-on: identity providers of organisations, their domains, and signing in with them."""
