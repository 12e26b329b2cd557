from app.orders import enum

KIND = enum.Enum
