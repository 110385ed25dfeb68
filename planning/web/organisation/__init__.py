"""The page of an organisation for its own people: members, invitations, tokens, how they sign in."""
