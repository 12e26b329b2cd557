class Settings:
    limit = 3


settings = Settings()
