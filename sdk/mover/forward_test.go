package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"
)

func testForwarder(t *testing.T, target string, change func(*forwardLimits)) (string, *forwardCounters) {
	t.Helper()
	limits := defaultForwardLimits
	limits.pause = 5 * time.Millisecond
	if change != nil {
		change(&limits)
	}
	listener := listen(t)
	counters := newForwardCounters(time.Now)
	f := &forwarder{limits: limits, counters: counters, slots: make(chan struct{}, limits.connections)}
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	go func() { _ = f.serve(ctx, listener, target) }()
	return listener.Addr().String(), counters
}

func listen(t *testing.T) *net.TCPListener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	return listener.(*net.TCPListener)
}

func dialTest(t *testing.T, address string) *net.TCPConn {
	t.Helper()
	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	_ = connection.SetDeadline(time.Now().Add(5 * time.Second))
	return connection.(*net.TCPConn)
}

// answerAll reads to the end of what a client says and only then answers: an end that is not passed on hangs it.
func answerAll(listener net.Listener) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go func(connection net.Conn) {
			defer connection.Close()
			said, _ := io.ReadAll(connection)
			_, _ = fmt.Fprintf(connection, "heard %d", len(said))
		}(connection)
	}
}

func ask(t *testing.T, address string, bytes int) string {
	t.Helper()
	client := dialTest(t, address)
	if _, err := client.Write(make([]byte, bytes)); err != nil {
		t.Fatal(err)
	}
	if err := client.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(client)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

func TestForwardPassesOnTheEndOfEitherSide(t *testing.T) {
	target := listen(t)
	go answerAll(target)
	address, counters := testForwarder(t, target.Addr().String(), nil)
	if got := ask(t, address, 3<<20); got != fmt.Sprintf("heard %d", 3<<20) {
		t.Errorf("got %q", got)
	}
	told := waitFor(t, counters, func(told forwardTold) bool { return told.Active == 0 })
	if told.Connections != 1 || told.Failed != 0 || told.LastAt == nil {
		t.Errorf("counted %+v", told)
	}
}

func TestForwardHoldsAConnectionUntilTheTargetIsThere(t *testing.T) {
	reserved := listen(t)
	where := reserved.Addr().String()
	_ = reserved.Close()
	address, _ := testForwarder(t, where, nil)
	answered := make(chan string, 1)
	go func() { answered <- ask(t, address, 5) }()
	select {
	case got := <-answered:
		t.Fatalf("answered %q though nothing was there", got)
	case <-time.After(150 * time.Millisecond):
	}
	target, err := net.Listen("tcp", where)
	if err != nil {
		t.Skip("the port was taken meanwhile")
	}
	defer target.Close()
	go answerAll(target)
	if got := <-answered; got != "heard 5" {
		t.Errorf("got %q", got)
	}
}

func TestForwardGivesUpAndSaysSo(t *testing.T) {
	reserved := listen(t)
	where := reserved.Addr().String()
	_ = reserved.Close()
	address, counters := testForwarder(t, where, func(limits *forwardLimits) { limits.hold = 50 * time.Millisecond })
	client := dialTest(t, address)
	if _, err := client.Read(make([]byte, 1)); err == nil {
		t.Error("a connection without a target did not end")
	}
	told := waitFor(t, counters, func(told forwardTold) bool { return told.Failed == 1 })
	if told.LastError == "" {
		t.Errorf("counted %+v", told)
	}
}

func TestForwardBoundsConnectionsAndServesTheNextOneLater(t *testing.T) {
	target := listen(t)
	go answerAll(target)
	address, counters := testForwarder(t, target.Addr().String(), func(limits *forwardLimits) { limits.connections = 1 })
	first := dialTest(t, address)
	waitFor(t, counters, func(told forwardTold) bool { return told.Active == 1 })
	second := make(chan string, 1)
	go func() { second <- ask(t, address, 7) }()
	select {
	case got := <-second:
		t.Fatalf("two at once: %q", got)
	case <-time.After(100 * time.Millisecond):
	}
	_ = first.Close()
	if got := <-second; got != "heard 7" {
		t.Errorf("got %q", got)
	}
}

// A reader that does not read must stop the writer, not fill the memory of the host.
func TestForwardPressesBack(t *testing.T) {
	target := listen(t)
	accepted := make(chan *net.TCPConn, 1)
	go func() {
		connection, err := target.AcceptTCP()
		if err == nil {
			accepted <- connection
		}
	}()
	address, _ := testForwarder(t, target.Addr().String(), nil)
	client := dialTest(t, address)
	server := <-accepted
	defer server.Close()
	_ = client.SetWriteDeadline(time.Now().Add(500 * time.Millisecond))
	written := 0
	block := make([]byte, 1<<20)
	for written < 256<<20 {
		n, err := client.Write(block)
		written += n
		if err != nil {
			break
		}
	}
	if written >= 128<<20 {
		t.Errorf("%d bytes were taken though nobody reads", written)
	}
}

func TestForwardEndsWhatIsIdleAndNothingElse(t *testing.T) {
	target := listen(t)
	go func() {
		for {
			connection, err := target.AcceptTCP()
			if err != nil {
				return
			}
			go func(connection *net.TCPConn) {
				for tick := 0; tick < 10; tick++ {
					time.Sleep(40 * time.Millisecond)
					if _, err := connection.Write([]byte(".")); err != nil {
						return
					}
				}
			}(connection)
		}
	}()
	address, counters := testForwarder(t, target.Addr().String(), func(limits *forwardLimits) { limits.idle = 200 * time.Millisecond })
	began := time.Now()
	got, _ := io.ReadAll(dialTest(t, address))
	if len(got) != 10 {
		t.Errorf("%d of 10 bytes came through", len(got))
	}
	if took := time.Since(began); took < 500*time.Millisecond || took > 3*time.Second {
		t.Errorf("ended after %v", took)
	}
	waitFor(t, counters, func(told forwardTold) bool { return told.Active == 0 })
}

// Whoever has said all it had to say and then reads nothing holds a writer that no deadline of a reader ever meets.
func TestForwardEndsAClientThatHasEndedAndDoesNotRead(t *testing.T) {
	target := listen(t)
	go func() {
		connection, err := target.AcceptTCP()
		if err != nil {
			return
		}
		for block := make([]byte, 1<<20); err == nil; {
			_, err = connection.Write(block)
		}
		_ = connection.Close()
	}()
	address, counters := testForwarder(t, target.Addr().String(), func(limits *forwardLimits) { limits.halfClosed = 200 * time.Millisecond })
	client := dialTest(t, address)
	waitFor(t, counters, func(told forwardTold) bool { return told.Active == 1 })
	if err := client.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, counters, func(told forwardTold) bool { return told.Active == 0 })
}

