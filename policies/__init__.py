"""What follows: facts in, commands out. Each file is one sentence, "When ... then ..."."""
