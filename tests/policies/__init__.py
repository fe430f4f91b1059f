"""What follows from facts: the sentences "When ... then ..."."""
