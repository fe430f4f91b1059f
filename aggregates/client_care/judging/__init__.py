"""From the record to the inputs of the protocol, one file for each question. A missing answer is left out, never no."""
