package main

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// activity is shared by the two directions of one connection: it is idle only when both are.
type activity struct {
	lock       sync.Mutex
	last       time.Time
	ended      bool // one direction
	idle       time.Duration
	halfClosed time.Duration
}

// chunk is what is carried between two looks at the clock. The kernel moves it from socket to socket (splice), so it is no buffer.
const chunk = 1 << 20

// look is how often each direction says at least whether anything moved.
const look = 30 * time.Second

// pump carries one direction to its end and passes the end on; a failure or idleness ends both.
func (a *activity) pump(to, from *net.TCPConn) {
	for {
		_ = from.SetReadDeadline(time.Now().Add(min(a.allowed(), a.idle/16, look)))
		copied, err := io.CopyN(to, from, chunk)
		if copied > 0 {
			a.seen()
		}
		switch {
		case err == nil:
		case errors.Is(err, io.EOF):
			a.end()
			_ = to.CloseWrite()
			return
		case errors.Is(err, os.ErrDeadlineExceeded) && a.allowed() > 0:
			// not idle for long enough, or bytes went the other way meanwhile
		default:
			_ = from.SetLinger(0)
			_ = to.SetLinger(0)
			_ = from.Close()
			_ = to.Close()
			return
		}
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
