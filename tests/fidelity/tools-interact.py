# code.interact() at the end of input.
import code
code.interact('banner', exitmsg='bye')
