print("registered")
