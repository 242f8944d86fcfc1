# random with a seed.
import random
random.seed(5); print(random.random())
