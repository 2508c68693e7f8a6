package main

import (
	"encoding/json"
	"net"
	"os"
	"strings"
)

// portsCommand tries to bind each `address:port/protocol` given (run with the host's network) and lists those that are taken,
// by whomever: a container, or a process that Docker knows nothing of.
func portsCommand(args []string) error {
	taken := []string{}
	for _, arg := range args {
		address, protocol, _ := strings.Cut(arg, "/")
		if !bindable(address, protocol) {
			taken = append(taken, arg)
		}
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"taken": taken})
}

func bindable(address, protocol string) bool {
	if protocol == "udp" {
		connection, err := net.ListenPacket("udp", address)
		if err != nil {
			return false
		}
		return connection.Close() == nil
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return false
	}
	return listener.Close() == nil
}
