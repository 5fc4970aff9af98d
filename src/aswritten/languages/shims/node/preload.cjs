// Leads every connection of this process to one door: 127.0.0.1 and the port that ASWRITTEN_DOOR names.
// Whatever host is asked for, no name is resolved. UDP to anywhere is refused. Sockets of this machine (a path) stay.
"use strict";

const door = Number(process.env.ASWRITTEN_DOOR);

function refuse(what) {
  const error = new Error(`${what} EACCES: nothing but the recordings can be reached`);
  error.code = "EACCES";
  error.syscall = what;
  return error;
}

function lead(net) {
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (...given) {
    // net.connect() and tls.connect() hand their arguments on as one array.
    const [first, ...rest] = Array.isArray(given[0]) ? given[0] : given;
    const isOptions = typeof first === "object" && first !== null;
    const path = isOptions ? first.path : Number.isNaN(Number(first));
    if (path) {
      return connect.apply(this, given);
    }
    const options = { ...(isOptions ? first : {}), host: "127.0.0.1", port: door };
    // These choose among the addresses of a name, or the side it is reached from: the door has one address.
    for (const name of ["autoSelectFamily", "family", "hints", "localAddress", "localPort", "lookup"]) {
      delete options[name];
    }
    return connect.call(this, options, ...rest.filter((argument) => typeof argument === "function"));
  };
}

function shut(dgram) {
  dgram.Socket.prototype.send = function (...given) {
    const callback = given.find((argument) => typeof argument === "function");
    process.nextTick(() => (callback ? callback(refuse("send")) : this.emit("error", refuse("send"))));
  };
}

if (door) {
  lead(require("node:net"));
  shut(require("node:dgram"));
}
