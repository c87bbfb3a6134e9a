"""The semantic model: what the tables of an organisation mean, and how they belong together."""
