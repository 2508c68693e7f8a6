package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// probe is one question to a service, asked from inside its network.
type probe struct {
	ID   string `json:"id"`
	Kind string `json:"kind"` // http | tcp
	Host string `json:"host"`
	Port int    `json:"port"`
	Path string `json:"path"`
	// ExpectStatus 0 accepts 200 to 399, or StatusFrom to StatusTo where given.
	ExpectStatus int `json:"expectStatus"`
	StatusFrom   int `json:"statusFrom"`
	StatusTo     int `json:"statusTo"`
	TimeoutMs    int `json:"timeoutMs"`
	IntervalMs   int `json:"intervalMs"`
	DeadlineMs   int `json:"deadlineMs"`
}

func (p probe) deadline() time.Duration {
	return milliseconds(p.DeadlineMs, 60_000)
}

func (p probe) firstInterval() time.Duration {
	return min(max(milliseconds(p.IntervalMs, 25), 20*time.Millisecond), 50*time.Millisecond)
}

func milliseconds(value int, otherwise int) time.Duration {
	if value <= 0 {
		value = otherwise
	}
	return time.Duration(value) * time.Millisecond
}

func (p probe) try(ctx context.Context) gateEvent {
	ctx, cancel := context.WithTimeout(ctx, milliseconds(p.TimeoutMs, 2_000))
	defer cancel()
	address := net.JoinHostPort(p.Host, strconv.Itoa(p.Port))
	connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return gateEvent{State: "failing", Error: err.Error()}
	}
	defer connection.Close()
	if p.Kind != "http" {
		return gateEvent{State: "passed"}
	}
	status, err := p.ask(ctx, connection, address)
	if err != nil {
		return gateEvent{State: "failing", Error: err.Error()}
	}
	if p.accepts(status) {
		return gateEvent{State: "passed", Status: status}
	}
	return gateEvent{State: "failing", Status: status}
}

func (p probe) accepts(status int) bool {
	if p.ExpectStatus != 0 {
		return status == p.ExpectStatus
	}
	if p.StatusFrom != 0 {
		return status >= p.StatusFrom && status <= p.StatusTo
	}
	return status >= 200 && status < 400
}

// ask speaks just enough HTTP/1.1 to learn a status; net/http would triple the size of the mover.
func (p probe) ask(ctx context.Context, connection net.Conn, address string) (int, error) {
	if deadline, ok := ctx.Deadline(); ok {
		_ = connection.SetDeadline(deadline)
	}
	path := p.Path
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	if strings.ContainsAny(path, " \r\n") {
		return 0, fmt.Errorf("path %q is not a path", path)
	}
	request := "GET " + path + " HTTP/1.1\r\nHost: " + address + "\r\nUser-Agent: drayage-gate\r\nAccept: */*\r\nConnection: close\r\n\r\n"
	if _, err := connection.Write([]byte(request)); err != nil {
		return 0, err
	}
	reader := bufio.NewReader(connection)
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			return 0, fmt.Errorf("no HTTP answer: %w", err)
		}
		fields := strings.Fields(line)
		if len(fields) < 2 || !strings.HasPrefix(fields[0], "HTTP/") {
			return 0, fmt.Errorf("not an HTTP answer: %q", strings.TrimSpace(line))
		}
		status, err := strconv.Atoi(fields[1])
		if err != nil {
			return 0, fmt.Errorf("not an HTTP status: %q", fields[1])
		}
		if status != 100 {
			return status, nil
		}
		if err := skipHeaders(reader); err != nil {
			return 0, err
		}
	}
}

func skipHeaders(reader *bufio.Reader) error {
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			return err
		}
		if strings.TrimSpace(line) == "" {
			return nil
		}
	}
}
