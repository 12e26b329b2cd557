Other = int
