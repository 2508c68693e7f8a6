package main

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// answering serves each connection the next answer, the last one for ever.
func answering(t *testing.T, answers ...string) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = connection.Read(make([]byte, 4096))
			fmt.Fprint(connection, answers[0])
			connection.Close()
			if len(answers) > 1 {
				answers = answers[1:]
			}
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port
}

func TestGatePassesWhenTheStatusComes(t *testing.T) {
	port := answering(t, "HTTP/1.1 503 No\r\n\r\n", "HTTP/1.1 503 No\r\n\r\n", "HTTP/1.1 100 Go on\r\nA: b\r\n\r\nHTTP/1.1 204 Yes\r\n\r\n")
	var out bytes.Buffer
	verdict := runGate(gateRequest{[]probe{{ID: "api", Kind: "http", Host: "127.0.0.1", Port: port, Path: "up"}}}, &out)
	if verdict.Verdict != "passed" || verdict.Probes[0].Status != 204 || verdict.Probes[0].Attempts != 3 {
		t.Fatalf("%+v", verdict)
	}
	if lines := strings.Count(out.String(), "\n"); lines != 3 { // failing 503, passed 204, the verdict
		t.Errorf("%d lines: %s", lines, out.String())
	}
}

func TestGateFailsWithTheLastEvidence(t *testing.T) {
	silent, _ := net.Listen("tcp", "127.0.0.1:0")
	port := silent.Addr().(*net.TCPAddr).Port
	silent.Close()
	started := time.Now()
	probes := []probe{
		{ID: "db", Kind: "tcp", Host: "127.0.0.1", Port: port, DeadlineMs: 200},
		{ID: "api", Kind: "http", Host: "127.0.0.1", Port: answering(t, "HTTP/1.1 500 No\r\n\r\n"), DeadlineMs: 200},
		{ID: "ssh", Kind: "http", Host: "127.0.0.1", Port: answering(t, "SSH-2.0-x\r\n"), DeadlineMs: 200},
		{ID: "ok", Kind: "tcp", Host: "127.0.0.1", Port: answering(t, ""), DeadlineMs: 200},
	}
	verdict := runGate(gateRequest{probes}, &bytes.Buffer{})
	if verdict.Verdict != "failed" || time.Since(started) > time.Second {
		t.Fatalf("%+v", verdict)
	}
	got := fmt.Sprint(verdict.Probes[0].Error, verdict.Probes[1].Status, verdict.Probes[2].Error, verdict.Probes[3].State)
	for _, want := range []string{"connection refused", "500", "not an HTTP answer", "passed"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
}

func TestGateAcceptsOnlyTheStatusesAsked(t *testing.T) {
	port := answering(t, "HTTP/1.1 200 Yes\r\n\r\n", "HTTP/1.1 401 Who\r\n\r\n")
	probes := []probe{{ID: "api", Kind: "http", Host: "127.0.0.1", Port: port, StatusFrom: 401, StatusTo: 403, DeadlineMs: 1000}}
	if verdict := runGate(gateRequest{probes}, &bytes.Buffer{}); verdict.Verdict != "passed" || verdict.Probes[0].Status != 401 {
		t.Fatalf("%+v", verdict)
	}
}
