"""The one app: saved articles in, a browsable archive out."""
