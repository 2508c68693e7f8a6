package main

import (
	"errors"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// reachCommand dials each `address:port` and says what answered: a refusal comes from the machine itself, so it is reached.
func reachCommand(args []string) error {
	seen := make([]string, len(args))
	var all sync.WaitGroup
	for i := range args {
		all.Add(1)
		go func(i int) { defer all.Done(); seen[i] = reached(args[i], 2*time.Second) }(i)
	}
	all.Wait()
	return printJSON(os.Stdout, map[string]any{"seen": seen})
}

func reached(address string, timeout time.Duration) string {
	connection, err := net.DialTimeout("tcp", address, timeout)
	if err == nil {
		_ = connection.Close()
		return "connected"
	}
	var unknown *net.DNSError
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case errors.As(err, &unknown):
		return "unknown name"
	default:
		return "silent"
	}
}
