"""ACE 2004 and 2005 as the LDC releases them."""
