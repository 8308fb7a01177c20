"""A client and a server in another language, made from `account.proto` alone.

    foreign.py call ADDRESS      calls our server
    foreign.py serve             is a server, for our client
"""
import pathlib
import sys
import tempfile
from concurrent import futures

import grpc
from grpc_tools import protoc

here = pathlib.Path(__file__).parent.parent
made = tempfile.TemporaryDirectory()
protoc.main(["", f"-I{here}", f"--python_out={made.name}", f"--grpc_python_out={made.name}",
             "account.proto"])
sys.path.insert(0, made.name)
import account_pb2 as messages  # noqa: E402
import account_pb2_grpc as stubs  # noqa: E402


def call(address):
    with grpc.insecure_channel(address) as channel:
        account = stubs.AccountStub(channel)

        def pay(what, amount, key=""):
            try:
                payment = messages.Payment(what=what, amount=amount, key=key)
                print(account.Pay(payment, timeout=60).text)
            except grpc.RpcError as error:
                print(error.code().name, error.details())

        pay("rent", 10)
        pay("books", 5, key="once")
        pay("books", 5, key="once")
        pay("a castle", 1_000_000)
        pay("a gift", -1)
        for payment in account.Statement(messages.StatementRequest(), timeout=60):
            print("paid", payment.what, payment.amount)
        following = account.Statement(messages.StatementRequest(follow=True), timeout=60)
        next(following)
        print("cancelled:", following.cancel())
        unknown = channel.unary_unary("/account.v1.Account/Steal")
        try:
            unknown(b"", timeout=60)
        except grpc.RpcError as error:
            print(error.code().name)


class Account(stubs.AccountServicer):
    def Pay(self, request, context):
        if request.amount > 100:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "not enough, says the foreigner")
        return messages.Receipt(text=f"{100 - request.amount} left, says the foreigner")

    def Statement(self, request, context):
        yield messages.Payment(what="tea", amount=1)
        yield messages.Payment(what="cake", amount=2)


def serve():
    server = grpc.server(futures.ThreadPoolExecutor(1))
    stubs.add_AccountServicer_to_server(Account(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"127.0.0.1:{port}", flush=True)
    sys.stdin.read()  # until whoever started this has had enough
    server.stop(None)


if sys.argv[1] == "call":
    call(sys.argv[2])
else:
    serve()
