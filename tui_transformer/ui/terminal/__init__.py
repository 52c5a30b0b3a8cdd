"""What stands between the app and a real terminal: what is sent, what is read, how it is left."""
