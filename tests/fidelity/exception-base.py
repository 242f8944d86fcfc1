# A BaseException.
class Boom(BaseException): pass
raise Boom('x')
