"""Where rows are kept: the tables, the databases, and the one hot statement of an append."""
