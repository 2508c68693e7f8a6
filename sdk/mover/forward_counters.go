package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// countersAddress is an abstract socket: it belongs to the container's network namespace and needs no file.
const countersAddress = "\x00drayage-forward"

type forwardCounters struct {
	lock sync.Mutex
	now  func() time.Time
	told forwardTold
}

// forwardTold is what `forwarded` prints. Counted since the forwarder was started last.
type forwardTold struct {
	Since       time.Time  `json:"since"`
	Connections int64      `json:"connections"`
	Active      int64      `json:"active"`
	Failed      int64      `json:"failed"`
	LastAt      *time.Time `json:"lastAt,omitempty"`
	LastError   string     `json:"lastError,omitempty"`
}

func newForwardCounters(now func() time.Time) *forwardCounters {
	return &forwardCounters{now: now, told: forwardTold{Since: now().UTC()}}
}

func (c *forwardCounters) opened() {
	c.lock.Lock()
	defer c.lock.Unlock()
	at := c.now().UTC()
	c.told.Connections++
	c.told.Active++
	c.told.LastAt = &at
}

// closed: err is why no target was found for it.
func (c *forwardCounters) closed(err error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.told.Active--
	if err != nil {
		c.told.Failed++
		c.told.LastError = err.Error()
	}
}

func (c *forwardCounters) snapshot() forwardTold {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.told
}

func serveCounters(counters *forwardCounters) error {
	listener, err := net.Listen("unix", countersAddress)
	if err != nil {
		return err
	}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil && passes(err) {
				time.Sleep(time.Second)
				continue
			}
			if err != nil {
				return
			}
			_ = printJSON(connection, counters.snapshot())
			_ = connection.Close()
		}
	}()
	return nil
}

// forwardedCommand is run inside the forwarder's container and prints its counters.
func forwardedCommand([]string) error {
	connection, err := net.DialTimeout("unix", countersAddress, 2*time.Second)
	if err != nil {
		return fmt.Errorf("forwarded: %w", err)
	}
	defer connection.Close()
	_, err = io.Copy(os.Stdout, connection)
	return err
}

func printJSON(out io.Writer, value any) error {
	return json.NewEncoder(out).Encode(value)
}