// A slow reader is not an idle one.
func TestForwardBearsAClientThatHasEndedAndReadsSlowly(t *testing.T) {
	target := listen(t)
	const all = 8 << 20
	go func() {
		connection, err := target.AcceptTCP()
		if err != nil {
			return
		}
		_, _ = connection.Write(make([]byte, all))
		_ = connection.Close()
	}()
	address, _ := testForwarder(t, target.Addr().String(), func(limits *forwardLimits) { limits.halfClosed = 300 * time.Millisecond })
	client := dialTest(t, address)
	_ = client.SetReadBuffer(64 << 10)
	if err := client.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	got, block := 0, make([]byte, 256<<10)
	for {
		n, err := io.ReadFull(client, block)
		got += n
		if err != nil {
			break
		}
		time.Sleep(60 * time.Millisecond)
	}
	if got != all {
		t.Errorf("%d of %d bytes came through", got, all)
	}
}

// brokenListener fails as often as it is told to before it accepts.
type brokenListener struct {
	net.Listener
	failures []error
}

func (b *brokenListener) Accept() (net.Conn, error) {
	if len(b.failures) > 0 {
		err := b.failures[0]
		b.failures = b.failures[1:]
		return nil, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept4", err)}
	}
	return b.Listener.Accept()
}

// A host that is short of something for a moment must not cost the connections that are carried already.
func TestForwardOutlivesAHostThatIsShortOfThings(t *testing.T) {
	target := listen(t)
	go answerAll(target)
	limits := defaultForwardLimits
	limits.pause = time.Millisecond
	listener := listen(t)
	f := &forwarder{limits: limits, counters: newForwardCounters(time.Now), slots: make(chan struct{}, 4)}
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	short := []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED}
	ended := make(chan error, 1)
	go func() { ended <- f.serve(ctx, &brokenListener{listener, short}, target.Addr().String()) }()
	answered := make(chan string, 1)
	go func() { answered <- ask(t, listener.Addr().String(), 5) }()
	select {
	case err := <-ended:
		t.Fatalf("ended with %v", err)
	case got := <-answered:
		if got != "heard 5" {
			t.Errorf("got %q", got)
		}
	}
}

