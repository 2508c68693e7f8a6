package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// forwardLimits bound what clients of an address that is out of date can cost the host.
type forwardLimits struct {
	connections int           // at once; further ones wait in the kernel's backlog
	dial        time.Duration // one attempt
	hold        time.Duration // how long a connection waits for a target that refuses, as one does that is just starting
	pause       time.Duration // between two attempts of one that waits alone
	idle        time.Duration // no byte in either direction
	halfClosed  time.Duration // the same, once one side has ended
}

var defaultForwardLimits = forwardLimits{
	connections: 1024,
	dial:        5 * time.Second,
	hold:        30 * time.Second,
	pause:       25 * time.Millisecond,
	idle:        4 * time.Hour,
	halfClosed:  5 * time.Minute,
}

// forwardCommand listens on each LISTEN of `LISTEN=PORT` and carries every connection to PORT of the address. Holding a connection is
// safe: nothing of it is read before the target has accepted one for it, and what was read is sent once.
func forwardCommand(args []string) error {
	flags := flag.NewFlagSet("forward", flag.ContinueOnError)
	to := flags.String("to", "", "address to dial")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if err := refuseLoop(*to); err != nil {
		return err
	}
	counters := newForwardCounters(time.Now)
	if err := serveCounters(counters); err != nil {
		return err
	}
	f := &forwarder{limits: defaultForwardLimits, counters: counters, slots: make(chan struct{}, defaultForwardLimits.connections)}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	failed := make(chan error, flags.NArg())
	for _, pair := range flags.Args() {
		listen, port, found := strings.Cut(pair, "=")
		if !found {
			return fmt.Errorf("forward: %q is not LISTEN=PORT", pair)
		}
		listener, err := net.Listen("tcp", ":"+listen)
		if err != nil {
			return err
		}
		go func(target string) { failed <- f.serve(ctx, listener, target) }(net.JoinHostPort(*to, port))
	}
	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		return err
	}
}

// refuseLoop: in a container of its own such an address is the forwarder itself.
func refuseLoop(to string) error {
	if ip := net.ParseIP(to); to == "" || strings.EqualFold(to, "localhost") || (ip != nil && (ip.IsLoopback() || ip.IsUnspecified())) {
		return fmt.Errorf("forward: %q leads back here", to)
	}
	return nil
}

type forwarder struct {
	limits   forwardLimits
	counters *forwardCounters
	slots    chan struct{}
	waiting  atomic.Int64 // for a target that refuses
}

// serve takes a slot before it accepts the next one, so that clients beyond the limit wait and nothing is kept for them.
func (f *forwarder) serve(ctx context.Context, listener net.Listener, target string) error {
	for {
		client, err := listener.Accept()
		if err != nil {
			if !passes(err) {
				return err
			}
			time.Sleep(f.limits.pause)
			continue
		}
		select {
		case f.slots <- struct{}{}:
		case <-ctx.Done():
			return client.Close()
		}
		go func() {
			defer func() { <-f.slots }()
			f.carry(ctx, client.(*net.TCPConn), target)
		}()
	}
}

// passes: the host is short of something, or the client has gone before it was met. What is carried already goes on.
func passes(err error) bool {
	for _, each := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED} {
		if errors.Is(err, each) {
			return true
		}
	}
	return false
}

func (f *forwarder) carry(ctx context.Context, client *net.TCPConn, target string) {
	defer client.Close()
	f.counters.opened()
	server, err := f.dial(ctx, target)
	if err != nil {
		f.counters.closed(err)
		_ = client.SetLinger(0) // a reset says more than an end that looks orderly
		return
	}
	defer server.Close()
	activity := newActivity(f.limits)
	var both sync.WaitGroup
	both.Add(2)
	go func() { defer both.Done(); activity.pump(server, client) }()
	go func() { defer both.Done(); activity.pump(client, server) }()
	over := make(chan struct{})
	go func() { both.Wait(); close(over) }()
	activity.watch(over, client, server)
	f.counters.closed(nil)
}

// attemptsPerSecond bounds what all that wait try together: each attempt leaves an entry in the connection table of the old host for
// seconds, and a full table is the end of all its connections.
const attemptsPerSecond = 400

// pauseOf is how long one of so many that wait pauses.
func (l forwardLimits) pauseOf(waiting int64) time.Duration {
	return max(l.pause, time.Duration(waiting)*time.Second/attemptsPerSecond)
}

// dial tries again while the target refuses or is not there yet, up to the hold.
func (f *forwarder) dial(ctx context.Context, target string) (*net.TCPConn, error) {
	f.waiting.Add(1)
	defer f.waiting.Add(-1)
	deadline := time.Now().Add(f.limits.hold)
	dialer := net.Dialer{Timeout: f.limits.dial, KeepAlive: 30 * time.Second}
	for {
		connection, err := dialer.DialContext(ctx, "tcp", target)
		if err == nil {
			return connection.(*net.TCPConn), nil
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			return nil, err
		}
		select {
		case <-ctx.Done():
		case <-time.After(f.limits.pauseOf(f.waiting.Load())):
		}
	}
}
