# quit() ends a program well.
quit()
