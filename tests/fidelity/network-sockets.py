# Sockets on the loopback.
# needs: full
import socket, ssl, selectors, threading
a, b = socket.socketpair(); a.send(b'x'); print(b.recv(1))
s = socket.create_server(('', 0)); c = socket.create_connection(('localhost', s.getsockname()[1])); print(s.accept()[0].getpeername()[0])
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(('127.0.0.1', 0)); u.sendto(b'z', u.getsockname()); print(u.recv(9))
print(ssl.OPENSSL_VERSION[:7], ssl.create_default_context().verify_mode)
print(socket.gethostbyname('localhost'), socket.has_ipv6)