// Each attempt leaves a trace in the connection table of the old host: what waits there shares so many a second.
func TestForwardTriesNoMoreOftenTheMoreWait(t *testing.T) {
	limits := defaultForwardLimits
	if got := limits.pauseOf(1); got != limits.pause {
		t.Errorf("one waits %v", got)
	}
	for _, waiting := range []int64{100, 1024} {
		if perSecond := float64(waiting) / limits.pauseOf(waiting).Seconds(); perSecond > 500 {
			t.Errorf("%d that wait try %.0f times a second", waiting, perSecond)
		}
	}
}

// However a connection ends, nothing of it is left: no descriptor, no goroutine, no slot.
func TestForwardLeavesNothingOfAConnection(t *testing.T) {
	target := listen(t)
	go func() {
		for n := 0; ; n++ {
			connection, err := target.AcceptTCP()
			if err != nil {
				return
			}
			go func(connection *net.TCPConn, n int) {
				_, _ = connection.Read(make([]byte, 1))
				if n%2 == 0 {
					_ = connection.SetLinger(0)
				}
				_ = connection.Close()
			}(connection, n)
		}
	}()
	address, counters := testForwarder(t, target.Addr().String(), func(limits *forwardLimits) { limits.connections = 8 })
	descriptors := func() int { names, _ := os.ReadDir("/proc/self/fd"); return len(names) }
	askByte(t, address)
	waitFor(t, counters, func(told forwardTold) bool { return told.Active == 0 })
	time.Sleep(50 * time.Millisecond)
	fds, routines := descriptors(), runtime.NumGoroutine()
	for n := 0; n < 120; n++ {
		client, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = client.Write(make([]byte, n%3))
		if n%4 == 0 {
			_ = client.(*net.TCPConn).SetLinger(0)
		}
		if n%4 == 1 {
			_ = client.(*net.TCPConn).CloseWrite()
		}
		_ = client.Close()
	}
	waitFor(t, counters, func(told forwardTold) bool { return told.Connections > 100 && told.Active == 0 })
	// Pipes that splice keeps for the next connection go with the collector.
	for deadline := time.Now().Add(3 * time.Second); descriptors() > fds+2 || runtime.NumGoroutine() > routines+2; runtime.GC() {
		if time.Now().After(deadline) {
			t.Fatalf("%d descriptors, were %d; %d goroutines, were %d", descriptors(), fds, runtime.NumGoroutine(), routines)
		}
	}
}

func askByte(t *testing.T, address string) {
	t.Helper()
	client := dialTest(t, address)
	_, _ = client.Write([]byte("."))
	_, _ = io.ReadAll(client)
	_ = client.Close()
}

func TestForwardRefusesToDialItself(t *testing.T) {
	for _, address := range []string{"", "127.0.0.1", "127.8.4.4", "::1", "0.0.0.0", "localhost"} {
		if refuseLoop(address) == nil {
			t.Errorf("%q was taken", address)
		}
	}
	if err := refuseLoop("10.0.0.12"); err != nil {
		t.Error(err)
	}
}

func TestReachTellsARefusalFromSilence(t *testing.T) {
	target := listen(t)
	if got := reached(target.Addr().String(), time.Second); got != "connected" {
		t.Errorf("got %q", got)
	}
	_ = target.Close()
	if got := reached(target.Addr().String(), time.Second); got != "refused" {
		t.Errorf("got %q", got)
	}
	if got := reached("no-such-host.invalid:80", time.Second); got == "connected" || got == "refused" {
		t.Errorf("got %q", got)
	}
}

func TestForwardCountersAreReadFromOutside(t *testing.T) {
	counters := newForwardCounters(time.Now)
	if err := serveCounters(counters); err != nil {
		t.Skip(err)
	}
	counters.opened()
	connection, err := net.Dial("unix", countersAddress)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	var told forwardTold
	if err := json.NewDecoder(connection).Decode(&told); err != nil || told.Connections != 1 {
		t.Errorf("told %+v, %v", told, err)
	}
}

func waitFor(t *testing.T, counters *forwardCounters, done func(forwardTold) bool) forwardTold {
	t.Helper()
	for deadline := time.Now().Add(3 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		told := counters.snapshot()
		if done(told) || time.Now().After(deadline) {
			if !done(told) {
				t.Fatalf("still %+v", told)
			}
			return told
		}
	}
}
