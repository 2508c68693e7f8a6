package main

import (
	"encoding/json"
	"errors"
	"io"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// copyCommand is an order of the operator to one end of a copy.
type copyCommand struct {
	ID    int    `json:"id"`
	Op    string `json:"op"`
	Final bool   `json:"final"`
	Full  bool   `json:"full"`
	known []knownObject
}

// talk writes JSON lines to the operator: replies by id, progress without one.
type talk struct {
	lock    sync.Mutex
	encoder *json.Encoder
	last    time.Time
}

func newTalk(out io.Writer) *talk { return &talk{encoder: json.NewEncoder(out)} }

func (t *talk) line(value any) {
	t.lock.Lock()
	defer t.lock.Unlock()
	_ = t.encoder.Encode(value)
}

type okReply struct {
	ID    int  `json:"id"`
	OK    bool `json:"ok"`
	Reply any  `json:"reply,omitempty"`
}

type errorReply struct {
	ID    int    `json:"id"`
	OK    bool   `json:"ok"`
	Code  string `json:"code"`
	Error string `json:"error"`
}

func (t *talk) reply(id int, value any, err error) {
	if err != nil {
		t.line(errorReply{ID: id, Code: codeOf(err), Error: err.Error()})
		return
	}
	t.line(okReply{ID: id, OK: true, Reply: value})
}

// failed tells of an end that answers no particular request; the operator takes it for all that wait.
func (t *talk) failed(err error) {
	t.line(errorReply{ID: 0, Code: codeOf(err), Error: err.Error()})
}

// progress is told at most five times a second.
func (t *talk) progress(p roundProgress) {
	if now := time.Now(); now.Sub(t.last) >= 200*time.Millisecond {
		t.last = now
		t.line(struct {
			Progress roundProgress `json:"progress"`
		}{p})
	}
}

func (t *talk) list(entries []entry) {
	for i := range entries {
		t.line(struct {
			Entry listedEntry `json:"entry"`
		}{entries[i].listed()})
	}
}

func codeOf(err error) string {
	var coded *codedError
	switch {
	case errors.As(err, &coded):
		return coded.code
	case errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EDQUOT):
		return "DISK_FULL"
	}
	return "FAILED"
}
