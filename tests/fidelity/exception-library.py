# An exception from the standard library.
import json
json.loads('{')
