"""The readers' site: ``urls`` → ``views`` → ``listings`` → templates."""
