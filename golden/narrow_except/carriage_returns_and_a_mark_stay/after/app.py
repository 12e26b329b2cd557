def one(text: str) -> int:
	try:
		return int(text)
	except ValueError as error:  # café
		return 0