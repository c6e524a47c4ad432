"""What jobs are: their requests, what they play, and the processes that play them."""
