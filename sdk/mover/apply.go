package main

import (
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// roundState lives from one round's beginning to its end.
type roundState struct {
	number  int64
	started time.Time
	staging string
	staged  []int64
	file    int // open for data, -1 when none
	path    string
	refused []refusal
	skipped map[string]bool // names that could not be made
	total   int
}

type appliedRound struct {
	Round   int64     `json:"round"`
	Seconds float64   `json:"seconds"`
	Refused []refusal `json:"refused,omitempty"`
	Total   int       `json:"refusedTotal,omitempty"`
}

const refusalsNamed = 20

func (r *receiver) apply(kind byte, p *payload) error {
	switch kind {
	case frameHello:
		if version := p.takeInt(); version != protocol {
			return fmt.Errorf("the sender speaks protocol %d, this is %d", version, protocol)
		}
		return nil
	case frameRound:
		return r.begin(p)
	case frameData:
		offset := p.takeInt()
		return r.onFile(writeAt(r.round.file, p.bytes, offset))
	case frameZeros:
		return r.onFile(r.writeZeros(p.takeInt(), p.takeInt()))
	case frameHole:
		return r.onFile(r.punch(p.takeInt(), p.takeInt()))
	}
	if r.round.number == 0 {
		return fmt.Errorf("frame %q outside of a round", kind)
	}
	r.closeFile()
	switch kind {
	case frameOpen:
		return r.open(p.takeString(), p.takeInt())
	case frameMeta:
		return r.meta(p.takeString(), takeAttributes(p))
	case frameEnd:
		return r.end(p)
	}
	return r.applyName(kind, p)
}

// begin refuses to write into what nobody looked at: a volume with content is wiped or inventoried by order only.
func (r *receiver) begin(p *payload) error {
	if !r.claimed {
		found, err := r.snapshot()
		if err != nil {
			return err
		}
		if len(found.nodes) > 1 {
			return &codedError{code: "NOT_EMPTY", message: "the target volume is not empty"}
		}
		r.claimed = true
	}
	r.round = roundState{number: p.takeInt(), started: time.Now(), file: -1, skipped: map[string]bool{}}
	p.takeInt()
	r.round.staging = p.takeString()
	return checkPath(r.round.staging)
}

func (r *receiver) open(path string, size int64) error {
	if err := checkPath(path); err != nil {
		return err
	}
	fd, err := r.tree.openFile(path, unix.O_WRONLY)
	if err != nil {
		return fmt.Errorf("open %q: %w", path, err)
	}
	r.round.file, r.round.path = fd, path
	return r.onFile(unix.Ftruncate(fd, size))
}

func (r *receiver) closeFile() {
	if r.round.file >= 0 && r.round.number > 0 {
		unix.Close(r.round.file)
		r.round.file = -1
	}
}

func (r *receiver) onFile(err error) error {
	if err != nil {
		return fmt.Errorf("write %q: %w", r.round.path, err)
	}
	return nil
}

func (r *receiver) writeZeros(offset, size int64) error {
	for end := offset + size; offset < end; offset += blockSize {
		if err := writeAt(r.round.file, zeroBlock[:min(blockSize, end-offset)], offset); err != nil {
			return err
		}
	}
	return nil
}

func (r *receiver) punch(offset, size int64) error {
	err := unix.Fallocate(r.round.file, unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, offset, size)
	if errors.Is(err, unix.EOPNOTSUPP) {
		return r.writeZeros(offset, size)
	}
	return err
}

func (r *receiver) meta(path string, want attributes) error {
	if r.round.skipped[path] {
		return nil
	}
	refused, err := r.tree.apply(path, want)
	r.refuse(refused...)
	return err
}

func (r *receiver) refuse(list ...refusal) {
	r.round.total += len(list)
	for _, one := range list {
		if len(r.round.refused) < refusalsNamed {
			r.round.refused = append(r.round.refused, one)
		}
	}
}

// end makes the round durable. In live rounds that costs nobody anything, and the last one finds little left to write.
func (r *receiver) end(p *payload) error {
	if number := p.takeInt(); number != r.round.number {
		return fmt.Errorf("round %d ended in round %d", number, r.round.number)
	}
	r.tree.forget()
	if err := r.tree.syncAll(); err != nil {
		return fmt.Errorf("sync: %w", err)
	}
	r.talk.line(struct {
		Applied appliedRound `json:"applied"`
	}{appliedRound{r.round.number, time.Since(r.round.started).Seconds(), r.round.refused, r.round.total}})
	r.round.number = 0
	return nil
}
