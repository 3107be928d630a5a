"""What a case is: records and the rules they keep, one room per noun."""
