"""What others change appears by itself: the database tells, a stream carries it on, pages look again."""
