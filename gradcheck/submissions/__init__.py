"""Reading submissions and running them: what happens in the child process, and the walls around it."""
