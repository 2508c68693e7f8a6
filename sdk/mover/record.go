package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"os/signal"
	"sync"

	"golang.org/x/sys/unix"
)

// recordRequest is one line of the operator. Documents travel as text: the mover stores what it is given, byte for byte.
type recordRequest struct {
	ID            int     `json:"id"`
	Op            string  `json:"op"`
	Session       string  `json:"session"`
	ExpectVersion int64   `json:"expectVersion"`
	Document      *string `json:"document"`
	Identity      string  `json:"identity"`
	Epoch         int64   `json:"epoch"`
}

// recordReply answers the request of the same id. Text is the document on disk, absent where there is none.
type recordReply struct {
	ID    int         `json:"id"`
	OK    bool        `json:"ok"`
	Code  string      `json:"code,omitempty"`
	Error string      `json:"error,omitempty"`
	Text  *string     `json:"text,omitempty"`
	Held  *bool       `json:"held,omitempty"`
	Lease *leaseStamp `json:"lease,omitempty"`
}

// recordSession is one attached operator. When the operator goes away, so do the leases of its session.
type recordSession struct {
	store   recordStore
	session string
	once    sync.Once
}

func recordCommand(args []string) error {
	flags := flag.NewFlagSet("record", flag.ContinueOnError)
	dir := flags.String("dir", "/var/lib/drayage", "directory of the record")
	if err := flags.Parse(args); err != nil {
		return err
	}
	store, err := openRecordStore(*dir)
	if err != nil {
		return err
	}
	session := &recordSession{store: store}
	stopped := make(chan os.Signal, 1)
	signal.Notify(stopped, unix.SIGTERM, unix.SIGINT, unix.SIGHUP)
	go func() {
		<-stopped
		session.end()
		os.Exit(0)
	}()
	err = session.serve(os.Stdin, os.Stdout)
	session.end()
	return err
}

func (s *recordSession) serve(in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, 1<<16), 256<<20)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for lines.Scan() {
		var request recordRequest
		reply := recordReply{}
		if err := json.Unmarshal(lines.Bytes(), &request); err != nil {
			reply = recordReply{Code: "BAD_REQUEST", Error: err.Error()}
		} else {
			reply = s.answer(request)
		}
		reply.ID = request.ID
		if err := encoder.Encode(reply); err != nil {
			return nil // the operator is gone; the leases go with it
		}
	}
	return lines.Err()
}

func (s *recordSession) answer(request recordRequest) recordReply {
	switch request.Op {
	case "hello":
		if s.session != "" || request.Session == "" {
			return failure(errors.New("hello wants a session, once"))
		}
		s.session = request.Session
		return recordReply{OK: true}
	case "read":
		text, err := s.store.read()
		if err != nil {
			return failure(err)
		}
		return recordReply{OK: true, Text: text}
	case "write":
		if request.Document == nil {
			return failure(errors.New("write wants a document"))
		}
		if err := s.store.swap(request.ExpectVersion, *request.Document); err != nil {
			return failure(err)
		}
		return recordReply{OK: true}
	case "check":
		lease, err := s.store.lease(request.Identity)
		if err != nil {
			return failure(err)
		}
		held := lease != nil && lease.Epoch == request.Epoch && lease.Session == s.session && s.session != ""
		return recordReply{OK: true, Held: &held, Lease: lease}
	}
	return recordReply{Code: "BAD_REQUEST", Error: "unknown op " + request.Op}
}

func (s *recordSession) end() {
	s.once.Do(func() {
		if s.session != "" {
			_ = s.store.releaseAll(s.session)
		}
	})
}

func failure(err error) recordReply {
	reply := recordReply{Code: "FAILED", Error: err.Error()}
	var coded *codedError
	if errors.As(err, &coded) {
		reply.Code = coded.code
		reply.Text = coded.text
	}
	return reply
}
