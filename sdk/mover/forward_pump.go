package main

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// activity is shared by the two directions of one connection: it is idle only when both are.
type activity struct {
	lock       sync.Mutex
	last       time.Time
	ended      bool // one direction
	idle       time.Duration
	halfClosed time.Duration
	half       chan struct{} // closed when the first direction ends
}

func newActivity(limits forwardLimits) *activity {
	return &activity{last: time.Now(), idle: limits.idle, halfClosed: limits.halfClosed, half: make(chan struct{})}
}

// chunk is what is carried between two looks at the clock. The kernel moves it from socket to socket (splice), so it is no buffer.
const chunk = 1 << 20

// look is how often each direction says at least whether anything moved.
const look = 30 * time.Second

// pump carries one direction to its end and passes the end on; a failure ends both. A writer has no deadline of its own: what a pipe
// of the kernel holds when one passes is lost. So it is for `watch` to end what does not move.
func (a *activity) pump(to, from *net.TCPConn) {
	for {
		_ = from.SetReadDeadline(time.Now().Add(a.nextLook()))
		copied, err := io.CopyN(to, from, chunk)
		if copied > 0 {
			a.seen()
		}
		switch {
		case err == nil, errors.Is(err, os.ErrDeadlineExceeded):
		case errors.Is(err, io.EOF):
			a.end()
			_ = to.CloseWrite()
			return
		default:
			reset(from, to)
			return
		}
	}
}

// watch ends both directions when nothing has moved for too long, also one that waits for a reader who does not read. One that reads
// slowly is seen by what the kernel still has for it.
func (a *activity) watch(over <-chan struct{}, one, other *net.TCPConn) {
	half := a.half
	var before [2]int
	for {
		select {
		case <-over:
			return
		case <-half:
			half = nil
		case <-time.After(a.nextLook()):
		}
		if now := [2]int{unsent(one), unsent(other)}; now != before {
			before = now
			a.seen()
		}
		if a.allowed() <= 0 {
			reset(one, other)
			<-over
			return
		}
	}
}

func (a *activity) nextLook() time.Duration {
	return max(min(a.allowed(), a.idle/16, look), time.Millisecond)
}

// unsent is what the other end has not taken yet.
func unsent(connection *net.TCPConn) (bytes int) {
	raw, err := connection.SyscallConn()
	if err != nil {
		return 0
	}
	_ = raw.Control(func(fd uintptr) { bytes, _ = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ) })
	return bytes
}

func reset(connections ...*net.TCPConn) {
	for _, connection := range connections {
		_ = connection.SetLinger(0)
		_ = connection.Close()
	}
}

func (a *activity) seen() {
	a.lock.Lock()
	defer a.lock.Unlock()
	a.last = time.Now()
}

func (a *activity) end() {
	a.lock.Lock()
	defer a.lock.Unlock()
	if !a.ended {
		close(a.half)
	}
	a.ended = true
	a.last = time.Now()
}

// allowed is how much longer silence is borne.
func (a *activity) allowed() time.Duration {
	a.lock.Lock()
	defer a.lock.Unlock()
	bearable := a.idle
	if a.ended {
		bearable = a.halfClosed
	}
	return time.Until(a.last.Add(bearable))
}
